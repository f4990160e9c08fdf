// SPDX-License-Identifier: GPL-2.0-or-later
/* What people set by hand, laid over what a bundle compiles to. */
#include "kpold/overlay.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kpold/diff.h"
#include "kpold/kube.h"
#include "store/manual.h"

static void set_mode(struct kpol_ruleset *ruleset, const struct kpol_manual_mode *mode)
{
	for (size_t i = 0; i < ruleset->n_policies; i++)
		if (strcmp(ruleset->policies[i].name, mode->policy) == 0)
			ruleset->policies[i].mode = (uint8_t)mode->mode;
}

int kpold_overlay_modes(struct kpold_daemon *d, struct kpol_ruleset *ruleset)
{
	struct kpol_manual_mode *modes;
	size_t n;
	int r;

	r = kpol_manual_modes(d->store, &modes, &n);
	if (r < 0)
		return r;
	for (size_t i = 0; i < n; i++)
		set_mode(ruleset, &modes[i]);
	kpol_manual_modes_free(modes, n);
	return 0;
}

int kpold_target_parse(const char *target, struct kpol_binding_row *ret)
{
	const char *name;

	if (strncmp(target, "unit:", 5) == 0) {
		name = target + 5;
		if (!name[0] || strchr(name, '/'))
			return -EINVAL;
		ret->kind = KPOL_BIND_UNIT;
	} else if (strncmp(target, "cgroup:", 7) == 0) {
		name = target + 7;
		if (name[0] != '/')
			return -EINVAL;
		ret->kind = KPOL_BIND_PATH;
	} else {
		return -EINVAL;
	}
	ret->path = (char *)name;
	return 0;
}

/* Bindings by id come before all others in the kernel, so one for the same cgroup must go. */
static bool stands_in_the_way(const struct kpold_daemon *d, const struct kpol_binding_row *row,
			      const struct kpol_binding_row *manual)
{
	const struct kpol_workload *workload;

	if (kpold_binding_same_key(row, manual))
		return true;
	if (row->kind != KPOL_BIND_ID)
		return false;
	workload = kpold_workloads_find(&d->workloads, row->cgroup);
	if (!workload)
		return false;
	if (manual->kind == KPOL_BIND_PATH)
		return strcmp(workload->cgroup, manual->path) == 0;
	return workload->unit && strcmp(workload->unit, manual->path) == 0;
}

static void make_way(const struct kpold_daemon *d, struct kpol_ruleset *ruleset,
		     const struct kpol_binding_row *manual)
{
	size_t kept = 0;

	for (size_t i = 0; i < ruleset->n_bindings; i++) {
		struct kpol_binding_row *row = &ruleset->bindings[i];

		if (stands_in_the_way(d, row, manual))
			free(row->path);
		else
			ruleset->bindings[kept++] = *row;
	}
	ruleset->n_bindings = kept;
}

static int append(struct kpol_ruleset *ruleset, const struct kpol_binding_row *manual)
{
	struct kpol_binding_row *rows;

	rows = reallocarray(ruleset->bindings, ruleset->n_bindings + 1, sizeof(*rows));
	if (!rows)
		return -ENOMEM;
	ruleset->bindings = rows;
	rows[ruleset->n_bindings] = *manual;
	rows[ruleset->n_bindings].path = strdup(manual->path);
	if (!rows[ruleset->n_bindings].path)
		return -ENOMEM;
	ruleset->n_bindings++;
	return 0;
}

static int add_bind(struct kpold_daemon *d, struct kpol_ruleset *ruleset,
		    const struct kpol_manual_bind *bind, struct kpol_diags *diags)
{
	struct kpol_binding_row row = { 0 };
	int r;

	if (kpold_target_parse(bind->target, &row) < 0)
		return 0;
	row.scope = kpold_ruleset_scope_id(ruleset, bind->scope);
	if (!row.scope) {
		r = kpol_diag_add(diags, KPOL_WARNING, "KPOLD002", "kpold", 0, 0,
				  "%s was bound by hand to scope %s, which this bundle does not "
				  "have: it is not confined",
				  bind->target, bind->scope);
		return r;
	}
	make_way(d, ruleset, &row);
	return append(ruleset, &row);
}

int kpold_overlay_binds(struct kpold_daemon *d, struct kpol_ruleset *ruleset,
			struct kpol_diags *diags)
{
	struct kpol_manual_bind *binds;
	size_t n;
	int r;

	r = kpol_manual_binds(d->store, &binds, &n);
	if (r < 0)
		return r;
	for (size_t i = 0; r == 0 && i < n; i++)
		r = add_bind(d, ruleset, &binds[i], diags);
	kpol_manual_binds_free(binds, n);
	return r;
}

static int keep_binding(struct kpold_daemon *d, const struct kpol_binding_row *row,
			struct kpol_ruleset *ruleset)
{
	const struct kpol_workload *workload = kpold_workloads_find(&d->workloads, row->cgroup);
	const struct kpol_scope_row *scope = kpold_live_scope(&d->live, row->scope);
	struct kpol_binding_row kept = { .kind = KPOL_BIND_ID, .cgroup = row->cgroup };

	if (row->kind != KPOL_BIND_ID || !workload || workload->role != KPOL_ROLE_PENDING || !scope)
		return 0;
	kept.scope = kpold_ruleset_scope_id(ruleset, scope->name);
	kept.path = workload->cgroup;
	if (!kept.scope || kpold_binding_find(ruleset, &kept))
		return 0;
	return append(ruleset, &kept);
}

int kpold_overlay_unknown(struct kpold_daemon *d, struct kpol_ruleset *ruleset)
{
	int r = 0;

	if (!d->live.ruleset || !d->kube || kpold_kube_pods_known(d->kube))
		return 0;
	for (size_t i = 0; i < d->live.ruleset->n_bindings && r == 0; i++)
		r = keep_binding(d, &d->live.ruleset->bindings[i], ruleset);
	return r;
}
