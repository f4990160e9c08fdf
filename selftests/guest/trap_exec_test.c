// SPDX-License-Identifier: GPL-2.0-or-later
/* Ways to run a program that a path rule could miss: without a name, through an interpreter,
 * through a loader. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "lib/act.h"
#include "lib/guest.h"

#define DYNAMIC "/usr/bin/true" /* shipped with its loader and libraries, see suites.conf */
#define LOADER "/lib64/ld-linux-x86-64.so.2"
#define SHIPPED_LIBRARY "/lib/x86_64-linux-gnu/libm.so.6"
#define LOADER_REFUSED (-127) /* how the loader exits when it cannot load */

#define EVIL "/tmp/x/evil"
#define GOOD "/tmp/x/good"
#define PRELOAD "/tmp/x/preload.so"
#define SCRIPT "/tmp/x/script"
#define INTERPRETER "/tmp/x/sh" /* its name makes busybox a shell */
#define LINKED_SCRIPT "/tmp/x/script2" /* interpreted by SCRIPT */
#define A "/tmp/x/a"
#define B "/tmp/x/b"

#define HEADER                                                                         \
	"apiVersion: kpol.io/v1\nkind: RuntimePolicy\nmetadata: {name: exec}\nspec:\n" \
	"  selector: {matchCgroups: [/exec]}\n"
#define PROCESS(action, paths) \
	HEADER "  process:\n    action: " action "\n    matchPaths: [" paths "]\n"
#define PATH(path) "{path: " path "}"
#define LIBRARIES                                                                             \
	HEADER "  libraries:\n    action: Allow\n    matchDirectories:\n"                     \
	       "    - {dir: /lib/, recursive: true}\n    - {dir: /lib64/, recursive: true}\n" \
	       "    matchPaths: [{path: " DYNAMIC "}]\n"

/* Acts */

static void silence(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null >= 0) {
		dup2(null, 1);
		dup2(null, 2);
	}
}

/* A memfd with the content of @path, or a negative errno. */
static int make_memfd(const char *path)
{
	int from = open(path, O_RDONLY | O_CLOEXEC), fd = memfd_create("program", MFD_CLOEXEC);
	struct stat st;
	off_t at = 0;

	if (from < 0 || fd < 0 || fstat(from, &st))
		return -errno;
	while (at < st.st_size)
		if (sendfile(fd, from, &at, st.st_size - at) <= 0)
			return -EIO;
	close(from);
	return fd;
}

static void do_execveat(const char *path)
{
	char *const argv[] = { "true", NULL };
	int fd = make_memfd(path);

	silence();
	errno = fd < 0 ? -fd : 0;
	if (fd >= 0)
		syscall(SYS_execveat, fd, "", argv, environ, AT_EMPTY_PATH);
}

static int exec_memfd(const char *path)
{
	return act_in_child(do_execveat, path);
}

/* What glibc's fexecve() does where execveat(2) is missing. */
static void do_exec_own_fd(const char *path)
{
	int fd = make_memfd(path);
	char link[64];

	silence();
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	errno = fd < 0 ? -fd : 0;
	if (fd >= 0)
		execl(link, "true", (char *)NULL);
}

static int exec_memfd_by_proc(const char *path)
{
	return act_in_child(do_exec_own_fd, path);
}

/* Its exit status, negative. */
static int run(char *const argv[], const char *preload)
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		silence();
		if (preload)
			setenv("LD_PRELOAD", preload, 1);
		execv(argv[0], argv);
		_exit(GUEST_NO_EXEC);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -EPIPE;
}

static int run_plainly(const char *path)
{
	return run((char *const[]){ (char *)path, NULL }, NULL);
}

static int run_by_loader(const char *path)
{
	return run((char *const[]){ LOADER, (char *)path, NULL }, NULL);
}

static int run_preloaded(const char *library)
{
	return run((char *const[]){ DYNAMIC, NULL }, library);
}

static int a_executes(const char *path)
{
	return guest_run(A, act_exec, path);
}

static int execute_by_b(const char *path)
{
	return guest_run(B, act_exec, path);
}

static int b_below_a_executes(const char *path)
{
	return guest_run(A, execute_by_b, path);
}

FIXTURE(exec)
{
	struct guest_worker worker;
	struct guest_events *events;
};

FIXTURE_SETUP(exec)
{
	guest_unload();
	guest_copy(DYNAMIC, EVIL);
	guest_copy(DYNAMIC, GOOD);
	guest_copy(SHIPPED_LIBRARY, PRELOAD);
	guest_copy("/bin/busybox", INTERPRETER);
	guest_copy("/proc/self/exe", A);
	guest_copy("/proc/self/exe", B);
	guest_write(SCRIPT, "#!" INTERPRETER "\nexit 0\n", 0755);
	guest_write(LINKED_SCRIPT, "#!" SCRIPT "\n", 0755);
	self->worker = guest_worker_new("exec");
	self->events = guest_events_open();
}

FIXTURE_TEARDOWN(exec)
{
	guest_unload();
	guest_events_close(self->events);
	guest_worker_end(&self->worker);
}

/* The one event of what was just done, or NULL. */
static const struct guest_event *only_event(struct guest_events *events)
{
	return guest_events_wait(events, 1, 3000) == 1 ? &events->items[0] : NULL;
}

TEST_F(exec, works_without_a_policy)
{
	EXPECT_EQ(0, guest_do(&self->worker, exec_memfd, DYNAMIC));
	EXPECT_EQ(0, guest_do(&self->worker, exec_memfd_by_proc, DYNAMIC));
	EXPECT_EQ(0, guest_do(&self->worker, run_plainly, SCRIPT));
	EXPECT_EQ(0, guest_do(&self->worker, act_exec, LINKED_SCRIPT));
	EXPECT_EQ(0, guest_do(&self->worker, run_plainly, EVIL));
	EXPECT_EQ(0, guest_do(&self->worker, run_by_loader, EVIL));
	EXPECT_EQ(0, guest_do(&self->worker, run_preloaded, PRELOAD));
	EXPECT_EQ(0, guest_do(&self->worker, a_executes, EVIL));
	EXPECT_EQ(0, guest_do(&self->worker, b_below_a_executes, EVIL));
}

TEST_F(exec, memfd_is_denied_in_an_allowlist_as_unresolved)
{
	const guest_act acts[] = { exec_memfd, exec_memfd_by_proc };
	const struct guest_event *e;

	for (size_t i = 0; i < ARRAY_SIZE(acts); i++) {
		ASSERT_EQ(0, guest_load(PROCESS("Allow", PATH(DYNAMIC))));
		guest_events_renew(self->events);
		EXPECT_EQ(0, guest_do(&self->worker, act_exec, DYNAMIC));
		EXPECT_EQ(-EACCES, guest_do(&self->worker, acts[i], DYNAMIC)) TH_LOG("act %zu", i);
		e = only_event(self->events);
		ASSERT_NE(NULL, e);
		EXPECT_EQ(KPOL_VERDICT_DENY, e->verdict);
		EXPECT_EQ(KPOL_REASON_UNRESOLVED, e->reason);
		EXPECT_EQ(KPOL_OP_EXEC, e->op);
		EXPECT_EQ(0, e->rule);
		EXPECT_STREQ("", e->object);
	}
}

TEST_F(exec, memfd_passes_block_rules)
{
	ASSERT_EQ(0, guest_load(PROCESS("Block", PATH(DYNAMIC))));
	EXPECT_EQ(-EACCES, guest_do(&self->worker, act_exec, DYNAMIC));
	EXPECT_EQ(0, guest_do(&self->worker, exec_memfd, DYNAMIC));
	EXPECT_EQ(0, guest_do(&self->worker, exec_memfd_by_proc, DYNAMIC));
}

TEST_F(exec, script_and_interpreter_are_judged_with_one_source)
{
	const struct guest_event *e;

	ASSERT_EQ(0, guest_load(PROCESS("Audit", PATH(SCRIPT) ", " PATH(INTERPRETER))));
	EXPECT_EQ(0, guest_do(&self->worker, act_exec, SCRIPT));
	ASSERT_EQ(2, guest_events_wait(self->events, 2, 3000));
	e = self->events->items;
	EXPECT_STREQ(SCRIPT, e[0].object);
	EXPECT_STREQ(INTERPRETER, e[1].object);
	EXPECT_EQ(e[0].pid, e[1].pid);
	EXPECT_STREQ(e[0].source, e[1].source);
	EXPECT_NE(NULL, strstr(e[0].source, "trap_exec_test"));
}

TEST_F(exec, script_is_denied_when_its_interpreter_is)
{
	const struct guest_event *e;

	ASSERT_EQ(0, guest_load(PROCESS("Allow", PATH(SCRIPT) ", " PATH(LINKED_SCRIPT))));
	EXPECT_EQ(-EACCES, guest_do(&self->worker, act_exec, SCRIPT));
	e = only_event(self->events);
	ASSERT_NE(NULL, e);
	EXPECT_STREQ(INTERPRETER, e->object);
	EXPECT_EQ(KPOL_OP_EXEC, e->op);
	/* However many scripts are between. */
	EXPECT_EQ(-EACCES, guest_do(&self->worker, act_exec, LINKED_SCRIPT));
}

TEST_F(exec, script_is_denied_though_its_interpreter_is_allowed)
{
	ASSERT_EQ(0, guest_load(PROCESS("Allow", PATH(INTERPRETER))));
	EXPECT_EQ(0, guest_do(&self->worker, act_exec, INTERPRETER));
	EXPECT_EQ(-EACCES, guest_do(&self->worker, act_exec, SCRIPT));
	ASSERT_EQ(0, guest_load(PROCESS("Allow", PATH(INTERPRETER) ", " PATH(SCRIPT))));
	EXPECT_EQ(0, guest_do(&self->worker, run_plainly, SCRIPT));
}

TEST_F(exec, loader_loads_no_program_that_a_block_stops)
{
	const struct guest_event *e;

	ASSERT_EQ(0, guest_load(PROCESS("Block", PATH(EVIL))));
	EXPECT_EQ(0, guest_do(&self->worker, run_plainly, GOOD));
	EXPECT_EQ(0, guest_do(&self->worker, run_by_loader, GOOD));
	EXPECT_EQ(LOADER_REFUSED, guest_do(&self->worker, run_by_loader, EVIL));
	e = only_event(self->events);
	ASSERT_NE(NULL, e);
	EXPECT_EQ(KPOL_CLASS_PROCESS, e->class);
	EXPECT_EQ(KPOL_OP_EXEC, e->op);
	EXPECT_EQ(KPOL_REASON_RULE, e->reason);
	EXPECT_STREQ(EVIL, e->object);
	EXPECT_STREQ(LOADER, e->source);
}

TEST_F(exec, loader_loads_no_program_outside_an_allowlist)
{
	const struct guest_event *e;

	ASSERT_EQ(0, guest_load(PROCESS("Allow", PATH(GOOD) ", " PATH(LOADER))));
	EXPECT_EQ(0, guest_do(&self->worker, run_plainly, GOOD));
	EXPECT_EQ(-EACCES, guest_do(&self->worker, act_exec, EVIL));
	guest_events_wait(self->events, 1, 3000);
	ASSERT_EQ(0, guest_load(PROCESS("Allow", PATH(GOOD) ", " PATH(LOADER))));
	guest_events_clear(self->events);
	EXPECT_EQ(LOADER_REFUSED, guest_do(&self->worker, run_by_loader, EVIL));
	e = only_event(self->events);
	ASSERT_NE(NULL, e);
	EXPECT_EQ(KPOL_OP_EXEC, e->op);
	EXPECT_EQ(KPOL_REASON_DEFAULT, e->reason);
	EXPECT_STREQ(EVIL, e->object);
}

#define NO_ARGUMENTS "{path: " GOOD ", allowedArgs: [\"-m\"]}"

/* What a loader maps was given no arguments that anybody could know: they are the loader's own. */
TEST_F(exec, loader_loads_no_program_that_arguments_are_asked_of)
{
	EXPECT_EQ(0, guest_do(&self->worker, run_by_loader, GOOD));
	ASSERT_EQ(0, guest_load(PROCESS("Allow", NO_ARGUMENTS ", " PATH(LOADER))));
	EXPECT_EQ(0, guest_do(&self->worker, run_plainly, GOOD));
	EXPECT_EQ(LOADER_REFUSED, guest_do(&self->worker, run_by_loader, GOOD));
	ASSERT_EQ(0, guest_load(PROCESS("Block", NO_ARGUMENTS)));
	EXPECT_EQ(0, guest_do(&self->worker, run_plainly, GOOD));
	EXPECT_EQ(LOADER_REFUSED, guest_do(&self->worker, run_by_loader, GOOD));
}

TEST_F(exec, preload_from_outside_the_libraries_is_denied)
{
	const struct guest_event *e;

	ASSERT_EQ(0, guest_load(LIBRARIES));
	EXPECT_EQ(0, guest_do(&self->worker, run_plainly, DYNAMIC));
	EXPECT_EQ(0, guest_do(&self->worker, run_preloaded, SHIPPED_LIBRARY));
	EXPECT_EQ(0, guest_events_wait(self->events, 1, 500));
	/* The loader goes on without it. */
	EXPECT_EQ(0, guest_do(&self->worker, run_preloaded, PRELOAD));
	e = only_event(self->events);
	ASSERT_NE(NULL, e);
	EXPECT_EQ(KPOL_VERDICT_DENY, e->verdict);
	EXPECT_EQ(KPOL_CLASS_LIBRARY, e->class);
	EXPECT_EQ(KPOL_OP_MAP, e->op);
	EXPECT_STREQ(PRELOAD, e->object);
	EXPECT_STREQ(DYNAMIC, e->source);
}

TEST_F(exec, source_is_who_executes_and_not_its_parent)
{
	ASSERT_EQ(0, guest_load(PROCESS("Allow",
					PATH(A) ", " PATH(B) ", {path: " GOOD
							     ", fromSource: [{path: " A "}]}")));
	EXPECT_EQ(0, guest_do(&self->worker, a_executes, GOOD));
	EXPECT_EQ(-EACCES, guest_do(&self->worker, b_below_a_executes, GOOD));
	EXPECT_EQ(-EACCES, guest_do(&self->worker, act_exec, GOOD));
}

TEST_F(exec, source_of_a_script_is_who_executes_it)
{
	ASSERT_EQ(0, guest_load(PROCESS(
			     "Allow", PATH(A) ", " PATH(SCRIPT) ", {path: " INTERPRETER
								", fromSource: [{path: " A "}]}")));
	EXPECT_EQ(0, guest_do(&self->worker, a_executes, SCRIPT));
	EXPECT_EQ(-EACCES, guest_do(&self->worker, act_exec, SCRIPT));
}

TEST_HARNESS_MAIN
