// SPDX-License-Identifier: GPL-2.0-or-later
/* The spool's speed with each way of syncing: figures for docs/decisions.md, and bounds that a slow disk meets. */
#include "kselftest_harness.h"

#include <sys/stat.h>
#include <time.h>

#include "spool_case.h"

#define PAYLOAD 800

static const char *const words[] = { "each append", "every 100 ms", "never" };

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static struct kpol_spool_entry *make_entries(size_t n)
{
	struct kpol_spool_entry *entries = calloc(n, sizeof(*entries));

	for (size_t i = 0; i < n; i++) {
		char *id = malloc(KPOL_SPOOL_ID_SIZE), *bytes = malloc(PAYLOAD);

		snprintf(id, KPOL_SPOOL_ID_SIZE, BOOT "-%zu", i + 1);
		case_fill((unsigned char *)bytes, PAYLOAD, i + 1);
		entries[i] = (struct kpol_spool_entry){
			.class = i % 3, .id = id, .bytes = bytes, .len = PAYLOAD
		};
	}
	return entries;
}

static void free_entries(struct kpol_spool_entry *entries, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free((void *)entries[i].id);
		free((void *)entries[i].bytes);
	}
	free(entries);
}

/** struct figures - entries per second, and the longest single append in ms. */
struct figures {
	double append, deliver, longest;
};

static bool append_all(struct kpol_spool *spool, const struct kpol_spool_entry *entries, size_t n,
		       size_t batch, struct figures *figures)
{
	double start = now(), before = start;

	for (size_t i = 0; i < n; i += batch) {
		double after;

		if (kpol_spool_append(spool, &entries[i], batch) != 0)
			return false;
		after = now();
		if ((after - before) * 1000 > figures->longest)
			figures->longest = (after - before) * 1000;
		before = after;
	}
	figures->append = (double)n / (now() - start);
	return true;
}

static bool deliver_all(struct kpol_spool *spool, size_t n, size_t batch, struct figures *figures)
{
	double start = now();

	for (size_t done = 0; done < n;) {
		struct kpol_spool_batch got = { 0 };

		if (kpol_spool_peek(spool, 0, batch, &got) < 0 || got.n == 0 ||
		    kpol_spool_ack(spool, got.items[got.n - 1].seq) < 0)
			return false;
		done += got.n;
		kpol_spool_batch_clear(&got);
	}
	figures->deliver = (double)n / (now() - start);
	return true;
}

FIXTURE(speed){};

FIXTURE_SETUP(speed)
{
}

FIXTURE_TEARDOWN(speed)
{
}

FIXTURE_VARIANT(speed)
{
	enum kpol_spool_sync sync;
	size_t n, batch;
};

#define ROW(name, how, number, at_once)                                           \
	FIXTURE_VARIANT_ADD(speed, name)                                          \
	{                                                                         \
		.sync = KPOL_SPOOL_SYNC_##how, .n = (number), .batch = (at_once), \
	}

ROW(each_1, EACH, 300, 1);
ROW(each_64, EACH, 12800, 64);
ROW(interval_1, INTERVAL, 10000, 1);
ROW(interval_64, INTERVAL, 25600, 64);
ROW(never_1, NEVER, 10000, 1);
ROW(never_64, NEVER, 25600, 64);

TEST_F_TIMEOUT(speed, of_appending_and_delivering, 120)
{
	struct kpol_spool_options options = roomy;
	struct kpol_spool_entry *entries = make_entries(variant->n);
	struct figures figures = { 0 };
	char dir[64] = "/tmp/kpol-spool-XXXXXX";
	struct kpol_spool *spool;

	options.sync = variant->sync;
	options.interval_ms = 100;
	ASSERT_NE(NULL, mkdtemp(dir));
	spool = case_open(dir, &options);
	ASSERT_NE(NULL, spool);
	ASSERT_TRUE(append_all(spool, entries, variant->n, variant->batch, &figures));
	ASSERT_TRUE(deliver_all(spool, variant->n, variant->batch, &figures));
	TH_LOG("sync %s, %zu at once: %.0f appended/s (longest %.1f ms), %.0f delivered/s",
	       words[variant->sync], variant->batch, figures.append, figures.longest,
	       figures.deliver);
	EXPECT_LT(10, figures.append);
	EXPECT_LT(10, figures.deliver);
	kpol_spool_free(spool);
	free_entries(entries, variant->n);
	case_remove(dir);
}

/* The file is read whole when it is opened: what a restart with a full spool takes. */
TEST(speed_of_opening_a_full_spool)
{
	struct kpol_spool_options options = roomy;
	struct kpol_spool_entry *entries = make_entries(6400);
	struct kpol_spool_stats stats;
	struct figures figures = { 0 };
	char dir[64] = "/tmp/kpol-spool-XXXXXX", path[80];
	struct kpol_spool *spool;
	struct stat st;
	double start;

	ASSERT_NE(NULL, mkdtemp(dir));
	spool = case_open(dir, &options);
	for (int i = 0; i < 12; i++) {
		ASSERT_TRUE(append_all(spool, entries, 6400, 64, &figures));
	}
	kpol_spool_stats(spool, &stats);
	kpol_spool_free(spool);
	snprintf(path, sizeof(path), "%s/siem.spool", dir);
	ASSERT_EQ(0, stat(path, &st));
	start = now();
	spool = case_open(dir, &options);
	TH_LOG("%llu MiB of entries in a file of %lld MiB: opened in %.0f ms",
	       (unsigned long long)(stats.bytes[0] + stats.bytes[1] + stats.bytes[2]) >> 20,
	       (long long)st.st_size >> 20, (now() - start) * 1000);
	ASSERT_NE(NULL, spool);
	kpol_spool_free(spool);
	free_entries(entries, 6400);
	case_remove(dir);
}

TEST_HARNESS_MAIN
