// SPDX-License-Identifier: GPL-2.0-or-later
/* Single values kept by name. */
#include "store/state.h"

#include <errno.h>

#include "store/sql.h"

int kpol_state_get(struct kpol_store *store, const char *key, int64_t *ret)
{
	_cleanup_stmt_ sqlite3_stmt *stmt = NULL;
	int r;

	r = kpol_sql_prepare(store, &stmt, "SELECT value FROM state WHERE key = ?", "s", key);
	if (r == 0)
		r = kpol_sql_step(store, stmt);
	if (r < 0)
		return r;
	if (r == 0)
		return -ENOENT;
	*ret = sqlite3_column_int64(stmt, 0);
	return 0;
}

int kpol_state_set(struct kpol_store *store, const char *key, int64_t value)
{
	return kpol_sql_run(store, "INSERT OR REPLACE INTO state VALUES (?, ?)", "si", key, value);
}

int kpol_state_del(struct kpol_store *store, const char *key)
{
	return kpol_sql_run(store, "DELETE FROM state WHERE key = ?", "s", key);
}
