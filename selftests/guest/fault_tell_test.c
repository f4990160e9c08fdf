// SPDX-License-Identifier: GPL-2.0-or-later
/* Without memory the module answers nothing by half, and who was not told something is told that. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "lib/fault.h"
#include "lib/guest.h"
#include "lib/host.h"
#include "lib/module.h"
#include "nl/births.h"
#include "nl/control.h"
#include "nl/dump.h"
#include "nl/status.h"

#define CGROUP "/sys/fs/cgroup/fault-new"

static struct kpol_policy_row policies[] = { { .name = "tell", .mode = KPOL_MODE_ENFORCE } };
static struct kpol_scope_row scopes[] = { { .name = "tell" } };
static struct kpol_rule rules[] = { { .id = 1,
				      .scope = 1,
				      .policy = 1,
				      .class = KPOL_CLASS_PROCESS,
				      .match = KPOL_MATCH_NAME,
				      .ops = KPOL_OP_EXEC,
				      .action = KPOL_ACTION_BLOCK,
				      .object = "nobody",
				      .object_len = 6 } };
static struct kpol_binding_row bindings[] = {
	{ .kind = KPOL_BIND_PATH, .path = "/tell", .scope = 1 },
};
static const struct kpol_ruleset ruleset = {
	.policies = policies,
	.n_policies = 1,
	.scopes = scopes,
	.n_scopes = 1,
	.rules = rules,
	.n_rules = 1,
	.bindings = bindings,
	.n_bindings = 1,
};

FIXTURE(tell)
{
	int log;
	int nth;
};

FIXTURE_SETUP(tell)
{
	if (!fault_here())
		SKIP(return, "this kernel cannot let allocations fail");
	fault_prepare();
	self->log = host_log_open();
	self->nth = fault_nth_open();
	ASSERT_LE(0, self->nth);
	ASSERT_EQ(0, module_load(""));
	ASSERT_EQ(0, guest_commit(&ruleset));
}

FIXTURE_TEARDOWN(tell)
{
	unsigned int busy = 0;

	rmdir(CGROUP);
	module_unload(&busy);
	EXPECT_EQ(0, host_log_bad(self->log));
	close(self->log);
	close(self->nth);
}

/* Each asks something, and looks whether the answer is whole. Return: 1: it is, 0: it is not, or -errno. */

static int ask_ruleset(void)
{
	struct kpol_ruleset *now = NULL;
	uint64_t generation;
	int r = kpol_nl_ruleset_get(guest_nl(), &generation, &now);

	if (r < 0)
		return r;
	r = now->n_rules == 1 && now->n_bindings == 1 && now->n_scopes == 1 && now->n_policies == 1;
	kpol_ruleset_free(now);
	return r;
}

static int ask_hooks(void)
{
	struct kpol_nl_hook *hooks = NULL;
	struct kpol_nl_status status;
	size_t n = 0;
	int r = kpol_nl_hooks_get(guest_nl(), &hooks, &n);

	free(hooks);
	if (r < 0)
		return r;
	r = kpol_nl_status_get(guest_nl(), &status);
	return r < 0 ? r : n >= status.hooks_known;
}

static int ask_status(void)
{
	struct kpol_nl_status status;
	int r = kpol_nl_status_get(guest_nl(), &status);

	return r < 0 ? r : status.rules == 1 && status.bindings == 1;
}

static int ask_task(void)
{
	struct kpol_nl_task task;
	int r = kpol_nl_task_get(guest_nl(), getpid(), &task);

	return r < 0 ? r : task.scope == 0 && task.source[0] == '/';
}

static const struct question {
	const char *name;
	int (*ask)(void);
} questions[] = {
	{ "ruleset", ask_ruleset },
	{ "hooks", ask_hooks },
	{ "status", ask_status },
	{ "task", ask_task },
};

TEST_F_TIMEOUT(tell, a_question_without_memory_is_refused, 120)
{
	for (size_t i = 0; i < ARRAY_SIZE(questions); i++) {
		unsigned int nth, left = 0, refused = 0;
		int r = 0;

		for (nth = 1; !left; nth++) {
			fault_nth_set(self->nth, nth);
			r = questions[i].ask();
			left = fault_nth_end(self->nth);
			refused += r < 0;
			EXPECT_NE(0, r) TH_LOG("%s, allocation %u", questions[i].name, nth);
		}
		TH_LOG("%s: %u allocations, %u times refused", questions[i].name, nth - 2, refused);
		EXPECT_EQ(1, r) TH_LOG("%s", questions[i].name);
		EXPECT_LT(0, refused) TH_LOG("%s", questions[i].name);
	}
}

struct heard {
	unsigned int births, missed, states;
};

static void on_birth(const struct kpol_nl_birth *birth, void *userdata)
{
	((struct heard *)userdata)->births++;
}

static void on_missed(void *userdata)
{
	((struct heard *)userdata)->missed++;
}

/* Make a cgroup while the @nth allocation fails. Return: how many allocations were still to come. */
static unsigned int make_cgroup(int fd, unsigned int nth, int *ret_result)
{
	unsigned int left;

	fault_nth_set(fd, nth);
	*ret_result = mkdir(CGROUP, 0755);
	left = fault_nth_end(fd);
	rmdir(CGROUP);
	return left;
}

/* How many allocations mkdir(2) makes differs a little, so one pass may miss the one that counts. */
TEST_F_TIMEOUT(tell, who_is_not_told_of_a_cgroup_is_told_that, 120)
{
	static const struct kpol_nl_births_ops ops = { .birth = on_birth, .missed = on_missed };
	unsigned int told = 0, missed = 0, passes = 0;
	struct kpol_nl_births *births;
	struct heard heard;
	int r;

	ASSERT_EQ(0, kpol_nl_births_new(&ops, &heard, &births));
	for (; passes < 30 && !missed; passes++) {
		unsigned int left = 0;

		for (unsigned int nth = 1; !left; nth++) {
			heard = (struct heard){ 0 };
			left = make_cgroup(self->nth, nth, &r);
			while (kpol_nl_births_read(births) > 0)
				;
			if (!r) {
				EXPECT_EQ(1, heard.births + heard.missed)
				TH_LOG("allocation %u", nth);
			}
			told += heard.births;
			missed += heard.missed;
		}
	}
	TH_LOG("%u passes: told %u times, missed %u times", passes, told, missed);
	EXPECT_LT(0, missed);
	kpol_nl_births_free(births);
}

static void on_event(const struct kpol_event *event, void *userdata)
{
}

static void on_status(const struct kpol_nl_status *status, void *userdata)
{
	((struct heard *)userdata)->states++;
}

TEST_F_TIMEOUT(tell, who_is_not_told_of_a_change_is_told_that, 120)
{
	static const struct kpol_nl_events_ops ops = { .event = on_event, .status = on_status };
	unsigned int told = 0, nth, left = 0;
	struct kpol_nl_events *events;
	uint64_t missed = 0;
	struct heard heard;
	int r;

	ASSERT_EQ(0, kpol_nl_events_new(&ops, &heard, &events));
	for (nth = 1; !left; nth++) {
		uint64_t before = kpol_nl_events_overruns(events);

		heard = (struct heard){ 0 };
		fault_nth_set(self->nth, nth);
		r = kpol_nl_mode_set(guest_nl(), nth % 2 ? KPOL_MODE_OBSERVE : KPOL_MODE_ENFORCE);
		left = fault_nth_end(self->nth);
		while (kpol_nl_events_read(events, 16) > 0)
			;
		missed += kpol_nl_events_overruns(events) - before;
		if (!r) {
			EXPECT_EQ(1, heard.states + kpol_nl_events_overruns(events) - before)
			TH_LOG("allocation %u", nth);
		}
		told += heard.states;
	}
	TH_LOG("%u allocations: told %u times, missed %lu times", nth - 2, told, missed);
	EXPECT_EQ(1, heard.states);
	EXPECT_LT(0, missed);
	kpol_nl_events_free(events);
}

TEST_HARNESS_MAIN
