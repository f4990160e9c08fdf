// SPDX-License-Identifier: GPL-2.0-or-later
/* The plan's scopes: one per distinct set of groups, with a stable name. */
#include "compile/plan.h"

#include <errno.h>
#include <inttypes.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buffer.h"
#include "base/cleanup.h"
#include "compile/selector.h"

static int compare_sets(const void *a, const void *b)
{
	const struct kpol_plan_scope *x = a, *y = b;

	if (x->flags != y->flags)
		return x->flags < y->flags ? -1 : 1;
	if (x->set.n != y->set.n)
		return x->set.n < y->set.n ? -1 : 1;
	return x->set.n ? memcmp(x->set.groups, y->set.groups, x->set.n * sizeof(uint32_t)) : 0;
}

static int scope_add(struct kpol_plan *plan, struct kpol_plan_scope *scope)
{
	struct kpol_plan_scope **slot;

	slot = kpol_append(&plan->scopes, &plan->n_scopes, sizeof(struct kpol_plan_scope *));
	if (!slot)
		return -ENOMEM;
	*slot = scope;
	scope->number = (uint32_t)plan->n_scopes - 1;
	return tsearch(scope, &plan->tree, compare_sets) ? 0 : -ENOMEM;
}

int kpol_plan_scope_get(struct kpol_plan *plan, struct kpol_set *set, uint32_t flags,
			struct kpol_plan_scope **ret)
{
	struct kpol_plan_scope key = { .set = *set, .flags = flags }, *scope;
	void *found = tfind(&key, &plan->tree, compare_sets);

	if (found) {
		free(set->groups);
		*ret = *(struct kpol_plan_scope **)found;
		return 0;
	}
	scope = malloc(sizeof(*scope));
	if (!scope) {
		free(set->groups);
		return -ENOMEM;
	}
	*scope = key;
	*ret = scope;
	if (scope_add(plan, scope) == 0)
		return 0;
	if (!plan->n_scopes || plan->scopes[plan->n_scopes - 1] != scope) {
		free(scope->set.groups);
		free(scope);
	}
	return -ENOMEM;
}

static bool all_host(const struct kpol_groups *groups, const struct kpol_set *set)
{
	for (size_t i = 0; i < set->n; i++)
		if (groups->items[set->groups[i]].selects != KPOL_SELECTS_HOST)
			return false;
	return set->n > 0;
}

int kpol_plan_scope_for(struct kpol_plan *plan, const struct kpol_workload *workload,
			struct kpol_plan_scope **ret)
{
	struct kpol_set set = { 0 };
	uint32_t flags = 0;
	int r = kpol_groups_match(plan->groups, workload, plan->host, &set);

	if (r < 0)
		return r;
	if (!set.n) {
		free(set.groups);
		*ret = NULL;
		return 0;
	}
	if (kpol_workload_is_container(workload))
		flags = KPOL_SCOPE_CONTAINER;
	else if (all_host(plan->groups, &set))
		flags = KPOL_SCOPE_HOST;
	return kpol_plan_scope_get(plan, &set, flags, ret);
}

int kpol_plan_bind(struct kpol_plan *plan, uint8_t kind, const char *path, uint64_t cgroup,
		   struct kpol_plan_scope *scope)
{
	struct kpol_plan_binding *binding;
	char *copy = strdup(path);

	binding = copy ? kpol_append(&plan->bindings, &plan->n_bindings, sizeof(*binding)) : NULL;
	if (!binding) {
		free(copy);
		return -ENOMEM;
	}
	*binding = (struct kpol_plan_binding){ kind, cgroup, copy, scope };
	return 0;
}

/* FNV-1a: only tells two long names apart that begin alike. */
static uint64_t hash_text(const char *text)
{
	uint64_t hash = 0xcbf29ce484222325;

	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 0x100000001b3;
	return hash;
}

void kpol_name_bound(struct kpol_buffer *name)
{
	const size_t tail = 17; /* "~" and 16 digits */
	uint64_t hash;

	if (name->failed || name->len <= KPOL_NAME_MAX)
		return;
	hash = hash_text(name->text);
	name->len = KPOL_NAME_MAX - tail;
	while (name->len && ((unsigned char)name->text[name->len] & 0xc0) == 0x80)
		name->len--; /* not in the middle of a character */
	kpol_buffer_printf(name, "~%016" PRIx64, hash);
}

/* A group's scope is a container's or not by its kind; a scope that is the other says so. */
static bool is_usual(const struct kpol_groups *groups, const struct kpol_plan_scope *scope)
{
	bool container = scope->flags & KPOL_SCOPE_CONTAINER;

	for (size_t i = 0; i < scope->set.n; i++)
		if (groups->items[scope->set.groups[i]].selects == KPOL_SELECTS_CONTAINERS ||
		    groups->items[scope->set.groups[i]].selects == KPOL_SELECTS_PENDING)
			return container;
	return !container;
}

static int name_scope(const struct kpol_groups *groups, struct kpol_plan_scope *scope)
{
	struct kpol_buffer name = { 0 };

	if (!scope->set.n)
		kpol_buffer_puts(&name, "unconfined");
	else if (!is_usual(groups, scope))
		kpol_buffer_puts(&name, "container in ");
	for (size_t i = 0; i < scope->set.n; i++)
		kpol_buffer_printf(&name, "%s%s", i ? " + " : "",
				   groups->items[scope->set.groups[i]].name);
	kpol_name_bound(&name);
	scope->name = kpol_buffer_take(&name);
	return scope->name ? 0 : -ENOMEM;
}

static int compare_scopes(const void *a, const void *b)
{
	const struct kpol_plan_scope *x = *(struct kpol_plan_scope *const *)a;
	const struct kpol_plan_scope *y = *(struct kpol_plan_scope *const *)b;
	int r = strcmp(x->name, y->name);

	return r ? r : compare_sets(x, y);
}

static int compare_bindings(const void *a, const void *b)
{
	const struct kpol_plan_binding *x = a, *y = b;
	int r;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	r = strcmp(x->path, y->path);
	if (r)
		return r;
	return x->cgroup < y->cgroup ? -1 : x->cgroup > y->cgroup;
}

void kpol_plan_sort_bindings(struct kpol_plan *plan)
{
	if (plan->n_bindings > 1)
		qsort(plan->bindings, plan->n_bindings, sizeof(*plan->bindings), compare_bindings);
}

int kpol_plan_finish(struct kpol_plan *plan)
{
	for (size_t i = 0; i < plan->n_scopes; i++)
		if (name_scope(plan->groups, plan->scopes[i]) < 0)
			return -ENOMEM;
	if (plan->n_scopes > 1)
		qsort(plan->scopes, plan->n_scopes, sizeof(struct kpol_plan_scope *),
		      compare_scopes);
	for (size_t i = 0; i < plan->n_scopes; i++)
		plan->scopes[i]->number = (uint32_t)i;
	kpol_plan_sort_bindings(plan);
	return 0;
}

static void keep_node(void *scope)
{
	(void)scope;
}

void kpol_plan_clear(struct kpol_plan *plan)
{
	tdestroy(plan->tree, keep_node);
	for (size_t i = 0; i < plan->n_scopes; i++) {
		free(plan->scopes[i]->set.groups);
		free(plan->scopes[i]->name);
		free(plan->scopes[i]);
	}
	for (size_t i = 0; i < plan->n_bindings; i++)
		free(plan->bindings[i].path);
	free(plan->scopes);
	free(plan->bindings);
	memset(plan, 0, sizeof(*plan));
}
