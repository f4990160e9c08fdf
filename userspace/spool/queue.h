/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A queue: one SQLite database of entries, on the disk or in memory; private to spool/. */
#ifndef KPOL_SPOOL_QUEUE_H
#define KPOL_SPOOL_QUEUE_H

#include "spool/entry.h"
#include "store/sql.h"

/* Entries of one transaction. */
#define KPOL_QUEUE_PUT_MAX 64

/** struct kpol_queue_totals - what the database holds, known without asking it. */
struct kpol_queue_totals {
	uint64_t entries[KPOL_SPOOL_CLASSES];
	uint64_t bytes[KPOL_SPOOL_CLASSES];
	struct kpol_spool_loss loss;
};

/**
 * struct kpol_queue
 * @fits: bytes that the disk had room for when it was last full; UINT64_MAX: it is not.
 * @high: the highest sequence number ever put.
 * @peeked: the highest handed out.
 * @frames: pages in the log, which is to be moved into the file when it gets long.
 */
struct kpol_queue {
	struct kpol_store sql;
	uint64_t max_bytes, max_entries, fits;
	struct kpol_queue_totals now;
	uint64_t high, peeked;
	int frames;
};

/* Negative errnos of all of these: -ENOSPC: no room; -ENOMEM; -EBUSY; -EACCES; others: damage. */

/** kpol_queue_open() - @path: ":memory:" for none. */
int kpol_queue_open(const char *path, const struct kpol_spool_options *options,
		    struct kpol_queue **ret);

/** kpol_queue_open_damaged() - for kpol_queue_salvage() alone: nothing is checked or counted. */
int kpol_queue_open_damaged(const char *path, struct kpol_queue **ret);

/** kpol_queue_leave() - closing it will leave file and log as they are, under whatever name. */
void kpol_queue_leave(struct kpol_queue *queue);

void kpol_queue_free(struct kpol_queue *queue);
DEFINE_CLEANUP(struct kpol_queue *, kpol_queue_free)

/** kpol_queue_is_damage() - is this errno a reason to give the file up? */
bool kpol_queue_is_damage(int r);

/** kpol_queue_fail() - @r, with what the system said behind it. */
int kpol_queue_fail(struct kpol_queue *queue, int r);

uint64_t kpol_queue_entries(const struct kpol_queue *queue);
uint64_t kpol_queue_bytes(const struct kpol_queue *queue);

/**
 * kpol_queue_put() - all entries, at most KPOL_QUEUE_PUT_MAX; what has no room is counted as lost
 * @told: a loss to forget in the same transaction, or NULL.
 */
int kpol_queue_put(struct kpol_queue *queue, const struct kpol_spool_entry *entries, size_t n,
		   const struct kpol_spool_loss *told);

/** kpol_queue_lose() - add to what was lost. */
int kpol_queue_lose(struct kpol_queue *queue, const struct kpol_spool_loss *loss);

/** kpol_queue_peek() - entries behind @after, oldest first; damaged ones are removed and counted. */
int kpol_queue_peek(struct kpol_queue *queue, uint64_t after, size_t max,
		    struct kpol_spool_batch *ret);

/**
 * kpol_queue_salvage() - what can be read of one class, from one end on until an error
 * @low, @high: numbers between these two.
 * @ret: at most KPOL_QUEUE_PUT_MAX.
 */
int kpol_queue_salvage(struct kpol_queue *queue, enum kpol_spool_class class, bool newest_first,
		       uint64_t low, uint64_t high, struct kpol_spool_batch *ret);

/** kpol_queue_remove() - everything handed out up to @seq. */
int kpol_queue_remove(struct kpol_queue *queue, uint64_t seq);

/** kpol_queue_oldest() - time of the oldest entry, 0: none. */
int64_t kpol_queue_oldest(struct kpol_queue *queue);

/** kpol_queue_checkpoint() - move the log into the file. */
int kpol_queue_checkpoint(struct kpol_queue *queue);

/** kpol_queue_log_frames() - pages in the log that SQLite knows of; UINT32_MAX: it cannot say. */
uint32_t kpol_queue_log_frames(struct kpol_queue *queue);

/** kpol_queue_shrink() - give the disk back what an empty queue has no use for. */
void kpol_queue_shrink(struct kpol_queue *queue);

/** kpol_queue_sync() - wait until everything put is on the disk. */
int kpol_queue_sync(struct kpol_queue *queue);

/* Shared by the files of the queue. */

extern const char *const kpol_queue_tables[KPOL_SPOOL_CLASSES];

/** kpol_queue_begin(), kpol_queue_end() - a transaction; totals are as before if it fails. */
int kpol_queue_begin(struct kpol_queue *queue, struct kpol_queue_totals *ret_before);
int kpol_queue_end(struct kpol_queue *queue, const struct kpol_queue_totals *before, int r);

/** kpol_queue_forget() - an entry of that size is no longer there. */
void kpol_queue_forget(struct kpol_queue *queue, enum kpol_spool_class class, uint64_t n,
		       uint64_t bytes);

/** kpol_queue_write_state() - @high and the loss, inside a transaction. */
int kpol_queue_write_state(struct kpol_queue *queue);
int kpol_queue_read_state(struct kpol_queue *queue);

#endif /* KPOL_SPOOL_QUEUE_H */
