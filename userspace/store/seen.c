// SPDX-License-Identifier: GPL-2.0-or-later
/* What was last seen of a cluster, for a daemon that starts while the API server is away. */
#include "store/seen.h"

#include <errno.h>

#include "store/sql.h"

static int write_one(struct kpol_store *store, const struct kpol_seen *item)
{
	if (!item->value)
		return kpol_sql_run(store, "DELETE FROM seen WHERE kind = ? AND key = ?", "ss",
				    item->kind, item->key);
	return kpol_sql_run(store, "INSERT OR REPLACE INTO seen VALUES (?, ?, ?)", "sss",
			    item->kind, item->key, item->value);
}

int kpol_seen_write(struct kpol_store *store, const struct kpol_seen *items, size_t n)
{
	int r;

	if (n == 0)
		return 0;
	r = kpol_sql_begin(store);
	if (r < 0)
		return r;
	for (size_t i = 0; i < n && r == 0; i++)
		r = write_one(store, &items[i]);
	return kpol_sql_end(store, r);
}

int kpol_seen_read(struct kpol_store *store, const char *kind,
		   int (*each)(const struct kpol_seen *item, void *userdata), void *userdata)
{
	_cleanup_stmt_ sqlite3_stmt *stmt = NULL;
	int r;

	r = kpol_sql_prepare(store, &stmt,
			     "SELECT key, value FROM seen WHERE kind = ? ORDER BY key", "s", kind);
	while (r == 0 && (r = kpol_sql_step(store, stmt)) > 0) {
		struct kpol_seen item = {
			.kind = kind,
			.key = (const char *)sqlite3_column_text(stmt, 0),
			.value = (const char *)sqlite3_column_text(stmt, 1),
		};

		r = item.key && item.value ? each(&item, userdata) : -ENOMEM;
	}
	return r;
}
