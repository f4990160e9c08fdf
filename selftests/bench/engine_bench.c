// SPDX-License-Identifier: GPL-2.0-or-later
/* What the engine's lookup costs with few and with many rules, on the machine that builds it. */
#include <err.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "kselftest.h"

#include "engine/decide.h"
#include "lib/many.h"

#define PROGRAM "/kpol/tests/access_bench"
#define TIMES 100000
#define ROUNDS 9

static const struct question {
	const char *name;
	struct kpol_access access;
} questions[] = {
	{ "file, in a directory",
	  { .class = KPOL_CLASS_FILE, .op = KPOL_OP_READ, .object = "/tmp/a/b/c/d/file" } },
	{ "file, exact",
	  { .class = KPOL_CLASS_FILE, .op = KPOL_OP_READ, .object = "/etc/resolv.conf" } },
	{ "file, pattern",
	  { .class = KPOL_CLASS_FILE, .op = KPOL_OP_READ, .object = "/proc/1/status" } },
	{ "file, denied",
	  { .class = KPOL_CLASS_FILE, .op = KPOL_OP_READ, .object = "/var/lib/other/d/file" } },
	{ "program",
	  { .class = KPOL_CLASS_PROCESS, .op = KPOL_OP_EXEC, .object = "/bin/busybox" } },
	{ "network",
	  { .class = KPOL_CLASS_NETWORK,
	    .op = KPOL_OP_CONNECT,
	    .family = AF_INET,
	    .socktype = SOCK_DGRAM,
	    .protocol = 17,
	    .has_addr = true,
	    .port = 53,
	    .addr = { 127, 0, 0, 1 } } },
};

#define N_QUESTIONS ARRAY_SIZE(questions)

static const size_t sizes[] = { 10, 1000, 100000 };

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

/* Nanoseconds of one lookup: the best round, for others use this machine too. */
static double time_question(const struct kpol_table *table, const struct question *q)
{
	struct kpol_access access = q->access;
	struct kpol_decision decision;
	double best = 1e18;

	access.scope = 1;
	access.object_len = access.object ? strlen(access.object) : 0;
	for (int round = 0; round < ROUNDS; round++) {
		double start = now(), t;

		for (int i = 0; i < TIMES; i++)
			kpol_decide(table, &access, &decision);
		t = (now() - start) / TIMES;
		if (t < best)
			best = t;
	}
	return best;
}

static void time_size(size_t n, double ret[N_QUESTIONS])
{
	const struct many what = { PROGRAM, "/bench", n, false };
	struct kpol_ruleset *set = many_ruleset(&what);
	struct kpol_table_error error;
	struct kpol_table *table;

	if (kpol_ruleset_table(set, &error, &table) < 0)
		errx(1, "rule %u %s", error.rule, error.reason);
	for (size_t i = 0; i < N_QUESTIONS; i++)
		ret[i] = time_question(table, &questions[i]);
	kpol_table_free(table);
	kpol_ruleset_free(set);
}

int main(void)
{
	double ns[ARRAY_SIZE(sizes)][N_QUESTIONS];
	bool independent = true;

	ksft_print_header();
	ksft_set_plan(1);
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++)
		time_size(sizes[i], ns[i]);
	printf("# nanoseconds per lookup\n# %-22s%12s%12s%12s\n", "rules", "10", "1,000",
	       "100,000");
	for (size_t q = 0; q < N_QUESTIONS; q++) {
		printf("# %-22s%12.0f%12.0f%12.0f\n", questions[q].name, ns[0][q], ns[1][q],
		       ns[2][q]);
		independent &= ns[2][q] < 10 * ns[0][q] + 100;
	}
	/* A scan over ten thousand times as many rules would take thousands of times as long. */
	ksft_test_result(independent, "cost_does_not_grow_with_the_rules\n");
	ksft_finished();
}
