// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hooks: how the module stands at the entry of the kernel's security_* functions, and of a few others where
 * there is no such function.
 *
 * There is no exported way in: LSM hook lists were read-only and are gone since 6.12. An ftrace_ops with
 * IPMODIFY runs at function entry; on deny it moves the instruction pointer to a function that returns
 * -EACCES, on allow it does nothing and the kernel's own function runs untouched. PERMANENT makes
 * ftrace_enabled=0 fail while we are attached. FTRACE_OPS_FL_RECURSION is not set: its guard would skip the
 * callback when it trips, and a skipped callback allows.
 *
 * To detach one ftrace_ops takes a grace period of RCU tasks, and all of them queue for one lock: 21 took
 * seconds. So functions that are called all the time have one of their own, and the others share one, whose
 * callback looks up by address which function it is at.
 */
#include "hook.h"
#include "symbol.h"

#include <linux/errno.h>
#include <linux/moduleparam.h>
#include <linux/printk.h>

/* Whose ftrace_ops serves a hook. */
enum group { SHARED, FILE_OPEN, MMAP_FILE, SOCKET_SENDMSG, CAPABLE, N_GROUPS };

#define HOOK_AT(function, name_, group_, class_, ops_, ...)                              \
	{                                                                                \
		.name = (function), .group = (group_), .class = (class_), .ops = (ops_), \
		.call = hook_##name_, .state = KPOL_HOOK_MISSING, __VA_ARGS__            \
	}
#define HOOK(name_, ...) HOOK_AT("security_" #name_, name_, __VA_ARGS__)

static struct kpol_hook hooks[] = {
	HOOK(bprm_check, SHARED, KPOL_CLASS_PROCESS, KPOL_OP_EXEC),
	HOOK(mmap_file, MMAP_FILE, KPOL_CLASS_LIBRARY, KPOL_OP_MAP | KPOL_OP_PROTECT),
	HOOK(file_open, FILE_OPEN, KPOL_CLASS_FILE, KPOL_OP_READ | KPOL_OP_WRITE),
	HOOK(file_mprotect, SHARED, KPOL_CLASS_LIBRARY, KPOL_OP_MAP | KPOL_OP_PROTECT),
	HOOK(file_receive, SHARED, KPOL_CLASS_FILE, KPOL_OP_READ | KPOL_OP_WRITE),
	HOOK(path_mknod, SHARED, KPOL_CLASS_FILE, KPOL_OP_CREATE),
	HOOK(path_mkdir, SHARED, KPOL_CLASS_FILE, KPOL_OP_CREATE),
	HOOK(path_symlink, SHARED, KPOL_CLASS_FILE, KPOL_OP_CREATE),
	HOOK(path_unlink, SHARED, KPOL_CLASS_FILE, KPOL_OP_UNLINK),
	HOOK(path_rmdir, SHARED, KPOL_CLASS_FILE, KPOL_OP_UNLINK),
	HOOK(path_rename, SHARED, KPOL_CLASS_FILE, KPOL_OP_RENAME),
	HOOK(path_link, SHARED, KPOL_CLASS_FILE, KPOL_OP_LINK),
	HOOK(path_truncate, SHARED, KPOL_CLASS_FILE, KPOL_OP_TRUNCATE),
	HOOK(file_truncate, SHARED, KPOL_CLASS_FILE, KPOL_OP_TRUNCATE, .optional = true),
	HOOK(path_chmod, SHARED, KPOL_CLASS_FILE, KPOL_OP_SETATTR),
	HOOK(path_chown, SHARED, KPOL_CLASS_FILE, KPOL_OP_SETATTR),
	HOOK_AT("vfs_utimes", vfs_utimes, SHARED, KPOL_CLASS_FILE, KPOL_OP_SETATTR),
	HOOK(inode_setxattr, SHARED, KPOL_CLASS_FILE, KPOL_OP_XATTR),
	HOOK(inode_removexattr, SHARED, KPOL_CLASS_FILE, KPOL_OP_XATTR),
	HOOK(inode_set_acl, SHARED, KPOL_CLASS_FILE, KPOL_OP_XATTR, .optional = true),
	HOOK(inode_remove_acl, SHARED, KPOL_CLASS_FILE, KPOL_OP_XATTR, .optional = true),
	HOOK(uring_override_creds, SHARED, KPOL_CLASS_FILE,
	     KPOL_OP_READ | KPOL_OP_WRITE | KPOL_OP_RING, .optional = true),
	HOOK(socket_create, SHARED, KPOL_CLASS_NETWORK, KPOL_OP_SOCKET),
	HOOK(socket_connect, SHARED, KPOL_CLASS_NETWORK, KPOL_OP_CONNECT),
	HOOK(socket_bind, SHARED, KPOL_CLASS_NETWORK, KPOL_OP_BIND),
	HOOK(socket_listen, SHARED, KPOL_CLASS_NETWORK, KPOL_OP_LISTEN),
	HOOK(socket_sendmsg, SOCKET_SENDMSG, KPOL_CLASS_NETWORK, KPOL_OP_SEND | KPOL_OP_CONNECT),
	HOOK(sctp_bind_connect, SHARED, KPOL_CLASS_NETWORK, KPOL_OP_CONNECT | KPOL_OP_BIND),
	HOOK(inet_conn_request, SHARED, KPOL_CLASS_NETWORK, KPOL_OP_ACCEPT),
	HOOK(ptrace_access_check, SHARED, KPOL_CLASS_PTRACE, KPOL_OP_TRACE),
	HOOK(ptrace_traceme, SHARED, KPOL_CLASS_PTRACE, KPOL_OP_TRACEME),
	HOOK(task_kill, SHARED, KPOL_CLASS_SIGNAL, KPOL_OP_KILL),
	HOOK(capable, CAPABLE, KPOL_CLASS_CAPABILITY, KPOL_OP_CAPABLE),
	HOOK(sb_mount, SHARED, KPOL_CLASS_MOUNT, KPOL_OP_MOUNT),
	HOOK(sb_remount, SHARED, KPOL_CLASS_MOUNT, KPOL_OP_MOUNT),
	HOOK(move_mount, SHARED, KPOL_CLASS_MOUNT, KPOL_OP_MOUNT),
	/* A system call, and its entry for programs of 32 bits, which not every kernel has. */
	HOOK_AT("__x64_sys_fsopen", fsopen, SHARED, KPOL_CLASS_MOUNT, KPOL_OP_MOUNT),
	HOOK_AT("__ia32_sys_fsopen", fsopen, SHARED, KPOL_CLASS_MOUNT, KPOL_OP_MOUNT,
		.optional = true),
	HOOK_AT("__x64_sys_fsmount", fsmount, SHARED, KPOL_CLASS_MOUNT, KPOL_OP_MOUNT),
	HOOK_AT("__ia32_sys_fsmount", fsmount, SHARED, KPOL_CLASS_MOUNT, KPOL_OP_MOUNT,
		.optional = true),
	HOOK_AT("__x64_sys_mount_setattr", mount_setattr, SHARED, KPOL_CLASS_MOUNT, KPOL_OP_MOUNT),
	HOOK_AT("__ia32_sys_mount_setattr", mount_setattr, SHARED, KPOL_CLASS_MOUNT, KPOL_OP_MOUNT,
		.optional = true),
	HOOK_AT("__x64_sys_open_tree", open_tree, SHARED, KPOL_CLASS_MOUNT, KPOL_OP_MOUNT),
	HOOK_AT("__ia32_sys_open_tree", open_tree, SHARED, KPOL_CLASS_MOUNT, KPOL_OP_MOUNT,
		.optional = true),
	HOOK_AT("__x64_sys_open_tree_attr", open_tree, SHARED, KPOL_CLASS_MOUNT, KPOL_OP_MOUNT,
		.optional = true),
	HOOK_AT("__ia32_sys_open_tree_attr", open_tree, SHARED, KPOL_CLASS_MOUNT, KPOL_OP_MOUNT,
		.optional = true),
	HOOK(sb_umount, SHARED, KPOL_CLASS_MOUNT, KPOL_OP_UMOUNT),
	HOOK(sb_pivotroot, SHARED, KPOL_CLASS_MOUNT, KPOL_OP_PIVOT),
	HOOK(path_chroot, SHARED, KPOL_CLASS_NAMESPACE, KPOL_OP_CHROOT),
	HOOK(create_user_ns, SHARED, KPOL_CLASS_NAMESPACE, KPOL_OP_USERNS),
	HOOK_AT("mntns_install", mntns_install, SHARED, KPOL_CLASS_NAMESPACE, KPOL_OP_USERNS),
	HOOK_AT("userns_install", userns_install, SHARED, KPOL_CLASS_NAMESPACE, KPOL_OP_USERNS),
	HOOK_AT("cgroup_attach_permissions", cgroup_attach_permissions, SHARED,
		KPOL_CLASS_NAMESPACE, KPOL_OP_USERNS),
	HOOK(task_prctl, SHARED, KPOL_CLASS_NAMESPACE, KPOL_OP_USERNS),
	HOOK(uring_sqpoll, SHARED, KPOL_CLASS_NAMESPACE, KPOL_OP_RING, .optional = true),
	HOOK(bpf, SHARED, KPOL_CLASS_BPF, KPOL_OP_BPF),
	HOOK(kernel_read_file, SHARED, KPOL_CLASS_MODULE, KPOL_OP_LOAD),
	HOOK(kernel_load_data, SHARED, KPOL_CLASS_MODULE, KPOL_OP_LOAD),
	HOOK(kernel_module_request, SHARED, KPOL_CLASS_MODULE, KPOL_OP_LOAD),
	HOOK(perf_event_open, SHARED, KPOL_CLASS_PERF, KPOL_OP_PERF),
};

/* Where a vetoed function "returns": its caller gets -EACCES, as an int or, from a system call, a long. */
static noinline long return_eacces(void)
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
	u32 i, known = 0, uncovered = 0;

	for (i = 0; i < ARRAY_SIZE(hooks); i++) {
		known |= hooks[i].ops;
		if (hooks[i].state == KPOL_HOOK_FAILED || hooks[i].state == KPOL_HOOK_LOST ||
		    (hooks[i].state == KPOL_HOOK_MISSING && !hooks[i].optional))
			uncovered |= hooks[i].ops;
	}
	return uncovered | ~known;
}

/* What the shared callback looks at: the rows of its group by address. Written before it is attached only. */
static struct shared {
	unsigned long entry;
	ftrace_func_t call;
} shared[ARRAY_SIZE(hooks)];
static u32 n_shared;

static void add_shared(const struct kpol_hook *hook)
{
	u32 i;

	for (i = n_shared++; i && shared[i - 1].entry > hook->entry; i--)
		shared[i] = shared[i - 1];
	shared[i] = (struct shared){ hook->entry, hook->call };
}

/* The last row that is not behind @ip. */
static const struct shared *find_shared(unsigned long ip)
{
	u32 first = 0, n = n_shared, half;

	for (; n > 1; n -= half) {
		half = n / 2;
		if (shared[first + half].entry <= ip)
			first += half;
	}
	return &shared[first];
}

static void call_shared(unsigned long ip, unsigned long parent_ip, struct ftrace_ops *ops,
			struct ftrace_regs *fregs)
{
	const struct shared *row = find_shared(ip);

	/* It always is: what is attached is in the table. */
	if (likely(kpol_hook_is_at(row->entry, ip)))
		row->call(ip, parent_ip, ops, fregs);
	else if (kpol_scope_now())
		kpol_hook_veto(fregs);
}

#define GROUP(call)                                                                       \
	{                                                                                 \
		.func = (call), .flags = FTRACE_OPS_FL_IPMODIFY | FTRACE_OPS_FL_PERMANENT \
	}

static struct ftrace_ops groups[N_GROUPS] = {
	[SHARED] = GROUP(call_shared),	     [FILE_OPEN] = GROUP(hook_file_open),
	[MMAP_FILE] = GROUP(hook_mmap_file), [SOCKET_SENDMSG] = GROUP(hook_socket_sendmsg),
	[CAPABLE] = GROUP(hook_capable),
};

/* Add the function to what its group is attached to. Without memory it is not known whether it could be. */
static int add_to_group(struct kpol_hook *hook, void *entry)
{
	int err = entry ? ftrace_set_filter_ip(&groups[hook->group], (unsigned long)entry, 0, 0)
			: -ENOENT;

	if (err == -ENOMEM)
		return err;
	if (err) {
		pr_notice("kpol: %s: not in this kernel\n", hook->name);
		return 0;
	}
	hook->entry = (unsigned long)entry;
	if (hook->group == SHARED)
		add_shared(hook);
	return 0;
}

static int find_entries(void)
{
	const char *names[ARRAY_SIZE(hooks)];
	void *entries[ARRAY_SIZE(hooks)];
	u32 i;
	int err;

	for (i = 0; i < ARRAY_SIZE(hooks); i++)
		names[i] = hooks[i].name;
	err = kpol_symbols_find(names, entries, ARRAY_SIZE(hooks));
	for (i = 0; !err && i < ARRAY_SIZE(hooks); i++)
		err = add_to_group(&hooks[i], entries[i]);
	return err;
}

/* Note that the rows of a group are attached, or are not any more; how many are that? */
static u32 set_states(u32 group, u8 state)
{
	u32 i, n = 0;

	for (i = 0; i < ARRAY_SIZE(hooks); i++) {
		if (hooks[i].group == group && hooks[i].entry) {
			hooks[i].state = state;
			n++;
		}
	}
	return n;
}

/* Never register a group without functions: no filter means every function there is. */
static int attach(u32 group)
{
	int err;

	if (!set_states(group, KPOL_HOOK_MISSING))
		return 0;
	err = register_ftrace_function(&groups[group]);
	if (!err)
		set_states(group, KPOL_HOOK_UNTESTED);
	return err;
}

/* Attach each function of a group alone, only to say which of them somebody else holds. */
static void blame(u32 group)
{
	struct ftrace_ops *ops = &groups[group];
	u32 i;
	int err;

	for (i = 0; i < ARRAY_SIZE(hooks); i++) {
		if (hooks[i].group != group || !hooks[i].entry ||
		    ftrace_set_filter_ip(ops, hooks[i].entry, 0, 1))
			continue;
		err = register_ftrace_function(ops);
		if (!err)
			unregister_ftrace_function(ops);
		else
			pr_err("kpol: %s: cannot attach, error %d%s\n", hooks[i].name, -err,
			       err == -EBUSY ? ": a livepatch or another module holds it" : "");
	}
}

static void detach(u32 group)
{
	u32 i;
	bool attached = false;

	for (i = 0; i < ARRAY_SIZE(hooks); i++)
		attached |= hooks[i].group == group && hooks[i].state != KPOL_HOOK_MISSING;
	if (attached)
		unregister_ftrace_function(&groups[group]);
	ftrace_free_filter(&groups[group]);
	set_states(group, KPOL_HOOK_MISSING);
}

int kpol_hook_init(void)
{
	int err = find_entries();
	u32 i;

	for (i = 0; !err && i < N_GROUPS; i++) {
		err = attach(i);
		if (err)
			blame(i);
	}
	if (err)
		kpol_hook_exit();
	return err;
}

void kpol_hook_exit(void)
{
	u32 i;

	/* unregister_ftrace_function() waits for callbacks that are running (RCU tasks). */
	for (i = 0; i < N_GROUPS; i++)
		detach(i);
}

#ifdef KPOL_SELFTEST
/* Test builds only: detach a group as if something had gone wrong behind our back, or, with -1, attach it again. */
static int broken = -1;

static int set_broken(const char *value, const struct kernel_param *param)
{
	int group, err = kstrtoint(value, 0, &group);

	if (err || group < -1 || group >= N_GROUPS || (group >= 0) == (broken >= 0))
		return err ?: -EINVAL;
	err = group >= 0 ? unregister_ftrace_function(&groups[group])
			 : register_ftrace_function(&groups[broken]);
	if (!err)
		broken = group;
	return err;
}

static const struct kernel_param_ops broken_ops = { .set = set_broken, .get = param_get_int };
module_param_cb(broken, &broken_ops, &broken, 0600);
MODULE_PARM_DESC(broken, "test builds only: group of hooks to detach; -1: attach it again");
#endif
