// SPDX-License-Identifier: GPL-2.0-or-later
/* Nobody becomes another by namespaces, forks or cgroups: each way works without a policy, and helps nobody with one. */
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "lib/act.h"
#include "lib/guest.h"
#include "nl/conn.h"
#include "nl/status.h"

#define INSIDE "/tmp/in/f"
#define OUTSIDE "/tmp/out/f" /* what may not be read */

#define HEADER(name, cgroup)                                                               \
	"apiVersion: kpol.io/v1\nkind: RuntimePolicy\nmetadata: {name: " name "}\nspec:\n" \
	"  selector: {matchCgroups: [" cgroup "]}\n"
#define ALLOWLIST                                                                       \
	HEADER("identity", "/identity")                                                 \
	"  file:\n    action: Allow\n    matchDirectories:\n"                           \
	"    - {dir: /tmp/in/, recursive: true}\n    - {dir: /dev/, recursive: true}\n" \
	"    - {dir: /proc/, recursive: true}\n    - {dir: /sys/fs/cgroup/, recursive: true}\n"
#define BLOCKLIST                       \
	HEADER("identity", "/identity") \
	"  file: {action: Block, matchPaths: [{path: " OUTSIDE "}]}\n"
#define ANOTHER "---\n" HEADER("another", "/another") "  ptrace: {action: Block}\n"

/* What a child came to: its exit status is the errno. */
static int wait_for(pid_t pid)
{
	int status;

	if (pid < 0)
		return -errno;
	if (waitpid(pid, &status, 0) < 0)
		return -errno;
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -EPIPE;
}

/* In a child, so that what it changes about itself goes with it. */
static int read_in_child(int (*change)(void))
{
	pid_t pid = fork();
	int r;

	if (pid)
		return wait_for(pid);
	r = change();
	_exit(r ? -r : -act_read(OUTSIDE));
}

static int unshared;

static int change_namespaces(void)
{
	return unshare(unshared) ? -errno : 0;
}

static int unshare_and_read(const char *flags)
{
	unshared = (int)strtol(flags, NULL, 0);
	return read_in_child(change_namespaces);
}

/* As a container runtime does it: all namespaces but the user's, and the first task of the new processes. */
static int nest(void)
{
	pid_t pid;
	int r;

	if (unshare(CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWIPC |
		    CLONE_NEWCGROUP))
		return -errno;
	pid = fork();
	if (!pid)
		_exit(-act_read(OUTSIDE));
	r = wait_for(pid);
	return r;
}

static int nest_and_read(const char *unused)
{
	return read_in_child(nest);
}

static int fork_twice(void)
{
	pid_t pid = fork();

	if (!pid)
		_exit(-act_read(OUTSIDE));
	return wait_for(pid);
}

static int double_fork_and_read(const char *unused)
{
	return read_in_child(fork_twice);
}

static int new_session(void)
{
	return setsid() < 0 ? -errno : 0;
}

static int setsid_and_read(const char *unused)
{
	return read_in_child(new_session);
}

/* The reader's parent has gone: a pipe tells what became of it. */
static int daemonize_and_read(const char *unused)
{
	int ends[2], r = -EPIPE;
	pid_t pid;

	if (pipe(ends))
		return -errno;
	pid = fork();
	if (!pid) {
		if (setsid() < 0 || fork())
			_exit(0);
		r = chdir("/") ? -errno : act_read(OUTSIDE);
		_exit(write(ends[1], &r, sizeof(r)) != sizeof(r));
	}
	close(ends[1]);
	wait_for(pid);
	if (read(ends[0], &r, sizeof(r)) != sizeof(r))
		r = -EPIPE;
	close(ends[0]);
	return r;
}

static int read_through_init(const char *unused)
{
	return act_read("/proc/1/root" OUTSIDE);
}

static int enter(const char *kind, int flag)
{
	char path[32];
	int fd, r;

	snprintf(path, sizeof(path), "/proc/1/ns/%s", kind);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	r = setns(fd, flag) ? -errno : 0;
	close(fd);
	return r;
}

static int enter_mounts(void)
{
	return enter("mnt", CLONE_NEWNS);
}

static int enter_mounts_and_read(const char *unused)
{
	return read_in_child(enter_mounts);
}

static const char *cgroup;

static int join(void)
{
	return guest_join(cgroup);
}

static int move_and_read(const char *to)
{
	cgroup = to;
	return read_in_child(join);
}

static int clone_into_and_read(const char *to)
{
	struct clone_args args = { .flags = CLONE_INTO_CGROUP, .exit_signal = SIGCHLD };
	char path[256];
	pid_t pid;
	int fd;

	snprintf(path, sizeof(path), "/sys/fs/cgroup/%s", to);
	fd = open(path, O_PATH | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	args.cgroup = (unsigned int)fd;
	pid = (pid_t)syscall(SYS_clone3, &args, sizeof(args));
	if (!pid)
		_exit(-act_read(OUTSIDE));
	close(fd);
	return wait_for(pid);
}

static int move_task(const char *pid_and_cgroup)
{
	char pid[16], path[256], name[64];
	int fd, r = 0;

	sscanf(pid_and_cgroup, "%15s %63s", pid, name);
	snprintf(path, sizeof(path), "/sys/fs/cgroup/%s/cgroup.procs", name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (write(fd, pid, strlen(pid)) < 0)
		r = -errno;
	close(fd);
	return r;
}

static int ask_module(const char *unused)
{
	struct kpol_nl_status status;
	struct kpol_nl *nl = NULL;
	int r = kpol_nl_new(false, &nl);

	if (r < 0)
		return r;
	r = kpol_nl_status_get(nl, &status);
	kpol_nl_free(nl);
	return r;
}

FIXTURE(identity)
{
	struct guest_worker free, confined;
};

/* @missing: what @act returns without a policy on a kernel that has no such namespaces. */
FIXTURE_VARIANT(identity)
{
	guest_act act;
	const char *arg;
	int denied;
	int missing;
};

FIXTURE_SETUP(identity)
{
	guest_unload();
	guest_write(INSIDE, "inside", 0644);
	guest_write(OUTSIDE, "outside", 0644);
	guest_cgroup("identity/below");
	guest_cgroup("another");
	guest_cgroup("unbound");
	self->free = guest_worker_new("identity");
	self->confined = guest_worker_new("identity");
}

FIXTURE_TEARDOWN(identity)
{
	guest_unload();
	guest_worker_end(&self->free);
	guest_worker_end(&self->confined);
}

#define WAY(name, act_, arg_, ...)                                       \
	FIXTURE_VARIANT_ADD(identity, name)                              \
	{                                                                \
		.act = act_, .arg = arg_, .denied = -EACCES, __VA_ARGS__ \
	}

WAY(unshare_of_mounts, unshare_and_read, "0x20000");
WAY(unshare_of_cgroups, unshare_and_read, "0x2000000");
WAY(unshare_of_hostname, unshare_and_read, "0x4000000");
WAY(unshare_of_ipc, unshare_and_read, "0x8000000");
WAY(unshare_of_processes, unshare_and_read, "0x20000000");
WAY(unshare_of_network, unshare_and_read, "0x40000000");
WAY(unshare_of_time, unshare_and_read, "0x80", .missing = -EINVAL);
WAY(user_namespaces, unshare_and_read, "0x10000000");
WAY(nested_containers, nest_and_read, "");
WAY(host_pid, read_through_init, "");
WAY(entering_of_mount_namespaces, enter_mounts_and_read, "");
WAY(double_fork, double_fork_and_read, "");
WAY(daemonize, daemonize_and_read, "");
WAY(setsid, setsid_and_read, "");
WAY(moving_to_a_cgroup_of_nobody, move_and_read, "unbound");
WAY(moving_to_the_root, move_and_read, ".");
WAY(moving_to_another_scope, move_and_read, "another");
WAY(delegated_sub_cgroup, move_and_read, "identity/below");
WAY(clone_into_a_cgroup_of_nobody, clone_into_and_read, "unbound");
WAY(clone_into_another_scope, clone_into_and_read, "another");
WAY(clone_into_a_sub_cgroup, clone_into_and_read, "identity/below");

TEST_F(identity, helps_nobody)
{
	int r = guest_do(&self->free, variant->act, variant->arg);

	if (variant->missing && r == variant->missing)
		SKIP(return, "this kernel has no such namespaces");
	ASSERT_EQ(0, r);
	ASSERT_EQ(0, guest_load(ALLOWLIST ANOTHER));
	EXPECT_EQ(variant->denied, guest_do(&self->confined, variant->act, variant->arg));
	ASSERT_EQ(0, guest_load(BLOCKLIST ANOTHER));
	EXPECT_EQ(variant->denied, guest_do(&self->confined, variant->act, variant->arg));
}

FIXTURE(moves)
{
	struct guest_worker confined, outside;
	struct guest_events *events;
	char pid[80];
};

FIXTURE_SETUP(moves)
{
	guest_unload();
	guest_write(OUTSIDE, "outside", 0644);
	guest_cgroup("identity/below/deeper");
	guest_cgroup("unbound");
	self->confined = guest_worker_new("identity");
	self->outside = guest_worker_new("unbound");
	self->events = guest_events_open();
}

FIXTURE_TEARDOWN(moves)
{
	guest_unload();
	guest_events_close(self->events);
	guest_worker_end(&self->confined);
	guest_worker_end(&self->outside);
}

TEST_F(moves, out_are_denied_with_the_word_for_it)
{
	const struct guest_event *e;

	ASSERT_EQ(0, guest_do(&self->confined, guest_join, "unbound"));
	ASSERT_EQ(0, guest_do(&self->confined, guest_join, "identity"));
	ASSERT_EQ(0, guest_load(BLOCKLIST));
	guest_events_clear(self->events);
	EXPECT_EQ(-EACCES, guest_do(&self->confined, guest_join, "unbound"));
	ASSERT_LE(1, guest_events_wait(self->events, 1, 2000));
	e = &self->events->items[0];
	EXPECT_EQ(KPOL_VERDICT_DENY, e->verdict);
	EXPECT_EQ(KPOL_CLASS_NAMESPACE, e->class);
	EXPECT_EQ(KPOL_REASON_SEALED, e->reason);
	EXPECT_STREQ(KPOL_WORD_LEAVE, e->object);
}

TEST_F(moves, within_the_scope_are_free)
{
	ASSERT_EQ(0, guest_load(ALLOWLIST));
	EXPECT_EQ(0, guest_do(&self->confined, guest_join, "identity/below"));
	EXPECT_EQ(0, guest_do(&self->confined, guest_join, "identity/below/deeper"));
	EXPECT_EQ(-EACCES, guest_do(&self->confined, act_read, OUTSIDE));
	EXPECT_EQ(0, guest_do(&self->confined, guest_join, "identity"));
}

TEST_F(moves, out_are_allowed_by_a_rule)
{
	ASSERT_EQ(0, guest_load(BLOCKLIST "  namespaceOps: {action: Allow, matchNamespaces: "
					  "[{namespace: leave-cgroup}]}\n"));
	EXPECT_EQ(0, guest_do(&self->confined, guest_join, "unbound"));
}

TEST_F(moves, are_only_told_where_the_policy_observes)
{
	ASSERT_EQ(0, guest_load(BLOCKLIST "  mode: observe\n"));
	guest_events_clear(self->events);
	EXPECT_EQ(0, guest_do(&self->confined, guest_join, "unbound"));
	ASSERT_LE(1, guest_events_wait(self->events, 1, 2000));
	EXPECT_EQ(KPOL_VERDICT_WOULD_DENY, self->events->items[0].verdict);
	EXPECT_EQ(KPOL_REASON_SEALED, self->events->items[0].reason);
}

/* Who is moved in from outside is exempt until it executes something: not by the workload's doing. */
TEST_F(moves, entering_cannot_be_given_by_the_workload)
{
	snprintf(self->pid, sizeof(self->pid), "%d identity", self->outside.pid);
	ASSERT_EQ(0, guest_do(&self->confined, move_task, self->pid));
	ASSERT_EQ(0, guest_do(&self->outside, guest_join, "unbound"));
	ASSERT_EQ(0, guest_load(BLOCKLIST));
	EXPECT_EQ(-EACCES, guest_do(&self->confined, move_task, self->pid));
}

TEST_F(moves, of_the_scopes_tasks_by_the_host_are_free)
{
	snprintf(self->pid, sizeof(self->pid), "%d unbound", self->confined.pid);
	ASSERT_EQ(0, guest_load(ALLOWLIST));
	EXPECT_EQ(0, move_task(self->pid));
	EXPECT_EQ(0, guest_do(&self->confined, act_read, OUTSIDE));
}

TEST_F(moves, kpols_own_netlink_family_answers_nobody_in_a_scope)
{
	ASSERT_EQ(0, guest_do(&self->confined, ask_module, ""));
	ASSERT_EQ(0, guest_load(BLOCKLIST));
	EXPECT_EQ(-EPERM, guest_do(&self->confined, ask_module, ""));
}

TEST_HARNESS_MAIN
