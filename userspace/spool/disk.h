/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The queue of a spool on the disk: what keeps it going when the disk is full or damaged. */
#ifndef KPOL_SPOOL_DISK_H
#define KPOL_SPOOL_DISK_H

#include <sys/types.h>

#include "spool/queue.h"

/**
 * struct kpol_disk - zero-initialise; kpol_disk_init(), in the end kpol_disk_clear()
 * @dir: made again whenever the database is opened. @path: of the database. @reserve: of a file that only takes room, given up when there is no
 * more; it has @reserved bytes.
 * @queue: NULL while it cannot be opened.
 * @full: the reserve is gone; what comes in must push something out.
 * @lift_at: ms, monotonic: when to look whether there is room again.
 * @unsynced: something was put that may not be on the disk yet. @sync_at: when it is due.
 * @damaged: path that the last damaged file was given.
 */
struct kpol_disk {
	struct kpol_spool_options options;
	char *dir;
	char *path;
	char *reserve;
	off_t reserved;
	struct kpol_queue *queue;
	bool full;
	int64_t lift_at;
	bool unsynced;
	int64_t sync_at;
	char *damaged;
	char error[256];
};

int kpol_disk_init(struct kpol_disk *disk, const char *dir, const char *name,
		   const struct kpol_spool_options *options);
void kpol_disk_clear(struct kpol_disk *disk);

/** kpol_disk_open() - Return: 0, -EBUSY, or why it cannot be opened for now. */
int kpol_disk_open(struct kpol_disk *disk);

/* The calls of a queue, tried again with room or in a new file where that helps. @queue is NULL
 * when a new file could not be made either. Negative errnos. */

/** kpol_disk_put() - Return: 0; 1: it is in the file, but not known to be on the disk. */
int kpol_disk_put(struct kpol_disk *disk, const struct kpol_spool_entry *entries, size_t n,
		  const struct kpol_spool_loss *told);
int kpol_disk_lose(struct kpol_disk *disk, const struct kpol_spool_loss *loss);
int kpol_disk_peek(struct kpol_disk *disk, uint64_t after, size_t max,
		   struct kpol_spool_batch *ret);
int kpol_disk_remove(struct kpol_disk *disk, uint64_t seq);

/** kpol_disk_tend() - sync what is due; look whether the file is still there and has room again. */
int kpol_disk_tend(struct kpol_disk *disk);

/** kpol_rescue() - give the file another name, begin a new one, take over what can be read.
 * Return: 0, or why there is no new one.
 */
int kpol_rescue(struct kpol_disk *disk);

/** kpol_now_ms() - monotonic. */
int64_t kpol_now_ms(void);

#endif /* KPOL_SPOOL_DISK_H */
