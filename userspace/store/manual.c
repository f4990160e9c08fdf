// SPDX-License-Identifier: GPL-2.0-or-later
/* What people set by hand on top of the bundle: modes and bindings. */
#include "store/manual.h"

#include <errno.h>
#include <stdlib.h>

#include <linux/kpol.h>

#include "base/alloc.h"
#include "store/sql.h"
#include "store/state.h"

int kpol_manual_mode_set(struct kpol_store *store, const char *policy, uint32_t mode)
{
	return kpol_sql_run(store, "INSERT OR REPLACE INTO policy_mode VALUES (?, ?)", "si", policy,
			    (int64_t)mode);
}

int kpol_manual_mode_del(struct kpol_store *store, const char *policy)
{
	if (!policy)
		return kpol_sql_run(store, "DELETE FROM policy_mode", "");
	return kpol_sql_run(store, "DELETE FROM policy_mode WHERE policy = ?", "s", policy);
}

void kpol_manual_modes_free(struct kpol_manual_mode *modes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(modes[i].policy);
	free(modes);
}

int kpol_manual_modes(struct kpol_store *store, struct kpol_manual_mode **ret, size_t *ret_n)
{
	_cleanup_stmt_ sqlite3_stmt *stmt = NULL;
	struct kpol_manual_mode *modes = NULL;
	size_t n = 0;
	int r;

	r = kpol_sql_prepare(store, &stmt, "SELECT policy, mode FROM policy_mode ORDER BY policy",
			     "");
	while (r == 0 && (r = kpol_sql_step(store, stmt)) > 0) {
		struct kpol_manual_mode *mode = kpol_append(&modes, &n, sizeof(*mode));

		r = mode ? kpol_sql_text(stmt, 0, &mode->policy) : -ENOMEM;
		if (r == 0)
			mode->mode = (uint32_t)sqlite3_column_int64(stmt, 1);
	}
	if (r < 0) {
		kpol_manual_modes_free(modes, n);
		return r;
	}
	*ret = modes;
	*ret_n = n;
	return 0;
}

int kpol_manual_bind_set(struct kpol_store *store, const char *target, const char *scope)
{
	return kpol_sql_run(store, "INSERT OR REPLACE INTO bind VALUES (?, ?)", "ss", target,
			    scope);
}

int kpol_manual_bind_del(struct kpol_store *store, const char *target)
{
	int r;

	r = kpol_sql_run(store, "DELETE FROM bind WHERE target = ?", "s", target);
	if (r < 0)
		return r;
	return sqlite3_changes(store->db) > 0 ? 0 : -ENOENT;
}

void kpol_manual_binds_free(struct kpol_manual_bind *binds, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(binds[i].target);
		free(binds[i].scope);
	}
	free(binds);
}

int kpol_manual_binds(struct kpol_store *store, struct kpol_manual_bind **ret, size_t *ret_n)
{
	_cleanup_stmt_ sqlite3_stmt *stmt = NULL;
	struct kpol_manual_bind *binds = NULL;
	size_t n = 0;
	int r;

	r = kpol_sql_prepare(store, &stmt, "SELECT target, scope FROM bind ORDER BY target", "");
	while (r == 0 && (r = kpol_sql_step(store, stmt)) > 0) {
		struct kpol_manual_bind *bind = kpol_append(&binds, &n, sizeof(*bind));

		r = bind ? kpol_sql_text(stmt, 0, &bind->target) : -ENOMEM;
		if (r == 0)
			r = kpol_sql_text(stmt, 1, &bind->scope);
	}
	if (r < 0) {
		kpol_manual_binds_free(binds, n);
		return r;
	}
	*ret = binds;
	*ret_n = n;
	return 0;
}

int kpol_manual_global_set(struct kpol_store *store, uint32_t mode)
{
	return kpol_state_set(store, "mode", mode);
}

int kpol_manual_global(struct kpol_store *store, uint32_t *ret)
{
	int64_t mode = KPOL_MODE_ENFORCE;
	int r;

	r = kpol_state_get(store, "mode", &mode);
	if (r < 0 && r != -ENOENT)
		return r;
	*ret = (uint32_t)mode;
	return 0;
}
