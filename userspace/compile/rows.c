// SPDX-License-Identifier: GPL-2.0-or-later
/* The rows of one policy: expanded, freed of duplicates, put in order. */
#include "compile/rows.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "compile/condition.h"
#include "compile/expand.h"

static int compare_texts(const char *a, const char *b)
{
	if (!a || !b)
		return !!a - !!b;
	return strcmp(a, b);
}

#define COMPARE_VALUES(x, y)                       \
	do {                                       \
		if ((x) != (y))                    \
			return (x) < (y) ? -1 : 1; \
	} while (0)
#define COMPARE(a, b, field) COMPARE_VALUES((a)->field, (b)->field)

int kpol_rule_compare_key(const struct kpol_rule *a, const struct kpol_rule *b)
{
	int r;

	COMPARE(a, b, class);
	COMPARE(a, b, match);
	r = compare_texts(a->object, b->object);
	if (r == 0)
		r = compare_texts(a->source, b->source);
	if (r)
		return r;
	COMPARE_VALUES(a->flags & KPOL_RULE_RECURSIVE, b->flags & KPOL_RULE_RECURSIVE);
	COMPARE(a, b, family);
	COMPARE(a, b, prefix);
	COMPARE(a, b, protocol);
	COMPARE(a, b, socktypes);
	COMPARE(a, b, port_first);
	COMPARE(a, b, port_last);
	COMPARE(a, b, set);
	if (a->match != KPOL_MATCH_PEER)
		return kpol_condition_compare(a, b);
	return memcmp(a->addr, b->addr, sizeof(a->addr));
}

int kpol_rule_compare(const struct kpol_rule *a, const struct kpol_rule *b)
{
	int r = kpol_rule_compare_key(a, b);

	if (r)
		return r;
	COMPARE(a, b, flags);
	COMPARE(a, b, action);
	COMPARE(a, b, ops);
	return 0;
}

/* A row on its way through the sorting. */
struct entry {
	const struct kpol_rule *rule;
	struct kpol_place place;
	uint32_t index;
	bool dropped;
};

static int compare_places(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	COMPARE(x, y, place.line);
	COMPARE(x, y, place.column);
	COMPARE(x, y, index);
	return 0;
}

static int compare_contents(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int r = kpol_rule_compare(x->rule, y->rule);

	return r ? r : compare_places(a, b);
}

static void drop_duplicates(struct entry *entries, size_t n)
{
	qsort(entries, n, sizeof(*entries), compare_contents);
	for (size_t i = 1; i < n; i++)
		entries[i].dropped = !kpol_rule_compare(entries[i - 1].rule, entries[i].rule);
}

static int copy_entries(const struct entry *entries, const struct kpol_rows *from,
			struct kpol_rows *to)
{
	to->rules = calloc(from->n + 1, sizeof(*to->rules));
	to->items = calloc(from->n + 1, sizeof(*to->items));
	if (!to->rules || !to->items)
		return -ENOMEM;
	for (size_t i = 0; i < from->n; i++) {
		if (entries[i].dropped)
			continue;
		to->rules[to->n] = *entries[i].rule;
		to->items[to->n++] = from->items[entries[i].index];
	}
	return 0;
}

static int arrange_rows(const struct kpol_policy *policy, const struct kpol_rows *from,
			struct kpol_rows *to)
{
	_cleanup_free_ struct entry *entries = calloc(from->n + 1, sizeof(*entries));

	if (!entries)
		return -ENOMEM;
	for (size_t i = 0; i < from->n; i++)
		entries[i] = (struct entry){ .rule = &from->rules[i],
					     .place = policy->items[from->items[i]].place,
					     .index = (uint32_t)i };
	drop_duplicates(entries, from->n);
	qsort(entries, from->n, sizeof(*entries), compare_places);
	return copy_entries(entries, from, to);
}

int kpol_rows_expand(const char *file, const struct kpol_policy *policy, uint32_t policy_id,
		     struct kpol_ruleset *ruleset, struct kpol_diags *diags, struct kpol_rows *ret)
{
	_cleanup_(kpol_rows_clear) struct kpol_rows raw = { 0 };
	struct kpol_expand x = { .file = file,
				 .postures = &policy->postures,
				 .policy_id = policy_id,
				 .ruleset = ruleset,
				 .strings = &ruleset->strings,
				 .diags = diags,
				 .rows = &raw };
	int r;

	for (size_t i = 0; i < policy->n_items; i++) {
		r = kpol_expand_item(&x, &policy->items[i], (uint32_t)i);
		if (r < 0)
			return r;
	}
	return x.n_errors ? -EINVAL : arrange_rows(policy, &raw, ret);
}

void kpol_rows_clear(struct kpol_rows *rows)
{
	free(rows->rules);
	free(rows->items);
	memset(rows, 0, sizeof(*rows));
}
