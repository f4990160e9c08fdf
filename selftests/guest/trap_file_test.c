// SPDX-License-Identifier: GPL-2.0-or-later
/* Files without a path that a rule could name: memfds, pipes, detached mounts, unlinked files. */
#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "lib/act.h"
#include "lib/guest.h"

#define INSIDE "/tmp/in/f"
#define MOUNTED "/tmp/in/mounted"
#define OUTSIDE "/tmp/out/f"

#define HEADER                                                                         \
	"apiVersion: kpol.io/v1\nkind: RuntimePolicy\nmetadata: {name: file}\nspec:\n" \
	"  selector: {matchCgroups: [/file]}\n"
/* Mounts that are nowhere may be made: it is what is opened in them that counts here. */
#define FILES                                                                                  \
	HEADER "  mount: {action: Allow}\n  file:\n    action: Allow\n    matchDirectories:\n" \
	       "    - {dir: /tmp/in/, recursive: true}\n    - {dir: /proc/, recursive: true}\n"
#define FILES_BLOCK HEADER "  file:\n    action: Block\n    matchPaths: [{path: " OUTSIDE "}]\n"

/* Acts */

static int open_own(int fd, int flags)
{
	char path[64];
	int again;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	again = open(path, flags | O_CLOEXEC);
	return again < 0 ? -errno : close(again);
}

static int reopen_memfd(const char *unused)
{
	int fd = memfd_create("nameless", MFD_CLOEXEC), r;

	if (fd < 0)
		return -errno;
	r = open_own(fd, O_RDWR);
	close(fd);
	return r;
}

/* Having one, writing to it and mapping it opens nothing. */
static int use_memfd(const char *unused)
{
	int fd = memfd_create("nameless", MFD_CLOEXEC), r = 0;
	void *map;

	if (fd < 0 || write(fd, "x", 1) != 1)
		return -errno;
	map = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		r = -errno;
	else
		munmap(map, 4096);
	close(fd);
	return r;
}

static int reopen_pipe(const char *unused)
{
	int fds[2], r;

	if (pipe2(fds, O_CLOEXEC))
		return -errno;
	r = open_own(fds[0], O_RDONLY) ?: open_own(fds[1], O_WRONLY);
	close(fds[0]);
	close(fds[1]);
	return r;
}

/* A pipe with a name is a file like others. */
static int open_fifo(const char *path)
{
	int fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);

	return fd < 0 ? -errno : close(fd);
}

/* Opens "f" of a clone of the mount at @dir that is attached nowhere. */
static int open_detached(const char *dir)
{
	int tree = syscall(SYS_open_tree, AT_FDCWD, dir, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC), fd;

	if (tree < 0)
		return -errno;
	fd = openat(tree, "f", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		fd = -errno;
	else
		close(fd);
	close(tree);
	return fd < 0 ? fd : 0;
}

static int create_detached(const char *dir)
{
	int tree = syscall(SYS_open_tree, AT_FDCWD, dir, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC), r;

	if (tree < 0)
		return -errno;
	r = mkdirat(tree, "made", 0700) ? -errno : unlinkat(tree, "made", AT_REMOVEDIR);
	close(tree);
	return r;
}

static int reopen_unlinked(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), r;

	if (fd < 0)
		return -errno;
	unlink(path);
	r = open_own(fd, O_RDONLY);
	close(fd);
	return r;
}

static const struct nameless_case {
	const char *name;
	guest_act act;
	const char *arg;
} nameless[] = {
	{ "memfd", reopen_memfd, "" },
	{ "detached mount", open_detached, MOUNTED },
	{ "detached mount, mkdir", create_detached, MOUNTED },
};

FIXTURE(file)
{
	struct guest_worker worker;
	struct guest_events *events;
};

FIXTURE_SETUP(file)
{
	guest_unload();
	guest_write(INSIDE, "inside", 0644);
	guest_write(OUTSIDE, "outside", 0644);
	mkdir(MOUNTED, 0755);
	ASSERT_EQ(0, mount("tmpfs", MOUNTED, "tmpfs", 0, NULL));
	guest_write(MOUNTED "/f", "mounted", 0644);
	remove("/tmp/in/fifo");
	remove("/tmp/out/fifo");
	ASSERT_EQ(0, mkfifo("/tmp/in/fifo", 0600));
	ASSERT_EQ(0, mkfifo("/tmp/out/fifo", 0600));
	self->worker = guest_worker_new("file");
	self->events = guest_events_open();
}

FIXTURE_TEARDOWN(file)
{
	guest_unload();
	umount(MOUNTED);
	guest_events_close(self->events);
	guest_worker_end(&self->worker);
}

TEST_F(file, works_without_a_policy)
{
	for (size_t i = 0; i < ARRAY_SIZE(nameless); i++) {
		EXPECT_EQ(0, guest_do(&self->worker, nameless[i].act, nameless[i].arg))
		TH_LOG("%s", nameless[i].name);
	}
	EXPECT_EQ(0, guest_do(&self->worker, reopen_pipe, ""));
	EXPECT_EQ(0, guest_do(&self->worker, use_memfd, ""));
	EXPECT_EQ(0, guest_do(&self->worker, open_fifo, "/tmp/out/fifo"));
	EXPECT_EQ(0, guest_do(&self->worker, reopen_unlinked, OUTSIDE));
}

TEST_F(file, nameless_is_denied_in_an_allowlist_as_unresolved)
{
	const struct guest_event *e;

	for (size_t i = 0; i < ARRAY_SIZE(nameless); i++) {
		/* Committed again, so that nothing is folded into what the case before did. */
		ASSERT_EQ(0, guest_load(FILES));
		guest_events_clear(self->events);
		EXPECT_EQ(0, guest_do(&self->worker, act_read, MOUNTED "/f"));
		EXPECT_EQ(-EACCES, guest_do(&self->worker, nameless[i].act, nameless[i].arg))
		TH_LOG("%s", nameless[i].name);
		ASSERT_EQ(1, guest_events_wait(self->events, 1, 3000))
		TH_LOG("%s: no event", nameless[i].name);
		e = &self->events->items[0];
		EXPECT_EQ(KPOL_VERDICT_DENY, e->verdict);
		EXPECT_EQ(KPOL_REASON_UNRESOLVED, e->reason);
		EXPECT_EQ(KPOL_CLASS_FILE, e->class);
		EXPECT_STREQ("", e->object);
	}
}

TEST_F(file, nameless_passes_block_rules)
{
	ASSERT_EQ(0, guest_load(FILES_BLOCK));
	EXPECT_EQ(-EACCES, guest_do(&self->worker, act_read, OUTSIDE));
	for (size_t i = 0; i < ARRAY_SIZE(nameless); i++) {
		EXPECT_EQ(0, guest_do(&self->worker, nameless[i].act, nameless[i].arg))
		TH_LOG("%s", nameless[i].name);
	}
}

TEST_F(file, anonymous_pipes_and_memfds_in_hand_stay_usable)
{
	ASSERT_EQ(0, guest_load(FILES));
	EXPECT_EQ(0, guest_do(&self->worker, reopen_pipe, ""));
	EXPECT_EQ(0, guest_do(&self->worker, use_memfd, ""));
	EXPECT_EQ(0, guest_events_wait(self->events, 1, 500));
}

TEST_F(file, pipes_with_a_name_are_judged_by_it)
{
	ASSERT_EQ(0, guest_load(FILES));
	EXPECT_EQ(0, guest_do(&self->worker, open_fifo, "/tmp/in/fifo"));
	EXPECT_EQ(-EACCES, guest_do(&self->worker, open_fifo, "/tmp/out/fifo"));
}

TEST_F(file, unlinked_file_is_judged_by_the_name_it_had)
{
	ASSERT_EQ(0, guest_load(FILES));
	EXPECT_EQ(0, guest_do(&self->worker, reopen_unlinked, INSIDE));
	EXPECT_EQ(-EACCES, guest_do(&self->worker, reopen_unlinked, OUTSIDE));
}

TEST_HARNESS_MAIN
