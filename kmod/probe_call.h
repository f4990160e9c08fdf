/* SPDX-License-Identifier: GPL-2.0-only */
/* System calls that the self-test makes by itself, and a page of user memory for their arguments. */
#ifndef KPOL_PROBE_CALL_H
#define KPOL_PROBE_CALL_H

#include <linux/types.h>

struct pt_regs;

/* Two strings of 128 bytes and a socket address. */
extern unsigned long kpol_page;
#define ARG_OLD 0
#define ARG_NEW 128
#define ARG_ADDRESS 256

/* Those with _32 are the entries for programs of 32 bits. */
enum kpol_syscall {
	MKNOD,
	MKDIR,
	SYMLINK,
	UNLINK,
	RMDIR,
	RENAME,
	LINK,
	TRUNCATE,
	PTRACE,
	SOCKET,
	CLOSE,
	CONNECT,
	BIND,
	LISTEN,
	CHMOD,
	CHOWN,
	UTIMENSAT,
	SETXATTR,
	REMOVEXATTR,
	MPROTECT,
	MOUNT,
	UMOUNT,
	PIVOT_ROOT,
	MOVE_MOUNT,
	FSOPEN,
	FSOPEN_32,
	FSMOUNT,
	FSMOUNT_32,
	MOUNT_SETATTR,
	MOUNT_SETATTR_32,
	OPEN_TREE,
	OPEN_TREE_32,
	OPEN_TREE_ATTR,
	OPEN_TREE_ATTR_32,
	CHROOT,
	OPEN,
	SETNS,
	KILL,
	BPF,
	INIT_MODULE,
	PERF_EVENT_OPEN,
	IO_URING_SETUP,
	PRCTL,
	KPOL_N_SYSCALLS
};

/** kpol_call_with() - call a system call's entry point. Return: its answer; -EOPNOTSUPP: not found. */
long kpol_call_with(enum kpol_syscall syscall, const struct pt_regs *regs);

/** kpol_call() - the same with arguments where programs of 64 and of 32 bits have the first ones. */
long kpol_call(enum kpol_syscall syscall, unsigned long a, unsigned long b, unsigned long c,
	       unsigned long d);

/** kpol_put_string() - to an offset in the page. Return: done. */
bool kpol_put_string(unsigned long at, const char *string);

/** kpol_call_path() - @path as first argument. */
long kpol_call_path(enum kpol_syscall syscall, const char *path, unsigned long b, unsigned long c);

/** kpol_call_two_paths() - two paths as first and second argument. */
long kpol_call_two_paths(enum kpol_syscall syscall, const char *old, const char *new);

/**
 * kpol_call_init() - find the entry points, and map the page into the task that loads the module
 *
 * Return: ready; without memory for the entry points all calls are "not found".
 */
bool kpol_call_init(void);
void kpol_call_exit(void);

#endif /* KPOL_PROBE_CALL_H */
