// SPDX-License-Identifier: GPL-2.0-or-later
/* The spool under kill -9 and under a power failure: what was promised is there, and nothing that is torn. */
#include "kselftest_harness.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "spool_case.h"

#define ROUNDS 200

static const struct kpol_spool_options promising = {
	.max_bytes = 64 * 1024 * 1024,
	.max_entries = 1000000,
	.memory_bytes = 1024 * 1024,
	.sync = KPOL_SPOOL_SYNC_EACH,
};

/* Appends until it is killed, in batches of any size, and says each number once it was promised. */
static void append_forever(const char *dir, const struct kpol_spool_options *options,
			   unsigned long from, int out)
{
	static unsigned char bytes[20][3000];
	static char ids[20][KPOL_SPOOL_ID_SIZE];
	struct kpol_spool_entry entries[20];
	struct kpol_spool *spool = case_open(dir, options);

	if (!spool)
		_exit(1);
	srand((unsigned int)from);
	for (;;) {
		size_t n = 1 + (size_t)rand() % 20;

		for (size_t i = 0; i < n; i++) {
			entries[i] = (struct kpol_spool_entry){ .class = rand() % 3,
								.id = ids[i],
								.bytes = bytes[i],
								.len = rand() % 3000 };
			snprintf(ids[i], sizeof(ids[i]), BOOT "-%lu", from + i);
			case_fill(bytes[i], entries[i].len, from + i);
		}
		if (kpol_spool_append(spool, entries, n) != 0)
			_exit(2);
		from += n;
		if (write(out, &from, sizeof(from)) != sizeof(from))
			_exit(3);
	}
}

/* Return: the first number that was not promised, 0 if the child ended by itself. */
static unsigned long kill_at_random(const char *dir, const struct kpol_spool_options *options,
				    unsigned long from)
{
	unsigned long promised = from, next;
	int ends[2], status;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		abort();
	pid = fork();
	if (pid == 0)
		append_forever(dir, options, from, ends[1]);
	close(ends[1]);
	/* Now and then while it still opens the file. */
	usleep((useconds_t)(rand() % 25000));
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	while (read(ends[0], &next, sizeof(next)) == sizeof(next))
		promised = next;
	close(ends[0]);
	return WIFSIGNALED(status) ? promised : 0;
}

struct outcome {
	unsigned long missing, wrong, unordered, gone;
	unsigned long last;
};

/* Everything from @from to below @promised has to be there, once and whole. */
static void judge(struct case_view *view, unsigned long from, unsigned long promised,
		  struct outcome *outcome)
{
	unsigned long expected = from;

	for (size_t i = 0; i < view->n && view->numbers[i] == expected; i++)
		expected++;
	outcome->missing += expected < promised ? promised - expected : 0;
	outcome->unordered += !view->order;
	outcome->wrong += view->wrong;
	outcome->last = expected;
}

static struct outcome kill_many_times(const char *dir, const struct kpol_spool_options *options)
{
	static struct case_view view;
	struct outcome outcome = { .last = 1 };
	unsigned long first = 1;

	for (int i = 0; i < ROUNDS; i++) {
		unsigned long promised = kill_at_random(dir, options, outcome.last);
		struct kpol_spool *spool = case_open(dir, options);
		struct kpol_spool_stats stats;

		if (!promised || !spool || case_look(spool, &view) < 0) {
			outcome.gone++;
			return outcome;
		}
		judge(&view, first, promised, &outcome);
		/* Half of it is delivered now and then; the rest waits for the next kill as well. */
		if (view.n > 1000 || rand() % 4 == 0) {
			uint64_t seq = view.last_seq - view.n / 2;

			kpol_spool_ack(spool, seq);
			first = view.n ? view.numbers[view.n - 1 - view.n / 2] + 1 : first;
		}
		kpol_spool_stats(spool, &stats);
		outcome.gone += !kpol_spool_loss_is_none(&stats.lost);
		kpol_spool_free(spool);
	}
	return outcome;
}

/* Only to have a time limit of their own. */
FIXTURE(kill){};

FIXTURE_SETUP(kill)
{
}

FIXTURE_TEARDOWN(kill)
{
}

static void expect_all(struct __test_metadata *_metadata, enum kpol_spool_sync sync)
{
	struct kpol_spool_options options = promising;
	struct outcome outcome;
	char dir[64];

	srand(7);
	options.sync = sync;
	options.interval_ms = 5;
	/* On the disk, whose cache is what a kill must not depend on. */
	strcpy(dir, "/tmp/kpol-spool-XXXXXX");
	ASSERT_NE(NULL, mkdtemp(dir));
	outcome = kill_many_times(dir, &options);
	EXPECT_EQ(0, outcome.missing);
	EXPECT_EQ(0, outcome.wrong);
	EXPECT_EQ(0, outcome.unordered);
	EXPECT_EQ(0, outcome.gone);
	EXPECT_LT(ROUNDS, outcome.last);
	TH_LOG("%d kills, %lu entries", ROUNDS, outcome.last - 1);
	case_remove(dir);
}

TEST_F_TIMEOUT(kill, kill_loses_nothing_when_each_append_is_synced, 120)
{
	expect_all(_metadata, KPOL_SPOOL_SYNC_EACH);
}

TEST_F_TIMEOUT(kill, kill_loses_nothing_when_syncs_are_at_intervals, 120)
{
	expect_all(_metadata, KPOL_SPOOL_SYNC_INTERVAL);
}

TEST_F_TIMEOUT(kill, kill_loses_nothing_when_nothing_is_synced, 120)
{
	expect_all(_metadata, KPOL_SPOOL_SYNC_NEVER);
}

/* As much of a file as a power failure may leave of it. */
static void copy_file(const char *from, const char *to, off_t length)
{
	char command[512];

	snprintf(command, sizeof(command), "cp %s %s", from, to);
	if (system(command) != 0 || (length >= 0 && truncate(to, length) < 0))
		abort();
}

static off_t size_of(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? st.st_size : 0;
}

/* The log is cut at any byte; what remains is a beginning of what was appended, and whole. */
TEST(power_failure_leaves_a_beginning_and_nothing_torn)
{
	static struct case_view view;
	char dir[64], copy[64], file[128], log[128], to[128], to_log[128];
	struct kpol_spool *spool;
	size_t most = 0, least = SIZE_MAX;

	ASSERT_NE(NULL, case_dir(dir, sizeof(dir)));
	ASSERT_NE(NULL, case_dir(copy, sizeof(copy)));
	snprintf(file, sizeof(file), "%s/siem.spool", dir);
	snprintf(log, sizeof(log), "%s/siem.spool-wal", dir);
	snprintf(to, sizeof(to), "%s/siem.spool", copy);
	snprintf(to_log, sizeof(to_log), "%s/siem.spool-wal", copy);
	kpol_spool_free(case_open(dir, &roomy));
	spool = case_open(dir, &roomy);
	for (unsigned long i = 1; i <= 30; i++) {
		ASSERT_EQ(0, case_append(spool, i % 3, i, i * 100));
	}
	for (off_t length = 0; length <= size_of(log); length += 997) {
		struct kpol_spool *cut;

		copy_file(file, to, -1);
		copy_file(log, to_log, length);
		cut = case_open(copy, &roomy);
		ASSERT_NE(NULL, cut);
		ASSERT_EQ(0, case_look(cut, &view));
		EXPECT_EQ(0, view.wrong);
		EXPECT_TRUE(view.order);
		EXPECT_TRUE(view.n == 0 || view.numbers[view.n - 1] == view.n);
		most = view.n > most ? view.n : most;
		least = view.n < least ? view.n : least;
		kpol_spool_free(cut);
	}
	EXPECT_EQ(0, least);
	EXPECT_LE(29, most);
	kpol_spool_free(spool);
	case_remove(dir);
	case_remove(copy);
}

TEST_HARNESS_MAIN
