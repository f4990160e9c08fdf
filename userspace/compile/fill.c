// SPDX-License-Identifier: GPL-2.0-or-later
/* From the plan and the rows of each policy to the ruleset. */
#include "compile/fill.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

static int fill_policies(const struct kpol_bundle *bundle, struct kpol_ruleset *ruleset)
{
	ruleset->policies = calloc(bundle->n_policies + 1, sizeof(*ruleset->policies));
	if (!ruleset->policies)
		return -ENOMEM;
	for (size_t i = 0; i < bundle->n_policies; i++) {
		const struct kpol_policy *policy = &bundle->policies[i];
		struct kpol_policy_row *row = &ruleset->policies[i];

		if (asprintf(&row->name, "%s%s%s", policy->namespace ? policy->namespace : "",
			     policy->namespace ? "/" : "", policy->name) < 0) {
			row->name = NULL;
			return -ENOMEM;
		}
		row->mode = policy->mode;
		row->line = policy->place.line;
		ruleset->n_policies++;
	}
	return 0;
}

static int compare_ids(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

uint32_t *kpol_set_policies(const struct kpol_groups *groups, const struct kpol_set *set,
			    size_t *ret_n)
{
	uint32_t *ids;
	size_t n = 0;

	for (size_t i = 0; i < set->n; i++)
		n += groups->items[set->groups[i]].n_ids;
	ids = calloc(n + 1, sizeof(*ids));
	if (!ids)
		return NULL;
	*ret_n = n;
	n = 0;
	for (size_t i = 0; i < set->n; i++) {
		const struct kpol_group *group = &groups->items[set->groups[i]];

		memcpy(ids + n, group->ids, group->n_ids * sizeof(*ids));
		n += group->n_ids;
	}
	qsort(ids, n, sizeof(*ids), compare_ids);
	return ids;
}

static int fill_scopes(const struct kpol_plan *plan, struct kpol_ruleset *ruleset)
{
	ruleset->scopes = calloc(plan->n_scopes + 1, sizeof(*ruleset->scopes));
	if (!ruleset->scopes)
		return -ENOMEM;
	for (size_t i = 0; i < plan->n_scopes; i++) {
		struct kpol_scope_row *row = &ruleset->scopes[ruleset->n_scopes++];

		row->flags = plan->scopes[i]->flags;
		row->name = strdup(plan->scopes[i]->name);
		row->policies =
			kpol_set_policies(plan->groups, &plan->scopes[i]->set, &row->n_policies);
		if (!row->name || !row->policies)
			return -ENOMEM;
	}
	return 0;
}

static size_t count_rules(const struct kpol_ruleset *ruleset, const struct kpol_rows *rows)
{
	size_t n = 0;

	for (size_t i = 0; i < ruleset->n_scopes; i++)
		for (size_t k = 0; k < ruleset->scopes[i].n_policies; k++)
			n += rows[ruleset->scopes[i].policies[k] - 1].n;
	return n;
}

static void copy_rows(const struct kpol_rows *rows, uint32_t scope, struct kpol_ruleset *ruleset)
{
	for (size_t i = 0; i < rows->n; i++) {
		struct kpol_rule *rule = &ruleset->rules[ruleset->n_rules];

		*rule = rows->rules[i];
		rule->scope = scope;
		ruleset->items[ruleset->n_rules] = rows->items[i];
		rule->id = (u32)++ruleset->n_rules;
	}
}

static int fill_rules(const struct kpol_rows *rows, struct kpol_ruleset *ruleset)
{
	size_t n = count_rules(ruleset, rows);

	if (n > KPOL_RULES_MAX)
		return -E2BIG;
	ruleset->rules = calloc(n + 1, sizeof(*ruleset->rules));
	ruleset->items = calloc(n + 1, sizeof(*ruleset->items));
	if (!ruleset->rules || !ruleset->items)
		return -ENOMEM;
	for (size_t i = 0; i < ruleset->n_scopes; i++)
		for (size_t k = 0; k < ruleset->scopes[i].n_policies; k++)
			copy_rows(&rows[ruleset->scopes[i].policies[k] - 1], (uint32_t)i + 1,
				  ruleset);
	return 0;
}

static int fill_bindings(const struct kpol_plan *plan, struct kpol_ruleset *ruleset)
{
	ruleset->bindings = calloc(plan->n_bindings + 1, sizeof(*ruleset->bindings));
	if (!ruleset->bindings)
		return -ENOMEM;
	for (size_t i = 0; i < plan->n_bindings; i++) {
		const struct kpol_plan_binding *from = &plan->bindings[i];
		struct kpol_binding_row *row = &ruleset->bindings[ruleset->n_bindings++];

		row->kind = from->kind;
		row->cgroup = from->cgroup;
		row->scope = from->scope->number + 1;
		row->path = strdup(from->path);
		if (!row->path)
			return -ENOMEM;
	}
	return 0;
}

int kpol_fill(const struct kpol_bundle *bundle, const struct kpol_plan *plan,
	      const struct kpol_rows *rows, struct kpol_ruleset *ruleset)
{
	int r = fill_policies(bundle, ruleset);

	if (r == 0)
		r = fill_scopes(plan, ruleset);
	if (r == 0)
		r = fill_rules(rows, ruleset);
	return r < 0 ? r : fill_bindings(plan, ruleset);
}
