// SPDX-License-Identifier: GPL-2.0-or-later
/* Rulesets that are swapped under processes which open and execute: each verdict is one ruleset's
 * or the other's. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "lib/act.h"
#include "lib/guest.h"
#include "nl/status.h"

#define PROCESSES 8
#define SWAPS 200
#define PROGRAM "/tmp/swap/both/program"

#define RULES(mine)                                                                    \
	"apiVersion: kpol.io/v1\nkind: RuntimePolicy\nmetadata: {name: swap}\nspec:\n" \
	"  selector: {matchCgroups: [/swap]}\n"                                        \
	"  process:\n    action: Allow\n    matchDirectories:\n"                       \
	"    - {dir: /tmp/swap/both/}\n    - {dir: /tmp/swap/" mine "/}\n"             \
	"  file:\n    action: Allow\n    matchDirectories:\n"                          \
	"    - {dir: /dev/}\n    - {dir: /tmp/swap/both/}\n    - {dir: /tmp/swap/" mine "/}\n"

/* What is in both rulesets, in one of them, in none. */
static const struct swap_case {
	const char *file;
	const char *program;
	bool may_pass, may_fail;
} cases[] = {
	{ "/tmp/swap/both/f", PROGRAM, true, false },
	{ "/tmp/swap/one/f", "/tmp/swap/one/program", true, true },
	{ "/tmp/swap/two/f", "/tmp/swap/two/program", true, true },
	{ "/tmp/swap/none/f", "/tmp/swap/none/program", false, true },
};

/* Shared with the processes. @wrong: an answer that neither ruleset gives; its first says what. */
static struct tally {
	int stop;
	int rounds;
	int passed[ARRAY_SIZE(cases)], denied[ARRAY_SIZE(cases)];
	int wrong;
	int wrong_result;
	char wrong_what[64];
} * tally;

static void count(size_t i, int result, const char *what)
{
	const struct swap_case *c = &cases[i];

	if (!result)
		__atomic_add_fetch(&tally->passed[i], 1, __ATOMIC_RELAXED);
	else
		__atomic_add_fetch(&tally->denied[i], 1, __ATOMIC_RELAXED);
	if ((result || c->may_pass) && (!result || (result == -EACCES && c->may_fail)))
		return;
	if (__atomic_add_fetch(&tally->wrong, 1, __ATOMIC_RELAXED) > 1)
		return;
	tally->wrong_result = result;
	snprintf(tally->wrong_what, sizeof(tally->wrong_what), "%s", what);
}

/* An act: open and execute until told to stop. Executing costs far more: once in sixteen rounds. */
static int storm(const char *unused)
{
	int round;

	for (round = 0; !__atomic_load_n(&tally->stop, __ATOMIC_RELAXED); round++) {
		for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
			count(i, act_read(cases[i].file), cases[i].file);
			if (round % 16 == 0)
				count(i, act_exec(cases[i].program), cases[i].program);
		}
		__atomic_add_fetch(&tally->rounds, 1, __ATOMIC_RELAXED);
	}
	return 0;
}

FIXTURE(swap)
{
	struct guest_worker workers[PROCESSES];
	struct guest_events *events;
};

FIXTURE_SETUP(swap)
{
	guest_unload();
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		guest_write(cases[i].file, "content", 0644);
		guest_copy("/bin/busybox", cases[i].program);
	}
	tally = mmap(NULL, sizeof(*tally), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		     0);
	ASSERT_NE(MAP_FAILED, tally);
	for (size_t i = 0; i < PROCESSES; i++)
		self->workers[i] = guest_worker_new("swap");
	self->events = guest_events_open();
}

FIXTURE_TEARDOWN(swap)
{
	guest_unload();
	for (size_t i = 0; i < PROCESSES; i++)
		guest_worker_end(&self->workers[i]);
	guest_events_close(self->events);
	munmap(tally, sizeof(*tally));
}

/* Let all workers storm; the helper that gives each its order waits for its answer. */
static void start(struct guest_worker *workers, pid_t *helpers)
{
	for (size_t i = 0; i < PROCESSES; i++) {
		helpers[i] = fork();
		if (!helpers[i])
			_exit(-guest_do(&workers[i], storm, ""));
	}
}

static int stop(const pid_t *helpers)
{
	int status, failed = 0;

	__atomic_store_n(&tally->stop, 1, __ATOMIC_RELAXED);
	for (size_t i = 0; i < PROCESSES; i++) {
		waitpid(helpers[i], &status, 0);
		failed += status != 0;
	}
	return failed;
}

TEST_F(swap, works_without_a_policy)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		EXPECT_EQ(0, guest_do(&self->workers[0], act_read, cases[i].file));
		EXPECT_EQ(0, guest_do(&self->workers[0], act_exec, cases[i].program));
	}
}

TEST_F_TIMEOUT(swap, every_verdict_is_of_one_of_the_two_rulesets, 220)
{
	static const char *const rulesets[] = { RULES("one"), RULES("two") };
	struct kpol_nl_status before, after;
	pid_t helpers[PROCESSES];
	uint64_t unresolved = 0;

	ASSERT_EQ(0, guest_load(rulesets[0]));
	ASSERT_EQ(0, kpol_nl_status_get(guest_nl(), &before));
	start(self->workers, helpers);
	for (int i = 1; i <= SWAPS; i++) {
		ASSERT_EQ(0, guest_load(rulesets[i % 2]));
		guest_events_wait(self->events, self->events->n + 1, 1);
	}
	EXPECT_EQ(0, stop(helpers));
	EXPECT_EQ(0, tally->wrong)
	TH_LOG("%d wrong, the first: %s gave %d", tally->wrong, tally->wrong_what,
	       tally->wrong_result);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		TH_LOG("%s: %d passed, %d denied", cases[i].file, tally->passed[i],
		       tally->denied[i]);
		EXPECT_EQ(cases[i].may_pass, tally->passed[i] > 0);
		EXPECT_EQ(cases[i].may_fail, tally->denied[i] > 0);
	}
	guest_events_wait(self->events, ~0U, 1000);
	EXPECT_LT(0, self->events->n);
	for (unsigned int i = 0; i < self->events->n; i++)
		unresolved += self->events->items[i].reason != KPOL_REASON_DEFAULT;
	EXPECT_EQ(0, unresolved);
	ASSERT_EQ(0, kpol_nl_status_get(guest_nl(), &after));
	EXPECT_EQ(before.generation + SWAPS, after.generation);
}

TEST_HARNESS_MAIN
