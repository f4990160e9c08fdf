// SPDX-License-Identifier: GPL-2.0-or-later
/* From policies and workloads to a ruleset: rows, plan, ruleset, and the engine's own word on it.
 */
#include "compile/compile.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "compile/expand.h"
#include "compile/fill.h"

DEFINE_CLEANUP(struct kpol_table *, kpol_table_free);

struct compile {
	const struct kpol_bundle *bundle;
	struct kpol_diags *diags;
	struct kpol_groups groups;
	struct kpol_plan plan;
	struct kpol_rows *rows;
	struct kpol_ruleset *ruleset;
};

static void compile_clear(struct compile *c)
{
	kpol_plan_clear(&c->plan);
	kpol_groups_clear(&c->groups);
	for (size_t i = 0; c->rows && i < c->bundle->n_policies; i++)
		kpol_rows_clear(&c->rows[i]);
	free(c->rows);
	kpol_ruleset_free(c->ruleset);
}

static int expand_policies(struct compile *c)
{
	size_t n = c->bundle->n_policies;
	int r, result = 0;

	c->rows = calloc(n + 1, sizeof(*c->rows));
	if (!c->rows)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		r = kpol_rows_expand(c->bundle->file, &c->bundle->policies[i], (uint32_t)i + 1,
				     c->ruleset, c->diags, &c->rows[i]);
		if (r == -ENOMEM)
			return r;
		if (r < 0)
			result = r;
	}
	return result;
}

static const struct kpol_workload *find_host(const struct kpol_workload *workloads, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (workloads[i].cgroup && !strcmp(workloads[i].cgroup, "/"))
			return &workloads[i];
	return NULL;
}

static int report_limit(struct compile *c, const char *what, size_t n, size_t max)
{
	return kpol_diag_add(c->diags, KPOL_ERROR, KPOL_CODE_TOO_MANY, c->bundle->file, 0, 0,
			     "%zu %s, at most %zu fit into a ruleset", n, what, max);
}

/* Before the plan, because its cost grows with them. */
static int check_selectors(struct compile *c)
{
	if (c->groups.words.n_distinct > KPOL_BINDINGS_MAX)
		return report_limit(c, "units and cgroups", c->groups.words.n_distinct,
				    KPOL_BINDINGS_MAX);
	if (c->groups.globs.n_distinct > KPOL_PATTERN_BINDINGS_MAX)
		return report_limit(c, "cgroup patterns", c->groups.globs.n_distinct,
				    KPOL_PATTERN_BINDINGS_MAX);
	return 0;
}

static int make_plan(struct compile *c, const struct kpol_workload *workloads, size_t n)
{
	int r = kpol_groups_find(c->bundle, &c->groups);

	if (r < 0)
		return r;
	c->plan.groups = &c->groups;
	c->plan.host = find_host(workloads, n);
	r = check_selectors(c);
	if (r == 0)
		r = kpol_plan_patterns(&c->plan);
	if (r == 0)
		r = kpol_plan_workloads(&c->plan, workloads, n);
	return r < 0 ? r : kpol_plan_finish(&c->plan);
}

static int check_limits(struct compile *c)
{
	if (c->bundle->n_policies > KPOL_POLICIES_MAX)
		return report_limit(c, "policies", c->bundle->n_policies, KPOL_POLICIES_MAX);
	if (c->plan.n_scopes > KPOL_SCOPES_MAX)
		return report_limit(c, "scopes", c->plan.n_scopes, KPOL_SCOPES_MAX);
	if (c->plan.n_bindings > KPOL_BINDINGS_MAX)
		return report_limit(c, "bindings", c->plan.n_bindings, KPOL_BINDINGS_MAX);
	return 0;
}

static int fill_ruleset(struct compile *c)
{
	int r = kpol_fill(c->bundle, &c->plan, c->rows, c->ruleset);

	if (r != -E2BIG)
		return r;
	return kpol_diag_add(c->diags, KPOL_ERROR, KPOL_CODE_TOO_MANY, c->bundle->file, 0, 0,
			     "the rules of all scopes together are more than %d", KPOL_RULES_MAX);
}

/* The engine builds its table here as the kernel will, so that a refusal comes with a line of YAML.
 */
static int check_table(struct compile *c)
{
	_cleanup_(kpol_table_freep) struct kpol_table *table = NULL;
	const struct kpol_item *item;
	struct kpol_table_error error;
	int r = kpol_ruleset_table(c->ruleset, &error, &table);

	if (r == 0 || r == -ENOMEM)
		return r;
	if (!error.rule)
		return kpol_diag_add(c->diags, KPOL_ERROR, KPOL_CODE_TOO_MANY, c->bundle->file, 0,
				     0, "the ruleset %s", error.reason);
	item = &c->bundle->policies[c->ruleset->rules[error.rule - 1].policy - 1]
			.items[c->ruleset->items[error.rule - 1]];
	return kpol_diag_add(c->diags, KPOL_ERROR, KPOL_CODE_TOO_MANY, c->bundle->file,
			     item->place.line, item->place.column, "this rule %s", error.reason);
}

int kpol_compile(const struct kpol_bundle *bundle, const struct kpol_workload *workloads,
		 size_t n_workloads, struct kpol_diags *diags, struct kpol_ruleset **ret_ruleset)
{
	_cleanup_(compile_clear) struct compile c = { .bundle = bundle, .diags = diags };
	int r;

	c.ruleset = calloc(1, sizeof(*c.ruleset));
	if (!c.ruleset)
		return -ENOMEM;
	r = expand_policies(&c);
	if (r == 0)
		r = make_plan(&c, workloads, n_workloads);
	if (r == 0)
		r = check_limits(&c);
	if (r == 0)
		r = fill_ruleset(&c);
	if (r == 0)
		r = check_table(&c);
	if (r == 0)
		*ret_ruleset = TAKE_PTR(c.ruleset);
	return r;
}

static bool same_ids(const struct kpol_scope_row *row, const uint32_t *ids, size_t n)
{
	return row->n_policies == n && !memcmp(row->policies, ids, n * sizeof(*ids));
}

static bool suits(const struct kpol_scope_row *row, bool container, const uint32_t *ids, size_t n)
{
	if (n == 0)
		return row->flags & KPOL_SCOPE_FREE;
	return container == !!(row->flags & KPOL_SCOPE_CONTAINER) && same_ids(row, ids, n);
}

static uint32_t find_scope(const struct kpol_ruleset *ruleset, bool container, const uint32_t *ids,
			   size_t n)
{
	for (size_t i = 0; i < ruleset->n_scopes; i++)
		if (suits(&ruleset->scopes[i], container, ids, n))
			return (uint32_t)i + 1;
	return 0;
}

uint32_t kpol_compile_scope(const struct kpol_bundle *bundle, const struct kpol_ruleset *ruleset,
			    const struct kpol_workload *workload, const struct kpol_workload *host,
			    bool *ret_needed)
{
	_cleanup_(kpol_groups_clear) struct kpol_groups groups = { 0 };
	_cleanup_free_ uint32_t *ids = NULL;
	struct kpol_set set = { 0 };
	size_t n = 0;

	*ret_needed = true;
	if (kpol_groups_find(bundle, &groups) < 0 ||
	    kpol_groups_match(&groups, workload, host, &set) < 0)
		return 0;
	ids = kpol_set_policies(&groups, &set, &n);
	free(set.groups);
	if (!ids)
		return 0;
	*ret_needed = n > 0;
	return find_scope(ruleset, kpol_workload_is_container(workload), ids, n);
}
