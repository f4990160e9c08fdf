// SPDX-License-Identifier: GPL-2.0-or-later
/* Who belongs to a scope and from when on: entering, inheriting, binding early, late and deeper. */
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "lib/act.h"
#include "lib/guest.h"
#include "nl/control.h"
#include "nl/status.h"

#define PROGRAM "/tmp/in/program" /* the only one that may be executed */
#define OTHER "/tmp/in/other"
#define LAUNCHER "/usr/lib/systemd/systemd-executor"
#define INSIDE "/tmp/in/f" /* what may be read */
#define OUTSIDE "/tmp/out/f" /* what may not */

#define HEADER(name) \
	"apiVersion: kpol.io/v1\nkind: RuntimePolicy\nmetadata: {name: " name "}\nspec:\n"
#define RULES                                                                           \
	"  process:\n    action: Allow\n    matchPaths: [{path: " PROGRAM "}]\n"        \
	"  file:\n    action: Allow\n    matchDirectories:\n"                           \
	"    - {dir: /tmp/in/, recursive: true}\n    - {dir: /dev/, recursive: true}\n" \
	"    - {dir: /proc/, recursive: true}\n    - {dir: /sys/fs/cgroup/, recursive: true}\n"
#define SERVICE(cgroup) HEADER("service") "  selector: {matchCgroups: [" cgroup "]}\n" RULES
#define CONTAINER HEADER("container") "  selector: {matchContainers: [app]}\n" RULES
/* Everything is allowed here: what a deeper binding frees, a shallower one would have denied. */
#define LENIENT(cgroup)                                                                  \
	"---\n" HEADER("lenient") "  selector: {matchCgroups: [" cgroup "]}\n"           \
				  "  file:\n    action: Block\n    matchPaths: [{path: " \
				  "/tmp/out/nothing}]\n"

/* Of the document before it: without this nobody leaves the cgroups of a scope by itself. */
#define MAY_LEAVE                                                    \
	"  namespaceOps:\n    action: Allow\n    matchNamespaces:\n" \
	"    - {namespace: leave-cgroup}\n"

/* Acts: what a worker does on top of lib/act.h. */

static int fork_and_read(const char *path)
{
	int status;
	pid_t pid = fork();

	if (pid < 0)
		return -errno;
	if (!pid)
		_exit(-act_read(path));
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -EPIPE;
}

static int execute_and_read(const char *path)
{
	return guest_run(PROGRAM, act_read, path);
}

static int execute_other(const char *path)
{
	return guest_run(OTHER, act_read, path);
}

/* The child is born in @cgroup. */
static pid_t clone_into(const char *cgroup)
{
	struct clone_args args = { .flags = CLONE_INTO_CGROUP, .exit_signal = SIGCHLD };
	char path[512];
	pid_t pid;
	int fd;

	snprintf(path, sizeof(path), "/sys/fs/cgroup/%s", cgroup);
	fd = open(path, O_PATH | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	args.cgroup = fd;
	pid = syscall(SYS_clone3, &args, sizeof(args));
	if (pid < 0)
		pid = -errno;
	close(fd);
	return pid;
}

static int clone_and(const char *cgroup, guest_act act)
{
	int status;
	pid_t pid = clone_into(cgroup);

	if (pid < 0)
		return pid;
	if (!pid)
		_exit(-act(OUTSIDE));
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -EPIPE;
}

static int clone_and_read(const char *cgroup)
{
	return clone_and(cgroup, act_read);
}

static int clone_execute_and_read(const char *cgroup)
{
	return clone_and(cgroup, execute_and_read);
}

static void *read_in_thread(void *path)
{
	return (void *)(long)act_read(path);
}

static int thread_and_read(const char *path)
{
	pthread_t thread;
	void *result;

	if (pthread_create(&thread, NULL, read_in_thread, (void *)path))
		return -EAGAIN;
	pthread_join(thread, &result);
	return (long)result;
}

static void *become_in_thread(void *program)
{
	return (void *)(long)guest_become(program);
}

/* A thread that is not the leader executes; the process carries on as the new program's leader. */
static int thread_and_become(const char *program)
{
	pthread_t thread;
	void *result;

	if (pthread_create(&thread, NULL, become_in_thread, (void *)program))
		return -EAGAIN;
	pthread_join(thread, &result);
	return (long)result;
}

static void *idle(void *unused)
{
	pause();
	return NULL;
}

static int start_thread(const char *unused)
{
	pthread_t thread;

	return -pthread_create(&thread, NULL, idle, NULL);
}

static int new_mounts(const char *unused)
{
	return unshare(CLONE_NEWNS) ? -errno : 0;
}

static unsigned int entering(void)
{
	struct kpol_nl_status status;

	return kpol_nl_status_get(guest_nl(), &status) < 0 ? ~0U : status.entering;
}

static uint64_t generation(void)
{
	struct kpol_nl_status status;

	return kpol_nl_status_get(guest_nl(), &status) < 0 ? 0 : status.generation;
}

static int bind_id(const char *cgroup, uint32_t scope)
{
	const struct kpol_binding_row row = { .kind = KPOL_BIND_ID,
					      .cgroup = guest_cgroup(cgroup),
					      .scope = scope };

	return kpol_nl_binding_add(guest_nl(), &row, generation());
}

static int unbind_id(const char *cgroup)
{
	const struct kpol_binding_row row = { .kind = KPOL_BIND_ID,
					      .cgroup = guest_cgroup(cgroup) };

	return kpol_nl_binding_del(guest_nl(), &row);
}

static void remove_cgroup(const char *name)
{
	char path[512];

	snprintf(path, sizeof(path), "/sys/fs/cgroup/%s", name);
	rmdir(path);
}

FIXTURE(entering)
{
	struct guest_worker worker; /* in a cgroup that nothing is bound to */
};

FIXTURE_SETUP(entering)
{
	guest_copy("/proc/self/exe", PROGRAM);
	guest_copy("/proc/self/exe", OTHER);
	guest_copy("/proc/self/exe", LAUNCHER);
	guest_write(INSIDE, "inside", 0644);
	guest_write(OUTSIDE, "outside", 0644);
	guest_cgroup("svc/sub");
	guest_cgroup("other");
	guest_unload();
	self->worker = guest_worker_new("free");
}

FIXTURE_TEARDOWN(entering)
{
	guest_unload();
	guest_worker_end(&self->worker);
	EXPECT_EQ(0, entering());
}

TEST_F(entering, who_moves_in_is_exempt_until_its_first_exec)
{
	ASSERT_EQ(0, guest_load(SERVICE("/svc")));
	EXPECT_EQ(0, guest_do(&self->worker, guest_join, "svc"));
	EXPECT_EQ(1, entering());
	EXPECT_EQ(0, guest_do(&self->worker, act_read, OUTSIDE));
	EXPECT_EQ(0, guest_do(&self->worker, guest_become, PROGRAM));
	EXPECT_EQ(0, entering());
	EXPECT_EQ(-EACCES, guest_do(&self->worker, act_read, OUTSIDE));
	EXPECT_EQ(0, guest_do(&self->worker, act_read, INSIDE));
}

TEST_F(entering, without_a_policy_nobody_enters)
{
	EXPECT_EQ(0, guest_do(&self->worker, guest_join, "svc"));
	EXPECT_EQ(0, entering());
	EXPECT_EQ(0, guest_do(&self->worker, guest_become, OTHER));
	EXPECT_EQ(0, guest_do(&self->worker, act_read, OUTSIDE));
}

TEST_F(entering, first_exec_is_judged_and_ends_it_even_when_denied)
{
	ASSERT_EQ(0, guest_load(SERVICE("/svc")));
	EXPECT_EQ(0, guest_do(&self->worker, guest_join, "svc"));
	EXPECT_EQ(-EACCES, guest_do(&self->worker, guest_become, OTHER));
	EXPECT_EQ(-EACCES, guest_do(&self->worker, act_read, OUTSIDE));
}

TEST_F(entering, children_forked_before_inherit_it)
{
	ASSERT_EQ(0, guest_load(SERVICE("/svc")));
	EXPECT_EQ(0, guest_do(&self->worker, guest_join, "svc"));
	EXPECT_EQ(0, guest_do(&self->worker, fork_and_read, OUTSIDE));
	EXPECT_EQ(-EACCES, guest_do(&self->worker, execute_and_read, OUTSIDE));
	EXPECT_EQ(-GUEST_NO_EXEC, guest_do(&self->worker, execute_other, OUTSIDE));
	/* What the children did ended nothing for their parent. */
	EXPECT_EQ(0, guest_do(&self->worker, act_read, OUTSIDE));
	EXPECT_EQ(1, entering());
}

TEST_F(entering, being_cloned_into_a_cgroup_is_entering)
{
	ASSERT_EQ(0, guest_load(SERVICE("/svc")));
	EXPECT_EQ(0, guest_do(&self->worker, clone_and_read, "svc"));
	EXPECT_EQ(0, guest_do(&self->worker, clone_and_read, "svc/sub"));
	EXPECT_EQ(-EACCES, guest_do(&self->worker, clone_execute_and_read, "svc"));
	EXPECT_EQ(0, entering());
}

TEST_F(entering, who_is_inside_never_enters)
{
	const char *const cgroups[] = { "svc", "svc/sub", "other", "svc" };

	ASSERT_EQ(0, guest_load(SERVICE("/svc, /other")));
	EXPECT_EQ(0, guest_do(&self->worker, guest_join, "svc"));
	EXPECT_EQ(0, guest_do(&self->worker, guest_become, PROGRAM));
	EXPECT_EQ(-EACCES, guest_do(&self->worker, fork_and_read, OUTSIDE));
	for (size_t i = 0; i < ARRAY_SIZE(cgroups); i++) {
		EXPECT_EQ(-EACCES, guest_do(&self->worker, clone_and_read, cgroups[i]))
		TH_LOG("cloned into %s", cgroups[i]);
		EXPECT_EQ(0, guest_do(&self->worker, guest_join, cgroups[i]));
		EXPECT_EQ(-EACCES, guest_do(&self->worker, act_read, OUTSIDE))
		TH_LOG("moved to %s", cgroups[i]);
	}
	EXPECT_EQ(0, entering());
}

TEST_F(entering, who_comes_from_another_scope_is_judged_at_once)
{
	ASSERT_EQ(0, guest_load(SERVICE("/svc") LENIENT("/other") MAY_LEAVE));
	EXPECT_EQ(0, guest_do(&self->worker, guest_join, "other"));
	EXPECT_EQ(0, guest_do(&self->worker, guest_become, PROGRAM));
	EXPECT_EQ(0, guest_do(&self->worker, act_read, OUTSIDE));
	EXPECT_EQ(-EACCES, guest_do(&self->worker, clone_and_read, "svc"));
	EXPECT_EQ(0, guest_do(&self->worker, guest_join, "svc"));
	EXPECT_EQ(-EACCES, guest_do(&self->worker, act_read, OUTSIDE));
}

TEST_F(entering, threads_enter_together_and_a_new_one_inherits)
{
	ASSERT_EQ(0, guest_load(SERVICE("/svc")));
	EXPECT_EQ(0, guest_do(&self->worker, start_thread, ""));
	EXPECT_EQ(0, guest_do(&self->worker, guest_join, "svc"));
	EXPECT_EQ(2, entering());
	EXPECT_EQ(0, guest_do(&self->worker, thread_and_read, OUTSIDE));
	EXPECT_EQ(0, guest_do(&self->worker, guest_become, PROGRAM));
	EXPECT_EQ(0, entering());
	EXPECT_EQ(-EACCES, guest_do(&self->worker, thread_and_read, OUTSIDE));
}

TEST_F(entering, exec_by_a_thread_ends_it_for_the_process)
{
	ASSERT_EQ(0, guest_load(SERVICE("/svc")));
	EXPECT_EQ(0, guest_do(&self->worker, guest_join, "svc"));
	EXPECT_EQ(0, guest_do(&self->worker, thread_and_become, PROGRAM));
	EXPECT_EQ(0, entering());
	EXPECT_EQ(-EACCES, guest_do(&self->worker, act_read, OUTSIDE));
}

TEST_F(entering, exit_forgets_it)
{
	struct guest_worker second = guest_worker_new("free");

	ASSERT_EQ(0, guest_load(SERVICE("/svc")));
	EXPECT_EQ(0, guest_do(&second, start_thread, ""));
	EXPECT_EQ(0, guest_do(&second, guest_join, "svc"));
	EXPECT_EQ(2, entering());
	guest_worker_end(&second);
	EXPECT_EQ(0, entering());
}

TEST_F(entering, service_managers_launcher_is_still_entering)
{
	ASSERT_EQ(0, guest_load(SERVICE("/svc")));
	EXPECT_EQ(0, guest_do(&self->worker, guest_join, "svc"));
	EXPECT_EQ(0, guest_do(&self->worker, guest_become, LAUNCHER));
	EXPECT_EQ(0, guest_do(&self->worker, act_read, OUTSIDE));
	EXPECT_EQ(0, guest_do(&self->worker, guest_become, PROGRAM));
	EXPECT_EQ(-EACCES, guest_do(&self->worker, act_read, OUTSIDE));
	/* Inside, the launcher's name opens nothing. */
	EXPECT_EQ(-EACCES, guest_do(&self->worker, guest_become, LAUNCHER));
}

TEST_F(entering, launcher_in_other_mounts_is_anybodys_program)
{
	ASSERT_EQ(0, guest_load(SERVICE("/svc")));
	EXPECT_EQ(0, guest_do(&self->worker, guest_join, "svc"));
	EXPECT_EQ(0, guest_do(&self->worker, new_mounts, ""));
	EXPECT_EQ(-EACCES, guest_do(&self->worker, guest_become, LAUNCHER));
	EXPECT_EQ(-EACCES, guest_do(&self->worker, act_read, OUTSIDE));
}

TEST_F(entering, containers_runtime_is_exempt_until_an_exec_in_the_containers_mounts)
{
	ASSERT_EQ(0, guest_load(CONTAINER));
	ASSERT_EQ(0, bind_id("pod", 1));
	EXPECT_EQ(0, guest_do(&self->worker, guest_join, "pod"));
	EXPECT_EQ(0, guest_do(&self->worker, guest_become, OTHER));
	EXPECT_EQ(0, guest_do(&self->worker, act_read, OUTSIDE));
	EXPECT_EQ(0, guest_do(&self->worker, new_mounts, ""));
	EXPECT_EQ(0, guest_do(&self->worker, act_read, OUTSIDE));
	EXPECT_EQ(0, guest_do(&self->worker, fork_and_read, OUTSIDE));
	EXPECT_EQ(-GUEST_NO_EXEC, guest_do(&self->worker, execute_other, OUTSIDE));
	EXPECT_EQ(0, guest_do(&self->worker, guest_become, PROGRAM));
	EXPECT_EQ(-EACCES, guest_do(&self->worker, act_read, OUTSIDE));
	EXPECT_EQ(0, guest_do(&self->worker, act_read, INSIDE));
	EXPECT_EQ(-EACCES, guest_do(&self->worker, guest_become, OTHER));
}

TEST_F(entering, containers_first_exec_is_judged)
{
	ASSERT_EQ(0, guest_load(CONTAINER));
	ASSERT_EQ(0, bind_id("pod", 1));
	EXPECT_EQ(0, guest_do(&self->worker, guest_join, "pod"));
	EXPECT_EQ(0, guest_do(&self->worker, new_mounts, ""));
	EXPECT_EQ(-EACCES, guest_do(&self->worker, guest_become, OTHER));
	EXPECT_EQ(-EACCES, guest_do(&self->worker, act_read, OUTSIDE));
}

static uint32_t scope_of(pid_t pid)
{
	struct kpol_nl_task task;

	return kpol_nl_task_get(guest_nl(), pid, &task) < 0 ? 0 : task.scope;
}

TEST_F(entering, nearest_bound_ancestor_counts_and_nothing_above_it)
{
	struct guest_worker below = guest_worker_new("svc/sub/a/b"),
			    lenient = guest_worker_new("lenient");

	ASSERT_EQ(0, guest_load(SERVICE("/svc") LENIENT("/lenient") MAY_LEAVE));
	EXPECT_EQ(-EACCES, guest_do(&below, act_read, OUTSIDE));
	EXPECT_EQ(0, guest_do(&lenient, act_read, OUTSIDE));
	ASSERT_EQ(0, bind_id("svc/sub/a", scope_of(lenient.pid)));
	EXPECT_EQ(0, guest_do(&below, act_read, OUTSIDE));
	EXPECT_EQ(0, guest_do(&below, guest_join, "svc/sub"));
	EXPECT_EQ(-EACCES, guest_do(&below, act_read, OUTSIDE));
	guest_worker_end(&below);
	guest_worker_end(&lenient);
}

/* To a person "/svc" means all below it: a policy for a part of it adds to the others. */
TEST_F(entering, policies_of_a_cgroup_and_of_one_above_it_add_up)
{
	struct guest_worker below = guest_worker_new("svc/sub/a/b");

	ASSERT_EQ(0, guest_load(SERVICE("/svc") LENIENT("/svc/sub/a")));
	EXPECT_EQ(-EACCES, guest_do(&below, act_read, OUTSIDE));
	guest_worker_end(&below);
}

TEST_F(entering, binding_added_later_confines_who_is_inside_and_its_end_frees)
{
	struct guest_worker early = guest_worker_new("pod/app");

	ASSERT_EQ(0, guest_load(CONTAINER));
	EXPECT_EQ(0, guest_do(&early, act_read, OUTSIDE));
	ASSERT_EQ(0, bind_id("pod", 1));
	EXPECT_EQ(-EACCES, guest_do(&early, act_read, OUTSIDE));
	EXPECT_EQ(0, entering());
	ASSERT_EQ(0, unbind_id("pod"));
	EXPECT_EQ(0, guest_do(&early, act_read, OUTSIDE));
	EXPECT_EQ(-ENOENT, unbind_id("pod"));
	guest_worker_end(&early);
}

TEST_F(entering, binding_names_the_ruleset_it_counts_in)
{
	const struct kpol_binding_row row = { .kind = KPOL_BIND_ID,
					      .cgroup = guest_cgroup("pod"),
					      .scope = 1 };

	ASSERT_EQ(0, guest_load(CONTAINER));
	EXPECT_EQ(-ESTALE, kpol_nl_binding_add(guest_nl(), &row, generation() - 1));
}

TEST_F(entering, cgroup_made_after_the_load_is_bound_by_path_name_or_pattern)
{
	static const struct {
		const char *selector, *cgroup, *neighbour;
	} ways[] = {
		{ "matchCgroups: [/new/app]", "new/app", "new/ap" },
		{ "matchUnits: [web.service]", "new.slice/web.service", "new.slice/webs.service" },
		/* Whoever may make cgroups below its own cannot pass as a unit by a name. */
		{ "matchUnits: [web.service]", "new.slice/new-app.slice/web.service",
		  "new.slice/other.service/web.service" },
		{ "matchCgroups: [\"/new/*/job-?.scope\"]", "new/batch/job-7.scope",
		  "new/batch/job-77.scope" },
	};
	char below[128];

	for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
		struct guest_worker worker;

		ASSERT_EQ(0, guest_load_format(HEADER("late") "  selector: {%s}\n" RULES,
					       ways[i].selector));
		snprintf(below, sizeof(below), "%s/below", ways[i].cgroup);
		guest_cgroup(below);
		guest_cgroup(ways[i].neighbour);
		worker = guest_worker_new("free");
		EXPECT_EQ(0, guest_do(&worker, guest_join, ways[i].neighbour));
		EXPECT_EQ(0, guest_do(&worker, guest_become, OTHER));
		EXPECT_EQ(0, guest_do(&worker, guest_join, below));
		EXPECT_EQ(0, guest_do(&worker, act_read, OUTSIDE));
		EXPECT_EQ(0, guest_do(&worker, guest_become, PROGRAM));
		EXPECT_EQ(-EACCES, guest_do(&worker, act_read, OUTSIDE))
		TH_LOG("%s", ways[i].selector);
		guest_worker_end(&worker);
		remove_cgroup(below);
		remove_cgroup(ways[i].cgroup);
		remove_cgroup(ways[i].neighbour);
	}
}

#define DEPTH 40
#define NAME_LENGTH 120

/* A cgroup so deep that its path is longer than any path may be; the worker is moved by directory.
 */
static int join_deep(const char *unused)
{
	char name[NAME_LENGTH + 1];
	int dir, fd, r = 0;

	memset(name, 'n', NAME_LENGTH);
	name[NAME_LENGTH] = 0;
	dir = open("/sys/fs/cgroup/svc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	for (int i = 0; dir >= 0 && i < DEPTH; i++) {
		int next;

		mkdirat(dir, name, 0755);
		next = openat(dir, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
		close(dir);
		dir = next;
	}
	fd = openat(dir, "cgroup.procs", O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, "0", 1) != 1)
		r = -errno;
	close(fd);
	close(dir);
	return r;
}

TEST_F(entering, no_depth_and_no_length_of_names_gets_out)
{
	EXPECT_EQ(0, guest_do(&self->worker, join_deep, ""));
	EXPECT_EQ(0, guest_do(&self->worker, act_read, OUTSIDE));
	ASSERT_EQ(0, guest_load(SERVICE("/svc")));
	EXPECT_EQ(-EACCES, guest_do(&self->worker, act_read, OUTSIDE));
	ASSERT_EQ(0, guest_load(HEADER("unit") "  selector: {matchUnits: [svc]}\n" RULES));
	EXPECT_EQ(-EACCES, guest_do(&self->worker, act_read, OUTSIDE));
	ASSERT_EQ(0, guest_load(CONTAINER));
	EXPECT_EQ(0, guest_do(&self->worker, act_read, OUTSIDE));
	ASSERT_EQ(0, bind_id("svc", 1));
	EXPECT_EQ(-EACCES, guest_do(&self->worker, act_read, OUTSIDE));
}

TEST_F(entering, host_scope_covers_the_rest_but_no_kernel_thread)
{
	struct kpol_nl_task task;

	ASSERT_EQ(0,
		  guest_load(HEADER(
			  "host") "  nodeSelector: {matchLabels: {kubernetes.io/hostname: \"*\"}}\n"
				  "  file:\n    action: Block\n    matchPaths: [{path: " OUTSIDE
				  "}]\n"
				  "---\n" SERVICE("/svc")));
	EXPECT_EQ(-EACCES, act_read(OUTSIDE));
	EXPECT_EQ(-EACCES, guest_do(&self->worker, act_read, OUTSIDE));
	ASSERT_EQ(0, kpol_nl_task_get(guest_nl(), self->worker.pid, &task));
	EXPECT_NE(0, task.scope);
	ASSERT_EQ(0, kpol_nl_task_get(guest_nl(), 2, &task)); /* kthreadd */
	EXPECT_EQ(0, task.scope);
	EXPECT_EQ(0, entering());
	/* The host is outside: who comes from there enters. */
	EXPECT_EQ(0, guest_do(&self->worker, guest_join, "svc"));
	EXPECT_EQ(1, entering());
	EXPECT_EQ(0, guest_do(&self->worker, guest_become, PROGRAM));
	EXPECT_EQ(-EACCES, guest_do(&self->worker, act_read, "/etc/passwd"));
	EXPECT_EQ(0, act_read("/etc/passwd"));
}

TEST_HARNESS_MAIN
