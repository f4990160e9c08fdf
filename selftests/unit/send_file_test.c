// SPDX-License-Identifier: GPL-2.0-or-later
/* Lines in files: each is whole, none is lost by rotation, by a full disk, or by somebody who moves the file away. */
#include "kselftest_harness.h"

#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "base/file.h"
#include "send_case.h"

FIXTURE(file)
{
	struct caller caller;
	char dir[64], path[128], text[512];
};

FIXTURE_SETUP(file)
{
	memset(self, 0, sizeof(*self));
	strcpy(self->dir, "/tmp/kpol-file.XXXXXX");
	ASSERT_NE(NULL, mkdtemp(self->dir));
	snprintf(self->path, sizeof(self->path), "%s/log", self->dir);
}

FIXTURE_TEARDOWN(file)
{
	char command[256];

	end_caller(&self->caller);
	snprintf(command, sizeof(command), "umount %s 2>/dev/null; rm -rf %s", self->dir,
		 self->dir);
	ASSERT_EQ(0, system(command));
}

static int begin(FIXTURE_DATA(file) * self, const char *more)
{
	snprintf(self->text, sizeof(self->text), "path=%s\nretry-min=20ms\nretry-max=50ms\n%s",
		 self->path, more);
	return begin_caller(&self->caller, "file", self->text);
}

/* Return: how many lines "message N …" of @len bytes a file has, numbered upwards; -1: another one. */
static int lines_of(const char *path, size_t len, int *ret_first)
{
	char *text = NULL, *rest, *line;
	int n = 0, next = -1, number;
	size_t size;

	if (kpol_file_read(path, 16 << 20, &text, &size) < 0)
		return -1;
	rest = text;
	while (n >= 0 && (line = strsep(&rest, "\n")) && (*line || rest)) {
		if (sscanf(line, "message %d ", &number) != 1 || strlen(line) != len ||
		    (next >= 0 && number != next)) {
			n = -1;
			break;
		}
		if (next < 0)
			*ret_first = number;
		next = number + 1;
		n++;
	}
	free(text);
	return n;
}

TEST_F(file, lines_are_appended)
{
	int first = -1;
	struct stat st;

	umask(0077);
	ASSERT_EQ(0, begin(self, "mode=0640\nsync=batch\n"));
	self->caller.batch_max = 7;
	add_numbered(&self->caller, 20, 50);
	ASSERT_TRUE(deliver(&self->caller, 5000)) TH_LOG("%s", self->caller.failure);
	EXPECT_EQ(20, lines_of(self->path, 50, &first));
	EXPECT_EQ(0, first);
	ASSERT_EQ(0, stat(self->path, &st));
	EXPECT_EQ(0640, st.st_mode & 07777);
	EXPECT_EQ(3, self->caller.n_results);
}

TEST_F(file, full_files_are_rotated_and_the_oldest_goes)
{
	static const struct {
		const char *suffix;
		int first, n;
	} files[] = { { "", 160, 40 }, { ".1", 120, 40 }, { ".2", 80, 40 } };
	char path[160];

	ASSERT_EQ(0, begin(self, "max-size=4K\nmax-files=3\nsync=batch\n"));
	add_numbered(&self->caller, 200, 99);
	ASSERT_TRUE(deliver(&self->caller, 5000)) TH_LOG("%s", self->caller.failure);
	for (size_t i = 0; i < 3; i++) {
		int first = -1;

		snprintf(path, sizeof(path), "%s%s", self->path, files[i].suffix);
		EXPECT_EQ(files[i].n, lines_of(path, 99, &first)) TH_LOG("%s", path);
		EXPECT_EQ(files[i].first, first);
	}
	snprintf(path, sizeof(path), "%s.3", self->path);
	EXPECT_EQ(-1, access(path, F_OK));
}

TEST_F(file, file_that_was_moved_away_is_made_anew)
{
	char moved[160];
	int first = -1;

	ASSERT_EQ(0, begin(self, ""));
	add_numbered(&self->caller, 2, 50);
	ASSERT_TRUE(deliver(&self->caller, 5000));
	snprintf(moved, sizeof(moved), "%s.moved", self->path);
	ASSERT_EQ(0, rename(self->path, moved));
	add_numbered(&self->caller, 3, 50);
	ASSERT_TRUE(deliver(&self->caller, 5000));
	EXPECT_EQ(2, lines_of(moved, 50, &first));
	EXPECT_EQ(3, lines_of(self->path, 50, &first));
	EXPECT_EQ(2, first);
	/* The same at once, when somebody says that it was. */
	ASSERT_EQ(0, rename(self->path, moved));
	kpol_link_reopen(self->caller.link);
	EXPECT_EQ(0, access(self->path, F_OK));
}

TEST_F(file, half_line_is_taken_back)
{
	struct rlimit most = { 1000, RLIM_INFINITY }, any = { RLIM_INFINITY, RLIM_INFINITY };
	int first = -1;

	signal(SIGXFSZ, SIG_IGN);
	ASSERT_EQ(0, begin(self, ""));
	add_numbered(&self->caller, 30, 99);
	ASSERT_EQ(0, setrlimit(RLIMIT_FSIZE, &most));
	EXPECT_FALSE(deliver(&self->caller, 200));
	/* Ten lines, and nothing of the eleventh. */
	EXPECT_EQ(10, lines_of(self->path, 99, &first));
	EXPECT_LT(1, self->caller.n_failures);
	ASSERT_EQ(0, setrlimit(RLIMIT_FSIZE, &any));
	while (self->caller.at < self->caller.n)
		turn(&self->caller);
	EXPECT_EQ(30, lines_of(self->path, 99, &first));
}

TEST_F(file, full_disk_is_told_and_waited_for)
{
	char ballast[160];
	int fd, first = -1;

	if (unshare(CLONE_NEWNS) < 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("none", self->dir, "tmpfs", 0, "size=256k") < 0)
		SKIP(return, "a small disk takes root");
	snprintf(ballast, sizeof(ballast), "%s/ballast", self->dir);
	fd = open(ballast, O_WRONLY | O_CREAT, 0600);
	ASSERT_EQ(0, posix_fallocate(fd, 0, 128 << 10));
	close(fd);
	ASSERT_EQ(0, begin(self, ""));
	add_numbered(&self->caller, 200, 999);
	EXPECT_FALSE(deliver(&self->caller, 300));
	EXPECT_NE(NULL, strstr(self->caller.failure, "the disk is full: make room"))
	TH_LOG("%s", self->caller.failure);
	EXPECT_LT(100, lines_of(self->path, 999, &first));
	ASSERT_EQ(0, unlink(ballast));
	while (self->caller.at < self->caller.n)
		turn(&self->caller);
	EXPECT_EQ(200, lines_of(self->path, 999, &first));
}

TEST_F(file, last_line_of_a_crash_is_ended)
{
	char *text = NULL;
	size_t len;
	int fd = open(self->path, O_WRONLY | O_CREAT, 0600);

	ASSERT_EQ(4, write(fd, "half", 4));
	close(fd);
	ASSERT_EQ(0, begin(self, ""));
	add_payload(&self->caller, "whole");
	ASSERT_TRUE(deliver(&self->caller, 5000));
	ASSERT_EQ(0, kpol_file_read(self->path, 100, &text, &len));
	EXPECT_STREQ("half\nwhole\n", text);
	free(text);
}

TEST_F(file, only_a_plain_file_will_do)
{
	ASSERT_EQ(0, mkfifo(self->path, 0600));
	ASSERT_EQ(0, begin(self, ""));
	EXPECT_TRUE(fails_with(&self->caller, "no plain file", 500))
	TH_LOG("%s", self->caller.failure);
	end_caller(&self->caller);
	ASSERT_EQ(0, unlink(self->path));
	ASSERT_EQ(0, symlink("/tmp/kpol-elsewhere", self->path));
	ASSERT_EQ(0, begin(self, ""));
	EXPECT_TRUE(fails_with(&self->caller, "no plain file", 500));
	EXPECT_EQ(-1, access("/tmp/kpol-elsewhere", F_OK));
	end_caller(&self->caller);
	snprintf(self->path, sizeof(self->path), "%s/no/log", self->dir);
	ASSERT_EQ(0, begin(self, ""));
	EXPECT_TRUE(fails_with(&self->caller, "its directory is not there", 500));
}

TEST_HARNESS_MAIN
