// SPDX-License-Identifier: GPL-2.0-or-later
/* Workloads that the pattern bindings would put into the wrong scope get a binding of their own. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "compile/plan.h"
#include "engine/glob.h"

/* A workload with the scope it was bound to here; NULL: left to the patterns. */
struct placed {
	const struct kpol_workload *workload;
	struct kpol_plan_scope *scope;
};

struct placing {
	struct kpol_plan *plan;
	size_t n_patterns; /* bindings before ours; sorted, so the globs are last */
	size_t first_glob;
	struct placed *placed;
	size_t n_placed;
};

static int compare_placed(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;

	return strcmp(x->workload->cgroup, y->workload->cgroup);
}

static int compare_path(const char *word, const char *path, size_t len)
{
	int r = strncmp(word, path, len);

	return r ? r : word[len] != '\0';
}

static struct kpol_plan_scope *find_pattern(const struct placing *p, uint8_t kind, const char *path,
					    size_t len)
{
	size_t low = 0, high = p->n_patterns;

	while (low < high) {
		size_t middle = (low + high) / 2;
		const struct kpol_plan_binding *b = &p->plan->bindings[middle];
		int r = b->kind != kind ? (b->kind < kind ? -1 : 1)
					: compare_path(b->path, path, len);

		if (r == 0)
			return b->scope;
		if (r < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/* As the kernel does it: the most literal characters win, the earlier row among equals. */
static struct kpol_plan_scope *find_glob(const struct placing *p, const char *path, size_t len)
{
	struct kpol_plan_scope *best = NULL;
	u32 most = 0;

	for (size_t i = p->first_glob; i < p->n_patterns; i++) {
		const struct kpol_plan_binding *b = &p->plan->bindings[i];
		struct kpol_glob_parts split;

		if (!kpol_cgroup_matches(b->path, path, len))
			continue;
		kpol_glob_split(b->path, (u32)strlen(b->path), &split);
		if (best && split.literals <= most)
			continue;
		best = b->scope;
		most = split.literals;
	}
	return best;
}

static struct kpol_plan_scope *find_placed(const struct placing *p, const char *path, size_t len)
{
	size_t low = 0, high = p->n_placed;

	while (low < high) {
		size_t middle = (low + high) / 2;
		int r = compare_path(p->placed[middle].workload->cgroup, path, len);

		if (r == 0)
			return p->placed[middle].scope;
		if (r < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/* By id, path or unit; @is_unit: there are only slices above. */
static struct kpol_plan_scope *find_at(const struct placing *p, const char *path, size_t len,
				       bool is_unit)
{
	struct kpol_plan_scope *scope = find_placed(p, path, len);
	size_t base = len;

	while (base && path[base - 1] != '/')
		base--;
	if (!scope)
		scope = find_pattern(p, KPOL_BIND_PATH, path, len);
	if (!scope && is_unit && base < len)
		scope = find_pattern(p, KPOL_BIND_UNIT, path + base, len - base);
	return scope;
}

/*
 * Where the kernel would put it (kmod/scope.c): the nearest ancestor bound by id, path or unit,
 * else the topmost that a pattern matches, else what the root is bound to.
 */
static struct kpol_plan_scope *find_nearest(const struct placing *p, const char *path)
{
	struct kpol_plan_scope *scope, *glob, *by_glob = NULL;
	size_t len = strlen(path), start, last_unit = kpol_cgroup_slices(path);

	for (; len > 1; len = start) {
		for (start = len - 1; start && path[start] != '/'; start--)
			;
		scope = find_at(p, path, len, start <= last_unit);
		if (scope)
			return scope;
		glob = find_glob(p, path, len);
		by_glob = glob ? glob : by_glob;
	}
	return by_glob ? by_glob : find_at(p, "/", 1, false);
}

static int place_workload(struct placing *p, struct placed *placed)
{
	const struct kpol_workload *w = placed->workload;
	struct kpol_plan_scope *right, *now = find_nearest(p, w->cgroup);
	int r = kpol_plan_scope_for(p->plan, w, &right);

	if (r < 0 || right == now)
		return r;
	if (!right) {
		/* What is around it is confined, and no policy is for it. */
		struct kpol_set none = { 0 };

		r = kpol_plan_scope_get(p->plan, &none, KPOL_SCOPE_FREE, &right);
		if (r < 0)
			return r;
	}
	placed->scope = right;
	return kpol_plan_bind(p->plan, w->cgroup_id ? KPOL_BIND_ID : KPOL_BIND_PATH, w->cgroup,
			      w->cgroup_id, right);
}

/* Without a cgroup there is nothing to bind, but the scope is wanted: someone asks about it
 * offline. */
static int sort_workloads(struct placing *p, const struct kpol_workload *workloads, size_t n)
{
	struct kpol_plan_scope *scope;

	for (size_t i = 0; i < n; i++) {
		if (workloads[i].cgroup && workloads[i].cgroup[0] == '/')
			p->placed[p->n_placed++].workload = &workloads[i];
		else if (kpol_plan_scope_for(p->plan, &workloads[i], &scope) < 0)
			return -ENOMEM;
	}
	qsort(p->placed, p->n_placed, sizeof(*p->placed), compare_placed);
	return 0;
}

int kpol_plan_workloads(struct kpol_plan *plan, const struct kpol_workload *workloads, size_t n)
{
	_cleanup_free_ struct placed *placed = calloc(n + 1, sizeof(*placed));
	struct placing p = { .plan = plan, .n_patterns = plan->n_bindings, .placed = placed };
	int r;

	if (!placed)
		return -ENOMEM;
	while (p.first_glob < p.n_patterns && plan->bindings[p.first_glob].kind != KPOL_BIND_GLOB)
		p.first_glob++;
	r = sort_workloads(&p, workloads, n);
	/* Parents sort before their children, so a child sees where its parent was put. */
	for (size_t i = 0; i < p.n_placed && r == 0; i++)
		r = place_workload(&p, &p.placed[i]);
	return r;
}
