// SPDX-License-Identifier: GPL-2.0-or-later
/* The queue of a spool on the disk: what keeps it going when the disk is full or damaged. */
#include "spool/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "spool/log.h"

#define PAGE_SIZE 4096
#define RESERVE_MIN (64 * 1024)
#define RESERVE_MAX (4 * 1024 * 1024)
#define LIFT_MS 1000
/* What a transaction takes beside the entries. */
#define SLACK (16 * 1024)
#define TRIES 8

int64_t kpol_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Half of the reserve, so that giving it up makes room for all that the log has. */
static int log_limit(const struct kpol_disk *disk)
{
	return (int)(disk->reserved / 2 / PAGE_SIZE);
}

/* Made of twice the size and cut in half: a disk that has just this much room is still full. */
static bool reserve(const struct kpol_disk *disk, off_t size)
{
	_cleanup_close_ int fd =
		open(disk->reserve, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	return fd >= 0 && posix_fallocate(fd, 0, size * 2) == 0 && ftruncate(fd, size) == 0;
}

/* As much as there is room for; on a small disk less than one would wish. */
static void make_reserve(struct kpol_disk *disk)
{
	uint64_t wish = disk->options.max_bytes / 16;
	off_t size = wish > RESERVE_MAX ? RESERVE_MAX : (off_t)wish;

	for (; size > RESERVE_MIN; size /= 2)
		if (reserve(disk, size))
			break;
	disk->full = size <= RESERVE_MIN && !reserve(disk, RESERVE_MIN);
	disk->reserved = disk->full || size < RESERVE_MIN ? RESERVE_MIN : size;
	if (disk->full)
		(void)unlink(disk->reserve);
}

int kpol_disk_init(struct kpol_disk *disk, const char *dir, const char *name,
		   const struct kpol_spool_options *options)
{
	disk->options = *options;
	disk->dir = strdup(dir);
	if (!disk->dir)
		return -ENOMEM;
	if (asprintf(&disk->path, "%s/%s.spool", dir, name) < 0) {
		disk->path = NULL;
		return -ENOMEM;
	}
	if (asprintf(&disk->reserve, "%s/%s.reserve", dir, name) < 0) {
		disk->reserve = NULL;
		return -ENOMEM;
	}
	return 0;
}

void kpol_disk_clear(struct kpol_disk *disk)
{
	if (disk->queue && disk->unsynced && disk->options.sync != KPOL_SPOOL_SYNC_NEVER)
		(void)kpol_queue_sync(disk->queue);
	/* Closing moves the log into the file, which may need the room. */
	if (disk->queue)
		(void)unlink(disk->reserve);
	kpol_queue_free(TAKE_PTR(disk->queue));
	free(TAKE_PTR(disk->dir));
	free(TAKE_PTR(disk->path));
	free(TAKE_PTR(disk->reserve));
	free(TAKE_PTR(disk->damaged));
}

static int fail(struct kpol_disk *disk, int r)
{
	const char *text =
		disk->queue && disk->queue->sql.error[0] ? disk->queue->sql.error : strerror(-r);

	if (r < 0)
		snprintf(disk->error, sizeof(disk->error), "%s", text);
	return r;
}

static int read_log(const struct kpol_disk *disk, uint32_t *ret_commits)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s-wal", disk->path);
	return kpol_log_commits(path, ret_commits);
}

/* The file itself is whole; what the log had in addition is gone, in a number nobody knows. */
static void count_log_loss(struct kpol_disk *disk)
{
	const struct kpol_spool_loss loss = { .files = 1 };

	snprintf(disk->error, sizeof(disk->error), "the end of the log was damaged");
	/* What cannot be written now is with the next loss. */
	if (kpol_queue_lose(disk->queue, &loss) < 0)
		kpol_loss_add(&disk->queue->now.loss, &loss);
}

int kpol_disk_open(struct kpol_disk *disk)
{
	uint32_t commits = 0;
	int log, r;

	(void)mkdir(disk->dir, 0700);
	log = read_log(disk, &commits);
	r = kpol_queue_open(disk->path, &disk->options, &disk->queue);
	/* What the reserve of the last run took, the log may need now. */
	if (r == 0)
		(void)unlink(disk->reserve);
	if (kpol_queue_is_damage(r)) {
		(void)fail(disk, r);
		r = kpol_rescue(disk);
	} else if (r == 0 && (log == -EUCLEAN || kpol_queue_log_frames(disk->queue) < commits)) {
		count_log_loss(disk);
	}
	if (r < 0)
		return fail(disk, r);
	make_reserve(disk);
	disk->lift_at = kpol_now_ms() + LIFT_MS;
	return 0;
}

static void give_up_reserve(struct kpol_disk *disk)
{
	(void)unlink(disk->reserve);
	disk->full = true;
	disk->lift_at = kpol_now_ms() + LIFT_MS;
}

static uint64_t size_of(const struct kpol_spool_entry *entries, size_t n)
{
	uint64_t size = 0;

	for (size_t i = 0; i < n; i++)
		size += kpol_entry_size(&entries[i]);
	return size;
}

/* Each try drops more: pages that are free in part only do not help. If none succeeds nothing was dropped. */
static int put_on_full_disk(struct kpol_disk *disk, const struct kpol_spool_entry *entries,
			    size_t n, const struct kpol_spool_loss *told)
{
	struct kpol_queue *queue = disk->queue;
	uint64_t size = size_of(entries, n), fits = queue->fits;
	int r = -ENOSPC;

	give_up_reserve(disk);
	for (int i = 0; i < TRIES && r == -ENOSPC; i++) {
		uint64_t bytes = kpol_queue_bytes(queue), less = size + ((uint64_t)SLACK << i);

		(void)kpol_queue_checkpoint(queue);
		queue->fits = less < bytes ? bytes - less + size : size;
		r = kpol_queue_put(queue, entries, n, told);
	}
	if (r < 0)
		queue->fits = fits;
	return r;
}

static int put(struct kpol_disk *disk, const struct kpol_spool_entry *entries, size_t n,
	       const struct kpol_spool_loss *told)
{
	int r = kpol_queue_put(disk->queue, entries, n, told);

	return r == -ENOSPC ? put_on_full_disk(disk, entries, n, told) : r;
}

/* The log must not grow without end when it cannot be moved into the file: then the disk is full. */
static int limit_log(struct kpol_disk *disk)
{
	int r;

	if (disk->queue->frames < log_limit(disk))
		return 0;
	r = kpol_queue_checkpoint(disk->queue);
	if (r != -ENOSPC)
		return r;
	give_up_reserve(disk);
	disk->queue->fits = kpol_queue_bytes(disk->queue);
	return kpol_queue_checkpoint(disk->queue);
}

static int sync_now(struct kpol_disk *disk)
{
	int r = kpol_queue_sync(disk->queue);

	if (r == 0)
		disk->unsynced = false;
	return r;
}

static int sync_when_due(struct kpol_disk *disk)
{
	if (disk->options.sync == KPOL_SPOOL_SYNC_NEVER)
		return 0;
	if (!disk->unsynced)
		disk->sync_at = kpol_now_ms() + disk->options.interval_ms;
	disk->unsynced = true;
	if (disk->options.sync == KPOL_SPOOL_SYNC_INTERVAL && kpol_now_ms() < disk->sync_at)
		return 0;
	return sync_now(disk);
}

int kpol_disk_put(struct kpol_disk *disk, const struct kpol_spool_entry *entries, size_t n,
		  const struct kpol_spool_loss *told)
{
	int r = put(disk, entries, n, told);

	if (kpol_queue_is_damage(r)) {
		(void)fail(disk, r);
		r = kpol_rescue(disk);
		/* A loss that was read anew may be another. */
		if (r == 0)
			r = told ? -EAGAIN : put(disk, entries, n, NULL);
	}
	if (r < 0)
		return fail(disk, r);
	if (limit_log(disk) < 0 || sync_when_due(disk) < 0) {
		(void)fail(disk, -EIO);
		return 1;
	}
	return 0;
}

int kpol_disk_lose(struct kpol_disk *disk, const struct kpol_spool_loss *loss)
{
	int r = kpol_queue_lose(disk->queue, loss);

	if (r == -ENOSPC) {
		give_up_reserve(disk);
		(void)kpol_queue_checkpoint(disk->queue);
		r = kpol_queue_lose(disk->queue, loss);
	}
	return fail(disk, r);
}

int kpol_disk_peek(struct kpol_disk *disk, uint64_t after, size_t max, struct kpol_spool_batch *ret)
{
	int r = kpol_queue_peek(disk->queue, after, max, ret);

	if (kpol_queue_is_damage(r)) {
		(void)fail(disk, r);
		kpol_spool_batch_clear(ret);
		r = kpol_rescue(disk);
		if (r == 0)
			r = kpol_queue_peek(disk->queue, after, max, ret);
	}
	return fail(disk, r);
}

static int remove_once(struct kpol_disk *disk, uint64_t seq)
{
	int r = kpol_queue_remove(disk->queue, seq);

	if (r != -ENOSPC)
		return r;
	give_up_reserve(disk);
	(void)kpol_queue_checkpoint(disk->queue);
	return kpol_queue_remove(disk->queue, seq);
}

int kpol_disk_remove(struct kpol_disk *disk, uint64_t seq)
{
	int r = remove_once(disk, seq);

	if (kpol_queue_is_damage(r)) {
		(void)fail(disk, r);
		r = kpol_rescue(disk);
		if (r == 0)
			r = remove_once(disk, seq);
	}
	if (r < 0)
		return fail(disk, r);
	(void)limit_log(disk);
	kpol_queue_shrink(disk->queue);
	return 0;
}

static void lift(struct kpol_disk *disk)
{
	int moved = 0;

	disk->lift_at = kpol_now_ms() + LIFT_MS;
	(void)sqlite3_file_control(disk->queue->sql.db, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
	if (moved) {
		snprintf(disk->error, sizeof(disk->error), "the file was moved or deleted");
		(void)kpol_rescue(disk);
	}
	if (!disk->queue || !disk->full)
		return;
	make_reserve(disk);
	if (!disk->full)
		disk->queue->fits = UINT64_MAX;
}

int kpol_disk_tend(struct kpol_disk *disk)
{
	if (kpol_now_ms() >= disk->lift_at)
		lift(disk);
	if (!disk->queue)
		return -EIO;
	if (disk->unsynced && disk->options.sync != KPOL_SPOOL_SYNC_NEVER &&
	    (disk->options.sync == KPOL_SPOOL_SYNC_EACH || kpol_now_ms() >= disk->sync_at) &&
	    sync_now(disk) < 0)
		return fail(disk, -EIO);
	return 0;
}
