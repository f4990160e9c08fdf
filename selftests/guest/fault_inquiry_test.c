// SPDX-License-Identifier: GPL-2.0-or-later
/* An inquiry without memory denies: what it could not find out is nobody's pass. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "lib/act.h"
#include "lib/fault.h"
#include "lib/guest.h"
#include "lib/host.h"
#include "lib/module.h"
#include "lib/program.h"

#define CGROUP "fault"
#define TOOL "/tmp/fault/tool"
#define OTHER_SHA "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
#define CONDITION(action, condition)                                                    \
	"apiVersion: kpol.io/v1\nkind: RuntimePolicy\nmetadata: {name: fault}\nspec:\n" \
	"  selector: {matchCgroups: [/" CGROUP "]}\n"                                   \
	"  process: {action: " action ", matchPaths: [{path: " TOOL ", " condition "}]}\n"

/* What lets TOOL run when its facts are found, and does not when they are not. %s is its SHA-256. */
static const struct inquiry {
	const char *name, *policy, *line;
	int known; /* with memory */
} inquiries[] = {
	{ "listed arguments", CONDITION("Allow", "allowedArgs: [\"-m\"]"), TOOL " -m", 0 },
	{ "another argument", CONDITION("Allow", "allowedArgs: [\"-m\"]"), TOOL " -x", -EACCES },
	{ "listed arguments of a block", CONDITION("Block", "allowedArgs: [\"-m\"]"), TOOL " -m",
	  0 },
	{ "allowed content", CONDITION("Allow", "sha256: [%s]"), TOOL, 0 },
	{ "other content", CONDITION("Allow", "sha256: [" OTHER_SHA "]"), TOOL, -EACCES },
	{ "content that is not blocked", CONDITION("Block", "sha256: [" OTHER_SHA "]"), TOOL, 0 },
	{ "blocked content", CONDITION("Block", "sha256: [%s]"), TOOL, -EACCES },
	{ "a digest that is not blocked",
	  CONDITION("Block", "fsVerity: [\"sha256:" OTHER_SHA "\"]"), TOOL, 0 },
	{ "a digest that it lacks", CONDITION("Allow", "fsVerity: [\"sha256:" OTHER_SHA "\"]"),
	  TOOL, -EACCES },
};

static void call_with_fault(const char *what)
{
	const struct inquiry *q = &inquiries[strtoul(what, NULL, 10)];
	int fd = fault_nth_open(), error;

	fault_nth_set(fd, strtoul(strchr(what, ' '), NULL, 10));
	if (strcmp(q->line, TOOL))
		execl(TOOL, TOOL, q->line + sizeof(TOOL), (char *)NULL);
	else
		execl(TOOL, TOOL, (char *)NULL);
	error = errno;
	fault_nth_end(fd);
	errno = error;
}

static int act_call_with_fault(const char *what)
{
	return act_in_child(call_with_fault, what);
}

FIXTURE(inquiry)
{
	struct guest_worker worker;
	int log;
};

FIXTURE_SETUP(inquiry)
{
	if (!fault_here())
		SKIP(return, "this kernel cannot let allocations fail");
	fault_prepare();
	program_make(TOOL, "");
	self->log = host_log_open();
	self->worker = guest_worker_new(CGROUP);
}

FIXTURE_TEARDOWN(inquiry)
{
	unsigned int busy = 0;

	fault_large("0");
	guest_worker_end(&self->worker);
	module_unload(&busy);
	EXPECT_EQ(0, host_log_bad(self->log));
	close(self->log);
}

/* One allocation fails, each in its turn: an inquiry finds another way, or the execution fails; none is let pass. */
TEST_F_TIMEOUT(inquiry, an_execution_that_conditions_deny_stays_denied, 300)
{
	for (size_t i = 0; i < ARRAY_SIZE(inquiries); i++) {
		EXPECT_EQ(0, guest_do(&self->worker, act_call, inquiries[i].line));
	}
	ASSERT_EQ(0, module_load(""));
	for (size_t i = 0; i < ARRAY_SIZE(inquiries); i++) {
		unsigned int passed = 0, denied = 0, failed = 0;
		int r = 0;

		ASSERT_EQ(0, guest_load_format(inquiries[i].policy, program_sha256(TOOL)));
		for (unsigned int nth = 1; nth < 80; nth++) {
			char order[32];

			snprintf(order, sizeof(order), "%zu %u", i, nth);
			r = guest_do(&self->worker, act_call_with_fault, order);
			passed += r == 0;
			denied += r == -EACCES;
			failed += r && r != -EACCES;
		}
		TH_LOG("%s: %u ran, %u denied, %u failed otherwise", inquiries[i].name, passed,
		       denied, failed);
		EXPECT_EQ(inquiries[i].known, r) TH_LOG("%s", inquiries[i].name);
		EXPECT_LT(0, failed) TH_LOG("%s", inquiries[i].name);
		if (inquiries[i].known) {
			EXPECT_EQ(0, passed) TH_LOG("%s", inquiries[i].name);
		}
	}
}

static void call_starved(const char *line)
{
	fault_mark_task();
	if (strcmp(line, TOOL))
		execl(TOOL, TOOL, line + sizeof(TOOL), (char *)NULL);
	else
		execl(TOOL, TOOL, (char *)NULL);
}

static int act_call_starved(const char *line)
{
	return act_in_child(call_starved, line);
}

TEST_F_TIMEOUT(inquiry, an_inquiry_without_memory_denies, 120)
{
	/* What fails is nothing that an execution needs by itself. */
	fault_large("100");
	EXPECT_EQ(0, guest_do(&self->worker, act_call_starved, TOOL " -m"));
	fault_large("0");
	ASSERT_EQ(0, module_load(""));
	for (size_t i = 0; i < ARRAY_SIZE(inquiries); i++) {
		const struct inquiry *q = &inquiries[i];

		ASSERT_EQ(0, guest_load_format(q->policy, program_sha256(TOOL)));
		EXPECT_EQ(q->known, guest_do(&self->worker, act_call_starved, q->line))
		TH_LOG("%s", q->name);
		fault_large("100");
		EXPECT_EQ(-EACCES, guest_do(&self->worker, act_call_starved, q->line))
		TH_LOG("%s, without memory", q->name);
		fault_large("0");
		EXPECT_EQ(q->known, guest_do(&self->worker, act_call, q->line))
		TH_LOG("%s", q->name);
	}
}

TEST_HARNESS_MAIN
