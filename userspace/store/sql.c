// SPDX-License-Identifier: GPL-2.0-or-later
/* Statements with their values, run in one call. */
#include "store/sql.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

int kpol_sql_errno(int code)
{
	static const struct {
		int code;
		int error;
	} map[] = {
		{ SQLITE_OK, 0 },
		{ SQLITE_ROW, 0 },
		{ SQLITE_DONE, 0 },
		{ SQLITE_FULL, -ENOSPC },
		{ SQLITE_NOMEM, -ENOMEM },
		{ SQLITE_BUSY, -EBUSY },
		{ SQLITE_LOCKED, -EBUSY },
		{ SQLITE_READONLY, -EROFS },
		{ SQLITE_CANTOPEN, -EACCES },
		{ SQLITE_PERM, -EACCES },
		{ SQLITE_CORRUPT, -EUCLEAN },
		{ SQLITE_NOTADB, -EUCLEAN },
		{ SQLITE_TOOBIG, -EFBIG },
	};

	for (size_t i = 0; i < sizeof(map) / sizeof(map[0]); i++)
		if ((code & 0xff) == map[i].code)
			return map[i].error;
	return -EIO;
}

int kpol_sql_fail(struct kpol_store *store, int code)
{
	int r = kpol_sql_errno(code);

	if (r < 0)
		snprintf(store->error, sizeof(store->error), "%s", sqlite3_errmsg(store->db));
	return r;
}

static int bind_value(sqlite3_stmt *stmt, int i, char type, va_list *args)
{
	const void *bytes;

	switch (type) {
	case 'i':
		return sqlite3_bind_int64(stmt, i, va_arg(*args, int64_t));
	case 's':
		return sqlite3_bind_text(stmt, i, va_arg(*args, const char *), -1, SQLITE_STATIC);
	case 'b':
		bytes = va_arg(*args, const void *);
		return sqlite3_bind_blob64(stmt, i, bytes, va_arg(*args, size_t), SQLITE_STATIC);
	default:
		return SQLITE_MISUSE;
	}
}

static int prepare(struct kpol_store *store, sqlite3_stmt **ret_stmt, const char *sql,
		   const char *types, va_list *args)
{
	_cleanup_stmt_ sqlite3_stmt *stmt = NULL;
	int code = sqlite3_prepare_v2(store->db, sql, -1, &stmt, NULL);

	for (int i = 0; code == SQLITE_OK && types[i]; i++)
		code = bind_value(stmt, i + 1, types[i], args);
	if (code != SQLITE_OK)
		return kpol_sql_fail(store, code);
	*ret_stmt = TAKE_PTR(stmt);
	return 0;
}

int kpol_sql_prepare(struct kpol_store *store, sqlite3_stmt **ret_stmt, const char *sql,
		     const char *types, ...)
{
	va_list args;
	int r;

	va_start(args, types);
	r = prepare(store, ret_stmt, sql, types, &args);
	va_end(args);
	return r;
}

int kpol_sql_step(struct kpol_store *store, sqlite3_stmt *stmt)
{
	int code = sqlite3_step(stmt);

	return code == SQLITE_ROW ? 1 : kpol_sql_fail(store, code);
}

int kpol_sql_run(struct kpol_store *store, const char *sql, const char *types, ...)
{
	_cleanup_stmt_ sqlite3_stmt *stmt = NULL;
	va_list args;
	int r;

	va_start(args, types);
	r = prepare(store, &stmt, sql, types, &args);
	va_end(args);
	if (r < 0)
		return r;
	do
		r = kpol_sql_step(store, stmt);
	while (r > 0);
	return r;
}

int kpol_sql_text(sqlite3_stmt *stmt, int column, char **ret)
{
	const char *text = (const char *)sqlite3_column_text(stmt, column);
	char *copy = NULL;

	if (text) {
		copy = strdup(text);
		if (!copy)
			return -ENOMEM;
	}
	*ret = copy;
	return 0;
}

int kpol_sql_begin(struct kpol_store *store)
{
	return kpol_sql_run(store, "BEGIN IMMEDIATE", "");
}

int kpol_sql_end(struct kpol_store *store, int r)
{
	if (r == 0)
		r = kpol_sql_run(store, "COMMIT", "");
	if (r < 0)
		(void)sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
	return r;
}
