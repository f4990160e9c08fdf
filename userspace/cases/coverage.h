/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Coverage: which rules of a bundle decided something in some test. */
#ifndef KPOL_CASES_COVERAGE_H
#define KPOL_CASES_COVERAGE_H

#include "cases/run.h"

/** struct kpol_uncovered - a rule that decided nothing. */
struct kpol_uncovered {
	const struct kpol_policy *policy;
	const struct kpol_item *item;
};

/**
 * struct kpol_coverage - zero-initialise, end with kpol_coverage_clear()
 * @seen: per policy a byte per item.
 * @missed: what no test decided, in the order of the file.
 * @n_rules: rules that can decide at all: what was left out of the bundle does not count.
 *
 * Items at one place ("protocol: udp,tcp") are one rule.
 */
struct kpol_coverage {
	const struct kpol_bundle *bundle;
	uint8_t **seen;
	struct kpol_uncovered *missed;
	size_t n_missed;
	size_t n_rules;
};

/** kpol_coverage_new() - nothing is covered yet. Return: 0 or -ENOMEM. */
int kpol_coverage_new(const struct kpol_bundle *bundle, struct kpol_coverage *ret);

/** kpol_coverage_add() - what decided in @run is covered. */
void kpol_coverage_add(struct kpol_coverage *coverage, const struct kpol_run *run);

/** kpol_coverage_finish() - count, and find what is missing. Return: 0 or -ENOMEM. */
int kpol_coverage_finish(struct kpol_coverage *coverage);

/** kpol_coverage_percent() - rounded down, so that 100 means all. */
unsigned int kpol_coverage_percent(const struct kpol_coverage *coverage);

void kpol_coverage_clear(struct kpol_coverage *coverage);

#endif /* KPOL_CASES_COVERAGE_H */
