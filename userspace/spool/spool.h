/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A spool: what one exporter still has to deliver, in order, kept across crashes and full disks. */
#ifndef KPOL_SPOOL_SPOOL_H
#define KPOL_SPOOL_SPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"

#define KPOL_SPOOL_NAME_MAX 64
#define KPOL_SPOOL_ID_SIZE 64
#define KPOL_SPOOL_ENTRY_MAX (1024 * 1024)

/** enum kpol_spool_class - what goes first when there is no room: the lowest, the oldest of it first. */
enum kpol_spool_class {
	KPOL_SPOOL_AUDIT,
	KPOL_SPOOL_DENIAL,
	KPOL_SPOOL_CONTROL,
	KPOL_SPOOL_CLASSES,
};

/**
 * enum kpol_spool_sync - what a power failure may take; a crash or kill of the process takes nothing
 * @KPOL_SPOOL_SYNC_EACH: nothing that was appended; each append waits for the disk.
 * @KPOL_SPOOL_SYNC_INTERVAL: at most the last @interval_ms; call kpol_spool_tend() that often.
 * @KPOL_SPOOL_SYNC_NEVER: what the kernel had not written yet. The file itself stays whole.
 */
enum kpol_spool_sync {
	KPOL_SPOOL_SYNC_EACH,
	KPOL_SPOOL_SYNC_INTERVAL,
	KPOL_SPOOL_SYNC_NEVER,
};

/**
 * struct kpol_spool_options
 * @max_bytes: of ids, payloads and 64 bytes per entry. The file takes at most twice that, and a
 * log and a reserve of at most 4 MiB each.
 * @memory_bytes: the same for what cannot be written to the disk.
 */
struct kpol_spool_options {
	uint64_t max_bytes;
	uint64_t max_entries;
	uint64_t memory_bytes;
	enum kpol_spool_sync sync;
	unsigned int interval_ms;
};

/**
 * struct kpol_spool_entry - one record as it is to be sent
 * @seq: place in this spool, given by it; ascending, never used twice.
 * @at: µs since 1970; 0 when appending: now.
 * @id: of the event, for the receiver to tell that it came twice; below KPOL_SPOOL_ID_SIZE bytes.
 */
struct kpol_spool_entry {
	uint64_t seq;
	int64_t at;
	enum kpol_spool_class class;
	const char *id;
	const void *bytes;
	size_t len;
};

/**
 * struct kpol_spool_loss - what will never be delivered
 * @dropped: entries that had to go for want of room, per class.
 * @corrupt: entries that were damaged on the disk, as far as they could be counted.
 * @files: damaged files and logs; what they held is in @corrupt only as far as it was known.
 * @first_at, @last_at: oldest and newest of the dropped, µs since 1970; 0: none.
 * @first_id, @last_id: ids of these two.
 */
struct kpol_spool_loss {
	uint64_t dropped[KPOL_SPOOL_CLASSES];
	uint64_t corrupt;
	uint64_t files;
	int64_t first_at, last_at;
	char first_id[KPOL_SPOOL_ID_SIZE];
	char last_id[KPOL_SPOOL_ID_SIZE];
};

bool kpol_spool_loss_is_none(const struct kpol_spool_loss *loss);

/**
 * struct kpol_spool_stats
 * @entries, @bytes: waiting, per class, wherever they are.
 * @in_memory: of these, how many a crash of the process would take.
 * @oldest_at: of what waits, µs since 1970; 0: nothing does.
 * @lost: since kpol_spool_open(), and what was not told before.
 * @on_disk: the file is open and takes what is appended.
 * @full: the disk has no room beyond what the spool has already.
 * @damaged: name that a damaged file was last given, "" if none.
 * @error: what went wrong last, "" once all is well again.
 */
struct kpol_spool_stats {
	uint64_t entries[KPOL_SPOOL_CLASSES];
	uint64_t bytes[KPOL_SPOOL_CLASSES];
	uint64_t in_memory;
	int64_t oldest_at;
	struct kpol_spool_loss lost;
	bool on_disk;
	bool full;
	const char *damaged;
	const char *error;
};

struct kpol_spool;

/**
 * kpol_spool_open() - open the spool of an exporter, or begin a new one
 * @dir: made if it is not there, its parent is not.
 * @name: of the exporter: letters, digits, '-', '_' and '.', the first no '.'.
 *
 * A file that cannot be opened or written is no failure: entries are then kept in memory, the disk
 * is tried again every second, and kpol_spool_stats() says so. A damaged file is given another
 * name; what can be read of it is taken over.
 *
 * Return: 0; -EINVAL: no such name or limit; -EBUSY: somebody else has it open; -ENOMEM.
 */
int kpol_spool_open(const char *dir, const char *name, const struct kpol_spool_options *options,
		    struct kpol_spool **ret);

void kpol_spool_free(struct kpol_spool *spool);
DEFINE_CLEANUP(struct kpol_spool *, kpol_spool_free)

/**
 * kpol_spool_append() - add entries behind all others
 * @entries: their @seq is ignored. Many at once cost little more than one.
 *
 * What finds no room pushes out what matters less, or is itself not kept; both are counted in
 * kpol_spool_loss().
 *
 * Return: 0: in the file, and on the disk with KPOL_SPOOL_SYNC_EACH; 1: some are in memory only, or
 * not known to be on the disk; -EINVAL: no such class or id (nothing was added).
 */
int kpol_spool_append(struct kpol_spool *spool, const struct kpol_spool_entry *entries, size_t n);

/** struct kpol_spool_batch - entries with what they point to; end with kpol_spool_batch_clear() */
struct kpol_spool_batch {
	struct kpol_spool_entry *items;
	size_t n;
};

void kpol_spool_batch_clear(struct kpol_spool_batch *batch);

/**
 * kpol_spool_peek() - the oldest entries behind one, without removing them
 * @after: @seq of an entry handed out since kpol_spool_open(), or 0: from the oldest on.
 * @max: entries; fewer come when they are large (1 MiB together).
 * @ret: zero-initialised; of length 0: there is nothing.
 *
 * Return: 0, -ENOMEM, or why the file cannot be read now.
 */
int kpol_spool_peek(struct kpol_spool *spool, uint64_t after, size_t max,
		    struct kpol_spool_batch *ret);

/**
 * kpol_spool_ack() - the receiver has everything up to @seq
 *
 * Removes nothing that was never handed out. A power failure may undo it, so that entries come
 * twice: their ids tell.
 *
 * Return: 0, or why it could not be written down: they will come again after a restart, not before.
 */
int kpol_spool_ack(struct kpol_spool *spool, uint64_t seq);

/** kpol_spool_loss() - what was lost and not told yet; kept on the disk until it is. */
void kpol_spool_loss(struct kpol_spool *spool, struct kpol_spool_loss *ret);

/**
 * kpol_spool_tell() - append the record of a loss and forget the loss, both or neither
 * @loss: as kpol_spool_loss() gave it.
 *
 * Return: 0; -EAGAIN: not now, or there is more to tell by now: ask again; -EINVAL.
 */
int kpol_spool_tell(struct kpol_spool *spool, const struct kpol_spool_loss *loss,
		    const struct kpol_spool_entry *entry);

/**
 * kpol_spool_tend() - bring to the disk what is due, and try again what did not work
 * Return: 0, or -EIO: there is something that is not on the disk.
 */
int kpol_spool_tend(struct kpol_spool *spool);

/** kpol_spool_stats() - strings are valid until the next call for this spool. */
void kpol_spool_stats(struct kpol_spool *spool, struct kpol_spool_stats *ret);

#endif /* KPOL_SPOOL_SPOOL_H */
