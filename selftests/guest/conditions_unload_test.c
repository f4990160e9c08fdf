// SPDX-License-Identifier: GPL-2.0-or-later
/* The module comes and goes while programs are asked what they hold: nobody falls through, nothing breaks. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "lib/act.h"
#include "lib/guest.h"
#include "lib/host.h"
#include "lib/module.h"
#include "lib/program.h"

#define ROUNDS 8
#define STORM 2
#define CGROUP "asked"
#define TOOL "/tmp/a/tool"
#define POLICY                                                                          \
	"apiVersion: kpol.io/v1\nkind: RuntimePolicy\nmetadata: {name: asked}\nspec:\n" \
	"  selector: {matchCgroups: [/" CGROUP "]}\n  process:\n    action: Block\n"    \
	"    matchPaths:\n    - {path: " TOOL ", allowedArgs: [x], sha256: "            \
	"[9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08]}\n"         \
	"    - {execname: tool, allowedArgs: [x]}\n"

/* A process in the cgroup that executes the program again and again, until it is killed. @pause: in µs. */
static pid_t blow(useconds_t pause)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	if (guest_join(CGROUP))
		_exit(1);
	for (;;) {
		act_execute(TOOL);
		if (pause)
			usleep(pause);
	}
}

/* By a child, whose connection goes with it: the next module is another family. */
static int load_policy(void)
{
	pid_t pid = fork();
	int status;

	if (!pid)
		_exit(guest_load(POLICY) ? 1 : 0);
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -EPIPE;
}

FIXTURE(unload)
{
	struct guest_worker worker;
	pid_t storm[STORM];
	int kmsg;
	unsigned int busy;
};

FIXTURE_SETUP(unload)
{
	int fd;

	guest_write(TOOL, "", 0755);
	fd = open(TOOL, O_WRONLY | O_CLOEXEC);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, program_write(fd));
	close(fd);
	guest_cgroup(CGROUP);
	self->worker = guest_worker_new(CGROUP);
	self->kmsg = host_log_open();
	ASSERT_LE(0, self->kmsg);
	for (size_t i = 0; i < STORM; i++)
		self->storm[i] = blow(500);
}

FIXTURE_TEARDOWN(unload)
{
	for (size_t i = 0; i < STORM; i++) {
		kill(self->storm[i], SIGKILL);
		waitpid(self->storm[i], NULL, 0);
	}
	guest_worker_end(&self->worker);
}

TEST_F_TIMEOUT(unload, goes_while_programs_are_asked, 400)
{
	for (int i = 0; i < ROUNDS; i++) {
		EXPECT_EQ(0, guest_do(&self->worker, act_execute, TOOL));
		ASSERT_EQ(0, module_load(""));
		ASSERT_EQ(0, load_policy());
		/* Its arguments are others than those listed, and its content is asked for first. */
		EXPECT_EQ(-EACCES, guest_do(&self->worker, act_execute, TOOL));
		usleep(300000);
		ASSERT_EQ(0, module_unload(&self->busy));
		ASSERT_EQ(0, host_log_bad(self->kmsg)) TH_LOG("in round %d", i);
	}
	for (size_t i = 0; i < STORM; i++) {
		EXPECT_EQ(0, waitpid(self->storm[i], NULL, WNOHANG)) TH_LOG("gust %zu died", i);
	}
	TH_LOG("%d rounds, busy %u times", ROUNDS, self->busy);
}

static int freeze(const char *value)
{
	int fd = open("/sys/fs/cgroup/" CGROUP "/cgroup.freeze", O_WRONLY | O_CLOEXEC);
	int r = write(fd, value, strlen(value)) < 0 ? -errno : 0;

	close(fd);
	return r;
}

#define TRIES 200
#define LARGE (1 << 20) /* of a program: its content takes a while to be read */

/*
 * Who executes without pause may keep the module from going: somebody is always being asked. Freezing the workload
 * ends that, and changes no policy.
 */
TEST_F_TIMEOUT(unload, goes_when_who_keeps_it_is_frozen, 400)
{
	pid_t more[STORM];
	unsigned int kept = 0;
	int r = -EAGAIN;

	/* Another file of that name: who is executed cannot be changed. */
	guest_copy(TOOL, TOOL "-large");
	ASSERT_EQ(0, truncate(TOOL "-large", LARGE));
	ASSERT_EQ(0, rename(TOOL "-large", TOOL));
	for (size_t i = 0; i < STORM; i++)
		more[i] = blow(0);
	ASSERT_EQ(0, module_load(""));
	ASSERT_EQ(0, load_policy());
	EXPECT_EQ(-EACCES, guest_do(&self->worker, act_execute, TOOL));
	for (int i = 0; i < TRIES && r == -EAGAIN; i++) {
		r = module_unload_named("kpol");
		kept += r == -EAGAIN;
		usleep(1000);
	}
	TH_LOG("kept %u times of %u", kept, r ? TRIES : kept + 1);
	if (r == -EAGAIN) {
		EXPECT_EQ(0, freeze("1"));
		r = module_unload(&self->busy);
		EXPECT_EQ(0, freeze("0"));
	}
	EXPECT_EQ(0, r);
	EXPECT_EQ(0, guest_do(&self->worker, act_execute, TOOL));
	EXPECT_EQ(0, host_log_bad(self->kmsg));
	for (size_t i = 0; i < STORM; i++) {
		kill(more[i], SIGKILL);
		waitpid(more[i], NULL, 0);
	}
}

TEST_HARNESS_MAIN
