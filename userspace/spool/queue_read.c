// SPDX-License-Identifier: GPL-2.0-or-later
/* Reading entries of a queue, and removing them. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "spool/queue.h"

/* Handed out at once. */
#define BATCH_BYTES (1024 * 1024)

#define COLUMNS(class, table) "SELECT " class ", seq, at, id, bytes, sum FROM " table

/* Each part is in order already, so the parts are merged, not sorted. */
static const char peek_sql[] = COLUMNS("0", "audit") " WHERE seq > ?1 UNION ALL " COLUMNS(
	"1", "denial") " WHERE seq > ?1 UNION ALL " COLUMNS("2",
							    "control") " WHERE seq > ?1 ORDER BY 2";

/** struct reading - @damaged: entries whose checksum is wrong; only their class, number and sizes count. */
struct reading {
	struct kpol_spool_batch *good;
	struct kpol_spool_batch damaged;
	uint64_t bytes;
};

static struct kpol_spool_entry read_entry(sqlite3_stmt *stmt)
{
	const char *id = (const char *)sqlite3_column_text(stmt, 3);

	return (struct kpol_spool_entry){
		.class = (enum kpol_spool_class)sqlite3_column_int(stmt, 0),
		.seq = (uint64_t)sqlite3_column_int64(stmt, 1),
		.at = sqlite3_column_int64(stmt, 2),
		.id = id ? id : "",
		.bytes = sqlite3_column_blob(stmt, 4),
		.len = (size_t)sqlite3_column_bytes(stmt, 4),
	};
}

static int add_row(sqlite3_stmt *stmt, struct reading *reading)
{
	struct kpol_spool_entry entry = read_entry(stmt);
	uint8_t sum[KPOL_SUM_SIZE];
	bool good;
	int r = kpol_entry_sum(&entry, sum);

	if (r < 0)
		return r;
	good = kpol_entry_valid(&entry) && sqlite3_column_bytes(stmt, 5) == sizeof(sum) &&
	       memcmp(sqlite3_column_blob(stmt, 5), sum, sizeof(sum)) == 0;
	r = kpol_batch_add(good ? reading->good : &reading->damaged, &entry);
	if (r < 0)
		return r;
	reading->bytes += entry.len;
	return 0;
}

static int read_rows(struct kpol_queue *queue, sqlite3_stmt *stmt, size_t max,
		     struct reading *reading)
{
	int r = 0;

	while (r == 0 && reading->good->n < max && reading->bytes < BATCH_BYTES) {
		r = kpol_sql_step(&queue->sql, stmt);
		if (r <= 0)
			return r;
		r = add_row(stmt, reading);
	}
	return r;
}

static int delete_one(struct kpol_queue *queue, const struct kpol_spool_entry *entry)
{
	char sql[64];

	snprintf(sql, sizeof(sql), "DELETE FROM %s WHERE seq = ?", kpol_queue_tables[entry->class]);
	return kpol_sql_run(&queue->sql, sql, "i", (int64_t)entry->seq);
}

static int remove_damaged(struct kpol_queue *queue, const struct kpol_spool_batch *damaged)
{
	struct kpol_queue_totals before;
	int r;

	if (damaged->n == 0)
		return 0;
	r = kpol_queue_begin(queue, &before);
	if (r < 0)
		return kpol_queue_fail(queue, r);
	for (size_t i = 0; i < damaged->n && r == 0; i++) {
		r = delete_one(queue, &damaged->items[i]);
		kpol_queue_forget(queue, damaged->items[i].class, 1,
				  kpol_entry_size(&damaged->items[i]));
	}
	queue->now.loss.corrupt += damaged->n;
	if (r == 0)
		r = kpol_queue_write_state(queue);
	return kpol_queue_end(queue, &before, r);
}

/* Return: 1: only damaged ones were met, so there may be more; 0 or a negative errno. */
static int peek_once(struct kpol_queue *queue, uint64_t after, size_t max,
		     struct kpol_spool_batch *ret)
{
	struct reading reading = { .good = ret };
	sqlite3_stmt *stmt = NULL;
	bool again;
	int r;

	r = kpol_sql_prepare(&queue->sql, &stmt, peek_sql, "i", (int64_t)after);
	if (r == 0)
		r = read_rows(queue, stmt, max, &reading);
	sqlite3_finalize(stmt);
	again = ret->n == 0 && reading.damaged.n > 0;
	if (r == 0)
		r = remove_damaged(queue, &reading.damaged);
	kpol_spool_batch_clear(&reading.damaged);
	return r == 0 ? again : r;
}

int kpol_queue_peek(struct kpol_queue *queue, uint64_t after, size_t max,
		    struct kpol_spool_batch *ret)
{
	int r = 1;

	while (r == 1 && max > 0 && kpol_queue_entries(queue) > 0)
		r = peek_once(queue, after, max, ret);
	if (ret->n && ret->items[ret->n - 1].seq > queue->peeked)
		queue->peeked = ret->items[ret->n - 1].seq;
	return kpol_queue_fail(queue, r == 1 ? 0 : r);
}

int kpol_queue_salvage(struct kpol_queue *queue, enum kpol_spool_class class, bool newest_first,
		       uint64_t low, uint64_t high, struct kpol_spool_batch *ret)
{
	struct reading reading = { .good = ret };
	_cleanup_stmt_ sqlite3_stmt *stmt = NULL;
	char sql[160];
	int r;

	snprintf(sql, sizeof(sql),
		 "SELECT %d, seq, at, id, bytes, sum FROM %s WHERE seq > ? AND seq < ?"
		 " ORDER BY seq %s",
		 (int)class, kpol_queue_tables[class], newest_first ? "DESC" : "ASC");
	r = kpol_sql_prepare(&queue->sql, &stmt, sql, "ii", (int64_t)low, (int64_t)high);
	if (r == 0)
		r = read_rows(queue, stmt, KPOL_QUEUE_PUT_MAX, &reading);
	kpol_spool_batch_clear(&reading.damaged);
	return r;
}

static int count_up_to(struct kpol_queue *queue, int class, int64_t seq)
{
	_cleanup_stmt_ sqlite3_stmt *stmt = NULL;
	char sql[160];
	int r;

	snprintf(sql, sizeof(sql),
		 "SELECT count(*), sum(%d + length(CAST(id AS BLOB)) + length(bytes))"
		 " FROM %s WHERE seq <= ?",
		 KPOL_ENTRY_OVERHEAD, kpol_queue_tables[class]);
	r = kpol_sql_prepare(&queue->sql, &stmt, sql, "i", seq);
	if (r == 0)
		r = kpol_sql_step(&queue->sql, stmt);
	if (r < 0)
		return r;
	kpol_queue_forget(queue, (enum kpol_spool_class) class,
			  (uint64_t)sqlite3_column_int64(stmt, 0),
			  (uint64_t)sqlite3_column_int64(stmt, 1));
	return 0;
}

static int remove_from(struct kpol_queue *queue, int class, int64_t seq)
{
	char sql[64];
	int r;

	if (queue->now.entries[class] == 0)
		return 0;
	r = count_up_to(queue, class, seq);
	if (r < 0)
		return r;
	snprintf(sql, sizeof(sql), "DELETE FROM %s WHERE seq <= ?", kpol_queue_tables[class]);
	return kpol_sql_run(&queue->sql, sql, "i", seq);
}

int kpol_queue_remove(struct kpol_queue *queue, uint64_t seq)
{
	struct kpol_queue_totals before;
	int r;

	if (seq > queue->peeked)
		seq = queue->peeked;
	if (seq == 0 || kpol_queue_entries(queue) == 0)
		return 0;
	r = kpol_queue_begin(queue, &before);
	if (r < 0)
		return kpol_queue_fail(queue, r);
	for (int c = 0; c < KPOL_SPOOL_CLASSES && r == 0; c++)
		r = remove_from(queue, c, (int64_t)seq);
	/* The highest number is known by its entry as long as that is there. */
	if (r == 0 && seq >= queue->high)
		r = kpol_queue_write_state(queue);
	return kpol_queue_end(queue, &before, r);
}

int64_t kpol_queue_oldest(struct kpol_queue *queue)
{
	_cleanup_stmt_ sqlite3_stmt *stmt = NULL;

	if (kpol_queue_entries(queue) == 0 ||
	    kpol_sql_prepare(&queue->sql, &stmt, peek_sql, "i", (int64_t)0) < 0 ||
	    kpol_sql_step(&queue->sql, stmt) <= 0)
		return 0;
	return sqlite3_column_int64(stmt, 2);
}
