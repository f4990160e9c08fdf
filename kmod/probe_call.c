// SPDX-License-Identifier: GPL-2.0-only
/* System calls that the self-test makes by itself, and a page of user memory for their arguments. */
#include "probe_call.h"
#include "symbol.h"

#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/printk.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/static_call.h>
#include <linux/uaccess.h>

unsigned long kpol_page;

static long no_syscall(const struct pt_regs *regs)
{
	return -EOPNOTSUPP;
}

DEFINE_STATIC_CALL(kpol_syscall, no_syscall);

static const char *const syscall_names[KPOL_N_SYSCALLS] = {
	[MKNOD] = "__x64_sys_mknod",
	[MKDIR] = "__x64_sys_mkdir",
	[SYMLINK] = "__x64_sys_symlink",
	[UNLINK] = "__x64_sys_unlink",
	[RMDIR] = "__x64_sys_rmdir",
	[RENAME] = "__x64_sys_rename",
	[LINK] = "__x64_sys_link",
	[TRUNCATE] = "__x64_sys_truncate",
	[PTRACE] = "__x64_sys_ptrace",
	[SOCKET] = "__x64_sys_socket",
	[CLOSE] = "__x64_sys_close",
	[CONNECT] = "__x64_sys_connect",
	[BIND] = "__x64_sys_bind",
	[LISTEN] = "__x64_sys_listen",
	[CHMOD] = "__x64_sys_chmod",
	[CHOWN] = "__x64_sys_chown",
	[UTIMENSAT] = "__x64_sys_utimensat",
	[SETXATTR] = "__x64_sys_setxattr",
	[REMOVEXATTR] = "__x64_sys_removexattr",
	[MPROTECT] = "__x64_sys_mprotect",
	[MOUNT] = "__x64_sys_mount",
	[UMOUNT] = "__x64_sys_umount",
	[PIVOT_ROOT] = "__x64_sys_pivot_root",
	[MOVE_MOUNT] = "__x64_sys_move_mount",
	[FSOPEN] = "__x64_sys_fsopen",
	[FSOPEN_32] = "__ia32_sys_fsopen",
	[FSMOUNT] = "__x64_sys_fsmount",
	[FSMOUNT_32] = "__ia32_sys_fsmount",
	[MOUNT_SETATTR] = "__x64_sys_mount_setattr",
	[MOUNT_SETATTR_32] = "__ia32_sys_mount_setattr",
	[OPEN_TREE] = "__x64_sys_open_tree",
	[OPEN_TREE_32] = "__ia32_sys_open_tree",
	[OPEN_TREE_ATTR] = "__x64_sys_open_tree_attr",
	[OPEN_TREE_ATTR_32] = "__ia32_sys_open_tree_attr",
	[CHROOT] = "__x64_sys_chroot",
	[OPEN] = "__x64_sys_open",
	[SETNS] = "__x64_sys_setns",
	[KILL] = "__x64_sys_kill",
	[BPF] = "__x64_sys_bpf",
	[INIT_MODULE] = "__x64_sys_init_module",
	[PERF_EVENT_OPEN] = "__x64_sys_perf_event_open",
	[IO_URING_SETUP] = "__x64_sys_io_uring_setup",
	[PRCTL] = "__x64_sys_prctl",
};
static void *syscalls[KPOL_N_SYSCALLS];

long kpol_call_with(enum kpol_syscall syscall, const struct pt_regs *regs)
{
	if (!syscalls[syscall])
		return -EOPNOTSUPP;
	static_call_update(kpol_syscall, syscalls[syscall]);
	return static_call(kpol_syscall)(regs);
}

long kpol_call(enum kpol_syscall syscall, unsigned long a, unsigned long b, unsigned long c,
	       unsigned long d)
{
	struct pt_regs regs = { .di = a, .si = b, .dx = c, .r10 = d, .bx = a, .cx = b };

	return kpol_call_with(syscall, &regs);
}

bool kpol_put_string(unsigned long at, const char *string)
{
	return !copy_to_user((void __user *)(kpol_page + at), string, strlen(string) + 1);
}

long kpol_call_path(enum kpol_syscall syscall, const char *path, unsigned long b, unsigned long c)
{
	if (!kpol_put_string(ARG_OLD, path))
		return -EFAULT;
	return kpol_call(syscall, kpol_page + ARG_OLD, b, c, 0);
}

long kpol_call_two_paths(enum kpol_syscall syscall, const char *old, const char *new)
{
	if (!kpol_put_string(ARG_NEW, new))
		return -EFAULT;
	return kpol_call_path(syscall, old, kpol_page + ARG_NEW, 0);
}

bool kpol_call_init(void)
{
	if (!current->mm)
		return false;
	kpol_page =
		vm_mmap(NULL, 0, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, 0);
	if (IS_ERR_VALUE(kpol_page))
		return false;
	if (kpol_symbols_find(syscall_names, syscalls, KPOL_N_SYSCALLS))
		pr_notice("kpol: no memory for most of the self-test\n");
	return true;
}

void kpol_call_exit(void)
{
	vm_munmap(kpol_page, PAGE_SIZE);
}
