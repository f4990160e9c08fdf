// SPDX-License-Identifier: GPL-2.0-or-later
/* The daemon's memory: an SQLite database in its state directory. */
#include "store/store.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "store/sql.h"

#define BUSY_MS 2000
#define SCHEMA_VERSION 2

static const char schema[] =
	"CREATE TABLE bundle ("
	"  id INTEGER PRIMARY KEY AUTOINCREMENT,"
	"  parent INTEGER," /* what was live when this was loaded: where rollback goes */
	"  name TEXT NOT NULL, version TEXT, file TEXT NOT NULL, text BLOB NOT NULL,"
	"  digest BLOB NOT NULL," /* of the ruleset it last became */
	"  loaded_at INTEGER NOT NULL," /* µs since 1970 */
	"  uid INTEGER NOT NULL, change TEXT NOT NULL, good INTEGER NOT NULL DEFAULT 0);"
	"CREATE TABLE state (key TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE policy_mode (policy TEXT PRIMARY KEY, mode INTEGER NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE bind (target TEXT PRIMARY KEY, scope TEXT NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE audit ("
	"  id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, uid INTEGER NOT NULL,"
	"  pid INTEGER NOT NULL, action TEXT NOT NULL, detail TEXT, outcome TEXT NOT NULL);"
	"PRAGMA user_version = 1;";

/* From each format to the next. */
static const char *const steps[SCHEMA_VERSION] = {
	[0] = schema,
	[1] = "CREATE TABLE seen ("
	      "  kind TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,"
	      "  PRIMARY KEY (kind, key)) WITHOUT ROWID;"
	      "PRAGMA user_version = 2;",
};

void kpol_store_free(struct kpol_store *store)
{
	if (!store)
		return;
	sqlite3_close(store->db);
	free(store);
}

const char *kpol_store_error(const struct kpol_store *store)
{
	return store->error;
}

int kpol_store_check(struct kpol_store *store)
{
	int moved = 0;

	(void)sqlite3_file_control(store->db, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
	if (!moved)
		return 0;
	snprintf(store->error, sizeof(store->error), "the database was moved or deleted");
	return -ESTALE;
}

static int pragma(struct kpol_store *store, const char *sql)
{
	int code = sqlite3_exec(store->db, sql, NULL, NULL, NULL);

	return kpol_sql_fail(store, code);
}

/* FULL: what is confirmed to a caller survives power loss, which is what intent is good for. */
static int configure(struct kpol_store *store)
{
	static const char *const pragmas[] = {
		"PRAGMA locking_mode = EXCLUSIVE", "PRAGMA journal_mode = WAL",
		"PRAGMA synchronous = FULL",	   "PRAGMA foreign_keys = ON",
		"PRAGMA trusted_schema = OFF",
	};

	for (size_t i = 0; i < sizeof(pragmas) / sizeof(pragmas[0]); i++) {
		int r = pragma(store, pragmas[i]);

		if (r < 0)
			return r;
	}
	return 0;
}

static int check_integrity(struct kpol_store *store)
{
	_cleanup_stmt_ sqlite3_stmt *stmt = NULL;
	const char *text;
	int r;

	r = kpol_sql_prepare(store, &stmt, "PRAGMA integrity_check(1)", "");
	if (r == 0)
		r = kpol_sql_step(store, stmt);
	if (r < 0)
		return r;
	text = (const char *)sqlite3_column_text(stmt, 0);
	if (r == 1 && text && strcmp(text, "ok") == 0)
		return 0;
	snprintf(store->error, sizeof(store->error), "%s", text ? text : "integrity check failed");
	return -EUCLEAN;
}

static int read_version(struct kpol_store *store, int *ret_version)
{
	_cleanup_stmt_ sqlite3_stmt *stmt = NULL;
	int r;

	r = kpol_sql_prepare(store, &stmt, "PRAGMA user_version", "");
	if (r == 0)
		r = kpol_sql_step(store, stmt);
	if (r < 0)
		return r;
	*ret_version = sqlite3_column_int(stmt, 0);
	return 0;
}

static int take_step(struct kpol_store *store, const char *step)
{
	int r;

	r = kpol_sql_begin(store);
	if (r < 0)
		return r;
	return kpol_sql_end(store, pragma(store, step));
}

static int migrate(struct kpol_store *store)
{
	int version = 0, r;

	r = read_version(store, &version);
	if (r < 0)
		return r;
	if (version > SCHEMA_VERSION) {
		snprintf(store->error, sizeof(store->error),
			 "state has format %d, this kpold knows %d", version, SCHEMA_VERSION);
		return -ENOTSUP;
	}
	for (; version < SCHEMA_VERSION && r == 0; version++)
		r = take_step(store, steps[version]);
	return r;
}

static int open_file(const char *path, struct kpol_store **ret_store)
{
	_cleanup_(kpol_store_freep) struct kpol_store *store = calloc(1, sizeof(*store));
	int code, r;

	if (!store)
		return -ENOMEM;
	code = sqlite3_open_v2(path, &store->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
	if (code != SQLITE_OK)
		return kpol_sql_errno(code);
	sqlite3_busy_timeout(store->db, BUSY_MS);
	r = configure(store);
	if (r == 0)
		r = check_integrity(store);
	if (r == 0)
		r = migrate(store);
	if (r < 0)
		return r;
	*ret_store = TAKE_PTR(store);
	return 0;
}

/* The log and index belong to the database: left behind, they would be applied to the new one. */
static int move_aside(const char *path, char **ret_moved)
{
	static const char *const suffixes[] = { "-wal", "-shm", "" };
	_cleanup_free_ char *moved = NULL;

	if (asprintf(&moved, "%s.corrupt-%lld", path, (long long)time(NULL)) < 0)
		return -ENOMEM;
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		char from[4096], to[4096];

		snprintf(from, sizeof(from), "%s%s", path, suffixes[i]);
		snprintf(to, sizeof(to), "%s%s", moved, suffixes[i]);
		if (rename(from, to) < 0 && errno != ENOENT)
			return -errno;
	}
	*ret_moved = TAKE_PTR(moved);
	return 0;
}

int kpol_store_open(const char *dir, char **ret_moved, struct kpol_store **ret_store)
{
	_cleanup_free_ char *path = NULL, *moved = NULL;
	int r;

	if (asprintf(&path, "%s%s", dir, dir[0] ? "/kpol.db" : ":memory:") < 0)
		return -ENOMEM;
	r = open_file(path, ret_store);
	if (r == -EUCLEAN) {
		r = move_aside(path, &moved);
		if (r == 0)
			r = open_file(path, ret_store);
	}
	if (r < 0)
		return r;
	*ret_moved = TAKE_PTR(moved);
	return 0;
}
