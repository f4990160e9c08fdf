// SPDX-License-Identifier: GPL-2.0-or-later
/* The event queue: what it cannot hold is lost, counted, and never changes a verdict. Its module
 * holds 16 events. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "lib/act.h"
#include "lib/guest.h"
#include "nl/status.h"

#define CAPACITY 16
#define DIR "/tmp/queue"

#define POLICY                                                                                   \
	"apiVersion: kpol.io/v1\nkind: RuntimePolicy\nmetadata: {name: queue}\n"                 \
	"spec:\n  mode: enforce\n  selector: {matchCgroups: [/queue, /queue2]}\n"                \
	"  file:\n    action: Block\n    matchDirectories: [{dir: " DIR "/, recursive: true}]\n" \
	"  network:\n    action: Block\n    matchPeers:\n"                                       \
	"    - {direction: egress, cidr: 127.0.0.0/8, protocol: udp}\n"

/* What has arrived: all that the sums below need. */
struct seen {
	struct kpol_nl_events *nl;
	unsigned int n;
	struct {
		uint64_t seq;
		uint32_t class, count;
		size_t object_len, source_len;
		bool cut;
	} items[4096];
};

static void keep(const struct kpol_event *event, void *userdata)
{
	struct seen *seen = userdata;

	if (seen->n == sizeof(seen->items) / sizeof(seen->items[0]))
		abort();
	seen->items[seen->n].seq = event->seq;
	seen->items[seen->n].class = event->class;
	seen->items[seen->n].count = event->count;
	seen->items[seen->n].cut = event->cut;
	seen->items[seen->n].object_len = event->object ? strlen(event->object) : 0;
	seen->items[seen->n].source_len = event->source ? strlen(event->source) : 0;
	seen->n++;
}

static const struct kpol_nl_events_ops ops = { .event = keep };

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static void subscribe(struct seen *seen)
{
	if (kpol_nl_events_new(&ops, seen, &seen->nl) < 0)
		abort();
}

/* Read until there are @n, or for @seconds. */
static unsigned int take(struct seen *seen, unsigned int n, double seconds)
{
	double end = now() + seconds;

	while (seen->n < n && now() < end) {
		struct pollfd fd = { .fd = kpol_nl_events_fd(seen->nl), .events = POLLIN };

		if (poll(&fd, 1, 50) > 0 && kpol_nl_events_read(seen->nl, 64) < 0)
			abort();
	}
	return seen->n;
}

static void unsubscribe(struct seen *seen)
{
	kpol_nl_events_free(seen->nl);
	seen->nl = NULL;
}

static uint64_t sum(const struct seen *seen, uint32_t class)
{
	uint64_t total = 0;

	for (unsigned int i = 0; i < seen->n; i++)
		total += seen->items[i].class == class ? seen->items[i].count : 0;
	return total;
}

/* Acts that are many; each returns how often it was not denied. */

/* "prefix n": as many directories that may not be made, each another violation */
static int flood_mkdir(const char *arg)
{
	char prefix[256], path[300];
	int n, others = 0;

	if (sscanf(arg, "%255s %d", prefix, &n) != 2)
		return -EINVAL;
	for (int i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s%d", prefix, i);
		others += mkdir(path, 0700) == 0 || errno != EACCES;
	}
	return others;
}

/* "n": as many ports that may not be connected to */
static int flood_connect(const char *arg)
{
	int n = atoi(arg), others = 0;

	for (int i = 0; i < n; i++) {
		char what[64];

		snprintf(what, sizeof(what), "udp4 127.0.0.1 %d", 1000 + i);
		others += act_connect(what) != -EACCES;
	}
	return others;
}

/* "n": the same violation again and again */
static int repeat_mkdir(const char *arg)
{
	int n = atoi(arg), others = 0;

	while (n--)
		others += act_mkdir(DIR "/same") != -EACCES;
	return others;
}

static int read_secret_by(const char *program)
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		execl(program, "sh", "-c", ": </tmp/queue/secret", NULL);
		_exit(99);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

FIXTURE(queue)
{
	struct guest_worker worker, worker2;
	struct seen *seen;
	struct kpol_nl_status before;
};

static void read_status(struct __test_metadata *_metadata, struct kpol_nl_status *ret)
{
	ASSERT_EQ(0, kpol_nl_status_get(guest_nl(), ret));
}

/* The module is loaded with its smallest queue by the first test, and emptied for each. */
FIXTURE_SETUP(queue)
{
	if (kpol_nl_present() == 0) {
		ASSERT_EQ(0, system("modprobe kpol event_queue=16"));
	}
	guest_write(DIR "/secret", "secret", 0644);
	guest_unload();
	self->worker = guest_worker_new("queue");
	self->worker2 = guest_worker_new("queue2");
	ASSERT_EQ(0, guest_load(POLICY));
	self->seen = calloc(1, sizeof(*self->seen));
	subscribe(self->seen);
	take(self->seen, UINT32_MAX, 2.5); /* counts of tests before may be owed for two seconds */
	unsubscribe(self->seen);
	self->seen->n = 0;
	read_status(_metadata, &self->before);
	ASSERT_EQ(CAPACITY, self->before.event_capacity);
	ASSERT_EQ(0, self->before.event_queued);
	ASSERT_EQ(0, self->before.subscriber);
}

FIXTURE_TEARDOWN(queue)
{
	guest_unload();
	guest_worker_end(&self->worker);
	guest_worker_end(&self->worker2);
}

TEST_F(queue, a_full_queue_changes_no_verdict_and_counts_its_losses)
{
	struct kpol_nl_status *before = &self->before, after;
	uint64_t last;

	EXPECT_EQ(0, guest_do(&self->worker, flood_mkdir, DIR "/a 400"));
	read_status(_metadata, &after);
	EXPECT_EQ(CAPACITY, after.event_queued);
	EXPECT_EQ(400 - CAPACITY,
		  after.dropped[KPOL_CLASS_FILE] - before->dropped[KPOL_CLASS_FILE]);
	EXPECT_EQ(0, after.dropped[KPOL_CLASS_NETWORK] - before->dropped[KPOL_CLASS_NETWORK]);

	EXPECT_EQ(0, guest_do(&self->worker, flood_connect, "100"));
	read_status(_metadata, &after);
	EXPECT_EQ(CAPACITY, after.event_queued);
	EXPECT_EQ(400 - CAPACITY,
		  after.dropped[KPOL_CLASS_FILE] - before->dropped[KPOL_CLASS_FILE]);
	EXPECT_EQ(100, after.dropped[KPOL_CLASS_NETWORK] - before->dropped[KPOL_CLASS_NETWORK]);
	EXPECT_EQ(400, after.verdicts[KPOL_CLASS_FILE].denied -
			       before->verdicts[KPOL_CLASS_FILE].denied);
	EXPECT_EQ(100, after.verdicts[KPOL_CLASS_NETWORK].denied -
			       before->verdicts[KPOL_CLASS_NETWORK].denied);
	EXPECT_EQ(500, after.event_seq - before->event_seq);

	subscribe(self->seen);
	ASSERT_EQ(CAPACITY, take(self->seen, CAPACITY + 1, 2.5));
	for (unsigned int i = 0; i < CAPACITY; i++) {
		EXPECT_EQ(before->event_seq + 1 + i, self->seen->items[i].seq);
		EXPECT_EQ(1, self->seen->items[i].count);
	}
	/* The gap to the next event is what was lost. */
	last = self->seen->items[CAPACITY - 1].seq;
	EXPECT_EQ(0, guest_do(&self->worker, flood_mkdir, DIR "/b 1"));
	ASSERT_EQ(CAPACITY + 1, take(self->seen, CAPACITY + 1, 5));
	EXPECT_EQ(500 - CAPACITY, self->seen->items[CAPACITY].seq - last - 1);
	unsubscribe(self->seen);
}

TEST_F(queue, events_wait_for_the_next_reader)
{
	subscribe(self->seen);
	unsubscribe(self->seen);
	EXPECT_EQ(0, guest_do(&self->worker, flood_mkdir, DIR "/c 5"));
	subscribe(self->seen);
	EXPECT_EQ(5, take(self->seen, 5, 5));
	EXPECT_EQ(5, sum(self->seen, KPOL_CLASS_FILE));
	EXPECT_EQ(self->before.event_seq + 1, self->seen->items[0].seq);
	unsubscribe(self->seen);
}

TEST_F(queue, repeats_become_a_count)
{
	struct kpol_nl_status after;
	double start, burst;

	subscribe(self->seen);
	EXPECT_EQ(0, guest_do(&self->worker, repeat_mkdir, "1"));
	EXPECT_EQ(1, take(self->seen, 1, 0.8)) TH_LOG("the first goes out at once");
	EXPECT_EQ(1, self->seen->items[0].count);
	start = now();
	EXPECT_EQ(0, guest_do(&self->worker, repeat_mkdir, "999"));
	burst = now() - start;
	while (sum(self->seen, KPOL_CLASS_FILE) < 1000 && now() - start < burst + 3)
		take(self->seen, self->seen->n + 1, 0.2);
	TH_LOG("1000 repeats in %.1f s became %u events, the last %.1f s after", burst,
	       self->seen->n, now() - start - burst);
	EXPECT_EQ(1000, sum(self->seen, KPOL_CLASS_FILE));
	EXPECT_GE(burst + 4, self->seen->n);
	read_status(_metadata, &after);
	EXPECT_EQ(1000, after.verdicts[KPOL_CLASS_FILE].denied -
				self->before.verdicts[KPOL_CLASS_FILE].denied);
	EXPECT_EQ(0, after.dropped[KPOL_CLASS_FILE] - self->before.dropped[KPOL_CLASS_FILE]);
	EXPECT_EQ(self->seen->n, after.event_seq - self->before.event_seq);
	unsubscribe(self->seen);
}

/* A count that finds the queue full is lost with all that it stands for. */
TEST_F(queue, a_lost_count_is_counted_whole)
{
	struct kpol_nl_status after;

	EXPECT_EQ(0, guest_do(&self->worker, flood_mkdir, DIR "/d 16"));
	EXPECT_EQ(0, guest_do(&self->worker, repeat_mkdir, "300"));
	sleep(3);
	read_status(_metadata, &after);
	EXPECT_EQ(300, after.dropped[KPOL_CLASS_FILE] - self->before.dropped[KPOL_CLASS_FILE]);
	EXPECT_EQ(CAPACITY, after.event_queued);
}

/* Two processes, many violations, a reader that comes and goes: every one is exported, folded or
 * dropped. */
TEST_F_TIMEOUT(queue, nothing_happens_that_is_not_accounted_for, 60)
{
	struct kpol_nl_status after;
	uint64_t happened = 0, dropped, gaps;

	for (int round = 0; round < 6; round++) {
		char many[64];

		if (round % 2)
			subscribe(self->seen);
		snprintf(many, sizeof(many), DIR "/e%d- %d", round, 20 + 30 * round);
		EXPECT_EQ(0, guest_do(&self->worker, flood_mkdir, many));
		EXPECT_EQ(0, guest_do(&self->worker2, repeat_mkdir, "77"));
		EXPECT_EQ(0, guest_do(&self->worker2, flood_mkdir, many));
		EXPECT_EQ(0, guest_do(&self->worker, repeat_mkdir, "50"));
		happened += 2 * (20 + 30 * round) + 77 + 50;
		if (round % 2) {
			take(self->seen, self->seen->n + 30, 0.3);
			unsubscribe(self->seen);
		}
	}
	subscribe(self->seen);
	take(self->seen, UINT32_MAX, 3);
	read_status(_metadata, &after);
	dropped = after.dropped[KPOL_CLASS_FILE] - self->before.dropped[KPOL_CLASS_FILE];
	TH_LOG("%llu violations: %llu in %u events, %llu dropped", (unsigned long long)happened,
	       (unsigned long long)sum(self->seen, KPOL_CLASS_FILE), self->seen->n,
	       (unsigned long long)dropped);
	EXPECT_EQ(happened, after.verdicts[KPOL_CLASS_FILE].denied -
				    self->before.verdicts[KPOL_CLASS_FILE].denied);
	EXPECT_EQ(0, after.event_queued);
	/* Events in the socket of a reader that left went with it: they are gaps, but not drops. */
	gaps = after.event_seq - self->before.event_seq - self->seen->n;
	EXPECT_LE(sum(self->seen, KPOL_CLASS_FILE) + dropped, happened);
	EXPECT_EQ(true, sum(self->seen, KPOL_CLASS_FILE) + dropped == happened || gaps > 0);
	for (unsigned int i = 1; i < self->seen->n; i++) {
		EXPECT_LT(self->seen->items[i - 1].seq, self->seen->items[i].seq);
	}
	unsubscribe(self->seen);
}

/* With a reader that stays, the sum is exact. */
TEST_F_TIMEOUT(queue, exported_folded_and_dropped_make_what_happened, 60)
{
	struct kpol_nl_status after;
	uint64_t dropped, total;
	int one = 1;

	subscribe(self->seen);
	setsockopt(kpol_nl_events_fd(self->seen->nl), SOL_SOCKET, SO_RCVBUF, &one, sizeof(one));
	for (int round = 0; round < 4; round++) {
		char many[64];

		snprintf(many, sizeof(many), DIR "/f%d- 60", round);
		EXPECT_EQ(0, guest_do(&self->worker, flood_mkdir, many));
		EXPECT_EQ(0, guest_do(&self->worker2, repeat_mkdir, "77"));
		take(self->seen, self->seen->n + 5, 0.5);
	}
	take(self->seen, UINT32_MAX, 3.5);
	read_status(_metadata, &after);
	total = sum(self->seen, KPOL_CLASS_FILE);
	dropped = after.dropped[KPOL_CLASS_FILE] - self->before.dropped[KPOL_CLASS_FILE];
	TH_LOG("%u events stand for %llu, %llu dropped", self->seen->n, (unsigned long long)total,
	       (unsigned long long)dropped);
	EXPECT_LT(0, dropped);
	EXPECT_EQ(4 * (60 + 77), total + dropped);
	EXPECT_EQ(4 * (60 + 77), after.verdicts[KPOL_CLASS_FILE].denied -
					 self->before.verdicts[KPOL_CLASS_FILE].denied);
	unsubscribe(self->seen);
}

/* The socket takes one event at a time; the queue keeps the others until it asks. */
TEST_F(queue, a_slow_reader_gets_all_that_the_queue_holds)
{
	struct kpol_nl_status after;
	int one = 1;

	subscribe(self->seen);
	setsockopt(kpol_nl_events_fd(self->seen->nl), SOL_SOCKET, SO_RCVBUF, &one, sizeof(one));
	EXPECT_EQ(0, guest_do(&self->worker, flood_mkdir, DIR "/g 16"));
	sleep(1);
	read_status(_metadata, &after);
	EXPECT_LT(0, after.event_queued) TH_LOG("the socket was meant to be too small");
	ASSERT_EQ(16, take(self->seen, 16, 10));
	for (unsigned int i = 0; i < 16; i++) {
		EXPECT_EQ(self->before.event_seq + 1 + i, self->seen->items[i].seq);
	}
	read_status(_metadata, &after);
	EXPECT_EQ(0, after.event_queued);
	EXPECT_EQ(0, after.dropped[KPOL_CLASS_FILE] - self->before.dropped[KPOL_CLASS_FILE]);
	unsubscribe(self->seen);
}

/* A path of directories with 199 characters each that is longer than an event holds; @make: make
 * them. */
static void long_path(char *path, bool make)
{
	strcpy(path, DIR);
	while (strlen(path) <= KPOL_EVENT_OBJECT_MAX) {
		size_t len = strlen(path);

		memset(path + len, 'a', 200);
		path[len] = '/';
		path[len + 200] = 0;
		if (make)
			mkdir(path, 0755);
	}
}

static int rmdir_long_path(const char *unused)
{
	char path[KPOL_EVENT_OBJECT_MAX + 300];

	long_path(path, false);
	return act_rmdir(path);
}

TEST_F(queue, an_object_that_is_too_long_is_cut_and_says_so)
{
	char path[KPOL_EVENT_OBJECT_MAX + 300];

	long_path(path, true);
	subscribe(self->seen);
	EXPECT_EQ(0, guest_do(&self->worker, flood_mkdir, DIR "/h 1"));
	EXPECT_EQ(-EACCES, guest_do(&self->worker, rmdir_long_path, ""));
	ASSERT_EQ(2, take(self->seen, 2, 5));
	EXPECT_EQ(false, self->seen->items[0].cut);
	EXPECT_EQ(true, self->seen->items[1].cut);
	EXPECT_EQ(KPOL_EVENT_OBJECT_MAX, self->seen->items[1].object_len);
	unsubscribe(self->seen);
}

TEST_F(queue, a_source_that_is_too_long_is_cut_and_says_so)
{
	char path[1000] = "/tmp/source", program[1020];

	mkdir(path, 0755);
	for (int i = 0; i < 3; i++) {
		size_t len = strlen(path);

		memset(path + len, 'b', 200);
		path[len] = '/';
		path[len + 200] = 0;
		mkdir(path, 0755);
	}
	snprintf(program, sizeof(program), "%s/sh", path);
	guest_copy("/bin/busybox", program);
	subscribe(self->seen);
	EXPECT_EQ(1, guest_do(&self->worker, read_secret_by, program));
	ASSERT_EQ(1, take(self->seen, 1, 5));
	EXPECT_EQ(true, self->seen->items[0].cut);
	EXPECT_EQ(KPOL_EVENT_SOURCE_MAX, self->seen->items[0].source_len);
	EXPECT_EQ(strlen(DIR "/secret"), self->seen->items[0].object_len);
	unsubscribe(self->seen);
}

TEST_HARNESS_MAIN
