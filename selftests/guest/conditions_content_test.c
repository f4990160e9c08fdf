// SPDX-License-Identifier: GPL-2.0-or-later
/* What a rule asks of a program's content: its SHA-256, its fs-verity digest. */
#include <errno.h>
#include <fcntl.h>
#include <linux/fsverity.h>
#include <linux/loop.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "lib/act.h"
#include "lib/conditions_fixture.h"
#include "lib/guest.h"
#include "lib/program.h"

#define IMAGE "/tmp/verity.img"
#define VERITY_DIR "/tmp/verity"
#define VERITY_TOOL VERITY_DIR "/tool"

#define ALLOW_SHA PROCESS("Allow", "{path: " TOOL ", sha256: [%s]}")
#define BLOCK_SHA PROCESS("Block", "{execname: tool, sha256: [%s]}")
#define OTHER_SHA "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

TEST_F(conditions, an_allow_is_for_the_listed_content)
{
	const struct guest_event *e;

	EXPECT_EQ(0, DO(act_call, TOOL));
	ASSERT_EQ(0, guest_load_format(ALLOW_SHA, program_sha256(TOOL)));
	EXPECT_EQ(0, DO(act_call, TOOL " -x"));
	program_make(TOOL, "#");
	guest_events_renew(self->events);
	EXPECT_EQ(-EACCES, DO(act_call, TOOL));
	ASSERT_EQ(1, guest_events_wait(self->events, 1, 3000));
	e = &self->events->items[0];
	EXPECT_EQ(KPOL_REASON_DEFAULT, e->reason);
	EXPECT_EQ(0, e->rule);
	ASSERT_EQ(0, guest_load_format(
			     PROCESS("Allow", "{path: " TOOL ", sha256: [" OTHER_SHA ", %s]}"),
			     program_sha256(TOOL)));
	EXPECT_EQ(0, DO(act_call, TOOL));
}

TEST_F(conditions, a_block_is_for_the_listed_content)
{
	ASSERT_EQ(0, guest_load_format(BLOCK_SHA, program_sha256(TOOL)));
	EXPECT_EQ(-EACCES, DO(act_call, TOOL));
	guest_copy(TOOL, "/tmp/c/d/tool");
	EXPECT_EQ(-EACCES, DO(act_call, "/tmp/c/d/tool"));
	program_make(TOOL, "#");
	EXPECT_EQ(0, DO(act_call, TOOL));
}

/* Of more than one chunk. */
TEST_F(conditions, a_large_program_is_read_whole)
{
	char line[256];

	snprintf(line, sizeof(line), "%s --tell good", LAST);
	ASSERT_EQ(0, guest_load_format(PROCESS("Allow", "{path: " LAST ", sha256: [%s]}"),
				       program_sha256(LAST)));
	/* It runs, and tells so with its exit status, which is no error of execve(2). */
	EXPECT_EQ(0, DO(act_call, line));
	guest_unload();
	{
		int fd = open(LAST, O_WRONLY | O_APPEND | O_CLOEXEC);

		ASSERT_LT(0, fd);
		ASSERT_EQ(1, write(fd, "x", 1));
		close(fd);
	}
	ASSERT_EQ(0, guest_load(PROCESS("Allow", "{path: " LAST ", sha256: [" OTHER_SHA "]}")));
	EXPECT_EQ(-EACCES, DO(act_call, line));
}

/* Who holds the file for writing could change it between the look and the run: the kernel refuses that, too. */
TEST_F(conditions, a_file_that_may_be_written_is_not_known)
{
	int fd;

	ASSERT_EQ(0, guest_load_format(ALLOW_SHA, program_sha256(TOOL)));
	fd = open(TOOL, O_WRONLY | O_CLOEXEC);
	ASSERT_LE(0, fd);
	EXPECT_NE(0, DO(act_call, TOOL));
	close(fd);
	EXPECT_EQ(0, DO(act_call, TOOL));
}

TEST_F(conditions, arguments_and_content_must_both_be_right)
{
	ASSERT_EQ(0, guest_load_format(PROCESS("Allow", "{path: " TOOL ", sha256: [%s], " ARGS "}"),
				       program_sha256(TOOL)));
	EXPECT_EQ(0, DO(act_call, TOOL " -m"));
	EXPECT_EQ(-EACCES, DO(act_call, TOOL " -x"));
	program_make(TOOL, "#");
	EXPECT_EQ(-EACCES, DO(act_call, TOOL " -m"));
}

/* On tmpfs there is no such digest. */
TEST_F(conditions, a_file_without_verity_has_no_digest)
{
	EXPECT_EQ(0, DO(act_call, TOOL));
	ASSERT_EQ(0, guest_load(PROCESS("Allow",
					"{path: " TOOL ", fsVerity: [\"sha256:" OTHER_SHA "\"]}")));
	EXPECT_EQ(-EACCES, DO(act_call, TOOL));
	ASSERT_EQ(0, guest_load(PROCESS("Block",
					"{path: " TOOL ", fsVerity: [\"sha256:" OTHER_SHA "\"]}")));
	EXPECT_EQ(0, DO(act_call, TOOL));
}

/* An ext4 with fs-verity in a file. */
static int mount_verity(void)
{
	char device[32];
	int control, loop, file, number;

	if (system("dd if=/dev/zero of=" IMAGE " bs=1M count=16 2>/dev/null") ||
	    system("/usr/sbin/mkfs.ext4 -q -b 4096 -O verity " IMAGE))
		return -ENOEXEC;
	control = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
	number = control < 0 ? -1 : ioctl(control, LOOP_CTL_GET_FREE);
	snprintf(device, sizeof(device), "/dev/loop%d", number);
	loop = open(device, O_RDWR | O_CLOEXEC);
	file = open(IMAGE, O_RDWR | O_CLOEXEC);
	if (loop < 0 || file < 0 || ioctl(loop, LOOP_SET_FD, file))
		return -errno;
	mkdir(VERITY_DIR, 0755);
	return mount(device, VERITY_DIR, "ext4", 0, NULL) ? -errno : 0;
}

static int enable_verity(const char *path, unsigned int algorithm)
{
	struct fsverity_enable_arg arg = { .version = 1,
					   .hash_algorithm = algorithm,
					   .block_size = 4096 };
	int fd = open(path, O_RDONLY | O_CLOEXEC), r;

	r = ioctl(fd, FS_IOC_ENABLE_VERITY, &arg) ? -errno : 0;
	close(fd);
	return r;
}

/* "sha256:…", as a policy has it. */
static const char *verity_of(const char *path)
{
	static char text[160];
	char room[sizeof(struct fsverity_digest) + 64];
	struct fsverity_digest *digest = (struct fsverity_digest *)room;
	int fd = open(path, O_RDONLY | O_CLOEXEC), len;

	digest->digest_size = 64;
	if (ioctl(fd, FS_IOC_MEASURE_VERITY, digest))
		return "none";
	close(fd);
	len = sprintf(text, "sha%u:", digest->digest_size * 8U);
	for (int i = 0; i < digest->digest_size; i++)
		len += sprintf(text + len, "%02x", digest->digest[i]);
	return text;
}

TEST_F(conditions, fs_verity_tells_one_file_from_another)
{
	int r = mount_verity();
	bool has_sha512;

	ASSERT_EQ(0, r);
	program_make(VERITY_TOOL, "");
	program_make(VERITY_DIR "/other", "#");
	program_make(VERITY_DIR "/plain", "");
	program_make(VERITY_DIR "/long", "");
	ASSERT_EQ(0, enable_verity(VERITY_TOOL, FS_VERITY_HASH_ALG_SHA256));
	ASSERT_EQ(0, enable_verity(VERITY_DIR "/other", FS_VERITY_HASH_ALG_SHA256));
	/* Without the algorithm, which is a module of its own on some kernels, this one stays as it is. */
	has_sha512 = enable_verity(VERITY_DIR "/long", FS_VERITY_HASH_ALG_SHA512) == 0;
	EXPECT_EQ(0, DO(act_call, VERITY_DIR "/other"));
	EXPECT_EQ(0, DO(act_call, VERITY_DIR "/plain"));
	ASSERT_EQ(0, guest_load_format(HEADER "  process:\n    action: Allow\n"
					      "    matchDirectories: [{dir: " VERITY_DIR
					      "/, fsVerity: [\"%s\"]}]\n",
				       verity_of(VERITY_TOOL)));
	EXPECT_EQ(0, DO(act_call, VERITY_TOOL));
	EXPECT_EQ(-EACCES, DO(act_call, VERITY_DIR "/other"));
	EXPECT_EQ(-EACCES, DO(act_call, VERITY_DIR "/plain"));
	EXPECT_EQ(-EACCES, DO(act_call, VERITY_DIR "/long"));
	ASSERT_EQ(0, guest_load_format(HEADER "  process:\n    action: Block\n"
					      "    matchDirectories: [{dir: " VERITY_DIR
					      "/, fsVerity: [\"%s\"]}]\n",
				       verity_of(VERITY_DIR "/other")));
	EXPECT_EQ(-EACCES, DO(act_call, VERITY_DIR "/other"));
	EXPECT_EQ(0, DO(act_call, VERITY_TOOL));
	if (has_sha512) {
		ASSERT_EQ(0, guest_load_format(HEADER "  process:\n    action: Block\n"
						      "    matchDirectories: [{dir: " VERITY_DIR
						      "/, fsVerity: [\"%s\"]}]\n",
					       verity_of(VERITY_DIR "/long")));
		EXPECT_EQ(-EACCES, DO(act_call, VERITY_DIR "/long"));
		EXPECT_EQ(0, DO(act_call, VERITY_TOOL));
	}
	umount2(VERITY_DIR, MNT_DETACH);
}

TEST_HARNESS_MAIN
