/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A run: every case of a suite judged by the engine against a bundle. */
#ifndef KPOL_CASES_RUN_H
#define KPOL_CASES_RUN_H

#include "cases/suite.h"

/* What about the answer was not as expected. */
enum kpol_case_fault {
	KPOL_CASE_PASSED,
	KPOL_CASE_VERDICT,
	KPOL_CASE_RULE_MISSING, /* a rule was expected, none decided */
	KPOL_CASE_RULE_DECIDED, /* the default was expected, a rule decided */
	KPOL_CASE_POLICY,
	KPOL_CASE_LINE,
	KPOL_CASE_OBJECT,
	KPOL_CASE_NOT_SEAL,
};

/**
 * struct kpol_case_result - the answer to one case
 * @verdict: enum kpol_verdict.
 * @scope: 0: no policy is for the workload.
 * @rule: row behind the verdict, NULL: the default.
 * @table: what judged.
 * @ruleset: whose row, scope and policy numbers these are; the run's.
 */
struct kpol_case_result {
	enum kpol_case_fault fault;
	uint8_t verdict;
	uint32_t scope;
	const struct kpol_ruleset *ruleset;
	const struct kpol_table *table;
	const struct kpol_rule *rule;
	struct kpol_decision decision;
	uint32_t *sets;
	size_t n_sets;
};

/**
 * struct kpol_run - zero-initialise, end with kpol_run_clear()
 * @results: one for each case of the suite, in order.
 * @worlds: the bundle compiled once for every machine that the suite knows.
 */
struct kpol_run {
	const struct kpol_bundle *bundle;
	const struct kpol_suite *suite;
	struct kpol_case_result *results;
	size_t n_passed;
	struct kpol_world *worlds;
	size_t n_worlds;
};

/**
 * kpol_run_suite() - judge all cases
 * @bundle, @suite: must outlive the run.
 * @diags: what is wrong with the bundle, or with what the suite says about it.
 *
 * Return: 0, however many cases failed; -EINVAL with errors in @diags; -ENOMEM.
 */
int kpol_run_suite(const struct kpol_bundle *bundle, const struct kpol_suite *suite,
		   struct kpol_diags *diags, struct kpol_run *ret);

/** kpol_case_access() - the access of a case as it was judged; borrows from both. */
struct kpol_access kpol_case_access(const struct kpol_case *c,
				    const struct kpol_case_result *result);

/** kpol_case_policy() - whose verdict it is: of the rule, or of the default; 0: nobody's. */
uint32_t kpol_case_policy(const struct kpol_case_result *result);

/**
 * kpol_run_seen() - mark the items that decided something
 * @seen: per policy of the bundle a byte per item; see kpol_coverage.
 */
void kpol_run_seen(const struct kpol_run *run, uint8_t *const *seen);

void kpol_run_clear(struct kpol_run *run);

#endif /* KPOL_CASES_RUN_H */
