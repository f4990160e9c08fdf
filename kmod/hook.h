/* SPDX-License-Identifier: GPL-2.0-only */
/* Hooks: how the module stands at the entry of the kernel's security_* functions, and a few others. */
#ifndef KPOL_HOOK_H
#define KPOL_HOOK_H

#include <linux/compiler.h>
#include <linux/ftrace.h>
#include <linux/types.h>
#include <linux/kpol.h>

#include "probe.h"
#include "scope.h"

/**
 * struct kpol_hook - one row of the hook table
 * @name: of the kernel function.
 * @group: whose ftrace_ops it is attached by.
 * @class: 0: serves the module itself.
 * @ops: operations judged here. An operation is covered when every hook that is not @optional and judges it
 *	is attached.
 * @optional: newer kernels split this function off another one; older ones lack it and lose nothing.
 * @state: enum kpol_hook_state; written at load, and by the canary.
 * @entry: address of the function, or of what is behind an ENDBR at its start. 0: not in this kernel.
 * @call: the callback.
 */
struct kpol_hook {
	const char *name;
	u32 group;
	u32 class;
	u32 ops;
	bool optional;
	u8 state;
	unsigned long entry;
	ftrace_func_t call;
};

/** kpol_hook_is_at() - is @ip, where ftrace called back, the start of the function at @entry? */
static __always_inline bool kpol_hook_is_at(unsigned long entry, unsigned long ip)
{
	/* The call stands at the start or behind an ENDBR, which is 4 bytes long; @entry may be either. */
	return ip - entry <= 4;
}

/** kpol_hook_veto() - make the hooked function return -EACCES to its caller without running. */
void kpol_hook_veto(struct ftrace_regs *fregs);

/**
 * KPOL_HOOK() - define hook_<name>(), the callback at the entry of the function that a row of the table gives it
 *
 * The body that follows gets @fregs and returns true to deny; it is not asked about tasks in no scope. It may run with preemption off and between
 * softirqs: it must not sleep, fault, allocate, or take a lock that a hook could run under. It must be
 * re-entrant: no recursion guard, because skipping a hook would allow.
 */
#define KPOL_HOOK(name)                                                                     \
	static noinline bool deny_##name(struct ftrace_regs *fregs);                        \
	void hook_##name(unsigned long ip, unsigned long parent_ip, struct ftrace_ops *ops, \
			 struct ftrace_regs *fregs)                                         \
	{                                                                                   \
		if (kpol_probe_running() && kpol_probe_hit(ip, fregs))                      \
			return;                                                             \
		if (likely(!kpol_scope_now()))                                              \
			return;                                                             \
		if (deny_##name(fregs))                                                     \
			kpol_hook_veto(fregs);                                              \
	}                                                                                   \
	static noinline bool deny_##name(struct ftrace_regs *fregs)

/** KPOL_SOFTIRQ_HOOK() - the same for a function that runs where current is a stranger. */
#define KPOL_SOFTIRQ_HOOK(name)                                                             \
	static bool deny_##name(struct ftrace_regs *fregs);                                 \
	void hook_##name(unsigned long ip, unsigned long parent_ip, struct ftrace_ops *ops, \
			 struct ftrace_regs *fregs)                                         \
	{                                                                                   \
		if (kpol_probe_running() && kpol_probe_hit(ip, fregs))                      \
			return;                                                             \
		if (deny_##name(fregs))                                                     \
			kpol_hook_veto(fregs);                                              \
	}                                                                                   \
	static bool deny_##name(struct ftrace_regs *fregs)

/* Argument @n of the hooked function, as a value of @type. */
#define KPOL_ARG(type, n) ((type)ftrace_regs_get_argument(fregs, n))

#define KPOL_HOOK_DECLARE(name)                                                             \
	void hook_##name(unsigned long ip, unsigned long parent_ip, struct ftrace_ops *ops, \
			 struct ftrace_regs *fregs)

KPOL_HOOK_DECLARE(bprm_check);
KPOL_HOOK_DECLARE(mmap_file);
KPOL_HOOK_DECLARE(file_mprotect);
KPOL_HOOK_DECLARE(file_open);
KPOL_HOOK_DECLARE(file_receive);
KPOL_HOOK_DECLARE(file_truncate);
KPOL_HOOK_DECLARE(path_mknod);
KPOL_HOOK_DECLARE(path_mkdir);
KPOL_HOOK_DECLARE(path_symlink);
KPOL_HOOK_DECLARE(path_unlink);
KPOL_HOOK_DECLARE(path_rmdir);
KPOL_HOOK_DECLARE(path_rename);
KPOL_HOOK_DECLARE(path_link);
KPOL_HOOK_DECLARE(path_truncate);
KPOL_HOOK_DECLARE(path_chmod);
KPOL_HOOK_DECLARE(path_chown);
KPOL_HOOK_DECLARE(vfs_utimes);
KPOL_HOOK_DECLARE(inode_setxattr);
KPOL_HOOK_DECLARE(inode_removexattr);
KPOL_HOOK_DECLARE(inode_set_acl);
KPOL_HOOK_DECLARE(inode_remove_acl);
KPOL_HOOK_DECLARE(uring_override_creds);
KPOL_HOOK_DECLARE(socket_create);
KPOL_HOOK_DECLARE(socket_connect);
KPOL_HOOK_DECLARE(socket_bind);
KPOL_HOOK_DECLARE(socket_listen);
KPOL_HOOK_DECLARE(socket_sendmsg);
KPOL_HOOK_DECLARE(sctp_bind_connect);
KPOL_HOOK_DECLARE(inet_conn_request);
KPOL_HOOK_DECLARE(ptrace_access_check);
KPOL_HOOK_DECLARE(ptrace_traceme);
KPOL_HOOK_DECLARE(task_kill);
KPOL_HOOK_DECLARE(task_prctl);
KPOL_HOOK_DECLARE(cgroup_attach_permissions);
KPOL_HOOK_DECLARE(capable);
KPOL_HOOK_DECLARE(sb_mount);
KPOL_HOOK_DECLARE(sb_remount);
KPOL_HOOK_DECLARE(move_mount);
KPOL_HOOK_DECLARE(sb_umount);
KPOL_HOOK_DECLARE(sb_pivotroot);
KPOL_HOOK_DECLARE(fsopen);
KPOL_HOOK_DECLARE(fsmount);
KPOL_HOOK_DECLARE(mount_setattr);
KPOL_HOOK_DECLARE(open_tree);
KPOL_HOOK_DECLARE(path_chroot);
KPOL_HOOK_DECLARE(create_user_ns);
KPOL_HOOK_DECLARE(mntns_install);
KPOL_HOOK_DECLARE(userns_install);
KPOL_HOOK_DECLARE(bpf);
KPOL_HOOK_DECLARE(kernel_read_file);
KPOL_HOOK_DECLARE(kernel_load_data);
KPOL_HOOK_DECLARE(kernel_module_request);
KPOL_HOOK_DECLARE(perf_event_open);
KPOL_HOOK_DECLARE(uring_sqpoll);

/** kpol_net_deny_received() - may a descriptor that is handed over not be here, if it is a socket? */
bool kpol_net_deny_received(const struct file *file);

/** kpol_hook_row() - row @index of the table, or NULL. */
struct kpol_hook *kpol_hook_row(u32 index);

/** kpol_hook_uncovered() - operations that no attached and working set of hooks judges. */
u32 kpol_hook_uncovered(void);

/**
 * kpol_hook_init() - attach all hooks that this kernel has
 *
 * Return: 0; -EBUSY: somebody else changes the same functions (a livepatch); or another negative errno, and
 * nothing is attached.
 */
int kpol_hook_init(void);

/** kpol_hook_exit() - detach, and wait until no task is inside a callback any more. */
void kpol_hook_exit(void);

#endif /* KPOL_HOOK_H */
