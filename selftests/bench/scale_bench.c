// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What it costs to load very many rules over netlink, and what memory the kernel holds for them then.
 *
 * The guest's clock counts instructions (icount), so nanoseconds are instructions. They are those of
 * sender and kernel together: sending, checking, staging, building the table, swapping it in.
 */
#include <err.h>
#include <stdio.h>
#include <time.h>

#include "kselftest.h"

#include "lib/guest.h"
#include "lib/many.h"
#include "nl/status.h"
#include "nl/tx.h"

/* 100,000 rules take 2 G at most, less than a second of a CPU of 3 GHz. */
#define INSTRUCTIONS_PER_RULE 20000
#define BYTES_PER_RULE 160

static const struct size {
	const char *name;
	size_t n;
	bool patterns;
} sizes[] = {
	{ "100,000 rules", 100000, false },
	{ "100,000 patterns", 100000, true },
	{ "1,000,000 rules", 1000000, false },
};

static struct answer {
	double instructions; /* per rule */
	double bytes; /* per rule, beside strings */
	double mib, strings_mib;
} answers[ARRAY_SIZE(sizes)];

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

static void measure(const struct size *size, struct answer *ret)
{
	const struct many what = { "/bin/busybox", "/scale", size->n, false, size->patterns };
	struct kpol_ruleset *set = many_ruleset(&what);
	struct kpol_nl_status status;
	uint64_t generation;
	double start = now();

	if (kpol_nl_load(guest_nl(), set, "scale", false, NULL, NULL, &generation) < 0)
		errx(1, "%s: %s", size->name, kpol_nl_last_error(guest_nl())->message);
	ret->instructions = (now() - start) / size->n;
	kpol_ruleset_free(set);
	if (kpol_nl_status_get(guest_nl(), &status) < 0 || status.rules != size->n)
		errx(1, "%s: status says %u rules", size->name, status.rules);
	ret->mib = status.memory / 1048576.0;
	ret->strings_mib = status.strings / 1048576.0;
	ret->bytes = (double)(status.memory - status.strings) / size->n;
	printf("# %-20s%10.0f instructions a rule, %6.1f G in all; %7.1f MiB, of which text %5.1f; "
	       "%4.0f bytes a rule beside text\n",
	       size->name, ret->instructions, ret->instructions * size->n / 1e9, ret->mib,
	       ret->strings_mib, ret->bytes);
}

static bool all_below(double instructions, double bytes)
{
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++)
		if (answers[i].instructions > instructions || answers[i].bytes > bytes)
			return false;
	return true;
}

int main(void)
{
	ksft_print_header();
	ksft_set_plan(3);
	guest_cgroup("scale");
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++)
		measure(&sizes[i], &answers[i]);
	ksft_test_result(true, "a_million_rules_load\n");
	ksft_test_result(all_below(INSTRUCTIONS_PER_RULE, 1e9),
			 "a_rule_takes_20000_instructions_at_most\n");
	ksft_test_result(all_below(1e9, BYTES_PER_RULE), "a_rule_takes_160_bytes_at_most\n");
	ksft_finished();
}
