/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Statements with their values, run in one call; private to store/ and spool/. */
#ifndef KPOL_STORE_SQL_H
#define KPOL_STORE_SQL_H

#include <sqlite3.h>

#include "base/cleanup.h"
#include "store/store.h"

/** struct kpol_store - the open database. @error: what SQLite said last. */
struct kpol_store {
	sqlite3 *db;
	char error[256];
};

/** kpol_sql_errno() - a negative errno for an SQLite result code; 0 for OK, ROW and DONE. */
int kpol_sql_errno(int code);

/** kpol_sql_fail() - keep SQLite's sentence. Return: kpol_sql_errno(). */
int kpol_sql_fail(struct kpol_store *store, int code);

/**
 * kpol_sql_prepare() - a statement with its values bound
 * @types: one letter per value: 'i' int64_t, 's' const char * (NULL: null), 'b' const void * and
 *size_t. The values must outlive the statement.
 */
int kpol_sql_prepare(struct kpol_store *store, sqlite3_stmt **ret_stmt, const char *sql,
		     const char *types, ...);

/** kpol_sql_run() - the same, run to its end. */
int kpol_sql_run(struct kpol_store *store, const char *sql, const char *types, ...);

/** kpol_sql_step() - Return: 1: a row, 0: no more, or a negative errno. */
int kpol_sql_step(struct kpol_store *store, sqlite3_stmt *stmt);

/** kpol_sql_text() - copy a text column. Return: 0 or -ENOMEM; *@ret is NULL for null. */
int kpol_sql_text(sqlite3_stmt *stmt, int column, char **ret);

/** kpol_sql_begin() - Return: 0 or a negative errno. */
int kpol_sql_begin(struct kpol_store *store);

/** kpol_sql_end() - commit when @r is 0, else roll back. Return: @r, or why the commit failed. */
int kpol_sql_end(struct kpol_store *store, int r);

static inline void kpol_stmt_freep(sqlite3_stmt **stmt)
{
	sqlite3_finalize(*stmt);
}

#define _cleanup_stmt_ _cleanup_(kpol_stmt_freep)

#endif /* KPOL_STORE_SQL_H */
