// SPDX-License-Identifier: GPL-2.0-or-later
/* Pattern bindings: what the kernel can bind by itself when a cgroup appears. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "compile/plan.h"

/* What is known of a cgroup that a selector names, before it exists. @workload borrows everything.
 */
static int bind_pseudo(struct kpol_plan *plan, uint8_t kind, const char *path,
		       const struct kpol_workload *workload)
{
	struct kpol_plan_scope *scope;
	int r = kpol_plan_scope_for(plan, workload, &scope);

	if (r < 0 || !scope)
		return r;
	return kpol_plan_bind(plan, kind, path, 0, scope);
}

static int bind_units(struct kpol_plan *plan, const struct kpol_strv *units)
{
	int r = 0;

	for (size_t i = 0; i < units->n && r == 0; i++)
		r = bind_pseudo(plan, KPOL_BIND_UNIT, units->items[i],
				&(struct kpol_workload){ .unit = units->items[i] });
	return r;
}

/* The groups that have this very pattern, and the host's: where anything else counts, this does
 * not. */
static int bind_glob(struct kpol_plan *plan, const char *pattern)
{
	static const struct kpol_workload root = { .cgroup = (char *)"/" };
	struct kpol_plan_scope *scope;
	struct kpol_set set = { 0 };
	int r = kpol_groups_match(plan->groups, &root, plan->host, &set);

	if (r == 0)
		r = kpol_groups_add_cgroup(plan->groups, pattern, &set);
	if (r == 0)
		r = kpol_plan_scope_get(plan, &set, 0, &scope);
	else
		free(set.groups);
	return r < 0 ? r : kpol_plan_bind(plan, KPOL_BIND_GLOB, pattern, 0, scope);
}

static int bind_cgroups(struct kpol_plan *plan, const struct kpol_strv *cgroups)
{
	int r = 0;

	for (size_t i = 0; i < cgroups->n && r == 0; i++) {
		char *path = cgroups->items[i];

		r = kpol_cgroup_is_pattern(path)
			    ? bind_glob(plan, path)
			    : bind_pseudo(plan, KPOL_BIND_PATH, path,
					  &(struct kpol_workload){ .cgroup = path });
	}
	return r;
}

/* Containers are bound when the daemon sees them; the scope is there before, for that and for
 * explain. */
static int add_container_scope(struct kpol_plan *plan, uint32_t group, uint32_t flags)
{
	struct kpol_plan_scope *scope;
	struct kpol_set set = { .groups = malloc(sizeof(uint32_t)), .n = 1 };

	if (!set.groups)
		return -ENOMEM;
	set.groups[0] = group;
	return kpol_plan_scope_get(plan, &set, flags, &scope);
}

/*
 * Every pod begins there, and stays there until it is bound itself. Where nothing is held back, the daemon may be among
 * them, and has to be heard.
 */
static uint32_t pending_flags(const struct kpol_policy *policy)
{
	bool may_be_daemon =
		policy->selector.pending == KPOL_PENDING_PODS && policy->mode != KPOL_MODE_ENFORCE;

	return KPOL_SCOPE_CONTAINER | (may_be_daemon ? KPOL_SCOPE_HOST : 0);
}

static int bind_pending(struct kpol_plan *plan, uint32_t group)
{
	const struct kpol_policy *policy = plan->groups->items[group].policy;
	const struct kpol_strv *roots = &policy->selector.cgroups;
	struct kpol_plan_scope *scope;
	struct kpol_set set = { .groups = malloc(sizeof(uint32_t)), .n = 1 }, none = { 0 };
	int r;

	if (!set.groups)
		return -ENOMEM;
	set.groups[0] = group;
	r = kpol_plan_scope_get(plan, &set, pending_flags(policy), &scope);
	for (size_t i = 0; i < roots->n && r == 0; i++)
		r = kpol_plan_bind(plan,
				   kpol_cgroup_is_pattern(roots->items[i]) ? KPOL_BIND_GLOB
									   : KPOL_BIND_PATH,
				   roots->items[i], 0, scope);
	/* For those that turn out to be nobody's. */
	return r < 0 ? r : kpol_plan_scope_get(plan, &none, KPOL_SCOPE_FREE, &scope);
}

static int plan_group(struct kpol_plan *plan, uint32_t number)
{
	const struct kpol_group *group = &plan->groups->items[number];
	const struct kpol_selector *selector = &group->policy->selector;

	switch (group->selects) {
	case KPOL_SELECTS_UNITS:
		return bind_units(plan, &selector->units);
	case KPOL_SELECTS_CGROUPS:
		return bind_cgroups(plan, &selector->cgroups);
	case KPOL_SELECTS_CONTAINERS:
		return add_container_scope(plan, number, KPOL_SCOPE_CONTAINER);
	case KPOL_SELECTS_BOTH:
		return add_container_scope(plan, number, 0);
	case KPOL_SELECTS_PENDING:
		return bind_pending(plan, number);
	default:
		return 0;
	}
}

/* Two groups may name the same unit or cgroup: one binding, to the scope with both. */
static void drop_duplicates(struct kpol_plan *plan)
{
	size_t n = 0;

	for (size_t i = 0; i < plan->n_bindings; i++) {
		if (n && plan->bindings[n - 1].kind == plan->bindings[i].kind &&
		    !strcmp(plan->bindings[n - 1].path, plan->bindings[i].path))
			free(plan->bindings[i].path);
		else
			plan->bindings[n++] = plan->bindings[i];
	}
	plan->n_bindings = n;
}

int kpol_plan_patterns(struct kpol_plan *plan)
{
	static const struct kpol_workload nowhere = { .cgroup = (char *)"/" };
	int r = 0;

	for (size_t i = 0; i < plan->groups->n && r == 0; i++)
		r = plan_group(plan, (uint32_t)i);
	if (r == 0)
		r = bind_pseudo(plan, KPOL_BIND_PATH, "/", plan->host ? plan->host : &nowhere);
	if (r < 0)
		return r;
	kpol_plan_sort_bindings(plan);
	drop_duplicates(plan);
	return 0;
}
