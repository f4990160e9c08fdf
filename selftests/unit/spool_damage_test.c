// SPDX-License-Identifier: GPL-2.0-or-later
/* The spool with a damaged file: nothing wrong is handed out, and what is missing is said. */
#include "kselftest_harness.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "spool_case.h"

#define ENTRIES 24

/* With a small reserve: thousands of times memory for a large one take a while. */
static const struct kpol_spool_options small = {
	.max_bytes = 1024 * 1024,
	.max_entries = 1000000,
	.memory_bytes = 1024 * 1024,
	.sync = KPOL_SPOOL_SYNC_NEVER,
};

/** struct image - the bytes of a spool's file or log. */
struct image {
	char path[96];
	unsigned char bytes[512 * 1024];
	size_t len;
};

static void image_read(struct image *image, const char *dir, const char *suffix)
{
	FILE *file;

	snprintf(image->path, sizeof(image->path), "%s/siem.spool%s", dir, suffix);
	file = fopen(image->path, "r");
	image->len = file ? fread(image->bytes, 1, sizeof(image->bytes), file) : 0;
	if (file)
		fclose(file);
}

static void image_write(const struct image *image)
{
	int fd;

	if (image->len == 0)
		return;
	fd = open(image->path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (fd < 0 || write(fd, image->bytes, image->len) != (ssize_t)image->len)
		abort();
	close(fd);
}

/* Some with a payload beyond a page, all classes, and a loss that was not told. */
static void make_spool(const char *dir, bool leave_log)
{
	struct kpol_spool_options options = small;
	struct kpol_spool *spool;
	pid_t pid = fork();

	if (pid > 0) {
		waitpid(pid, NULL, 0);
		return;
	}
	options.max_entries = ENTRIES;
	if (leave_log)
		kpol_spool_free(case_open(dir, &options));
	spool = case_open(dir, &options);
	for (unsigned long i = 1; i <= ENTRIES + 1; i++)
		case_append(spool, i == 1 ? KPOL_SPOOL_AUDIT : i % 3, i, i == 9 ? 6000 : i * 10);
	if (!leave_log)
		kpol_spool_free(spool);
	raise(SIGKILL);
}

static void begin_anew(const char *dir)
{
	struct dirent *entry;
	DIR *stream = opendir(dir);

	while ((entry = readdir(stream)))
		unlinkat(dirfd(stream), entry->d_name, 0);
	closedir(stream);
}

/** struct tally - what came of all the damage. */
struct tally {
	unsigned long tried, whole, skipped, aside, silent, wrong, failed;
};

static bool is_whole(struct kpol_spool *spool, const struct case_view *view)
{
	struct kpol_spool_stats stats;

	kpol_spool_stats(spool, &stats);
	return view->n == ENTRIES && view->order && stats.lost.corrupt == 0 &&
	       stats.lost.files == 0 && stats.lost.dropped[KPOL_SPOOL_AUDIT] == 1;
}

static void judge(struct kpol_spool *spool, struct tally *tally)
{
	static struct case_view view;
	struct kpol_spool_stats stats;

	if (!spool || case_look(spool, &view) < 0) {
		tally->failed++;
		return;
	}
	kpol_spool_stats(spool, &stats);
	tally->wrong += view.wrong || !view.order;
	if (is_whole(spool, &view))
		tally->whole++;
	else if (stats.lost.files)
		tally->aside++;
	else if (stats.lost.corrupt && view.n + stats.lost.corrupt == ENTRIES)
		tally->skipped++;
	else
		tally->silent++;
	/* And it goes on from there. */
	tally->failed += case_append(spool, KPOL_SPOOL_DENIAL, 9999, 10) != 0;
}

static void flip(const char *dir, struct image *damaged, const struct image *other, size_t at,
		 unsigned char mask, struct tally *tally)
{
	struct kpol_spool *spool;

	begin_anew(dir);
	damaged->bytes[at] ^= mask;
	image_write(other);
	image_write(damaged);
	damaged->bytes[at] ^= mask;
	spool = case_open(dir, &small);
	judge(spool, tally);
	kpol_spool_free(spool);
	tally->tried++;
}

/* Only to have a time limit of their own. */
FIXTURE(damage){};

FIXTURE_SETUP(damage)
{
}

FIXTURE_TEARDOWN(damage)
{
}

static void report(struct __test_metadata *_metadata, const char *what, const struct tally *tally)
{
	TH_LOG("%s: %lu bytes damaged in turn: %lu times nothing missing, %lu entries skipped and "
	       "counted, %lu files set aside",
	       what, tally->tried, tally->whole, tally->skipped, tally->aside);
	EXPECT_EQ(0, tally->wrong);
	EXPECT_EQ(0, tally->silent);
	EXPECT_EQ(0, tally->failed);
}

/* All the file's header, the schema at the end of its page and the headers of pages; a part of the rest. */
static size_t step_of_file(size_t at)
{
	return at < 128 || (at >= 3500 && at < 4096) || at % 4096 < 64 ? 1 : 29;
}

TEST_F_TIMEOUT(damage, every_damaged_byte_of_the_file_is_harmless_or_said, 120)
{
	static struct image file, log;
	struct tally tally = { 0 };
	char dir[64];

	ASSERT_NE(NULL, case_dir(dir, sizeof(dir)));
	make_spool(dir, false);
	image_read(&file, dir, "");
	image_read(&log, dir, "-wal");
	ASSERT_LT(4096, file.len);
	for (size_t at = 0; at < file.len; at += step_of_file(at))
		flip(dir, &file, &log, at, (unsigned char)(1 + at % 255), &tally);
	report(_metadata, "file", &tally);
	EXPECT_LT(0, tally.skipped);
	EXPECT_LT(0, tally.aside);
	case_remove(dir);
}

TEST_F_TIMEOUT(damage, every_damaged_byte_of_the_log_is_harmless_or_said, 120)
{
	static struct image file, log;
	struct tally tally = { 0 };
	char dir[64];

	ASSERT_NE(NULL, case_dir(dir, sizeof(dir)));
	make_spool(dir, true);
	image_read(&file, dir, "");
	image_read(&log, dir, "-wal");
	ASSERT_LT(4096, log.len);
	for (size_t at = 0; at < log.len; at += at % 4120 < 64 ? 1 : 131)
		flip(dir, &log, &file, at, (unsigned char)(1 + at % 255), &tally);
	report(_metadata, "log", &tally);
	EXPECT_LT(0, tally.aside);
	case_remove(dir);
}

/* Whole pages, as a failing disk returns them. */
TEST(a_page_that_is_gone_takes_only_what_was_in_it)
{
	static struct image file;
	static struct case_view view;
	struct kpol_spool *spool;
	struct kpol_spool_stats stats;
	char dir[64];
	size_t rescued = 0;

	ASSERT_NE(NULL, case_dir(dir, sizeof(dir)));
	make_spool(dir, false);
	image_read(&file, dir, "");
	for (size_t page = 0; page < file.len / 4096; page++) {
		struct image damaged = file;

		begin_anew(dir);
		memset(damaged.bytes + page * 4096, 0x5a, 4096);
		image_write(&damaged);
		spool = case_open(dir, &small);
		ASSERT_NE(NULL, spool);
		ASSERT_EQ(0, case_look(spool, &view));
		kpol_spool_stats(spool, &stats);
		EXPECT_EQ(0, view.wrong);
		EXPECT_TRUE(view.order);
		EXPECT_TRUE(stats.lost.files || stats.lost.corrupt || view.n == ENTRIES);
		if (stats.lost.files) {
			EXPECT_EQ(0, access(stats.damaged, F_OK));
		}
		rescued = view.n < ENTRIES && view.n > rescued ? view.n : rescued;
		kpol_spool_free(spool);
	}
	EXPECT_LT(ENTRIES / 2, rescued);
	case_remove(dir);
}

TEST(what_was_skipped_is_counted_until_it_is_told)
{
	static struct image file;
	static struct case_view view;
	struct kpol_spool_loss loss;
	struct kpol_spool *spool;
	char dir[64];
	unsigned char needle[90];
	unsigned char *at;

	ASSERT_NE(NULL, case_dir(dir, sizeof(dir)));
	make_spool(dir, false);
	image_read(&file, dir, "");
	case_fill(needle, sizeof(needle), 10);
	at = memmem(file.bytes, file.len, needle, sizeof(needle));
	ASSERT_NE(NULL, at);
	at[17] ^= 1;
	image_write(&file);
	spool = case_open(dir, &small);
	ASSERT_EQ(0, case_look(spool, &view));
	EXPECT_EQ(ENTRIES - 1, view.n);
	kpol_spool_free(spool);
	spool = case_open(dir, &small);
	kpol_spool_loss(spool, &loss);
	EXPECT_EQ(1, loss.corrupt);
	ASSERT_EQ(0, case_look(spool, &view));
	EXPECT_EQ(ENTRIES - 1, view.n);
	kpol_spool_free(spool);
	case_remove(dir);
}

/* While it is open: what SQLite has in its cache is safe, the rest is not. */
TEST(damage_to_an_open_file_is_survived)
{
	static struct case_view view;
	struct kpol_spool *spool;
	struct kpol_spool_stats stats;
	char dir[64], path[96];
	unsigned char junk[4096];
	struct stat st;
	int fd;

	ASSERT_NE(NULL, case_dir(dir, sizeof(dir)));
	spool = case_open(dir, &roomy);
	for (unsigned long i = 1; i <= 6000; i++) {
		ASSERT_EQ(0, case_append(spool, i % 3, i, 1000));
	}
	snprintf(path, sizeof(path), "%s/siem.spool", dir);
	fd = open(path, O_RDWR);
	ASSERT_EQ(0, fstat(fd, &st));
	memset(junk, 0xa5, sizeof(junk));
	for (off_t at = 40 * 4096; at < st.st_size; at += 200 * 4096) {
		ASSERT_EQ(sizeof(junk), pwrite(fd, junk, sizeof(junk), at));
	}
	close(fd);
	EXPECT_EQ(0, case_look(spool, &view));
	kpol_spool_stats(spool, &stats);
	EXPECT_EQ(0, view.wrong);
	EXPECT_TRUE(view.order);
	EXPECT_EQ(6000, view.n + stats.lost.corrupt);
	EXPECT_LT(3000, view.n);
	TH_LOG("%zu of 6000 entries left, %llu counted as lost, %llu files set aside", view.n,
	       (unsigned long long)stats.lost.corrupt, (unsigned long long)stats.lost.files);
	EXPECT_EQ(0, case_append(spool, KPOL_SPOOL_DENIAL, 6001, 10));
	kpol_spool_free(spool);
	case_remove(dir);
}

TEST(damaged_files_do_not_fill_the_disk)
{
	struct kpol_spool *spool;
	char dir[64], command[256];

	ASSERT_NE(NULL, case_dir(dir, sizeof(dir)));
	for (int i = 0; i < 6; i++) {
		make_spool(dir, false);
		snprintf(command, sizeof(command), "echo junk >%s/siem.spool", dir);
		ASSERT_EQ(0, system(command));
		spool = case_open(dir, &roomy);
		ASSERT_NE(NULL, spool);
		kpol_spool_free(spool);
		snprintf(command, sizeof(command), "rm %s/siem.spool", dir);
		ASSERT_EQ(0, system(command));
	}
	snprintf(command, sizeof(command), "test $(ls %s/*.damaged-* | wc -l) = 3", dir);
	EXPECT_EQ(0, system(command));
	case_remove(dir);
}

TEST_HARNESS_MAIN
