// SPDX-License-Identifier: GPL-2.0-or-later
/* The trail of control actions: who changed what, when, and what came of it. */
#include "store/audit.h"

#include "store/sql.h"

int kpol_audit_add(struct kpol_store *store, const struct kpol_audit *audit)
{
	int r;

	r = kpol_sql_run(store,
			 "INSERT INTO audit (at, uid, pid, action, detail, outcome)"
			 " VALUES (?, ?, ?, ?, ?, ?)",
			 "iiisss", audit->at, (int64_t)audit->uid, (int64_t)audit->pid,
			 audit->action, audit->detail, audit->outcome);
	if (r < 0)
		return r;
	return kpol_sql_run(store, "DELETE FROM audit WHERE id <= (SELECT max(id) FROM audit) - ?",
			    "i", (int64_t)KPOL_AUDIT_MAX);
}

static struct kpol_audit read_entry(sqlite3_stmt *stmt)
{
	return (struct kpol_audit){
		.at = sqlite3_column_int64(stmt, 0),
		.uid = (uint32_t)sqlite3_column_int64(stmt, 1),
		.pid = (uint32_t)sqlite3_column_int64(stmt, 2),
		.action = (const char *)sqlite3_column_text(stmt, 3),
		.detail = (const char *)sqlite3_column_text(stmt, 4),
		.outcome = (const char *)sqlite3_column_text(stmt, 5),
	};
}

int kpol_audit_list(struct kpol_store *store, size_t max, kpol_audit_fn fn, void *userdata)
{
	_cleanup_stmt_ sqlite3_stmt *stmt = NULL;
	int r;

	r = kpol_sql_prepare(store, &stmt,
			     "SELECT at, uid, pid, action, detail, outcome FROM audit"
			     " ORDER BY id DESC LIMIT ?",
			     "i", (int64_t)max);
	while (r == 0 && (r = kpol_sql_step(store, stmt)) > 0) {
		struct kpol_audit entry = read_entry(stmt);

		fn(&entry, userdata);
		r = 0;
	}
	return r;
}
