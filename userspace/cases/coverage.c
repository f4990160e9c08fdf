// SPDX-License-Identifier: GPL-2.0-or-later
/* Coverage: which rules of a bundle decided something in some test. */
#include "cases/coverage.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"

int kpol_coverage_new(const struct kpol_bundle *bundle, struct kpol_coverage *ret)
{
	ret->bundle = bundle;
	ret->seen = calloc(bundle->n_policies + 1, sizeof(*ret->seen));
	for (size_t i = 0; ret->seen && i < bundle->n_policies; i++) {
		ret->seen[i] = calloc(bundle->policies[i].n_items + 1, 1);
		if (!ret->seen[i])
			return -ENOMEM;
	}
	return ret->seen ? 0 : -ENOMEM;
}

void kpol_coverage_add(struct kpol_coverage *coverage, const struct kpol_run *run)
{
	kpol_run_seen(run, coverage->seen);
}

static bool same_place(const struct kpol_item *a, const struct kpol_item *b)
{
	return a->place.line == b->place.line && a->place.column == b->place.column;
}

/* The items of one rule stand side by side. Return: how many from @at on. */
static size_t rule_length(const struct kpol_policy *policy, size_t at)
{
	size_t n = 1;

	while (at + n < policy->n_items && same_place(&policy->items[at], &policy->items[at + n]))
		n++;
	return n;
}

static int finish_rule(struct kpol_coverage *coverage, size_t number, size_t at, size_t n)
{
	const struct kpol_policy *policy = &coverage->bundle->policies[number];
	struct kpol_uncovered *slot;
	bool seen = false, enforceable = false;

	for (size_t i = at; i < at + n; i++) {
		seen |= coverage->seen[number][i];
		enforceable |= !policy->items[i].left_out;
	}
	coverage->n_rules += enforceable;
	if (seen || !enforceable)
		return 0;
	slot = kpol_append(&coverage->missed, &coverage->n_missed, sizeof(*slot));
	if (!slot)
		return -ENOMEM;
	*slot = (struct kpol_uncovered){ policy, &policy->items[at] };
	return 0;
}

static int compare_missed(const void *a, const void *b)
{
	const struct kpol_place *x = &((const struct kpol_uncovered *)a)->item->place;
	const struct kpol_place *y = &((const struct kpol_uncovered *)b)->item->place;

	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	return x->column < y->column ? -1 : x->column > y->column;
}

int kpol_coverage_finish(struct kpol_coverage *coverage)
{
	size_t length;
	int r = 0;

	for (size_t i = 0; i < coverage->bundle->n_policies; i++) {
		const struct kpol_policy *policy = &coverage->bundle->policies[i];

		for (size_t at = 0; at < policy->n_items && r == 0; at += length) {
			length = rule_length(policy, at);
			r = finish_rule(coverage, i, at, length);
		}
	}
	if (coverage->n_missed)
		qsort(coverage->missed, coverage->n_missed, sizeof(*coverage->missed),
		      compare_missed);
	return r;
}

unsigned int kpol_coverage_percent(const struct kpol_coverage *coverage)
{
	size_t covered = coverage->n_rules - coverage->n_missed;

	return coverage->n_rules ? (unsigned int)(covered * 100 / coverage->n_rules) : 100;
}

void kpol_coverage_clear(struct kpol_coverage *coverage)
{
	for (size_t i = 0; coverage->seen && i < coverage->bundle->n_policies; i++)
		free(coverage->seen[i]);
	free(coverage->seen);
	free(coverage->missed);
	memset(coverage, 0, sizeof(*coverage));
}
