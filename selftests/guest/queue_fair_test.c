// SPDX-License-Identifier: GPL-2.0-or-later
/* The event queue when it is full: whose events are lost, who is told, and who listens beside. Its module holds 16 events. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "lib/act.h"
#include "lib/guest.h"
#include "nl/dump.h"
#include "nl/status.h"

#define CAPACITY 16
#define DIR "/tmp/queue"

/* Two scopes that make nothing in @DIR, each audited below its own "seen" and observed below "watched". */
#define SCOPE(name, cgroup)                                                                 \
	"apiVersion: kpol.io/v1\nkind: RuntimePolicy\nmetadata: {name: " name "}\n"         \
	"spec:\n  mode: enforce\n  selector: {matchCgroups: [" cgroup "]}\n"                \
	"  file:\n    matchDirectories:\n"                                                  \
	"    - {dir: " DIR "/, recursive: true, action: Block}\n"                           \
	"    - {dir: /tmp/seen/, recursive: true, action: Audit}\n---\n"                    \
	"apiVersion: kpol.io/v1\nkind: RuntimePolicy\nmetadata: {name: " name "-tried}\n"   \
	"spec:\n  mode: observe\n  selector: {matchCgroups: [" cgroup "]}\n"                \
	"  file:\n    action: Block\n    matchDirectories: [{dir: /tmp/tried/, recursive: " \
	"true}]\n"

#define POLICY SCOPE("loud", "/loud") "---\n" SCOPE("quiet", "/quiet")

struct heard {
	struct kpol_nl_events *nl;
	unsigned int n;
	struct {
		uint64_t seq;
		uint32_t verdict, scope;
		char object[64];
	} items[256];
};

static void keep(const struct kpol_event *event, void *userdata)
{
	struct heard *heard = userdata;

	if (heard->n == sizeof(heard->items) / sizeof(heard->items[0]))
		abort();
	heard->items[heard->n].seq = event->seq;
	heard->items[heard->n].verdict = event->verdict;
	heard->items[heard->n].scope = event->scope_id;
	snprintf(heard->items[heard->n].object, sizeof(heard->items[0].object), "%s",
		 event->object ? event->object : "");
	heard->n++;
}

static const struct kpol_nl_events_ops ops = { .event = keep };

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

/* Read until there are @n, or for @seconds. */
static unsigned int take(struct heard *heard, unsigned int n, double seconds)
{
	double end = now() + seconds;

	while (heard->n < n && now() < end) {
		struct pollfd fd = { .fd = kpol_nl_events_fd(heard->nl), .events = POLLIN };

		if (poll(&fd, 1, 50) > 0 && kpol_nl_events_read(heard->nl, 64) < 0)
			abort();
	}
	return heard->n;
}

/* All that has waited, by a reader that comes for it and goes again. */
static void take_all(struct heard *heard)
{
	memset(heard, 0, sizeof(*heard));
	if (kpol_nl_events_new(&ops, heard, &heard->nl) < 0)
		abort();
	take(heard, UINT32_MAX, 2.5); /* counts of tests before may be owed for two seconds */
	kpol_nl_events_free(heard->nl);
}

static unsigned int count(const struct heard *heard, uint32_t verdict, uint32_t scope)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < heard->n; i++)
		n += (!verdict || heard->items[i].verdict == verdict) &&
		     (!scope || heard->items[i].scope == scope);
	return n;
}

static bool has(const struct heard *heard, const char *object)
{
	for (unsigned int i = 0; i < heard->n; i++)
		if (strcmp(heard->items[i].object, object) == 0)
			return true;
	return false;
}

/* "prefix n": as many directories, each another event */
static int flood(const char *arg)
{
	char prefix[256], path[300];
	int n;

	if (sscanf(arg, "%255s %d", prefix, &n) != 2)
		return -EINVAL;
	for (int i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s%d", prefix, i);
		if (mkdir(path, 0700) == 0)
			rmdir(path);
	}
	return 0;
}

FIXTURE(fair)
{
	struct guest_worker loud, quiet;
	struct heard *heard;
	uint32_t loud_scope, quiet_scope;
};

static uint64_t dropped_of(uint32_t scope)
{
	struct kpol_ruleset *live;
	uint64_t generation, dropped;

	if (kpol_nl_ruleset_get(guest_nl(), &generation, &live) < 0 || scope > live->n_scopes)
		abort();
	dropped = live->scopes[scope - 1].dropped;
	kpol_ruleset_free(live);
	return dropped;
}

static uint32_t scope_of(const char *name)
{
	struct kpol_ruleset *live;
	uint64_t generation;
	uint32_t found = 0;

	if (kpol_nl_ruleset_get(guest_nl(), &generation, &live) < 0)
		abort();
	for (uint32_t i = 0; i < live->n_scopes; i++)
		if (strstr(live->scopes[i].name, name))
			found = i + 1;
	kpol_ruleset_free(live);
	return found;
}

FIXTURE_SETUP(fair)
{
	if (kpol_nl_present() == 0) {
		ASSERT_EQ(0, system("modprobe kpol event_queue=16"));
	}
	mkdir(DIR, 0755);
	mkdir("/tmp/seen", 0755);
	mkdir("/tmp/tried", 0755);
	guest_unload();
	self->loud = guest_worker_new("loud");
	self->quiet = guest_worker_new("quiet");
	self->heard = calloc(1, sizeof(*self->heard));
	ASSERT_EQ(0, guest_load(POLICY));
	take_all(self->heard);
	self->loud_scope = scope_of("/loud");
	self->quiet_scope = scope_of("/quiet");
	ASSERT_NE(0, self->loud_scope);
	ASSERT_NE(0, self->quiet_scope);
	ASSERT_NE(self->loud_scope, self->quiet_scope);
}

FIXTURE_TEARDOWN(fair)
{
	guest_unload();
	guest_worker_end(&self->loud);
	guest_worker_end(&self->quiet);
	free(self->heard);
}

/* The first ones are kept, of those that are lost too. */
TEST_F(fair, a_flood_of_one_scope_hides_no_event_of_another)
{
	EXPECT_EQ(0, guest_do(&self->loud, flood, DIR "/l 40"));
	EXPECT_EQ(0, guest_do(&self->quiet, flood, DIR "/q 5"));
	EXPECT_EQ(0, guest_do(&self->loud, flood, DIR "/m 40"));
	EXPECT_EQ(29 + 40, dropped_of(self->loud_scope));
	EXPECT_EQ(0, dropped_of(self->quiet_scope));
	take_all(self->heard);
	EXPECT_EQ(CAPACITY, self->heard->n);
	EXPECT_EQ(5, count(self->heard, KPOL_VERDICT_DENY, self->quiet_scope));
	for (int i = 0; i < 11; i++) {
		char path[64];

		snprintf(path, sizeof(path), DIR "/l%d", i);
		EXPECT_TRUE(has(self->heard, path)) TH_LOG("%s", path);
	}
	for (unsigned int i = 1; i < self->heard->n; i++) {
		EXPECT_LT(self->heard->items[i - 1].seq, self->heard->items[i].seq);
	}
}

TEST_F(fair, two_floods_share_the_queue)
{
	EXPECT_EQ(0, guest_do(&self->loud, flood, DIR "/l 40"));
	EXPECT_EQ(0, guest_do(&self->quiet, flood, DIR "/q 40"));
	take_all(self->heard);
	EXPECT_EQ(CAPACITY / 2, count(self->heard, KPOL_VERDICT_DENY, self->loud_scope));
	EXPECT_EQ(CAPACITY / 2, count(self->heard, KPOL_VERDICT_DENY, self->quiet_scope));
}

TEST_F(fair, audits_hide_nothing_that_would_be_denied_and_that_no_denial)
{
	EXPECT_EQ(0, guest_do(&self->loud, flood, "/tmp/seen/a 40"));
	EXPECT_EQ(0, guest_do(&self->loud, flood, "/tmp/tried/t 10"));
	EXPECT_EQ(0, guest_do(&self->loud, flood, DIR "/d 9"));
	EXPECT_EQ(0, guest_do(&self->loud, flood, "/tmp/seen/b 40"));
	EXPECT_EQ(0, guest_do(&self->loud, flood, "/tmp/tried/u 40"));
	take_all(self->heard);
	EXPECT_EQ(CAPACITY, self->heard->n);
	EXPECT_EQ(9, count(self->heard, KPOL_VERDICT_DENY, 0));
	EXPECT_EQ(7, count(self->heard, KPOL_VERDICT_WOULD_DENY, 0));
	EXPECT_EQ(0, count(self->heard, KPOL_VERDICT_AUDIT, 0));
	EXPECT_TRUE(has(self->heard, "/tmp/tried/t0"));
	EXPECT_FALSE(has(self->heard, "/tmp/tried/t9"));
}

TEST_F(fair, what_is_lost_of_a_scope_is_counted_until_the_next_commit)
{
	EXPECT_EQ(0, guest_do(&self->quiet, flood, DIR "/q 20"));
	EXPECT_EQ(4, dropped_of(self->quiet_scope));
	take_all(self->heard);
	EXPECT_EQ(4, dropped_of(self->quiet_scope));
	ASSERT_EQ(0, guest_load(POLICY));
	EXPECT_EQ(0, dropped_of(self->quiet_scope));
}

TEST_F(fair, bystanders_hear_what_the_daemon_gets_and_take_nothing_from_it)
{
	struct heard *bystander = calloc(1, sizeof(*bystander));

	ASSERT_EQ(0, kpol_nl_events_watch(&ops, bystander, &bystander->nl));
	EXPECT_EQ(0, guest_do(&self->loud, flood, DIR "/l 5"));
	EXPECT_EQ(5, take(bystander, 5, 5)) TH_LOG("while there is no daemon");
	take_all(self->heard);
	EXPECT_EQ(5, self->heard->n);
	self->heard->n = 0;
	ASSERT_EQ(0, kpol_nl_events_new(&ops, self->heard, &self->heard->nl));
	EXPECT_EQ(0, guest_do(&self->quiet, flood, DIR "/q 7"));
	EXPECT_EQ(7, take(self->heard, 7, 5));
	EXPECT_EQ(12, take(bystander, 12, 5)) TH_LOG("while there is one");
	for (unsigned int i = 1; i < bystander->n; i++) {
		EXPECT_EQ(bystander->items[i - 1].seq + 1, bystander->items[i].seq);
	}
	kpol_nl_events_free(self->heard->nl);
	kpol_nl_events_free(bystander->nl);
	free(bystander);
}

TEST_F(fair, nobody_without_the_capability_hears_it)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		struct heard heard = { 0 };

		if (setuid(1000))
			_exit(1);
		_exit(kpol_nl_events_watch(&ops, &heard, &heard.nl) == -EPERM ? 0 : 2);
	}
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
}

TEST_HARNESS_MAIN
