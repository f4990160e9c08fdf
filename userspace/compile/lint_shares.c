// SPDX-License-Identifier: GPL-2.0-or-later
/* Workloads that selectors describe, so that lint sees which policies would share one. */
#include "compile/lint.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "compile/compile.h"
#include "compile/group.h"

/* Each is matched with each: beyond this lint looks at policies of equal selectors only. */
#define WORKLOADS_MAX 1000

/* Workloads that borrow from the selectors they come from; @labels: of all, one after the other. */
struct shares {
	struct kpol_workload *items;
	size_t n;
	struct kpol_label *labels;
	size_t n_labels;
	struct kpol_strv texts;
};

static void shares_clear(struct shares *s)
{
	free(s->items);
	free(s->labels);
	kpol_strv_clear(&s->texts);
}

static char *first_value(const struct kpol_label_expr *expr)
{
	return expr->not_in || !expr->values.n ? NULL : expr->values.items[0];
}

/* "k=v" of KubeArmor's key "label". */
static int add_pair(struct shares *s, const char *pair)
{
	size_t len = strcspn(pair, "=");

	if (!pair[len])
		return 0;
	if (kpol_strv_add(&s->texts, pair, len) < 0 ||
	    kpol_strv_add(&s->texts, pair + len + 1, strlen(pair + len + 1)) < 0)
		return -ENOMEM;
	s->labels[s->n_labels++] = (struct kpol_label){ s->texts.items[s->texts.n - 2],
							s->texts.items[s->texts.n - 1] };
	return 0;
}

static int add_expr(struct shares *s, const struct kpol_label_expr *expr,
		    struct kpol_workload *workload)
{
	char *value = first_value(expr);

	if (!value)
		return 0;
	if (!strcmp(expr->key, "label"))
		return add_pair(s, value);
	if (!strcmp(expr->key, "namespace"))
		workload->namespace = value;
	else
		s->labels[s->n_labels++] = (struct kpol_label){ expr->key, value };
	return 0;
}

/* As little as the selector asks for: whatever it has that another selector needs, it has by both. */
static int add_workload(struct shares *s, const struct kpol_policy *policy)
{
	const struct kpol_selector *selector = &policy->selector;
	struct kpol_workload *workload = &s->items[s->n++];

	*workload = (struct kpol_workload){ .namespace = policy->namespace ? policy->namespace
									   : (char *)"default",
					    .labels = s->labels + s->n_labels };
	if (selector->containers.n)
		workload->container = selector->containers.items[0];
	memcpy(workload->labels, selector->labels, selector->n_labels * sizeof(struct kpol_label));
	s->n_labels += selector->n_labels;
	for (size_t i = 0; i < selector->n_exprs; i++)
		if (add_expr(s, &selector->exprs[i], workload) < 0)
			return -ENOMEM;
	workload->n_labels = (size_t)(s->labels + s->n_labels - workload->labels);
	return 0;
}

static int fill_shares(const struct kpol_groups *groups, struct shares *s)
{
	size_t n = 0, n_labels = 0;

	for (size_t i = 0; i < groups->n; i++) {
		if (groups->items[i].selects != KPOL_SELECTS_CONTAINERS)
			continue;
		n++;
		n_labels += groups->items[i].policy->selector.n_labels +
			    groups->items[i].policy->selector.n_exprs;
	}
	if (n < 2 || n > WORKLOADS_MAX)
		return 0;
	s->items = calloc(n, sizeof(*s->items));
	s->labels = calloc(n_labels + 1, sizeof(*s->labels));
	if (!s->items || !s->labels)
		return -ENOMEM;
	for (size_t i = 0; i < groups->n; i++)
		if (groups->items[i].selects == KPOL_SELECTS_CONTAINERS &&
		    add_workload(s, groups->items[i].policy) < 0)
			return -ENOMEM;
	return 0;
}

int kpol_lint_shares(const struct kpol_bundle *bundle, struct kpol_ruleset **ret)
{
	_cleanup_(kpol_groups_clear) struct kpol_groups groups = { 0 };
	_cleanup_(shares_clear) struct shares s = { 0 };
	int r = kpol_groups_find(bundle, &groups);

	if (r == 0)
		r = fill_shares(&groups, &s);
	if (r < 0 || !s.n)
		return r;
	r = kpol_compile(bundle, s.items, s.n, NULL, ret);
	return r == -ENOMEM ? r : 0; /* too many scopes for one ruleset: do without */
}
