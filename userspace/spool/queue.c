// SPDX-License-Identifier: GPL-2.0-or-later
/* A queue: one SQLite database of entries, on the disk or in memory. */
#include "spool/queue.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FORMAT 1
#define PAGE_SIZE 4096
/* 16 MiB that the next outage will need again are not worth giving back. */
#define PAGES_KEPT 4096

/* A table per class: what goes first is at one end of one, so that dropping frees whole pages. */
const char *const kpol_queue_tables[KPOL_SPOOL_CLASSES] = {
	[KPOL_SPOOL_AUDIT] = "audit",
	[KPOL_SPOOL_DENIAL] = "denial",
	[KPOL_SPOOL_CONTROL] = "control",
};

#define TABLE(name)                                                            \
	"CREATE TABLE " name " (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL," \
	" id TEXT NOT NULL, bytes BLOB NOT NULL, sum BLOB NOT NULL)"

static const char *const schema[] = {
	TABLE("audit"),
	TABLE("denial"),
	TABLE("control"),
	"CREATE TABLE state (one INTEGER PRIMARY KEY, value BLOB NOT NULL, sum BLOB NOT NULL)",
};

static const char *const pragmas[] = {
	"PRAGMA locking_mode = EXCLUSIVE", "PRAGMA page_size = 4096",
	"PRAGMA journal_mode = WAL",	   "PRAGMA synchronous = NORMAL",
	"PRAGMA wal_autocheckpoint = 0",   "PRAGMA trusted_schema = OFF",
	"PRAGMA cell_size_check = ON",
};

void kpol_queue_free(struct kpol_queue *queue)
{
	if (!queue)
		return;
	sqlite3_close(queue->sql.db);
	free(queue);
}

bool kpol_queue_is_damage(int r)
{
	return r < 0 && r != -ENOSPC && r != -ENOMEM && r != -EBUSY && r != -EACCES;
}

int kpol_queue_fail(struct kpol_queue *queue, int r)
{
	int error = r < 0 ? sqlite3_system_errno(queue->sql.db) : 0;

	if (r != -EIO && r != -EACCES)
		return r;
	return error == ENOSPC || error == EDQUOT || error == EFBIG ? -ENOSPC : r;
}

static uint64_t sum_up(const uint64_t values[KPOL_SPOOL_CLASSES])
{
	uint64_t sum = 0;

	for (int c = 0; c < KPOL_SPOOL_CLASSES; c++)
		sum += values[c];
	return sum;
}

uint64_t kpol_queue_entries(const struct kpol_queue *queue)
{
	return sum_up(queue->now.entries);
}

uint64_t kpol_queue_bytes(const struct kpol_queue *queue)
{
	return sum_up(queue->now.bytes);
}

static int execute(struct kpol_queue *queue, const char *sql)
{
	return kpol_sql_fail(&queue->sql, sqlite3_exec(queue->sql.db, sql, NULL, NULL, NULL));
}

static int read_int(struct kpol_queue *queue, const char *sql, int64_t *ret)
{
	_cleanup_stmt_ sqlite3_stmt *stmt = NULL;
	int r = kpol_sql_prepare(&queue->sql, &stmt, sql, "");

	if (r == 0)
		r = kpol_sql_step(&queue->sql, stmt);
	if (r < 0)
		return r;
	*ret = r ? sqlite3_column_int64(stmt, 0) : 0;
	return 0;
}

/* Every page is read: what would be found damaged later is found before anything is added. */
static int check_file(struct kpol_queue *queue)
{
	_cleanup_stmt_ sqlite3_stmt *stmt = NULL;
	const char *text;
	int r = kpol_sql_prepare(&queue->sql, &stmt, "PRAGMA quick_check(1)", "");

	if (r == 0)
		r = kpol_sql_step(&queue->sql, stmt);
	if (r < 0)
		return r;
	text = (const char *)sqlite3_column_text(stmt, 0);
	if (r == 1 && text && strcmp(text, "ok") == 0)
		return 0;
	snprintf(queue->sql.error, sizeof(queue->sql.error), "%s", text ? text : "check failed");
	return -EUCLEAN;
}

/* SQLite takes any text for the schema that it can read: with one letter less there are no rows. */
static int check_schema(struct kpol_queue *queue)
{
	_cleanup_stmt_ sqlite3_stmt *stmt = NULL;
	int r = kpol_sql_prepare(&queue->sql, &stmt, "SELECT sql FROM sqlite_schema ORDER BY rowid",
				 "");

	for (size_t i = 0; i < sizeof(schema) / sizeof(schema[0]) && r == 0; i++) {
		const char *text;

		r = kpol_sql_step(&queue->sql, stmt);
		if (r < 0)
			return r;
		text = r ? (const char *)sqlite3_column_text(stmt, 0) : NULL;
		r = text && strcmp(text, schema[i]) == 0 ? 0 : -EUCLEAN;
	}
	return r;
}

static int count_log(void *userdata, sqlite3 *db, const char *name, int frames)
{
	struct kpol_queue *queue = userdata;

	(void)db;
	(void)name;
	queue->frames = frames;
	return SQLITE_OK;
}

static int configure(struct kpol_queue *queue)
{
	char limit[64];
	int r = 0;

	for (size_t i = 0; i < sizeof(pragmas) / sizeof(pragmas[0]) && r == 0; i++)
		r = execute(queue, pragmas[i]);
	/* Pages that lost some of their entries are not always filled again: twice the bytes. */
	snprintf(limit, sizeof(limit), "PRAGMA max_page_count = %llu",
		 (unsigned long long)(queue->max_bytes / PAGE_SIZE * 2 + 64));
	if (r == 0)
		r = execute(queue, limit);
	(void)sqlite3_wal_hook(queue->sql.db, count_log, queue);
	return r;
}

static int create(struct kpol_queue *queue)
{
	int r = kpol_sql_begin(&queue->sql);

	if (r < 0)
		return r;
	for (size_t i = 0; i < sizeof(schema) / sizeof(schema[0]) && r == 0; i++)
		r = execute(queue, schema[i]);
	if (r == 0)
		r = execute(queue, "PRAGMA user_version = 1");
	if (r == 0)
		r = kpol_queue_write_state(queue);
	return kpol_sql_end(&queue->sql, r);
}

static int count_class(struct kpol_queue *queue, int class)
{
	_cleanup_stmt_ sqlite3_stmt *stmt = NULL;
	char sql[160];
	int r;

	snprintf(sql, sizeof(sql),
		 "SELECT count(*), sum(%d + length(CAST(id AS BLOB)) + length(bytes)), max(seq)"
		 " FROM %s",
		 KPOL_ENTRY_OVERHEAD, kpol_queue_tables[class]);
	r = kpol_sql_prepare(&queue->sql, &stmt, sql, "");
	if (r == 0)
		r = kpol_sql_step(&queue->sql, stmt);
	if (r < 0)
		return r;
	queue->now.entries[class] = (uint64_t)sqlite3_column_int64(stmt, 0);
	queue->now.bytes[class] = (uint64_t)sqlite3_column_int64(stmt, 1);
	if ((uint64_t)sqlite3_column_int64(stmt, 2) > queue->high)
		queue->high = (uint64_t)sqlite3_column_int64(stmt, 2);
	return 0;
}

static int load(struct kpol_queue *queue)
{
	int64_t format = 0;
	int r = read_int(queue, "PRAGMA user_version", &format);

	if (r == 0 && format == 0)
		return create(queue);
	if (r == 0 && format != FORMAT)
		r = -EUCLEAN;
	if (r == 0)
		r = check_schema(queue);
	if (r == 0)
		r = check_file(queue);
	if (r == 0)
		r = kpol_queue_read_state(queue);
	for (int c = 0; c < KPOL_SPOOL_CLASSES && r == 0; c++)
		r = count_class(queue, c);
	return r;
}

int kpol_queue_open(const char *path, const struct kpol_spool_options *options,
		    struct kpol_queue **ret)
{
	_cleanup_(kpol_queue_freep) struct kpol_queue *queue = calloc(1, sizeof(*queue));
	int r;

	if (!queue)
		return -ENOMEM;
	queue->max_bytes = options->max_bytes;
	queue->max_entries = options->max_entries;
	queue->fits = UINT64_MAX;
	r = kpol_sql_errno(sqlite3_open_v2(path, &queue->sql.db,
					   SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL));
	if (r == 0)
		r = configure(queue);
	if (r == 0)
		r = load(queue);
	if (r < 0)
		return kpol_queue_fail(queue, r);
	*ret = TAKE_PTR(queue);
	return 0;
}

void kpol_queue_leave(struct kpol_queue *queue)
{
	(void)sqlite3_db_config(queue->sql.db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
}

int kpol_queue_open_damaged(const char *path, struct kpol_queue **ret)
{
	_cleanup_(kpol_queue_freep) struct kpol_queue *queue = calloc(1, sizeof(*queue));
	int r;

	if (!queue)
		return -ENOMEM;
	r = kpol_sql_errno(sqlite3_open_v2(path, &queue->sql.db, SQLITE_OPEN_READWRITE, NULL));
	if (r < 0)
		return r;
	kpol_queue_leave(queue);
	(void)execute(queue, pragmas[0]);
	*ret = TAKE_PTR(queue);
	return 0;
}

int kpol_queue_begin(struct kpol_queue *queue, struct kpol_queue_totals *ret_before)
{
	*ret_before = queue->now;
	return kpol_sql_begin(&queue->sql);
}

int kpol_queue_end(struct kpol_queue *queue, const struct kpol_queue_totals *before, int r)
{
	r = kpol_sql_end(&queue->sql, r);
	if (r < 0)
		queue->now = *before;
	return kpol_queue_fail(queue, r);
}

void kpol_queue_forget(struct kpol_queue *queue, enum kpol_spool_class class, uint64_t n,
		       uint64_t bytes)
{
	uint64_t *entries = &queue->now.entries[class], *total = &queue->now.bytes[class];

	*entries -= n < *entries ? n : *entries;
	*total -= bytes < *total ? bytes : *total;
}

int kpol_queue_checkpoint(struct kpol_queue *queue)
{
	int code = sqlite3_wal_checkpoint_v2(queue->sql.db, "main", SQLITE_CHECKPOINT_RESTART, NULL,
					     NULL);

	if (code == SQLITE_OK)
		queue->frames = 0;
	return kpol_queue_fail(queue, kpol_sql_fail(&queue->sql, code));
}

uint32_t kpol_queue_log_frames(struct kpol_queue *queue)
{
	int frames = 0, code;

	code = sqlite3_wal_checkpoint_v2(queue->sql.db, "main", SQLITE_CHECKPOINT_PASSIVE, &frames,
					 NULL);
	if (code != SQLITE_OK)
		return UINT32_MAX;
	return frames > 0 ? (uint32_t)frames : 0;
}

void kpol_queue_shrink(struct kpol_queue *queue)
{
	int64_t pages = 0;

	if (kpol_queue_entries(queue) > 0 || read_int(queue, "PRAGMA page_count", &pages) < 0 ||
	    pages <= PAGES_KEPT)
		return;
	if (execute(queue, "VACUUM") == 0)
		(void)kpol_queue_checkpoint(queue);
}

int kpol_queue_sync(struct kpol_queue *queue)
{
	sqlite3_file *log = NULL;
	int code;

	code = sqlite3_file_control(queue->sql.db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
	if (code != SQLITE_OK || !log || !log->pMethods)
		return 0;
	return log->pMethods->xSync(log, SQLITE_SYNC_NORMAL) == SQLITE_OK ? 0 : -EIO;
}
