// SPDX-License-Identifier: GPL-2.0-or-later
/* What the kernel does by itself is nobody's, and what the hooks stand on cannot be taken away. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "lib/act.h"
#include "lib/guest.h"
#include "nl/control.h"

#define FTRACE "/proc/sys/kernel/ftrace_enabled"
#define KTHREADD 2

#define HOST                                                                           \
	"apiVersion: kpol.io/v1\nkind: RuntimePolicy\nmetadata: {name: host}\nspec:\n" \
	"  nodeSelector: {matchLabels: {kubernetes.io/hostname: \"*\"}}\n"             \
	"  file:\n    action: Allow\n    matchDirectories:\n"                          \
	"    - {dir: /proc/, recursive: true}\n    - {dir: /tmp/in/, recursive: true}\n"

static int write_word(const char *path, const char *word)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), r;

	if (fd < 0)
		return -errno;
	r = write(fd, word, strlen(word)) < 0 ? -errno : 0;
	close(fd);
	return r;
}

static int read_digit(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char digit = 0;

	if (fd < 0)
		return -errno;
	if (read(fd, &digit, 1) != 1)
		digit = 0;
	close(fd);
	return digit;
}

FIXTURE(kernel)
{
	struct guest_worker worker;
};

FIXTURE_SETUP(kernel)
{
	guest_unload();
	guest_write("/tmp/in/f", "inside", 0644);
	guest_write("/tmp/out/f", "outside", 0644);
	self->worker = guest_worker_new("host-sub");
}

FIXTURE_TEARDOWN(kernel)
{
	guest_unload();
	guest_worker_end(&self->worker);
}

TEST_F(kernel, kernel_threads_are_in_no_scope_though_the_host_is)
{
	struct kpol_nl_task task;

	EXPECT_EQ(0, guest_do(&self->worker, act_read, "/tmp/out/f"));
	ASSERT_EQ(0, kpol_nl_task_get(guest_nl(), 1, &task));
	EXPECT_EQ(0, task.scope);
	ASSERT_EQ(0, guest_load(HOST));
	EXPECT_EQ(0, guest_do(&self->worker, act_read, "/tmp/in/f"));
	EXPECT_EQ(-EACCES, guest_do(&self->worker, act_read, "/tmp/out/f"));
	EXPECT_EQ(-EACCES, act_read("/tmp/out/f"));
	ASSERT_EQ(0, kpol_nl_task_get(guest_nl(), 1, &task));
	EXPECT_NE(0, task.scope);
	ASSERT_EQ(0, kpol_nl_task_get(guest_nl(), KTHREADD, &task));
	EXPECT_EQ(0, task.scope);
	EXPECT_STREQ("", task.source);
}

TEST_F(kernel, ftrace_cannot_be_turned_off_while_attached)
{
	EXPECT_EQ('1', read_digit(FTRACE));
	EXPECT_EQ(-EBUSY, write_word(FTRACE, "0"));
	EXPECT_EQ('1', read_digit(FTRACE));
	ASSERT_EQ(0, guest_load(HOST));
	EXPECT_EQ(-EBUSY, write_word(FTRACE, "0"));
	EXPECT_EQ(-EACCES, guest_do(&self->worker, act_read, "/tmp/out/f"));
}

TEST_HARNESS_MAIN
