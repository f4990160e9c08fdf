// SPDX-License-Identifier: GPL-2.0-or-later
/* Putting entries into a queue, and what has to go for them. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "spool/queue.h"

/**
 * struct plan - entries on their way in
 * @bytes, @count: of those that are not left out.
 * @left_out: a bit per entry.
 */
struct plan {
	const struct kpol_spool_entry *entries;
	size_t n;
	uint64_t bytes, count;
	uint64_t left_out;
};

static uint64_t bound(const struct kpol_queue *queue)
{
	return queue->fits < queue->max_bytes ? queue->fits : queue->max_bytes;
}

static bool has_room(const struct kpol_queue *queue, const struct plan *plan)
{
	return kpol_queue_bytes(queue) + plan->bytes <= bound(queue) &&
	       kpol_queue_entries(queue) + plan->count <= queue->max_entries;
}

static void leave_out(struct kpol_queue *queue, struct plan *plan, size_t i)
{
	plan->left_out |= 1ULL << i;
	plan->bytes -= kpol_entry_size(&plan->entries[i]);
	plan->count--;
	kpol_loss_drop(&queue->now.loss, &plan->entries[i]);
}

static void make_plan(struct kpol_queue *queue, struct plan *plan)
{
	for (size_t i = 0; i < plan->n; i++)
		plan->bytes += kpol_entry_size(&plan->entries[i]);
	plan->count = plan->n;
	/* What would push out everything else and more is not let in. */
	for (size_t i = 0; i < plan->n; i++)
		if (plan->entries[i].len > KPOL_SPOOL_ENTRY_MAX ||
		    kpol_entry_size(&plan->entries[i]) > queue->max_bytes / 2)
			leave_out(queue, plan, i);
}

static int delete_up_to(struct kpol_queue *queue, int class, int64_t seq)
{
	char sql[64];

	snprintf(sql, sizeof(sql), "DELETE FROM %s WHERE seq <= ?", kpol_queue_tables[class]);
	return kpol_sql_run(&queue->sql, sql, "i", seq);
}

static struct kpol_spool_entry read_dropped(sqlite3_stmt *stmt, int class)
{
	const char *id = (const char *)sqlite3_column_text(stmt, 2);

	return (struct kpol_spool_entry){ .at = sqlite3_column_int64(stmt, 1),
					  .class = (enum kpol_spool_class) class,
					  .id = id ? id : "",
					  .len = (size_t)sqlite3_column_int64(stmt, 3) };
}

/* Return: the last sequence number to go, 0: none, or a negative errno. */
static int64_t drop_stored(struct kpol_queue *queue, const struct plan *plan, int class)
{
	_cleanup_stmt_ sqlite3_stmt *stmt = NULL;
	char sql[96];
	int64_t last = 0;
	int r;

	snprintf(sql, sizeof(sql), "SELECT seq, at, id, length(bytes) FROM %s ORDER BY seq",
		 kpol_queue_tables[class]);
	r = kpol_sql_prepare(&queue->sql, &stmt, sql, "");
	while (r == 0 && !has_room(queue, plan) && (r = kpol_sql_step(&queue->sql, stmt)) > 0) {
		struct kpol_spool_entry entry = read_dropped(stmt, class);

		last = sqlite3_column_int64(stmt, 0);
		kpol_queue_forget(queue, entry.class, 1, kpol_entry_size(&entry));
		kpol_loss_drop(&queue->now.loss, &entry);
		r = 0;
	}
	return r < 0 ? r : last;
}

static int make_room_in(struct kpol_queue *queue, struct plan *plan, int class)
{
	int64_t last = 0;
	int r = 0;

	if (queue->now.entries[class])
		last = drop_stored(queue, plan, class);
	if (last > 0)
		r = delete_up_to(queue, class, last);
	if (last < 0 || r < 0)
		return last < 0 ? (int)last : r;
	for (size_t i = 0; i < plan->n && !has_room(queue, plan); i++)
		if ((int)plan->entries[i].class == class && !(plan->left_out >> i & 1))
			leave_out(queue, plan, i);
	return 0;
}

static int insert_one(struct kpol_queue *queue, const struct kpol_spool_entry *entry)
{
	uint8_t sum[KPOL_SUM_SIZE];
	char sql[80];
	int r = kpol_entry_sum(entry, sum);

	if (r < 0)
		return r;
	snprintf(sql, sizeof(sql), "INSERT INTO %s VALUES (?, ?, ?, ?, ?)",
		 kpol_queue_tables[entry->class]);
	/* A NULL pointer would be stored as null, not as no bytes. */
	r = kpol_sql_run(&queue->sql, sql, "iisbb", (int64_t)entry->seq, entry->at, entry->id,
			 entry->len ? entry->bytes : (const void *)"", entry->len,
			 (const void *)sum, sizeof(sum));
	if (r < 0)
		return r;
	queue->now.entries[entry->class]++;
	queue->now.bytes[entry->class] += kpol_entry_size(entry);
	return 0;
}

static int insert(struct kpol_queue *queue, const struct plan *plan)
{
	int r = 0;

	for (size_t i = 0; i < plan->n && r == 0; i++)
		if (!(plan->left_out >> i & 1))
			r = insert_one(queue, &plan->entries[i]);
	return r;
}

static void forget_told(struct kpol_spool_loss *loss, const struct kpol_spool_loss *told)
{
	struct kpol_spool_loss left = *loss;

	for (int c = 0; c < KPOL_SPOOL_CLASSES; c++)
		left.dropped[c] -= told->dropped[c];
	left.corrupt -= told->corrupt;
	left.files -= told->files;
	*loss = kpol_spool_loss_is_none(&left) ? (struct kpol_spool_loss){ 0 } : left;
}

static int put(struct kpol_queue *queue, struct plan *plan, const struct kpol_spool_loss *told)
{
	uint64_t high = queue->high;
	int r = 0;

	if (told)
		forget_told(&queue->now.loss, told);
	make_plan(queue, plan);
	for (int c = 0; c < KPOL_SPOOL_CLASSES && r == 0; c++)
		r = make_room_in(queue, plan, c);
	if (r == 0)
		r = insert(queue, plan);
	for (size_t i = 0; i < plan->n; i++)
		if (plan->entries[i].seq > queue->high)
			queue->high = plan->entries[i].seq;
	if (r < 0)
		queue->high = high;
	return r;
}

int kpol_queue_put(struct kpol_queue *queue, const struct kpol_spool_entry *entries, size_t n,
		   const struct kpol_spool_loss *told)
{
	struct plan plan = { .entries = entries, .n = n };
	struct kpol_queue_totals before;
	int r = kpol_queue_begin(queue, &before);

	if (r < 0)
		return kpol_queue_fail(queue, r);
	r = put(queue, &plan, told);
	if (r == 0 && memcmp(&before.loss, &queue->now.loss, sizeof(before.loss)) != 0)
		r = kpol_queue_write_state(queue);
	return kpol_queue_end(queue, &before, r);
}

int kpol_queue_lose(struct kpol_queue *queue, const struct kpol_spool_loss *loss)
{
	struct kpol_queue_totals before;
	int r = kpol_queue_begin(queue, &before);

	if (r < 0)
		return kpol_queue_fail(queue, r);
	kpol_loss_add(&queue->now.loss, loss);
	return kpol_queue_end(queue, &before, kpol_queue_write_state(queue));
}
