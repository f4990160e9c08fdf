// SPDX-License-Identifier: GPL-2.0-or-later
/* What of the host can be reached from inside a scope: each way works without a policy, and is denied by one. */
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/kexec.h>
#include <linux/mount.h>
#include <linux/perf_event.h>
#include <linux/reboot.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "lib/act.h"
#include "lib/guest.h"
#include "lib/result.h"
#include "lib/uring.h"

#define POLICY                                                                            \
	"apiVersion: kpol.io/v1\nkind: RuntimePolicy\nmetadata: {name: surface}\nspec:\n" \
	"  selector: {matchCgroups: [/surface]}\n"
#define SEALED POLICY "  process:\n    action: Allow\n    matchPaths: [{path: /tmp/in/program}]\n"
#define BLOCK(section) POLICY "  " section ": {action: Block}\n"
#define CAPABILITY(names)                                                                          \
	POLICY "  capabilities:\n    action: Block\n    matchCapabilities: [{capability: \"" names \
	       "\"}]\n"
#define BLOCK_BELOW(dir)                                                       \
	POLICY "  file:\n    action: Block\n    matchDirectories: [{dir: " dir \
	       ", recursive: true}]\n"
#define MOUNTED "/tmp/surface"
#define OTHER "/tmp/surface-other"

/* Preparations, done before there is a policy */

static int nothing(const char *unused)
{
	return 0;
}

/* A mount tree of the worker's own, in which the tests' traces go with it. */
static int own_mounts(const char *unused)
{
	mkdir(MOUNTED, 0755);
	mkdir(OTHER, 0755);
	if (unshare(CLONE_NEWNS))
		return -errno;
	return result(mount("none", MOUNTED, "tmpfs", 0, NULL));
}

/* The root of all mounts cannot be turned away: stand on another. */
static int other_root(const char *unused)
{
	int r = own_mounts(unused);

	if (!r)
		r = result(mount("/", OTHER, NULL, MS_BIND | MS_REC, NULL));
	if (!r)
		r = result(chroot(OTHER));
	if (!r)
		r = result(mount("none", MOUNTED, "tmpfs", 0, NULL));
	if (!r)
		r = result(mkdir(MOUNTED "/old", 0755));
	return r ? r : result(chdir("/"));
}

static int with_tracefs(const char *unused)
{
	int r = own_mounts(unused);

	return r ? r : result(mount("none", MOUNTED, "tracefs", 0, NULL));
}

/* A mount that is nowhere yet, made and held. */
static int held = -1;

static int hold_filesystem(const char *unused)
{
	int r = own_mounts(unused);

	if (r)
		return r;
	held = (int)syscall(SYS_fsopen, "tmpfs", 0);
	if (held < 0)
		return -errno;
	return result(syscall(SYS_fsconfig, held, FSCONFIG_CMD_CREATE, NULL, NULL, 0));
}

static int hold_mount(const char *unused)
{
	int r = hold_filesystem(unused);

	if (r)
		return r;
	held = (int)syscall(SYS_fsmount, held, 0, 0);
	return result(held);
}

static int hold_picked(const char *unused)
{
	int r = own_mounts(unused);

	if (r)
		return r;
	held = (int)syscall(SYS_fspick, AT_FDCWD, MOUNTED, 0);
	return result(held);
}

static pid_t child;

static int hold_child(const char *unused)
{
	child = fork();
	if (child < 0)
		return -errno;
	if (!child) {
		pause();
		_exit(0);
	}
	return 0;
}

/* Mounts */

static int bind_mount(const char *unused)
{
	return result(mount("/proc", OTHER, NULL, MS_BIND, NULL));
}

static int move_a_mount(const char *unused)
{
	return result(mount(MOUNTED, OTHER, NULL, MS_MOVE, NULL));
}

static int move_mount_held(const char *unused)
{
	return result(syscall(SYS_move_mount, held, "", AT_FDCWD, OTHER, MOVE_MOUNT_F_EMPTY_PATH));
}

static int clone_tree(const char *unused)
{
	return close_result(syscall(SYS_open_tree, AT_FDCWD, MOUNTED, OPEN_TREE_CLONE | O_CLOEXEC));
}

static int open_filesystem(const char *unused)
{
	return close_result(syscall(SYS_fsopen, "tmpfs", 0));
}

static int make_mount(const char *unused)
{
	return close_result(syscall(SYS_fsmount, held, 0, 0));
}

static int reconfigure(const char *unused)
{
	return result(syscall(SYS_fsconfig, held, FSCONFIG_CMD_RECONFIGURE, NULL, NULL, 0));
}

static int set_attributes(const char *unused)
{
	struct mount_attr attributes = { .attr_set = MOUNT_ATTR_NOATIME,
					 .attr_clr = MOUNT_ATTR__ATIME };

	return result(
		syscall(SYS_mount_setattr, AT_FDCWD, MOUNTED, 0, &attributes, sizeof(attributes)));
}

static int mount_type(const char *type)
{
	return result(mount("none", OTHER, type, 0, NULL));
}

static int mount_overlay(const char *unused)
{
	return result(mount("none", OTHER, "overlay", 0, "lowerdir=/tmp/in:" MOUNTED));
}

static int remount(const char *unused)
{
	return result(mount(NULL, MOUNTED, NULL, MS_REMOUNT | MS_NOSUID, NULL));
}

static int remount_bind(const char *unused)
{
	return result(mount(NULL, MOUNTED, NULL, MS_REMOUNT | MS_BIND | MS_NOSUID, NULL));
}

static int change_propagation(const char *unused)
{
	return result(mount(NULL, MOUNTED, NULL, MS_SHARED, NULL));
}

static int unmount(const char *unused)
{
	return result(umount(MOUNTED));
}

static int pivot(const char *unused)
{
	return result(syscall(SYS_pivot_root, MOUNTED, MOUNTED "/old"));
}

static int change_root(const char *unused)
{
	return result(chroot(MOUNTED));
}

/* The host's own */

static int trace_child(const char *unused)
{
	return act_trace("");
}

static int read_memory(const char *unused)
{
	static char from = 'f';
	char to;
	struct iovec local = { &to, 1 }, remote = { &from, 1 };

	return result(process_vm_readv(child, &local, 1, &remote, 1, 0));
}

static int write_memory(const char *unused)
{
	static char to = 't';
	char from = 'f';
	struct iovec local = { &from, 1 }, remote = { &to, 1 };

	return result(process_vm_writev(child, &local, 1, &remote, 1, 0));
}

static int take_descriptor(const char *unused)
{
	int pidfd = (int)syscall(SYS_pidfd_open, child, 0), r;

	if (pidfd < 0)
		return -errno;
	r = close_result(syscall(SYS_pidfd_getfd, pidfd, 0, 0));
	close(pidfd);
	return r;
}

/* The test itself is on the host. */
static int kill_host_task(const char *unused)
{
	return result(kill(getppid(), SIGURG));
}

static int signal_by_pidfd(const char *unused)
{
	int pidfd = (int)syscall(SYS_pidfd_open, getppid(), 0), r;

	if (pidfd < 0)
		return -errno;
	r = result(syscall(SYS_pidfd_send_signal, pidfd, SIGURG, NULL, 0));
	close(pidfd);
	return r;
}

/* Not a module: the kernel says so, once it has been let look. */
static int init_module_of_nothing(const char *unused)
{
	static char bytes[4096];

	return result(syscall(SYS_init_module, bytes, sizeof(bytes), ""));
}

static int finit_module_of_nothing(const char *unused)
{
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC), r;

	if (fd < 0)
		return -errno;
	r = result(syscall(SYS_finit_module, fd, "", 0));
	close(fd);
	return r;
}

/* No segments: what is loaded goes away, and nothing is. */
static int kexec(const char *unused)
{
	return result(syscall(SYS_kexec_load, 0, 0, NULL, KEXEC_ARCH_DEFAULT));
}

static int kexec_of_nothing(const char *unused)
{
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC), r;

	if (fd < 0)
		return -errno;
	r = result(syscall(SYS_kexec_file_load, fd, -1, 1UL, "", KEXEC_FILE_NO_INITRAMFS));
	close(fd);
	return r;
}

static int make_bpf_map(const char *unused)
{
	union bpf_attr attr = {
		.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1
	};

	return close_result(syscall(SYS_bpf, BPF_MAP_CREATE, &attr, sizeof(attr)));
}

static int open_perf_event(const char *unused)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_SOFTWARE,
					.size = sizeof(attr),
					.config = PERF_COUNT_SW_CPU_CLOCK };

	return close_result(syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0));
}

static int open_userfaultfd(const char *unused)
{
	return close_result(syscall(SYS_userfaultfd, O_CLOEXEC));
}

/* Ctrl-Alt-Del asks init, as it does already. */
static int reboot_command(const char *unused)
{
	return result(syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2,
			      LINUX_REBOOT_CMD_CAD_OFF, NULL));
}

static int set_clock(const char *unused)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return result(clock_settime(CLOCK_REALTIME, &now));
}

static int open_raw_socket(const char *unused)
{
	return act_socket("raw4");
}

static int set_hostname(const char *unused)
{
	return result(sethostname("kpol", 4));
}

static int change_owner(const char *unused)
{
	return result(chown("/tmp/in/f", 1000, 1000));
}

static int poll_ring(const char *unused)
{
	struct uring ring;
	int r = uring_open(&ring, IORING_SETUP_SQPOLL);

	if (!r)
		uring_close(&ring);
	return r;
}

static int ring_with_credentials(const char *unused)
{
	struct io_uring_sqe request = { .opcode = IORING_OP_NOP };
	struct uring ring;
	int r = uring_open(&ring, 0);

	if (r)
		return r;
	r = uring_register_self(&ring);
	if (r >= 0) {
		request.personality = (unsigned short)r;
		r = uring_do(&ring, &request);
	}
	uring_close(&ring);
	return r;
}

FIXTURE(surface)
{
	struct guest_worker free, confined;
	struct guest_events *events;
};

/**
 * struct surface_way - one way
 * @works: what it returns where nobody interferes, @denied: with the policy.
 */
FIXTURE_VARIANT(surface)
{
	const char *policy;
	guest_act prepare, act;
	const char *arg;
	int works, denied;
	uint32_t class, op, reason;
	const char *object;
};

FIXTURE_SETUP(surface)
{
	guest_unload();
	guest_write("/tmp/in/f", "inside", 0644);
	guest_cgroup("surface");
	self->free = guest_worker_new("surface");
	self->confined = guest_worker_new("surface");
	self->events = guest_events_open();
}

FIXTURE_TEARDOWN(surface)
{
	guest_unload();
	guest_events_close(self->events);
	guest_worker_end(&self->free);
	guest_worker_end(&self->confined);
}

#define WAY(name_, policy_, prepare_, act_, arg_, works_, denied_, class_, op_, reason_, object_)  \
	FIXTURE_VARIANT_ADD(surface, name_)                                                        \
	{                                                                                          \
		.policy = policy_, .prepare = prepare_, .act = act_, .arg = arg_, .works = works_, \
		.denied = denied_, .class = KPOL_CLASS_##class_, .op = KPOL_OP_##op_,              \
		.reason = KPOL_REASON_##reason_, .object = object_,                                \
	}

#define MOUNT_WAY(name, prepare, act, arg, object) \
	WAY(name, SEALED, prepare, act, arg, 0, -EACCES, MOUNT, MOUNT, SEALED, object)
#define CAPABILITY_WAY(name, names, act) \
	WAY(name, CAPABILITY(names), nothing, act, "", 0, -EPERM, CAPABILITY, CAPABLE, RULE, names)

MOUNT_WAY(bind_mounts, own_mounts, bind_mount, "", "bind");
MOUNT_WAY(move_mount_of_old, own_mounts, move_a_mount, "", "move");
MOUNT_WAY(move_mount, hold_mount, move_mount_held, "", "move");
MOUNT_WAY(open_tree, own_mounts, clone_tree, "", "bind");
MOUNT_WAY(fsopen, nothing, open_filesystem, "", "fsopen");
MOUNT_WAY(fsmount, hold_filesystem, make_mount, "", "fsopen");
MOUNT_WAY(fspick, hold_picked, reconfigure, "", "remount");
MOUNT_WAY(mount_setattr, own_mounts, set_attributes, "", "remount");
MOUNT_WAY(mounts_of_the_same_filesystem_elsewhere, own_mounts, mount_type, "proc", "proc");
MOUNT_WAY(mount_tmpfs, own_mounts, mount_type, "tmpfs", "tmpfs");
MOUNT_WAY(mount_tracefs, own_mounts, mount_type, "tracefs", "tracefs");
MOUNT_WAY(overlay_mounts, own_mounts, mount_overlay, "", "overlay");
MOUNT_WAY(remount, own_mounts, remount, "", "remount");
MOUNT_WAY(remount_of_one_mount, own_mounts, remount_bind, "", "remount");
MOUNT_WAY(propagation, own_mounts, change_propagation, "", "propagation");
WAY(umount, SEALED, own_mounts, unmount, "", 0, -EACCES, MOUNT, UMOUNT, SEALED, "tmpfs");
WAY(pivot_root, SEALED, other_root, pivot, "", 0, -EACCES, MOUNT, PIVOT, SEALED, "pivot");
WAY(chroot, SEALED, own_mounts, change_root, "", 0, -EACCES, NAMESPACE, CHROOT, SEALED, "chroot");
WAY(mount_blocked, BLOCK("mount"), own_mounts, bind_mount, "", 0, -EACCES, MOUNT, MOUNT, RULE,
    "bind");

WAY(ptrace, BLOCK("ptrace"), nothing, trace_child, "", 0, -EACCES, PTRACE, TRACE, RULE, "");
WAY(process_vm_readv, BLOCK("ptrace"), hold_child, read_memory, "", 0, -EPERM, PTRACE, TRACE, RULE,
    "");
WAY(process_vm_writev, BLOCK("ptrace"), hold_child, write_memory, "", 0, -EPERM, PTRACE, TRACE,
    RULE, "");
WAY(pidfd_getfd, BLOCK("ptrace"), hold_child, take_descriptor, "", 0, -EPERM, PTRACE, TRACE, RULE,
    "");
WAY(kill_of_host_tasks, BLOCK("signal"), nothing, kill_host_task, "", 0, -EACCES, SIGNAL, KILL,
    RULE, "");
WAY(kill_of_host_tasks_by_pidfd, BLOCK("signal"), nothing, signal_by_pidfd, "", 0, -EACCES, SIGNAL,
    KILL, RULE, "");
WAY(module_load_init, BLOCK("moduleLoad"), nothing, init_module_of_nothing, "", -ENOEXEC, -EACCES,
    MODULE, LOAD, RULE, "module");
WAY(module_load_finit, BLOCK("moduleLoad"), nothing, finit_module_of_nothing, "", -ENOEXEC, -EACCES,
    MODULE, LOAD, RULE, "module");
WAY(kexec, BLOCK("moduleLoad"), nothing, kexec, "", 0, -EACCES, MODULE, LOAD, RULE, "kexec");
WAY(kexec_file, BLOCK("moduleLoad"), nothing, kexec_of_nothing, "", -ENOEXEC, -EACCES, MODULE, LOAD,
    RULE, "kexec");
WAY(bpf, BLOCK("bpf"), nothing, make_bpf_map, "", 0, -EACCES, BPF, BPF, RULE, "map_create");
WAY(perf_event_open, BLOCK("perf"), nothing, open_perf_event, "", 0, -EACCES, PERF, PERF, RULE, "");
WAY(io_uring_sqpoll,
    POLICY "  namespaceOps: {action: Block, matchNamespaces: [{namespace: io_uring}]}\n", nothing,
    poll_ring, "", 0, -EACCES, NAMESPACE, RING, RULE, "sqpoll");
WAY(io_uring_credentials,
    POLICY "  namespaceOps: {action: Block, matchNamespaces: [{namespace: io_uring}]}\n", nothing,
    ring_with_credentials, "", 0, -EACCES, NAMESPACE, RING, RULE, "creds");
CAPABILITY_WAY(userfaultfd, "sys_ptrace", open_userfaultfd);
CAPABILITY_WAY(reboot, "sys_boot", reboot_command);
CAPABILITY_WAY(setting_the_clock, "sys_time", set_clock);
CAPABILITY_WAY(capabilities_by_name_net_raw, "net_raw", open_raw_socket);
CAPABILITY_WAY(capabilities_by_name_sys_admin, "sys_admin", set_hostname);
CAPABILITY_WAY(capabilities_by_name_chown, "chown", change_owner);
WAY(writing_proc_sys, BLOCK_BELOW("/proc/sys/"), nothing, act_write,
    "/proc/sys/kernel/core_pattern", 0, -EACCES, FILE, WRITE, RULE,
    "/proc/sys/kernel/core_pattern");
WAY(tracefs_kprobes, BLOCK_BELOW(MOUNTED "/"), with_tracefs, act_write, MOUNTED "/kprobe_events", 0,
    -EACCES, FILE, WRITE, RULE, MOUNTED "/kprobe_events");

TEST_F(surface, works_without_a_policy_and_is_denied_with_it)
{
	const struct guest_event *e;

	ASSERT_EQ(0, guest_do(&self->free, variant->prepare, ""));
	ASSERT_EQ(0, guest_do(&self->confined, variant->prepare, ""));
	EXPECT_EQ(variant->works, guest_do(&self->free, variant->act, variant->arg));
	ASSERT_EQ(0, guest_load(variant->policy));
	guest_events_clear(self->events);
	EXPECT_EQ(variant->denied, guest_do(&self->confined, variant->act, variant->arg));
	ASSERT_LE(1, guest_events_wait(self->events, 1, 2000));
	e = &self->events->items[0];
	EXPECT_EQ(KPOL_VERDICT_DENY, e->verdict);
	EXPECT_EQ(variant->class, e->class);
	EXPECT_EQ(variant->op, e->op);
	EXPECT_EQ(variant->reason, e->reason);
	EXPECT_STREQ(variant->object, e->object);
}

TEST_HARNESS_MAIN
