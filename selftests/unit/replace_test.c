// SPDX-License-Identifier: GPL-2.0-or-later
/* A file replaced whole. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "kpolctl/replace.h"

#include "kselftest_harness.h"

FIXTURE(file)
{
	char dir[64], path[80], link[80];
};

FIXTURE_SETUP(file)
{
	strcpy(self->dir, "/tmp/replace-test.XXXXXX");
	ASSERT_NE(NULL, mkdtemp(self->dir));
	sprintf(self->path, "%s/f", self->dir);
	sprintf(self->link, "%s/l", self->dir);
	close(open(self->path, O_CREAT | O_WRONLY, 0640));
	ASSERT_EQ(0, symlink("f", self->link));
}

FIXTURE_TEARDOWN(file)
{
	unlink(self->path);
	unlink(self->link);
	/* Nothing may be left beside it. */
	EXPECT_EQ(0, rmdir(self->dir));
}

TEST_F(file, keeps_its_mode_and_leaves_nothing_beside)
{
	_cleanup_free_ char *text = NULL;
	struct stat st;
	size_t len;

	chmod(self->path, 0604);
	ASSERT_EQ(0, kpolctl_file_replace(self->path, "new", 3));
	ASSERT_EQ(0, kpol_file_read(self->path, 100, &text, &len));
	EXPECT_STREQ("new", text);
	ASSERT_EQ(0, stat(self->path, &st));
	EXPECT_EQ(0604, st.st_mode & 07777);
}

TEST_F(file, behind_a_link_stays_behind_it)
{
	_cleanup_free_ char *text = NULL;
	struct stat st;
	size_t len;

	ASSERT_EQ(0, kpolctl_file_replace(self->link, "new", 3));
	ASSERT_EQ(0, lstat(self->link, &st));
	EXPECT_TRUE(S_ISLNK(st.st_mode));
	ASSERT_EQ(0, kpol_file_read(self->path, 100, &text, &len));
	EXPECT_STREQ("new", text);
}

TEST_F(file, that_is_not_there_is_not_made)
{
	char path[100];

	sprintf(path, "%s/none", self->dir);
	EXPECT_EQ(-ENOENT, kpolctl_file_replace(path, "new", 3));
	EXPECT_NE(0, access(path, F_OK));
}

TEST_HARNESS_MAIN
