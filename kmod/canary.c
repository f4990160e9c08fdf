// SPDX-License-Identifier: GPL-2.0-only
/*
 * The canary: once a second, do the hooks still fire?
 *
 * Two things can go wrong behind our back. A function's entry may no longer call ftrace: its bytes tell. Or it
 * calls and nobody hands the call on to us: for that one harmless call is made for each ftrace_ops, and the
 * callback must have left its trace. The trace is the scope cache: every callback looks up its task's cgroup
 * there first, so the entry that is emptied before the call is filled after it.
 */
#include "canary.h"
#include "hook.h"
#include "netlink.h"
#include "scope.h"
#include "work.h"

#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/in.h>
#include <linux/net.h>
#include <linux/security.h>
#include <linux/socket.h>
#include <linux/static_call.h>
#include <linux/user_namespace.h>
#include <net/net_namespace.h>

#define PERIOD HZ

/* What the calls are about: a socket that nobody else has, and its file. */
static struct socket *sock;
static struct file *file;
static struct msghdr msg;

/*
 * TRIAL() - call_<name>() calls security_<name>() with arguments that it can do no harm with
 *
 * By a static call, because an indirect one may not enter a function that has no ENDBR.
 */
#define TRIAL(name, parameters, arguments)                                          \
	static int no_##name parameters                                             \
	{                                                                           \
		return 0;                                                           \
	}                                                                           \
	DEFINE_STATIC_CALL(kpol_canary_##name, no_##name);                          \
	static void aim_##name(unsigned long entry)                                 \
	{                                                                           \
		static_call_update(kpol_canary_##name, (typeof(no_##name) *)entry); \
	}                                                                           \
	static void call_##name(void)                                               \
	{                                                                           \
		static_call(kpol_canary_##name) arguments;                          \
	}

#define CAPABLE_ARGUMENTS (current_cred(), &init_user_ns, CAP_WAKE_ALARM, CAP_OPT_NOAUDIT)

TRIAL(file_open, (void *f), (file))
TRIAL(mmap_file, (void *f, unsigned long prot, unsigned long flags), (NULL, 0, 0))
TRIAL(socket_create, (int family, int type, int protocol, int kern), (AF_INET, SOCK_DGRAM, 0, 1))
TRIAL(capable, (const void *cred, void *users, int cap, u32 opts), CAPABLE_ARGUMENTS)
TRIAL(socket_sendmsg, (void *s, void *m, int size), (sock, &msg, 0))

/* One function of each ftrace_ops; what becomes of its call becomes of all. */
static struct trial {
	const char *name;
	void (*aim)(unsigned long entry);
	void (*call)(void);
	const struct kpol_hook *hook;
} trials[] = {
	{ "security_file_open", aim_file_open, call_file_open },
	{ "security_mmap_file", aim_mmap_file, call_mmap_file },
	{ "security_socket_create", aim_socket_create, call_socket_create },
	{ "security_capable", aim_capable, call_capable },
	{ "security_socket_sendmsg", aim_socket_sendmsg, call_socket_sendmsg },
};

#ifdef KPOL_SELFTEST
static bool deaf;
module_param(deaf, bool, 0600);
MODULE_PARM_DESC(deaf, "test builds only: make no calls, so that all hooks seem silent");
#else
#define deaf false
#endif

/* Without a ruleset no callback looks anything up, and nothing is judged. */
static bool is_heard(void (*call)(void))
{
	struct kpol_cache_entry *entry;
	bool heard = true;

	preempt_disable();
	if (kpol_ruleset_active()) {
		u64 id = cgroup_id(kpol_task_cgroup(current));

		entry = &this_cpu_ptr(kpol_cache)->entries[KPOL_IN_TASK][id % KPOL_CACHE_SIZE];
		entry->epoch = 0;
		if (!deaf)
			call();
		heard = READ_ONCE(entry->epoch);
	}
	preempt_enable();
	return heard;
}

/*
 * Does the function's entry call ftrace? The call is at its start or behind an ENDBR; a breakpoint stands
 * there while it is being changed.
 */
static bool is_patched(const struct kpol_hook *hook)
{
	const u8 *text = (const u8 *)hook->entry;

	return text[0] == 0xe8 || text[0] == 0xcc || text[4] == 0xe8 || text[4] == 0xcc;
}

static bool is_silent(const struct kpol_hook *hook, u32 silent_groups)
{
	return !is_patched(hook) || silent_groups & 1U << hook->group;
}

static u32 find_silent_groups(void)
{
	u32 i, silent = 0;

	for (i = 0; i < ARRAY_SIZE(trials); i++)
		if (trials[i].hook && !is_heard(trials[i].call))
			silent |= 1U << trials[i].hook->group;
	return silent;
}

/* Return: true if that is news. */
static bool note(struct kpol_hook *hook, bool silent)
{
	if (hook->state == KPOL_HOOK_MISSING || silent == (hook->state == KPOL_HOOK_LOST))
		return false;
	if (silent)
		pr_crit("kpol: %s: the hook does not fire any more: it judges nothing\n",
			hook->name);
	else
		pr_notice("kpol: %s: the hook fires again\n", hook->name);
	WRITE_ONCE(hook->state, silent ? KPOL_HOOK_LOST : KPOL_HOOK_UNTESTED);
	return true;
}

u32 kpol_canary_lost(void)
{
	struct kpol_hook *hook;
	u32 i, lost = 0;

	for (i = 0; (hook = kpol_hook_row(i)); i++)
		lost += READ_ONCE(hook->state) == KPOL_HOOK_LOST;
	return lost;
}

static void look(struct work_struct *work);
static DECLARE_DELAYED_WORK(canary_work, look);

static void look(struct work_struct *work)
{
	u32 i, silent = find_silent_groups();
	struct kpol_hook *hook;
	bool news = false;

	for (i = 0; (hook = kpol_hook_row(i)); i++)
		news |= hook->entry && note(hook, is_silent(hook, silent));
	if (news)
		kpol_netlink_changed();
	queue_delayed_work(kpol_work, &canary_work, PERIOD);
}

static void aim(struct trial *trial)
{
	struct kpol_hook *hook;
	u32 i;

	trial->hook = NULL;
	for (i = 0; (hook = kpol_hook_row(i)); i++) {
		if (hook->entry && !strcmp(hook->name, trial->name)) {
			trial->aim(hook->entry);
			trial->hook = hook;
		}
	}
}

int kpol_canary_init(void)
{
	int err = sock_create_kern(&init_net, AF_INET, SOCK_DGRAM, IPPROTO_UDP, &sock);
	u32 i;

	if (err)
		return err;
	file = sock_alloc_file(sock, 0, NULL); /* owns the socket, also when it fails */
	if (IS_ERR(file))
		return PTR_ERR(file);
	for (i = 0; i < ARRAY_SIZE(trials); i++)
		aim(&trials[i]);
	queue_delayed_work(kpol_work, &canary_work, PERIOD);
	return 0;
}

void kpol_canary_exit(void)
{
	cancel_delayed_work_sync(&canary_work);
	fput(file);
}
