// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hooks: how the module stands at the entry of the kernel's security_* functions.
 *
 * There is no exported way in: LSM hook lists were read-only and are gone since 6.12. An ftrace_ops with
 * IPMODIFY runs at function entry; on deny it moves the instruction pointer to a function that returns
 * -EACCES, on allow it does nothing and the kernel's own function runs untouched. PERMANENT makes
 * ftrace_enabled=0 fail while we are attached. FTRACE_OPS_FL_RECURSION is not set: its guard would skip the
 * callback when it trips, and a skipped callback allows.
 */
#include "hook.h"

#include <linux/errno.h>
#include <linux/printk.h>
#include <linux/string.h>

#define HOOK(name_, class_, ops_, ...)                                                               \
	{                                                                                            \
		.name = "security_" #name_, .class = (class_), .ops = (ops_),                      \
		.state = KPOL_HOOK_MISSING, .ftrace = {                                            \
			.func = hook_##name_,                                                      \
			.flags = FTRACE_OPS_FL_IPMODIFY | FTRACE_OPS_FL_PERMANENT,                 \
		},                                                                                 \
		__VA_ARGS__ \
	}

static struct kpol_hook hooks[] = {
	HOOK(bprm_check, KPOL_CLASS_PROCESS, KPOL_OP_EXEC),
	HOOK(mmap_file, KPOL_CLASS_LIBRARY, KPOL_OP_MAP),
	HOOK(file_open, KPOL_CLASS_FILE, KPOL_OP_READ | KPOL_OP_WRITE),
	HOOK(path_mknod, KPOL_CLASS_FILE, KPOL_OP_CREATE),
	HOOK(path_mkdir, KPOL_CLASS_FILE, KPOL_OP_CREATE),
	HOOK(path_symlink, KPOL_CLASS_FILE, KPOL_OP_CREATE),
	HOOK(path_unlink, KPOL_CLASS_FILE, KPOL_OP_UNLINK),
	HOOK(path_rmdir, KPOL_CLASS_FILE, KPOL_OP_UNLINK),
	HOOK(path_rename, KPOL_CLASS_FILE, KPOL_OP_RENAME),
	HOOK(path_link, KPOL_CLASS_FILE, KPOL_OP_LINK),
	HOOK(path_truncate, KPOL_CLASS_FILE, KPOL_OP_TRUNCATE),
	HOOK(file_truncate, KPOL_CLASS_FILE, KPOL_OP_TRUNCATE, .optional = true),
	HOOK(uring_override_creds, KPOL_CLASS_FILE, KPOL_OP_READ | KPOL_OP_WRITE, .optional = true),
	HOOK(socket_create, KPOL_CLASS_NETWORK, KPOL_OP_SOCKET),
	HOOK(socket_connect, KPOL_CLASS_NETWORK, KPOL_OP_CONNECT),
	HOOK(socket_bind, KPOL_CLASS_NETWORK, KPOL_OP_BIND),
	HOOK(socket_listen, KPOL_CLASS_NETWORK, KPOL_OP_LISTEN),
	HOOK(socket_sendmsg, KPOL_CLASS_NETWORK, KPOL_OP_SEND | KPOL_OP_CONNECT),
	HOOK(inet_conn_request, KPOL_CLASS_NETWORK, KPOL_OP_ACCEPT),
	HOOK(ptrace_access_check, KPOL_CLASS_PTRACE, KPOL_OP_TRACE),
	HOOK(ptrace_traceme, KPOL_CLASS_PTRACE, KPOL_OP_TRACEME),
};

/* Where a vetoed function "returns": its caller gets -EACCES. */
static noinline int return_eacces(void)
{
	return -EACCES;
}

void kpol_hook_veto(struct ftrace_regs *fregs)
{
	ftrace_regs_set_instruction_pointer(fregs, (unsigned long)return_eacces);
}

struct kpol_hook *kpol_hook_row(u32 index)
{
	return index < ARRAY_SIZE(hooks) ? &hooks[index] : NULL;
}

u32 kpol_hook_uncovered(void)
{
	u32 i, uncovered = 0;

	for (i = 0; i < ARRAY_SIZE(hooks); i++)
		if (hooks[i].state == KPOL_HOOK_FAILED ||
		    (hooks[i].state == KPOL_HOOK_MISSING && !hooks[i].optional))
			uncovered |= hooks[i].ops;
	return uncovered;
}

static int attach(struct kpol_hook *hook)
{
	int err = ftrace_set_filter(&hook->ftrace, (unsigned char *)hook->name, strlen(hook->name),
				    1);

	if (err)
		return err;
	err = register_ftrace_function(&hook->ftrace);
	if (err)
		ftrace_free_filter(&hook->ftrace);
	return err;
}

static void detach(struct kpol_hook *hook)
{
	if (hook->state == KPOL_HOOK_MISSING)
		return;
	unregister_ftrace_function(&hook->ftrace);
	ftrace_free_filter(&hook->ftrace);
	hook->state = KPOL_HOOK_MISSING;
}

int kpol_hook_init(void)
{
	u32 i;
	int err;

	for (i = 0; i < ARRAY_SIZE(hooks); i++) {
		err = attach(&hooks[i]);
		if (!err) {
			hooks[i].state = KPOL_HOOK_UNTESTED;
		} else if (err == -ENOENT || err == -EINVAL) {
			pr_notice("kpol: %s: not in this kernel\n", hooks[i].name);
		} else {
			pr_err("kpol: %s: cannot attach, error %d%s\n", hooks[i].name, -err,
			       err == -EBUSY ? ": a livepatch or another module holds it" : "");
			kpol_hook_exit();
			return err;
		}
	}
	return 0;
}

void kpol_hook_exit(void)
{
	u32 i;

	/* unregister_ftrace_function() waits for callbacks that are running (RCU tasks). */
	for (i = 0; i < ARRAY_SIZE(hooks); i++)
		detach(&hooks[i]);
}
