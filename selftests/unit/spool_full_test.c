// SPDX-License-Identifier: GPL-2.0-or-later
/* The spool on a full disk: the oldest audits make room, every loss is counted, and all is well again afterwards. */
#include "kselftest_harness.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "spool_case.h"

/* A disk of its own of 2 MiB, that ends with the process; whoever may not mount takes user namespaces. */
FIXTURE(full)
{
	char dir[64];
	char spool_dir[80];
	struct kpol_spool *spool;
};

static void become_root_of_a_namespace(void)
{
	char map[64];
	uid_t uid = getuid();
	int fd;

	if (unshare(CLONE_NEWUSER) < 0)
		return;
	snprintf(map, sizeof(map), "0 %u 1", uid);
	fd = open("/proc/self/uid_map", O_WRONLY);
	if (fd < 0 || write(fd, map, strlen(map)) < 0)
		abort();
	close(fd);
}

static bool make_disk(const char *dir)
{
	if (getuid() != 0)
		become_root_of_a_namespace();
	return unshare(CLONE_NEWNS) == 0 &&
	       mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	       mount("tmpfs", dir, "tmpfs", 0, "size=2m") == 0;
}

FIXTURE_SETUP(full)
{
	strcpy(self->dir, "/tmp/kpol-spool-XXXXXX");
	ASSERT_NE(NULL, mkdtemp(self->dir));
	self->spool = NULL;
	if (!make_disk(self->dir)) {
		rmdir(self->dir);
		SKIP(return, "needs root or user namespaces to mount a small disk");
	}
	snprintf(self->spool_dir, sizeof(self->spool_dir), "%s/spool", self->dir);
	self->spool = case_open(self->spool_dir, &roomy);
	ASSERT_NE(NULL, self->spool);
}

FIXTURE_TEARDOWN(full)
{
	kpol_spool_free(self->spool);
	umount2(self->dir, MNT_DETACH);
	rmdir(self->dir);
}

/* Somebody else takes all that is left, except @leave bytes. */
static void fill_disk(const char *dir, size_t leave)
{
	static char bytes[4096];
	char path[128];
	off_t len = 0;
	int fd;

	snprintf(path, sizeof(path), "%s/other", dir);
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
	while (write(fd, bytes, sizeof(bytes)) == sizeof(bytes))
		continue;
	len = lseek(fd, 0, SEEK_END);
	if (ftruncate(fd, len > (off_t)leave ? len - (off_t)leave : 0) < 0)
		abort();
	close(fd);
}

static void empty_disk(const char *dir)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/other", dir);
	unlink(path);
}

static uint64_t dropped(const struct kpol_spool_stats *stats)
{
	return stats->lost.dropped[KPOL_SPOOL_AUDIT] + stats->lost.dropped[KPOL_SPOOL_DENIAL] +
	       stats->lost.dropped[KPOL_SPOOL_CONTROL];
}

/* Nothing wrong, in order, and every number either there or counted. */
static void expect_balance(struct __test_metadata *_metadata, struct kpol_spool *spool,
			   unsigned long appended)
{
	static struct case_view view;
	struct kpol_spool_stats stats;

	ASSERT_EQ(0, case_look(spool, &view));
	kpol_spool_stats(spool, &stats);
	EXPECT_EQ(0, view.wrong);
	EXPECT_TRUE(view.order);
	EXPECT_EQ(appended, view.n + dropped(&stats));
	EXPECT_EQ(0, stats.lost.files + stats.lost.corrupt);
	TH_LOG("%lu appended: %zu there (%llu in memory), %s; dropped %llu audits, %llu denials, "
	       "%llu "
	       "control",
	       appended, view.n, (unsigned long long)stats.in_memory, stats.error,
	       (unsigned long long)stats.lost.dropped[0], (unsigned long long)stats.lost.dropped[1],
	       (unsigned long long)stats.lost.dropped[2]);
}

TEST_F(full, oldest_audits_make_room_when_the_spool_fills_the_disk)
{
	struct kpol_spool_stats stats;

	for (unsigned long i = 1; i <= 3000; i++) {
		ASSERT_EQ(0, case_append(self->spool, i % 10 ? KPOL_SPOOL_AUDIT : KPOL_SPOOL_DENIAL,
					 i, 1000));
	}
	kpol_spool_stats(self->spool, &stats);
	EXPECT_TRUE(stats.full);
	EXPECT_TRUE(stats.on_disk);
	EXPECT_EQ(300, stats.entries[KPOL_SPOOL_DENIAL]);
	EXPECT_LT(200, stats.entries[KPOL_SPOOL_AUDIT]);
	EXPECT_EQ(0, stats.lost.dropped[KPOL_SPOOL_DENIAL]);
	EXPECT_LT(0, stats.lost.dropped[KPOL_SPOOL_AUDIT]);
	expect_balance(_metadata, self->spool, 3000);
	kpol_spool_free(self->spool);
	self->spool = case_open(self->spool_dir, &roomy);
	ASSERT_NE(NULL, self->spool);
	expect_balance(_metadata, self->spool, 3000);
}

TEST_F(full, it_goes_on_when_others_fill_the_disk)
{
	struct kpol_spool_stats stats;
	unsigned long i;

	for (i = 1; i <= 500; i++) {
		ASSERT_EQ(0, case_append(self->spool, i % 3, i, 1000));
	}
	fill_disk(self->dir, 0);
	for (; i <= 1500; i++) {
		ASSERT_LE(0, case_append(self->spool, i % 3, i, 1000));
	}
	kpol_spool_stats(self->spool, &stats);
	EXPECT_TRUE(stats.full);
	EXPECT_EQ(0, stats.in_memory);
	expect_balance(_metadata, self->spool, 1500);
	/* Others are gone: there is room again. */
	empty_disk(self->dir);
	usleep(1100 * 1000);
	EXPECT_EQ(0, kpol_spool_tend(self->spool));
	kpol_spool_stats(self->spool, &stats);
	EXPECT_FALSE(stats.full);
	EXPECT_STREQ("", stats.error);
	for (; i <= 1600; i++) {
		ASSERT_EQ(0, case_append(self->spool, i % 3, i, 1000));
	}
	expect_balance(_metadata, self->spool, 1600);
}

TEST_F(full, not_even_the_reserve_helps_when_others_take_that_too)
{
	struct kpol_spool_stats stats;
	unsigned long i;

	for (i = 1; i <= 300; i++) {
		ASSERT_EQ(0, case_append(self->spool, i % 3, i, 1000));
	}
	for (; i <= 900; i++) {
		fill_disk(self->dir, 0);
		ASSERT_LE(0, case_append(self->spool, i % 3, i, 1000));
	}
	expect_balance(_metadata, self->spool, 900);
	empty_disk(self->dir);
	usleep(1100 * 1000);
	EXPECT_EQ(0, kpol_spool_tend(self->spool));
	kpol_spool_stats(self->spool, &stats);
	EXPECT_EQ(0, stats.in_memory);
	expect_balance(_metadata, self->spool, 900);
	kpol_spool_free(self->spool);
	self->spool = case_open(self->spool_dir, &roomy);
	ASSERT_NE(NULL, self->spool);
	expect_balance(_metadata, self->spool, 900);
}

TEST_F(full, acknowledging_needs_no_room)
{
	static struct case_view view;
	unsigned long i;

	for (i = 1; i <= 500; i++) {
		ASSERT_EQ(0, case_append(self->spool, i % 3, i, 1000));
	}
	fill_disk(self->dir, 0);
	ASSERT_EQ(0, case_look(self->spool, &view));
	EXPECT_EQ(0, kpol_spool_ack(self->spool, view.last_seq - 100));
	ASSERT_EQ(0, case_look(self->spool, &view));
	EXPECT_EQ(100, view.n);
	kpol_spool_free(self->spool);
	self->spool = case_open(self->spool_dir, &roomy);
	ASSERT_NE(NULL, self->spool);
	ASSERT_EQ(0, case_look(self->spool, &view));
	EXPECT_EQ(100, view.n);
}

TEST_F(full, a_disk_that_is_full_at_the_start_is_used_when_it_no_longer_is)
{
	struct kpol_spool_stats stats;

	kpol_spool_free(self->spool);
	fill_disk(self->dir, 0);
	empty_disk(self->spool_dir);
	self->spool = NULL;
	ASSERT_EQ(0, kpol_spool_open(self->dir, "late", &roomy, &self->spool));
	for (unsigned long i = 1; i <= 100; i++) {
		ASSERT_LE(0, case_append(self->spool, i % 3, i, 1000));
	}
	expect_balance(_metadata, self->spool, 100);
	empty_disk(self->dir);
	usleep(1100 * 1000);
	EXPECT_EQ(0, kpol_spool_tend(self->spool));
	kpol_spool_stats(self->spool, &stats);
	EXPECT_TRUE(stats.on_disk);
	EXPECT_EQ(0, stats.in_memory);
	expect_balance(_metadata, self->spool, 100);
}

TEST_F(full, kill_on_a_full_disk_loses_nothing_that_was_kept)
{
	pid_t pid;

	kpol_spool_free(self->spool);
	pid = fork();
	if (pid == 0) {
		struct kpol_spool *spool = case_open(self->spool_dir, &roomy);

		for (unsigned long i = 1; i <= 2500; i++)
			if (case_append(spool, i % 3, i, 1000) != 0)
				_exit(1);
		raise(SIGKILL);
	}
	waitpid(pid, NULL, 0);
	self->spool = case_open(self->spool_dir, &roomy);
	ASSERT_NE(NULL, self->spool);
	expect_balance(_metadata, self->spool, 2500);
}

/* A limit on the size of files is another way for a write to fail, which no reserve helps against. */
TEST(when_the_file_may_not_grow_the_rest_is_kept_in_memory_and_it_says_so)
{
	struct rlimit limit = { .rlim_cur = 512 * 1024, .rlim_max = 512 * 1024 };
	struct kpol_spool_options options = roomy;
	struct kpol_spool_stats stats;
	struct kpol_spool *spool;
	char dir[64];

	ASSERT_NE(NULL, case_dir(dir, sizeof(dir)));
	signal(SIGXFSZ, SIG_IGN);
	ASSERT_EQ(0, setrlimit(RLIMIT_FSIZE, &limit));
	options.max_bytes = 4 * 1024 * 1024;
	options.memory_bytes = 1024 * 1024;
	spool = case_open(dir, &options);
	ASSERT_NE(NULL, spool);
	for (unsigned long i = 1; i <= 2000; i++) {
		ASSERT_LE(0, case_append(spool, i % 3, i, 1000));
	}
	kpol_spool_stats(spool, &stats);
	EXPECT_LT(0, stats.in_memory);
	EXPECT_FALSE(stats.on_disk);
	EXPECT_STRNE("", stats.error);
	expect_balance(_metadata, spool, 2000);
	kpol_spool_free(spool);
	case_remove(dir);
}

TEST_HARNESS_MAIN
