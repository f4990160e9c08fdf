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
	{ "file, long and denied",
	  { .class = KPOL_CLASS_FILE,
	    .op = KPOL_OP_READ,
	    .object = "/home/me/project/build/modules/web/assets/images/logo-large.min.svg" } },
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

/* The rules that a table is made of, beside those that let a workload run. */
static const struct size {
	const char *name;
	size_t n;
	bool patterns;
} sizes[] = {
	{ "10", MANY_LEAST, false },
	{ "1,000", 1000, false },
	{ "100,000", 100000, false },
	{ "10 patterns", MANY_LEAST + 10, true },
	{ "10,000 patt.", MANY_LEAST + 10000, true },
};

enum { FEWEST, MOST = 2, FEW_PATTERNS, MANY_PATTERNS };

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

static void time_size(const struct size *size, double ret[N_QUESTIONS])
{
	const struct many what = { PROGRAM, "/bench", size->n, false, size->patterns };
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

static double ns[ARRAY_SIZE(sizes)][N_QUESTIONS];

static void print_table(void)
{
	printf("# nanoseconds per lookup\n# %-22s", "rules");
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++)
		printf("%14s", sizes[i].name);
	for (size_t q = 0; q < N_QUESTIONS; q++) {
		printf("\n# %-22s", questions[q].name);
		for (size_t i = 0; i < ARRAY_SIZE(sizes); i++)
			printf("%14.0f", ns[i][q]);
	}
	printf("\n");
}

/* A scan over a thousand times as many rules would take hundreds of times as long. */
static bool independent(int few, int many)
{
	for (size_t q = 0; q < N_QUESTIONS; q++)
		if (ns[many][q] >= 10 * ns[few][q] + 100)
			return false;
	return true;
}

int main(void)
{
	ksft_print_header();
	ksft_set_plan(2);
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++)
		time_size(&sizes[i], ns[i]);
	print_table();
	ksft_test_result(independent(FEWEST, MOST), "cost_does_not_grow_with_the_rules\n");
	ksft_test_result(independent(FEW_PATTERNS, MANY_PATTERNS),
			 "cost_does_not_grow_with_the_patterns\n");
	ksft_finished();
}
