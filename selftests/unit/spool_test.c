// SPDX-License-Identifier: GPL-2.0-or-later
/* The spool: order, acknowledgement, what goes first when there is no room, and how that is told. */
#include "kselftest_harness.h"

#include <errno.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "spool_case.h"

FIXTURE(spool)
{
	char dir[64];
	struct kpol_spool *spool;
};

FIXTURE_SETUP(spool)
{
	ASSERT_NE(NULL, case_dir(self->dir, sizeof(self->dir)));
	self->spool = case_open(self->dir, &roomy);
	ASSERT_NE(NULL, self->spool);
}

FIXTURE_TEARDOWN(spool)
{
	kpol_spool_free(self->spool);
	case_remove(self->dir);
}

static struct kpol_spool *reopen(struct kpol_spool *spool, const char *dir,
				 const struct kpol_spool_options *options)
{
	kpol_spool_free(spool);
	return case_open(dir, options);
}

TEST_F(spool, hands_out_in_the_order_of_appending_whatever_the_class)
{
	struct case_view view;

	for (unsigned long i = 1; i <= 300; i++) {
		ASSERT_EQ(0, case_append(self->spool, i % 3, i, i));
	}
	ASSERT_EQ(0, case_look(self->spool, &view));
	EXPECT_EQ(300, view.n);
	EXPECT_EQ(0, view.wrong);
	EXPECT_TRUE(view.order);
}

TEST_F(spool, hands_out_again_until_acknowledged_then_never)
{
	struct case_view view;

	for (unsigned long i = 1; i <= 10; i++) {
		ASSERT_EQ(0, case_append(self->spool, i % 3, i, 100));
	}
	for (int i = 0; i < 2; i++) {
		ASSERT_EQ(0, case_look(self->spool, &view));
		EXPECT_EQ(10, view.n);
	}
	ASSERT_EQ(0, kpol_spool_ack(self->spool, view.last_seq - 4));
	ASSERT_EQ(0, case_look(self->spool, &view));
	ASSERT_EQ(4, view.n);
	EXPECT_EQ(7, view.numbers[0]);
	self->spool = reopen(self->spool, self->dir, &roomy);
	ASSERT_NE(NULL, self->spool);
	ASSERT_EQ(0, case_look(self->spool, &view));
	ASSERT_EQ(4, view.n);
	EXPECT_EQ(7, view.numbers[0]);
}

TEST_F(spool, acknowledges_nothing_that_was_never_handed_out)
{
	struct kpol_spool_batch batch = { 0 };
	struct case_view view;

	for (unsigned long i = 1; i <= 5; i++) {
		ASSERT_EQ(0, case_append(self->spool, KPOL_SPOOL_DENIAL, i, 10));
	}
	ASSERT_EQ(0, kpol_spool_peek(self->spool, 0, 2, &batch));
	ASSERT_EQ(2, batch.n);
	kpol_spool_batch_clear(&batch);
	ASSERT_EQ(0, kpol_spool_ack(self->spool, UINT64_MAX));
	ASSERT_EQ(0, case_look(self->spool, &view));
	EXPECT_EQ(3, view.n);
}

TEST_F(spool, uses_no_number_twice)
{
	struct case_view view;
	uint64_t last;

	ASSERT_EQ(0, case_append(self->spool, KPOL_SPOOL_DENIAL, 1, 10));
	ASSERT_EQ(0, case_look(self->spool, &view));
	last = view.last_seq;
	ASSERT_EQ(0, kpol_spool_ack(self->spool, last));
	self->spool = reopen(self->spool, self->dir, &roomy);
	ASSERT_NE(NULL, self->spool);
	ASSERT_EQ(0, case_append(self->spool, KPOL_SPOOL_DENIAL, 2, 10));
	ASSERT_EQ(0, case_look(self->spool, &view));
	EXPECT_LT(last, view.last_seq);
}

TEST_F(spool, numbers_have_64_bits)
{
	struct case_view view;
	char path[128];
	sqlite3 *db;

	ASSERT_EQ(0, case_append(self->spool, KPOL_SPOOL_DENIAL, 1, 10));
	kpol_spool_free(self->spool);
	self->spool = NULL;
	snprintf(path, sizeof(path), "%s/siem.spool", self->dir);
	ASSERT_EQ(SQLITE_OK, sqlite3_open(path, &db));
	/* Its checksum no longer fits, so it is skipped, but its number counts. */
	ASSERT_EQ(SQLITE_OK,
		  sqlite3_exec(db, "UPDATE denial SET seq = 5000000000000", NULL, NULL, NULL));
	sqlite3_close(db);
	self->spool = case_open(self->dir, &roomy);
	ASSERT_NE(NULL, self->spool);
	ASSERT_EQ(0, case_append(self->spool, KPOL_SPOOL_AUDIT, 2, 10));
	ASSERT_EQ(0, case_look(self->spool, &view));
	ASSERT_EQ(1, view.n);
	EXPECT_EQ(2, view.numbers[0]);
	EXPECT_EQ(5000000000001, view.last_seq);
}

TEST_F(spool, keeps_empty_and_large_payloads)
{
	static const size_t sizes[] = { 0, 1, 4096, 65536, 65537, 1024 * 1024 };
	const size_t n = sizeof(sizes) / sizeof(sizes[0]);
	struct kpol_spool_batch batch = { 0 };

	for (size_t i = 0; i < n; i++) {
		ASSERT_EQ(0, case_append(self->spool, KPOL_SPOOL_DENIAL, i + 1, sizes[i]));
	}
	self->spool = reopen(self->spool, self->dir, &roomy);
	ASSERT_NE(NULL, self->spool);
	ASSERT_EQ(0, kpol_spool_peek(self->spool, 0, n, &batch));
	ASSERT_EQ(n, batch.n);
	for (size_t i = 0; i < n; i++) {
		EXPECT_EQ(sizes[i], batch.items[i].len);
		EXPECT_TRUE(case_is_right(&batch.items[i]));
	}
	kpol_spool_batch_clear(&batch);
}

TEST_F(spool, an_entry_that_is_too_large_is_counted_and_pushes_nothing_out)
{
	struct kpol_spool_loss loss;
	struct case_view view;

	ASSERT_EQ(0, case_append(self->spool, KPOL_SPOOL_AUDIT, 1, 10));
	ASSERT_EQ(0, case_append(self->spool, KPOL_SPOOL_CONTROL, 2, KPOL_SPOOL_ENTRY_MAX + 1));
	ASSERT_EQ(0, case_look(self->spool, &view));
	EXPECT_EQ(1, view.n);
	kpol_spool_loss(self->spool, &loss);
	EXPECT_EQ(1, loss.dropped[KPOL_SPOOL_CONTROL]);
	EXPECT_STREQ(BOOT "-2", loss.first_id);
}

TEST_F(spool, refuses_what_is_no_entry)
{
	struct kpol_spool_entry entry = { .class = KPOL_SPOOL_CLASSES, .id = "a", .bytes = "" };
	char id[KPOL_SPOOL_ID_SIZE + 1];
	struct case_view view;

	EXPECT_EQ(-EINVAL, kpol_spool_append(self->spool, &entry, 1));
	entry.class = KPOL_SPOOL_AUDIT;
	entry.id = "";
	EXPECT_EQ(-EINVAL, kpol_spool_append(self->spool, &entry, 1));
	memset(id, 'x', sizeof(id));
	id[KPOL_SPOOL_ID_SIZE] = '\0';
	entry.id = id;
	EXPECT_EQ(-EINVAL, kpol_spool_append(self->spool, &entry, 1));
	entry.id = "a";
	entry.bytes = NULL;
	entry.len = 1;
	EXPECT_EQ(-EINVAL, kpol_spool_append(self->spool, &entry, 1));
	ASSERT_EQ(0, case_look(self->spool, &view));
	EXPECT_EQ(0, view.n);
}

TEST_F(spool, is_refused_to_a_second)
{
	struct kpol_spool *second = NULL;
	pid_t pid;
	int status;

	EXPECT_EQ(-EBUSY, kpol_spool_open(self->dir, "siem", &roomy, &second));
	EXPECT_EQ(NULL, second);
	pid = fork();
	if (pid == 0)
		_exit(kpol_spool_open(self->dir, "siem", &roomy, &second) == -EBUSY ? 0 : 1);
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
	EXPECT_EQ(0, case_append(self->spool, KPOL_SPOOL_DENIAL, 1, 10));
	ASSERT_EQ(0, kpol_spool_open(self->dir, "other", &roomy, &second));
	kpol_spool_free(second);
}

TEST_F(spool, names_that_could_be_paths_are_refused)
{
	static const char *const names[] = { "",    ".",   "..",       ".a",  "a/b", "../a",
					     "a b", "a\n", "\xc3\xa4", "a%s", "a*",  "a?b",
					     "a'b", "a;b", "a\\b",     "a:b" };
	char name[KPOL_SPOOL_NAME_MAX + 1];
	struct kpol_spool *spool = NULL;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		EXPECT_EQ(-EINVAL, kpol_spool_open(self->dir, names[i], &roomy, &spool));
	}
	memset(name, 'a', sizeof(name));
	name[KPOL_SPOOL_NAME_MAX] = '\0';
	EXPECT_EQ(-EINVAL, kpol_spool_open(self->dir, name, &roomy, &spool));
	name[KPOL_SPOOL_NAME_MAX - 1] = '\0';
	ASSERT_EQ(0, kpol_spool_open(self->dir, name, &roomy, &spool));
	kpol_spool_free(spool);
}

TEST_F(spool, statistics_say_what_waits)
{
	struct kpol_spool_stats stats;
	struct kpol_spool_entry old = {
		.class = KPOL_SPOOL_AUDIT, .id = "b-1", .bytes = "xyz", .len = 3, .at = 77
	};

	ASSERT_EQ(0, kpol_spool_append(self->spool, &old, 1));
	ASSERT_EQ(0, case_append(self->spool, KPOL_SPOOL_DENIAL, 2, 10));
	self->spool = reopen(self->spool, self->dir, &roomy);
	ASSERT_NE(NULL, self->spool);
	kpol_spool_stats(self->spool, &stats);
	EXPECT_EQ(1, stats.entries[KPOL_SPOOL_AUDIT]);
	EXPECT_EQ(1, stats.entries[KPOL_SPOOL_DENIAL]);
	EXPECT_EQ(0, stats.entries[KPOL_SPOOL_CONTROL]);
	EXPECT_EQ(64 + 3 + 3, stats.bytes[KPOL_SPOOL_AUDIT]);
	EXPECT_EQ(77, stats.oldest_at);
	EXPECT_TRUE(stats.on_disk);
	EXPECT_FALSE(stats.full);
	EXPECT_EQ(0, stats.in_memory);
	EXPECT_STREQ("", stats.error);
	EXPECT_STREQ("", stats.damaged);
}

static struct kpol_spool_options bounded(uint64_t entries)
{
	struct kpol_spool_options options = roomy;

	options.max_entries = entries;
	return options;
}

/* Numbers 1 to 9: audit, denial, control, and so on. */
static void fill_mixed(struct kpol_spool *spool)
{
	for (unsigned long i = 1; i <= 9; i++)
		if (case_append(spool, (i - 1) % 3, i, 50) < 0)
			abort();
}

TEST_F(spool, audits_go_first_then_denials_then_control)
{
	static const struct {
		uint64_t max;
		uint64_t audits, denials, controls;
		unsigned long first;
	} rows[] = {
		{ 9, 0, 0, 0, 1 }, { 8, 1, 0, 0, 2 }, { 6, 3, 0, 0, 2 },
		{ 5, 3, 1, 0, 3 }, { 3, 3, 3, 0, 3 }, { 1, 3, 3, 2, 9 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct kpol_spool_options options = bounded(rows[i].max);
		struct kpol_spool_stats stats;
		struct case_view view;

		kpol_spool_free(self->spool);
		case_remove(self->dir);
		self->spool = case_open(self->dir, &options);
		ASSERT_NE(NULL, self->spool);
		fill_mixed(self->spool);
		kpol_spool_stats(self->spool, &stats);
		EXPECT_EQ(rows[i].audits, stats.lost.dropped[KPOL_SPOOL_AUDIT]);
		EXPECT_EQ(rows[i].denials, stats.lost.dropped[KPOL_SPOOL_DENIAL]);
		EXPECT_EQ(rows[i].controls, stats.lost.dropped[KPOL_SPOOL_CONTROL]);
		ASSERT_EQ(0, case_look(self->spool, &view));
		EXPECT_EQ(rows[i].max, view.n);
		EXPECT_EQ(rows[i].first, view.numbers[0]);
		EXPECT_TRUE(view.order);
	}
}

TEST_F(spool, an_audit_does_not_push_out_a_denial)
{
	struct kpol_spool_options options = bounded(3);
	struct kpol_spool_loss loss;
	struct case_view view;

	self->spool = reopen(self->spool, self->dir, &options);
	ASSERT_NE(NULL, self->spool);
	for (unsigned long i = 1; i <= 3; i++) {
		ASSERT_EQ(0, case_append(self->spool, KPOL_SPOOL_DENIAL, i, 10));
	}
	ASSERT_EQ(0, case_append(self->spool, KPOL_SPOOL_AUDIT, 4, 10));
	ASSERT_EQ(0, case_look(self->spool, &view));
	EXPECT_EQ(3, view.n);
	EXPECT_EQ(1, view.numbers[0]);
	kpol_spool_loss(self->spool, &loss);
	EXPECT_EQ(1, loss.dropped[KPOL_SPOOL_AUDIT]);
	EXPECT_STREQ(BOOT "-4", loss.first_id);
}

TEST_F(spool, stays_below_its_bytes_and_its_file_below_twice_that)
{
	struct kpol_spool_options options = roomy;
	struct kpol_spool_stats stats;
	struct case_view view;
	char path[128];
	FILE *file;

	options.max_bytes = 1024 * 1024;
	self->spool = reopen(self->spool, self->dir, &options);
	ASSERT_NE(NULL, self->spool);
	for (unsigned long i = 1; i <= 4000; i++) {
		ASSERT_EQ(0, case_append(self->spool, i % 2, i, i * 37 % 3000));
	}
	kpol_spool_stats(self->spool, &stats);
	EXPECT_GE(options.max_bytes,
		  stats.bytes[KPOL_SPOOL_AUDIT] + stats.bytes[KPOL_SPOOL_DENIAL]);
	ASSERT_EQ(0, case_look(self->spool, &view));
	EXPECT_EQ(0, view.wrong);
	EXPECT_TRUE(view.order);
	EXPECT_EQ(4000, view.n + stats.lost.dropped[KPOL_SPOOL_AUDIT] +
				stats.lost.dropped[KPOL_SPOOL_DENIAL]);
	self->spool = reopen(self->spool, self->dir, &options);
	snprintf(path, sizeof(path), "%s/siem.spool", self->dir);
	file = fopen(path, "r");
	ASSERT_NE(NULL, file);
	fseek(file, 0, SEEK_END);
	EXPECT_GE(options.max_bytes * 2 + 64 * 4096, ftell(file));
	fclose(file);
}

static int tell(struct kpol_spool *spool, const struct kpol_spool_loss *loss, unsigned long number)
{
	struct kpol_spool_entry entry = { .class = KPOL_SPOOL_CONTROL, .bytes = "" };
	char id[KPOL_SPOOL_ID_SIZE];

	snprintf(id, sizeof(id), BOOT "-%lu", number);
	entry.id = id;
	return kpol_spool_tell(spool, loss, &entry);
}

TEST_F(spool, a_loss_survives_a_crash_until_it_is_told_and_is_told_once)
{
	struct kpol_spool_options options = bounded(3);
	struct kpol_spool_loss loss;
	struct case_view view;
	pid_t pid;

	kpol_spool_free(self->spool);
	pid = fork();
	if (pid == 0) {
		fill_mixed(case_open(self->dir, &options));
		raise(SIGKILL);
	}
	waitpid(pid, NULL, 0);
	self->spool = case_open(self->dir, &options);
	ASSERT_NE(NULL, self->spool);
	kpol_spool_loss(self->spool, &loss);
	EXPECT_EQ(3, loss.dropped[KPOL_SPOOL_AUDIT]);
	EXPECT_EQ(3, loss.dropped[KPOL_SPOOL_DENIAL]);
	EXPECT_EQ(0, loss.dropped[KPOL_SPOOL_CONTROL]);
	EXPECT_STREQ(BOOT "-1", loss.first_id);
	EXPECT_STREQ(BOOT "-8", loss.last_id);
	EXPECT_LT(0, loss.first_at);
	ASSERT_EQ(0, case_look(self->spool, &view));
	ASSERT_EQ(0, kpol_spool_ack(self->spool, view.last_seq));
	ASSERT_EQ(0, tell(self->spool, &loss, 10));
	kpol_spool_loss(self->spool, &loss);
	EXPECT_TRUE(kpol_spool_loss_is_none(&loss));
	self->spool = reopen(self->spool, self->dir, &options);
	ASSERT_NE(NULL, self->spool);
	kpol_spool_loss(self->spool, &loss);
	EXPECT_TRUE(kpol_spool_loss_is_none(&loss));
	ASSERT_EQ(0, case_look(self->spool, &view));
	ASSERT_EQ(1, view.n);
	EXPECT_EQ(10, view.numbers[0]);
}

TEST_F(spool, a_loss_that_grew_meanwhile_is_asked_for_again)
{
	struct kpol_spool_options options = bounded(2);
	struct kpol_spool_loss loss;
	struct kpol_spool_stats stats;

	self->spool = reopen(self->spool, self->dir, &options);
	ASSERT_NE(NULL, self->spool);
	fill_mixed(self->spool);
	kpol_spool_loss(self->spool, &loss);
	ASSERT_EQ(0, case_append(self->spool, KPOL_SPOOL_AUDIT, 10, 1));
	EXPECT_EQ(-EAGAIN, tell(self->spool, &loss, 11));
	kpol_spool_loss(self->spool, &loss);
	EXPECT_EQ(4, loss.dropped[KPOL_SPOOL_AUDIT]);
	/* The record itself pushes a control record out, which is the next loss. */
	ASSERT_EQ(0, tell(self->spool, &loss, 11));
	kpol_spool_loss(self->spool, &loss);
	EXPECT_EQ(0, loss.dropped[KPOL_SPOOL_AUDIT]);
	EXPECT_EQ(1, loss.dropped[KPOL_SPOOL_CONTROL]);
	kpol_spool_stats(self->spool, &stats);
	EXPECT_EQ(4, stats.lost.dropped[KPOL_SPOOL_AUDIT]);
	EXPECT_EQ(2, stats.lost.dropped[KPOL_SPOOL_CONTROL]);
}

TEST_F(spool, many_at_once_are_as_one_by_one)
{
	struct kpol_spool_entry entries[500];
	static char ids[500][KPOL_SPOOL_ID_SIZE];
	static unsigned char bytes[500][40];
	struct case_view view;

	for (size_t i = 0; i < 500; i++) {
		snprintf(ids[i], sizeof(ids[i]), BOOT "-%zu", i + 1);
		case_fill(bytes[i], sizeof(bytes[i]), i + 1);
		entries[i] = (struct kpol_spool_entry){
			.class = i % 3, .id = ids[i], .bytes = bytes[i], .len = sizeof(bytes[i])
		};
	}
	ASSERT_EQ(0, kpol_spool_append(self->spool, entries, 500));
	ASSERT_EQ(0, case_look(self->spool, &view));
	EXPECT_EQ(500, view.n);
	EXPECT_EQ(0, view.wrong);
	EXPECT_TRUE(view.order);
}

TEST(without_a_directory_entries_are_kept_in_memory_and_it_says_so)
{
	struct kpol_spool_options options = roomy;
	struct kpol_spool *spool = case_open("/nonexistent/kpol", &options);
	struct kpol_spool_stats stats;
	struct case_view view;

	ASSERT_NE(NULL, spool);
	EXPECT_EQ(1, case_append(spool, KPOL_SPOOL_DENIAL, 1, 10));
	EXPECT_EQ(1, case_append(spool, KPOL_SPOOL_AUDIT, 2, 10));
	kpol_spool_stats(spool, &stats);
	EXPECT_FALSE(stats.on_disk);
	EXPECT_EQ(2, stats.in_memory);
	EXPECT_STRNE("", stats.error);
	EXPECT_EQ(-EIO, kpol_spool_tend(spool));
	ASSERT_EQ(0, case_look(spool, &view));
	EXPECT_EQ(2, view.n);
	EXPECT_TRUE(view.order);
	ASSERT_EQ(0, kpol_spool_ack(spool, view.last_seq));
	kpol_spool_stats(spool, &stats);
	EXPECT_EQ(0, stats.in_memory);
	kpol_spool_free(spool);
}

TEST_F(spool, memory_is_bounded_too)
{
	struct kpol_spool_options options = roomy;
	struct kpol_spool *spool;
	struct kpol_spool_stats stats;
	struct kpol_spool_loss loss;
	struct case_view view;

	options.memory_bytes = 16 * 1024;
	spool = case_open("/nonexistent/kpol", &options);
	ASSERT_NE(NULL, spool);
	for (unsigned long i = 1; i <= 200; i++) {
		EXPECT_EQ(1, case_append(spool, i % 2, i, 1000));
	}
	ASSERT_EQ(0, case_look(spool, &view));
	kpol_spool_stats(spool, &stats);
	EXPECT_EQ(100, stats.lost.dropped[KPOL_SPOOL_AUDIT]);
	EXPECT_EQ(200, view.n + 100 + stats.lost.dropped[KPOL_SPOOL_DENIAL]);
	EXPECT_EQ(199, view.numbers[view.n - 1]);
	kpol_spool_loss(spool, &loss);
	EXPECT_EQ(0, tell(spool, &loss, 201));
	kpol_spool_loss(spool, &loss);
	EXPECT_EQ(0, loss.dropped[KPOL_SPOOL_AUDIT]);
	kpol_spool_free(spool);
}

TEST_F(spool, what_was_kept_in_memory_reaches_the_disk_when_that_is_back)
{
	char parent[80], dir[96];
	struct kpol_spool_stats stats;
	struct kpol_spool *spool;
	struct case_view view;
	uint64_t first;

	snprintf(parent, sizeof(parent), "%s/later", self->dir);
	snprintf(dir, sizeof(dir), "%s/spool", parent);
	spool = case_open(dir, &roomy);
	ASSERT_NE(NULL, spool);
	EXPECT_EQ(1, case_append(spool, KPOL_SPOOL_DENIAL, 1, 10));
	EXPECT_EQ(1, case_append(spool, KPOL_SPOOL_DENIAL, 2, 10));
	ASSERT_EQ(0, case_look(spool, &view));
	first = view.last_seq - 1;
	ASSERT_EQ(0, mkdir(parent, 0700));
	usleep(1100 * 1000);
	EXPECT_EQ(0, kpol_spool_tend(spool));
	EXPECT_EQ(0, case_append(spool, KPOL_SPOOL_DENIAL, 3, 10));
	kpol_spool_stats(spool, &stats);
	EXPECT_TRUE(stats.on_disk);
	EXPECT_STREQ("", stats.error);
	/* Handed out while it was in memory, acknowledged now that it is not. */
	ASSERT_EQ(0, kpol_spool_ack(spool, first));
	kpol_spool_free(spool);
	spool = case_open(dir, &roomy);
	ASSERT_EQ(0, case_look(spool, &view));
	ASSERT_EQ(2, view.n);
	EXPECT_EQ(2, view.numbers[0]);
	EXPECT_EQ(3, view.numbers[1]);
	kpol_spool_free(spool);
}

TEST_F(spool, a_file_that_was_deleted_is_begun_anew_with_all_that_waits)
{
	struct kpol_spool_stats stats;
	struct case_view view;

	for (unsigned long i = 1; i <= 200; i++) {
		ASSERT_EQ(0, case_append(self->spool, i % 3, i, 100));
	}
	case_remove(self->dir);
	ASSERT_EQ(0, mkdir(self->dir, 0700));
	usleep(1100 * 1000);
	EXPECT_EQ(0, kpol_spool_tend(self->spool));
	ASSERT_EQ(0, case_append(self->spool, KPOL_SPOOL_DENIAL, 201, 100));
	self->spool = reopen(self->spool, self->dir, &roomy);
	ASSERT_NE(NULL, self->spool);
	ASSERT_EQ(0, case_look(self->spool, &view));
	EXPECT_EQ(201, view.n);
	EXPECT_TRUE(view.order);
	kpol_spool_stats(self->spool, &stats);
	EXPECT_EQ(1, stats.lost.files);
	EXPECT_EQ(0, stats.lost.corrupt);
}

TEST_HARNESS_MAIN
