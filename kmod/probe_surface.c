// SPDX-License-Identifier: GPL-2.0-only
/* The operations with which the self-test tries the hooks of mounts, namespaces and the host's own. */
#include "probe.h"
#include "probe_call.h"

#include <linux/capability.h>
#include <linux/fcntl.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/io_uring.h>
#include <linux/kernel_read_file.h>
#include <linux/kmod.h>
#include <linux/mm.h>
#include <linux/prctl.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/uaccess.h>
#include <uapi/linux/mount.h>

static long probe_capable(void)
{
	return capable(CAP_SYS_MODULE) ? 0 : -EPERM;
}

/* A filesystem that nobody has. */
static long probe_mount(void)
{
	struct pt_regs regs = { .di = kpol_page + ARG_OLD,
				.si = kpol_page + ARG_NEW,
				.dx = kpol_page + ARG_OLD };

	if (!kpol_put_string(ARG_OLD, "kpol-probe") || !kpol_put_string(ARG_NEW, "/proc"))
		return -EFAULT;
	return kpol_call_with(MOUNT, &regs);
}

/* Only asks whether it could be: a mount must be found idle twice to go, and the first time changes nothing. */
static long probe_umount(void)
{
	return kpol_call_path(UMOUNT, "/proc", MNT_EXPIRE, 0);
}

/* A directory cannot come to stand on itself. */
static long probe_pivot_root(void)
{
	return kpol_call_two_paths(PIVOT_ROOT, "/proc", "/proc");
}

static long probe_move_mount(void)
{
	if (!kpol_put_string(ARG_OLD, "/proc"))
		return -EFAULT;
	return kpol_call(MOVE_MOUNT, AT_FDCWD, kpol_page + ARG_OLD, AT_FDCWD, kpol_page + ARG_OLD);
}

static long probe_fsopen(void)
{
	return kpol_call_path(FSOPEN, "kpol-probe", 0, 0);
}

static long probe_fsopen_32(void)
{
	return kpol_call_path(FSOPEN_32, "kpol-probe", 0, 0);
}

/* No descriptor is that high. */
static long probe_fsmount(void)
{
	return kpol_call(FSMOUNT, INT_MAX, 0, 0, 0);
}

static long probe_fsmount_32(void)
{
	return kpol_call(FSMOUNT_32, INT_MAX, 0, 0, 0);
}

static long probe_mount_setattr(void)
{
	return kpol_call(MOUNT_SETATTR, INT_MAX, 0, 0, 0);
}

static long probe_mount_setattr_32(void)
{
	return kpol_call(MOUNT_SETATTR_32, INT_MAX, 0, 0, 0);
}

static long probe_open_tree(void)
{
	return kpol_call(OPEN_TREE, INT_MAX, 0, OPEN_TREE_CLONE, 0);
}

static long probe_open_tree_32(void)
{
	return kpol_call(OPEN_TREE_32, INT_MAX, 0, OPEN_TREE_CLONE, 0);
}

static long probe_open_tree_attr(void)
{
	return kpol_call(OPEN_TREE_ATTR, INT_MAX, 0, OPEN_TREE_CLONE, 0);
}

static long probe_open_tree_attr_32(void)
{
	return kpol_call(OPEN_TREE_ATTR_32, INT_MAX, 0, OPEN_TREE_CLONE, 0);
}

static long probe_chroot(void)
{
	return kpol_call_path(CHROOT, "/", 0, 0);
}

/* One's own user namespace is refused. */
static long probe_enter_user(void)
{
	long fd = kpol_call_path(OPEN, "/proc/self/ns/user", O_RDONLY, 0), err;

	if (fd < 0)
		return fd;
	err = kpol_call(SETNS, fd, CLONE_NEWUSER, 0, 0);
	kpol_call(CLOSE, fd, 0, 0, 0);
	return err;
}

/* Signal 0 to init. */
static long probe_kill(void)
{
	return kpol_call(KILL, 1, 0, 0, 0);
}

static long probe_bpf(void)
{
	return kpol_call(BPF, INT_MAX, kpol_page, 0, 0);
}

/* Bytes that are no module. */
static long probe_load_data(void)
{
	return kpol_call(INIT_MODULE, kpol_page, PAGE_SIZE, kpol_page, 0);
}

static long probe_read_file(void)
{
	struct file *file = filp_open("/proc/self/exe", O_RDONLY, 0);
	static char bytes[16];
	void *buffer = bytes;
	size_t size;
	long n;

	if (IS_ERR(file))
		return PTR_ERR(file);
	n = kernel_read_file(file, 0, &buffer, sizeof(bytes), &size, READING_MODULE);
	filp_close(file, NULL);
	return n;
}

static long probe_module_request(void)
{
	return request_module("kpol-probe");
}

static long close_if_open(long fd)
{
	if (fd >= 0)
		kpol_call(CLOSE, fd, 0, 0, 0);
	return fd;
}

static long probe_perf(void)
{
	struct pt_regs regs = { .di = kpol_page, .dx = -1UL, .r10 = -1UL };

	if (clear_user((void __user *)kpol_page, 128))
		return -EFAULT;
	return close_if_open(kpol_call_with(PERF_EVENT_OPEN, &regs));
}

/* A map of no size is none. */
static long probe_prctl(void)
{
	return kpol_call(PRCTL, PR_SET_MM, PR_SET_MM_MAP, kpol_page, 0);
}

static long probe_sqpoll(void)
{
	struct io_uring_params params = { .flags = IORING_SETUP_SQPOLL };

	if (copy_to_user((void __user *)kpol_page, &params, sizeof(params)))
		return -EFAULT;
	return close_if_open(kpol_call(IO_URING_SETUP, 1, kpol_page, 0, 0));
}

const struct kpol_probe kpol_probes_surface[] = {
	{ "security_task_kill", probe_kill },
	{ "security_capable", probe_capable },
	{ "security_sb_mount", probe_mount },
	{ "security_sb_umount", probe_umount },
	{ "security_sb_pivotroot", probe_pivot_root },
	{ "security_move_mount", probe_move_mount },
	{ "__x64_sys_fsopen", probe_fsopen },
	{ "__ia32_sys_fsopen", probe_fsopen_32 },
	{ "__x64_sys_fsmount", probe_fsmount },
	{ "__ia32_sys_fsmount", probe_fsmount_32 },
	{ "__x64_sys_mount_setattr", probe_mount_setattr },
	{ "__ia32_sys_mount_setattr", probe_mount_setattr_32 },
	{ "__x64_sys_open_tree", probe_open_tree },
	{ "__ia32_sys_open_tree", probe_open_tree_32 },
	{ "__x64_sys_open_tree_attr", probe_open_tree_attr },
	{ "__ia32_sys_open_tree_attr", probe_open_tree_attr_32 },
	{ "security_path_chroot", probe_chroot },
	{ "userns_install", probe_enter_user },
	{ "security_task_prctl", probe_prctl },
	{ "security_uring_sqpoll", probe_sqpoll },
	{ "security_bpf", probe_bpf },
	{ "security_kernel_read_file", probe_read_file },
	{ "security_kernel_load_data", probe_load_data },
	{ "security_kernel_module_request", probe_module_request },
	{ "security_perf_event_open", probe_perf },
	{}
};
