// SPDX-License-Identifier: GPL-2.0-or-later
/* What a rule asks of an execution's arguments: they are those that the program will find. */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "lib/act.h"
#include "lib/conditions_fixture.h"
#include "lib/guest.h"

#define LONG_ARG (128 * 1024 - 1)
#define RACES 400

static void execute_without_argv(const char *path)
{
	char *const none[] = { NULL };

	execve(path, none, environ);
}

static int execute_empty(const char *path)
{
	return act_in_child(execute_without_argv, path);
}

/* One argument of @size times "x", and "-m" before it. */
static void execute_with_long(const char *path, size_t size)
{
	char *text = malloc(size + 1);

	memset(text, 'x', size);
	text[size] = '\0';
	execl(path, path, "-m", text, (char *)NULL);
}

static void execute_long_child(const char *path)
{
	execute_with_long(path, LONG_ARG);
}

static int execute_long(const char *path)
{
	return act_in_child(execute_long_child, path);
}

/* So many allowed ones that they fill many pages, and stand across their boundaries. */
static void execute_many_child(const char *path)
{
	enum { N = 20000 };
	char **argv = calloc(N + 2, sizeof(*argv));

	argv[0] = (char *)path;
	for (int i = 1; i <= N; i++)
		argv[i] = i % 3 ? "-m" : "pydoc";
	execv(path, argv);
}

static int execute_many(const char *path)
{
	return act_in_child(execute_many_child, path);
}

/* The same, and the last is another. */
static void execute_many_bad_child(const char *path)
{
	enum { N = 20000 };
	char **argv = calloc(N + 2, sizeof(*argv));

	argv[0] = (char *)path;
	for (int i = 1; i <= N; i++)
		argv[i] = i == N ? "-x" : "-m";
	execv(path, argv);
}

static int execute_many_bad(const char *path)
{
	return act_in_child(execute_many_bad_child, path);
}

/* A hundred of different kinds: more than any rule can list. */
static void execute_kinds_child(const char *path)
{
	char *argv[102] = { (char *)path };

	for (int i = 1; i <= 100; i++)
		if (asprintf(&argv[i], "-%d", i) < 0)
			return;
	execv(path, argv);
}

static int execute_kinds(const char *path)
{
	return act_in_child(execute_kinds_child, path);
}

/* A thread that rewrites the argument while the kernel copies it. */
static char racing[8];
static volatile bool racing_now;

/* An emulator may switch between CPUs only where a branch is. */
static void dwell(void)
{
	for (int i = 0; i < 50; i++)
		asm volatile("pause" ::: "memory");
}

static void *race(void *unused)
{
	for (;;) {
		memcpy(racing, "good", 5);
		dwell();
		racing_now = true;
		memcpy(racing, "evil", 5);
		dwell();
	}
	return NULL;
}

/* Return: 0 good ran, -EACCES denied, -EUCLEAN another one ran. */
static int execute_racing(const char *path)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		pthread_t thread;

		pthread_create(&thread, NULL, race, NULL);
		while (!racing_now)
			sched_yield();
		execl(path, path, "--tell", racing, (char *)NULL);
		_exit(errno == EACCES ? 20 : 21);
	}
	waitpid(pid, &status, 0);
	if (!WIFEXITED(status))
		return -EPIPE;
	switch (WEXITSTATUS(status)) {
	case GIVEN_GOOD:
		return 0;
	case GIVEN_OTHER:
		return -EUCLEAN;
	default:
		return WEXITSTATUS(status) == 20 ? -EACCES : -EIO;
	}
}

/* How often each came, as "good denied other". */
static int races[3];

static int race_often(const char *path)
{
	int counts[3] = { 0 };

	for (int i = 0; i < RACES; i++) {
		int r = execute_racing(path);

		if (r != 0 && r != -EACCES && r != -EUCLEAN)
			return r;
		counts[r == -EACCES ? 1 : r == -EUCLEAN ? 2 : 0]++;
	}
	return counts[0] << 20 | counts[1] << 10 | counts[2];
}

static void read_races(int packed)
{
	races[0] = packed >> 20;
	races[1] = packed >> 10 & 1023;
	races[2] = packed & 1023;
}

#define ALLOW_ARGS PROCESS("Allow", "{path: " TOOL ", " ARGS "}")
#define BLOCK_ARGS PROCESS("Block", "{path: " TOOL ", " ARGS "}")

TEST_F(conditions, all_run_without_a_policy)
{
	EXPECT_EQ(0, DO(act_call, TOOL));
	EXPECT_EQ(0, DO(act_call, TOOL " -m"));
	EXPECT_EQ(0, DO(act_call, TOOL " -x"));
	EXPECT_EQ(0, DO(act_call, TOOL " -"));
	EXPECT_EQ(0, DO(execute_empty, TOOL));
	EXPECT_EQ(0, DO(execute_long, TOOL));
	EXPECT_EQ(0, DO(execute_many, TOOL));
	EXPECT_EQ(0, DO(execute_many_bad, TOOL));
	EXPECT_EQ(0, DO(execute_kinds, TOOL));
	EXPECT_EQ(0, DO(act_call, SCRIPT " -x"));
}

static void expect_args(struct __test_metadata *_metadata, FIXTURE_DATA(conditions) * self)
{
	EXPECT_EQ(0, DO(act_call, TOOL));
	EXPECT_EQ(0, DO(act_call, TOOL " -m"));
	EXPECT_EQ(0, DO(act_call, TOOL " -m pydoc -m"));
	EXPECT_EQ(-EACCES, DO(act_call, TOOL " -x"));
	EXPECT_EQ(-EACCES, DO(act_call, TOOL " -m pydoc -x"));
	EXPECT_EQ(-EACCES, DO(act_call, TOOL " -m="));
	EXPECT_EQ(-EACCES, DO(act_call, TOOL " pydo"));
	EXPECT_EQ(-EACCES, DO(act_call, TOOL " -m -"));
}

TEST_F(conditions, arguments_pass_when_all_are_listed)
{
	ASSERT_EQ(0, guest_load(ALLOW_ARGS));
	expect_args(_metadata, self);
	EXPECT_EQ(-EACCES, DO(act_call, INTERPRETER));
}

TEST_F(conditions, arguments_of_a_block_mean_the_same)
{
	ASSERT_EQ(0, guest_load(BLOCK_ARGS));
	expect_args(_metadata, self);
	EXPECT_EQ(0, DO(act_call, INTERPRETER " -x"));
}

TEST_F(conditions, a_denied_argument_names_the_rule)
{
	const struct guest_event *e;

	ASSERT_EQ(0, guest_load(ALLOW_ARGS));
	guest_events_renew(self->events);
	EXPECT_EQ(0, DO(act_call, TOOL " -m"));
	EXPECT_EQ(-EACCES, DO(act_call, TOOL " -x"));
	ASSERT_EQ(1, guest_events_wait(self->events, 1, 3000));
	e = &self->events->items[0];
	EXPECT_EQ(KPOL_VERDICT_DENY, e->verdict);
	EXPECT_EQ(KPOL_REASON_RULE, e->reason);
	EXPECT_EQ(KPOL_OP_EXEC, e->op);
	EXPECT_EQ(1, e->rule);
	EXPECT_STREQ(TOOL, e->object);
	EXPECT_NE(NULL, strstr(e->source, "conditions_args_test"));
	EXPECT_EQ(1, guest_events_wait(self->events, 2, 300));
}

TEST_F(conditions, an_observed_policy_only_reports)
{
	const struct guest_event *e;

	ASSERT_EQ(0, guest_load(HEADER "  mode: observe\n  process:\n    matchPaths: [{path: " TOOL
				       ", action: Allow, " ARGS "}]\n"));
	guest_events_renew(self->events);
	EXPECT_EQ(0, DO(act_call, TOOL " -m"));
	EXPECT_EQ(0, DO(act_call, TOOL " -x"));
	ASSERT_EQ(1, guest_events_wait(self->events, 1, 3000));
	e = &self->events->items[0];
	EXPECT_EQ(KPOL_VERDICT_WOULD_DENY, e->verdict);
	EXPECT_EQ(1, e->rule);
}

TEST_F(conditions, an_audit_reports_other_arguments)
{
	const struct guest_event *e;

	ASSERT_EQ(0, guest_load(PROCESS("Audit", "{path: " TOOL ", " ARGS "}")));
	guest_events_renew(self->events);
	EXPECT_EQ(0, DO(act_call, TOOL " -m"));
	EXPECT_EQ(0, DO(act_call, TOOL " -x"));
	ASSERT_EQ(1, guest_events_wait(self->events, 1, 3000));
	e = &self->events->items[0];
	EXPECT_EQ(KPOL_VERDICT_AUDIT, e->verdict);
	EXPECT_EQ(1, guest_events_wait(self->events, 2, 300));
}

TEST_F(conditions, no_argv_at_all_has_nothing_to_list)
{
	ASSERT_EQ(0, guest_load(ALLOW_ARGS));
	EXPECT_EQ(0, DO(execute_empty, TOOL));
	ASSERT_EQ(0, guest_load(PROCESS("Allow", "{path: " TOOL ", allowedArgs: [\"\"]}")));
	EXPECT_EQ(0, DO(act_call, TOOL " -"));
	EXPECT_EQ(0, DO(execute_empty, TOOL));
	EXPECT_EQ(-EACCES, DO(act_call, TOOL " -m"));
}

TEST_F(conditions, arguments_of_many_pages_are_all_read)
{
	ASSERT_EQ(0, guest_load(ALLOW_ARGS));
	EXPECT_EQ(0, DO(execute_many, TOOL));
	EXPECT_EQ(-EACCES, DO(execute_many_bad, TOOL));
	EXPECT_EQ(-EACCES, DO(execute_kinds, TOOL));
	EXPECT_EQ(-EACCES, DO(execute_long, TOOL));
}

/* Longer than a page is wide for all but a few: wherever the stack begins, many stand across the end of one. */
#define PAGE_ARG 1500
#define PAGE_ARGS 40

static void fill_page_argument(char *text)
{
	memset(text, 'p', PAGE_ARG);
	text[PAGE_ARG] = '\0';
}

/* @wrong: which byte of which argument is another; "" for none. */
static void execute_pages_child(const char *wrong)
{
	static char texts[PAGE_ARGS][PAGE_ARG + 1];
	char *argv[PAGE_ARGS + 2] = { (char *)TOOL };
	int arg, byte;

	for (int i = 0; i < PAGE_ARGS; i++) {
		fill_page_argument(texts[i]);
		argv[i + 1] = texts[i];
	}
	if (sscanf(wrong, "%d %d", &arg, &byte) == 2)
		texts[arg][byte] = 'q';
	execv(TOOL, argv);
}

static int execute_pages(const char *wrong)
{
	return act_in_child(execute_pages_child, wrong);
}

TEST_F(conditions, an_argument_across_two_pages_is_one)
{
	char policy[PAGE_ARG + 1024], text[PAGE_ARG + 1], wrong[32];

	EXPECT_EQ(0, DO(execute_pages, ""));
	fill_page_argument(text);
	snprintf(policy, sizeof(policy),
		 PROCESS("Allow", "{path: " TOOL ", allowedArgs: [\"-m\", %s]}"), text);
	ASSERT_EQ(0, guest_load(policy));
	EXPECT_EQ(0, DO(execute_pages, ""));
	for (int i = 0; i < 12; i++) {
		snprintf(wrong, sizeof(wrong), "%d %d", i * PAGE_ARGS / 12, i * PAGE_ARG / 12);
		EXPECT_EQ(-EACCES, DO(execute_pages, wrong)) TH_LOG("%s", wrong);
	}
}

TEST_F_TIMEOUT(conditions, what_is_judged_is_what_runs, 300)
{
	const char *policy = PROCESS("Allow", "{path: " LAST ", allowedArgs: [--tell, good]}");

	read_races(DO(race_often, LAST));
	TH_LOG("without a policy: good %d, denied %d, other %d", races[0], races[1], races[2]);
	EXPECT_EQ(RACES, races[0] + races[2]);
	EXPECT_LT(0, races[2]);
	ASSERT_EQ(0, guest_load(policy));
	read_races(DO(race_often, LAST));
	TH_LOG("with one: good %d, denied %d, other %d", races[0], races[1], races[2]);
	EXPECT_EQ(RACES, races[0] + races[1]);
	EXPECT_LT(0, races[1]);
	EXPECT_EQ(0, races[2]);
}

/* The script's own arguments are not its interpreter's, which gets the script's path, too. */
TEST_F(conditions, a_script_and_its_interpreter_are_asked_each)
{
	ASSERT_EQ(0,
		  guest_load(PROCESS("Allow", "{path: " SCRIPT
					      ", allowedArgs: [one]}, {path: " INTERPRETER "}")));
	EXPECT_EQ(0, DO(act_call, SCRIPT " one"));
	EXPECT_EQ(-EACCES, DO(act_call, SCRIPT " two"));
	ASSERT_EQ(0, guest_load(PROCESS("Allow", "{path: " SCRIPT "}, {path: " INTERPRETER
						 ", allowedArgs: [\"-s\", " SCRIPT ", one]}")));
	EXPECT_EQ(0, DO(act_call, SCRIPT " one"));
	EXPECT_EQ(0, DO(act_call, SCRIPT));
	EXPECT_EQ(-EACCES, DO(act_call, SCRIPT " two"));
	EXPECT_EQ(-EACCES, DO(act_call, INTERPRETER " -c"));
}

TEST_F(conditions, a_more_specific_rule_needs_no_arguments)
{
	ASSERT_EQ(0, guest_load(HEADER "  process:\n    matchPaths:\n    - {path: " TOOL
				       ", action: Allow, fromSource: [{path: /usr/bin/none}]}\n"
				       "    - {execname: tool, action: Allow, " ARGS "}\n"));
	EXPECT_EQ(-EACCES, DO(act_call, TOOL " -x"));
	ASSERT_EQ(0, guest_load(HEADER "  process:\n    matchPaths:\n    - {path: " TOOL
				       ", action: Allow}\n"
				       "    - {execname: tool, action: Block, " ARGS "}\n"));
	EXPECT_EQ(0, DO(act_call, TOOL " -x"));
}

TEST_HARNESS_MAIN
