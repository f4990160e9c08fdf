// SPDX-License-Identifier: GPL-2.0-or-later
/* One workload to its scope, without compiling anything anew. */
#include "kpold/rebind.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kpold/diff.h"
#include "nl/control.h"

/* The kernel has it already; without memory for it here the next scan sets things right. */
static void append_row(struct kpol_ruleset *ruleset, const struct kpol_workload *workload,
		       const struct kpol_binding_row *row)
{
	struct kpol_binding_row *rows =
		reallocarray(ruleset->bindings, ruleset->n_bindings + 1, sizeof(*rows));
	char *path = strdup(workload->cgroup);

	if (rows)
		ruleset->bindings = rows;
	if (!rows || !path) {
		free(path);
		return;
	}
	rows[ruleset->n_bindings] = *row;
	rows[ruleset->n_bindings++].path = path;
}

static void note_binding(struct kpol_ruleset *ruleset, const struct kpol_workload *workload,
			 const struct kpol_binding_row *row)
{
	const struct kpol_binding_row *old = kpold_binding_find(ruleset, row);

	if (old)
		ruleset->bindings[old - ruleset->bindings].scope = row->scope;
	else
		append_row(ruleset, workload, row);
}

int kpold_rebind(struct kpold_daemon *d, const struct kpol_workload *workload, uint32_t bound)
{
	const struct kpol_workload *host = kpold_workloads_find_path(&d->workloads, "/");
	struct kpol_binding_row row = { .kind = KPOL_BIND_ID, .cgroup = workload->cgroup_id };
	bool needed;
	int r;

	row.scope = kpol_compile_scope(d->live.bundle, d->live.ruleset, workload, host, &needed);
	if (row.scope == bound || (!needed && !bound))
		return 0;
	if (!row.scope)
		return -ESTALE;
	r = kpol_nl_binding_add(d->kernel.nl, &row, d->live.generation);
	if (r == 0)
		note_binding(d->live.ruleset, workload, &row);
	return r;
}

static const struct kpol_binding_row *find_row(const struct kpold_daemon *d, const char *path,
					       size_t len)
{
	const struct kpol_workload *workload =
		kpold_workloads_find_prefix(&d->workloads, path, len);
	struct kpol_binding_row key = { .kind = KPOL_BIND_ID };

	if (!workload)
		return NULL;
	key.cgroup = workload->cgroup_id;
	return kpold_binding_find(d->live.ruleset, &key);
}

uint32_t kpold_bound_scope(const struct kpold_daemon *d, const struct kpol_workload *workload)
{
	size_t len = strlen(workload->cgroup);

	while (len > 0) {
		const struct kpol_binding_row *row = find_row(d, workload->cgroup, len);

		if (row)
			return row->scope;
		while (len > 0 && workload->cgroup[--len] != '/')
			;
	}
	return KPOLD_BOUND_UNKNOWN;
}
