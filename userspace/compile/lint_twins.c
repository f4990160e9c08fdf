// SPDX-License-Identifier: GPL-2.0-or-later
/* Lint of rules that one policy has twice. */
#include "compile/lint.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

static int compare_texts(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) : !!a - !!b;
}

static int compare_numbers(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

static int compare_lists(const struct kpol_strv *a, const struct kpol_strv *b)
{
	int r = compare_numbers(a->n, b->n);

	for (size_t i = 0; i < a->n && r == 0; i++)
		r = strcmp(a->items[i], b->items[i]);
	return r;
}

static int compare_peers(const struct kpol_item *a, const struct kpol_item *b)
{
	int r = compare_numbers(a->n_peers, b->n_peers);

	for (size_t i = 0; i < a->n_peers && r == 0; i++) {
		r = compare_numbers(a->peers[i].family << 8 | a->peers[i].prefix,
				    b->peers[i].family << 8 | b->peers[i].prefix);
		if (r == 0)
			r = memcmp(a->peers[i].addr, b->peers[i].addr, sizeof(a->peers[i].addr));
	}
	if (r == 0)
		r = compare_numbers(a->n_pods, b->n_pods);
	for (size_t i = 0; i < a->n_pods && r == 0; i++)
		r = kpol_pods_compare(&a->pods[i], &b->pods[i]);
	if (r == 0)
		r = compare_numbers(a->n_ports, b->n_ports);
	for (size_t i = 0; i < a->n_ports && r == 0; i++)
		r = compare_numbers((uint32_t)a->ports[i].first << 16 | a->ports[i].last,
				    (uint32_t)b->ports[i].first << 16 | b->ports[i].last);
	return r;
}

/* Everything that is a number, in one. */
static uint64_t item_bits(const struct kpol_item *item)
{
	return (uint64_t)item->ops << 32 | (uint32_t)item->class << 28 |
	       (uint32_t)item->match << 24 | (uint32_t)item->action << 20 |
	       (uint32_t)item->recursive << 19 | (uint32_t)item->owner_only << 18 |
	       (uint32_t)item->read_only << 17 | (uint32_t)item->no_terminal << 16 |
	       (uint32_t)item->protocol << 8 | item->socktypes;
}

static int compare_contents(const struct kpol_item *a, const struct kpol_item *b)
{
	int r = compare_numbers(item_bits(a), item_bits(b));

	if (r == 0)
		r = compare_texts(a->object, b->object);
	if (r == 0)
		r = compare_lists(&a->sources, &b->sources);
	if (r == 0)
		r = compare_lists(&a->args, &b->args);
	if (r == 0)
		r = compare_lists(&a->digests, &b->digests);
	return r ? r : compare_peers(a, b);
}

static int compare_items(const void *a, const void *b)
{
	const struct kpol_item *x = *(const struct kpol_item *const *)a;
	const struct kpol_item *y = *(const struct kpol_item *const *)b;
	int r = compare_contents(x, y);

	if (r == 0)
		r = compare_numbers(x->place.line, y->place.line);
	return r ? r : compare_numbers(x->place.column, y->place.column);
}

int kpol_lint_twins(const struct kpol_lint *lint, const struct kpol_policy *policy)
{
	_cleanup_free_ const struct kpol_item **sorted =
		calloc(policy->n_items + 1, sizeof(struct kpol_item *));
	size_t n = 0;
	int r = 0;

	if (!sorted)
		return -ENOMEM;
	for (size_t i = 0; i < policy->n_items; i++)
		if (!policy->items[i].left_out)
			sorted[n++] = &policy->items[i];
	qsort(sorted, n, sizeof(struct kpol_item *), compare_items);
	for (size_t i = 1; i < n && r == 0; i++)
		if (!compare_contents(sorted[i - 1], sorted[i]))
			r = kpol_lint_add(lint, KPOL_NOTE, KPOL_LINT_DUPLICATE, sorted[i]->place,
					  "line %u of this policy says the same",
					  sorted[i - 1]->place.line);
	return r;
}
