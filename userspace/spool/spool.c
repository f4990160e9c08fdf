// SPDX-License-Identifier: GPL-2.0-or-later
/* A spool: a queue on the disk, and one in memory for what the disk does not take for now. */
#include "spool/spool.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "spool/disk.h"

#define RETRY_MS 1000
/* Bytes of one transaction, which the log has to have room for. */
#define CHUNK_BYTES (256 * 1024)

/**
 * struct kpol_spool
 * @memory: what the disk did not take; all of it is younger than what is on the disk.
 * @next: number of the next entry.
 * @acked: what must not come again, though the disk may still have it.
 * @retry_at: ms, monotonic: when to try the disk again.
 * @told: of what was lost, what kpol_spool_tell() told.
 */
struct kpol_spool {
	struct kpol_disk disk;
	struct kpol_queue *memory;
	uint64_t next;
	uint64_t acked;
	int64_t retry_at;
	struct kpol_spool_loss told;
};

static bool is_name(const char *name)
{
	size_t len = strlen(name);

	if (len == 0 || len >= KPOL_SPOOL_NAME_MAX || name[0] == '.')
		return false;
	for (size_t i = 0; i < len; i++)
		if (!isascii(name[i]) || (!isalnum(name[i]) && !strchr("-_.", name[i])))
			return false;
	return true;
}

static int64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int open_disk(struct kpol_spool *spool)
{
	int r = kpol_disk_open(&spool->disk);

	spool->retry_at = kpol_now_ms() + RETRY_MS;
	/* Of what this file has nothing was handed out yet. */
	spool->acked = 0;
	if (r == 0 && spool->disk.queue->high >= spool->next)
		spool->next = spool->disk.queue->high + 1;
	return r;
}

static int open_parts(struct kpol_spool *spool, const char *dir, const char *name,
		      const struct kpol_spool_options *options)
{
	struct kpol_spool_options memory = *options;
	int r = kpol_disk_init(&spool->disk, dir, name, options);

	memory.max_bytes = options->memory_bytes;
	if (r == 0)
		r = kpol_queue_open(":memory:", &memory, &spool->memory);
	if (r < 0)
		return r == -ENOMEM ? r : -EIO;
	r = open_disk(spool);
	if (r == -EBUSY || r == -ENOMEM)
		return r;
	/* Above all numbers of the file, which may come back. */
	if (r < 0)
		spool->next = (uint64_t)now_us();
	return 0;
}

int kpol_spool_open(const char *dir, const char *name, const struct kpol_spool_options *options,
		    struct kpol_spool **ret)
{
	_cleanup_(kpol_spool_freep) struct kpol_spool *spool = NULL;
	int r;

	if (!is_name(name) || !options->max_bytes || !options->max_entries ||
	    !options->memory_bytes || (unsigned int)options->sync > KPOL_SPOOL_SYNC_NEVER)
		return -EINVAL;
	spool = calloc(1, sizeof(*spool));
	if (!spool)
		return -ENOMEM;
	spool->next = 1;
	r = open_parts(spool, dir, name, options);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(spool);
	return 0;
}

void kpol_spool_free(struct kpol_spool *spool)
{
	if (!spool)
		return;
	if (spool->memory && kpol_queue_entries(spool->memory)) {
		spool->retry_at = 0;
		(void)kpol_spool_tend(spool);
	}
	kpol_disk_clear(&spool->disk);
	kpol_queue_free(spool->memory);
	free(spool);
}

static bool memory_is_empty(const struct kpol_spool *spool)
{
	return kpol_queue_entries(spool->memory) == 0 &&
	       kpol_spool_loss_is_none(&spool->memory->now.loss);
}

static int move_losses(struct kpol_spool *spool)
{
	int r;

	if (kpol_spool_loss_is_none(&spool->memory->now.loss))
		return 0;
	r = kpol_disk_lose(&spool->disk, &spool->memory->now.loss);
	if (r == 0)
		spool->memory->now.loss = (struct kpol_spool_loss){ 0 };
	return r;
}

/* Numbers stay, so that who has an entry in hand can acknowledge it wherever it is by then. */
static int move_some(struct kpol_spool *spool)
{
	_cleanup_(kpol_spool_batch_clear) struct kpol_spool_batch batch = { 0 };
	uint64_t peeked = spool->memory->peeked, last;
	int r = kpol_queue_peek(spool->memory, 0, KPOL_QUEUE_PUT_MAX, &batch);

	if (r < 0 || batch.n == 0)
		return r;
	last = batch.items[batch.n - 1].seq;
	r = kpol_disk_put(&spool->disk, batch.items, batch.n, NULL);
	if (r >= 0) {
		if (spool->disk.queue->peeked < (peeked < last ? peeked : last))
			spool->disk.queue->peeked = peeked < last ? peeked : last;
		r = kpol_queue_remove(spool->memory, last);
	}
	spool->memory->peeked = peeked;
	return r;
}

static int empty_memory(struct kpol_spool *spool)
{
	int r = 0;

	while (r == 0 && kpol_queue_entries(spool->memory))
		r = move_some(spool);
	return r == 0 ? move_losses(spool) : r;
}

/* Return: is the disk what takes entries now? */
static bool try_disk(struct kpol_spool *spool)
{
	if (spool->disk.queue && memory_is_empty(spool))
		return true;
	if (kpol_now_ms() < spool->retry_at)
		return false;
	if (!spool->disk.queue && open_disk(spool) < 0)
		return false;
	spool->retry_at = kpol_now_ms() + RETRY_MS;
	/* Room there may be again is to be known before what waits needs it. */
	return kpol_disk_tend(&spool->disk) == 0 && empty_memory(spool) == 0;
}

static void lose_all(struct kpol_spool *spool, const struct kpol_spool_entry *entries, size_t n)
{
	for (size_t i = 0; i < n; i++)
		kpol_loss_drop(&spool->memory->now.loss, &entries[i]);
}

static int append_some(struct kpol_spool *spool, const struct kpol_spool_entry *entries, size_t n)
{
	int r = try_disk(spool) ? kpol_disk_put(&spool->disk, entries, n, NULL) : -EAGAIN;

	if (r >= 0)
		return r;
	if (r != -EAGAIN)
		spool->retry_at = kpol_now_ms() + RETRY_MS;
	if (kpol_queue_put(spool->memory, entries, n, NULL) < 0)
		lose_all(spool, entries, n);
	return 1;
}

/* Return: how many make one transaction, at most KPOL_QUEUE_PUT_MAX; they are copied to @ret. */
static size_t take_chunk(struct kpol_spool *spool, const struct kpol_spool_entry *entries, size_t n,
			 struct kpol_spool_entry *ret)
{
	int64_t now = now_us();
	uint64_t bytes = 0;
	size_t i;

	for (i = 0; i < n && i < KPOL_QUEUE_PUT_MAX && bytes < CHUNK_BYTES; i++) {
		ret[i] = entries[i];
		ret[i].seq = spool->next++;
		ret[i].at = entries[i].at ? entries[i].at : now;
		bytes += entries[i].len;
	}
	return i;
}

int kpol_spool_append(struct kpol_spool *spool, const struct kpol_spool_entry *entries, size_t n)
{
	struct kpol_spool_entry chunk[KPOL_QUEUE_PUT_MAX];
	int r = 0;

	for (size_t i = 0; i < n; i++)
		if (!kpol_entry_valid(&entries[i]))
			return -EINVAL;
	for (size_t done = 0; done < n;) {
		size_t taken = take_chunk(spool, &entries[done], n - done, chunk);

		if (append_some(spool, chunk, taken) > 0)
			r = 1;
		done += taken;
	}
	return r;
}

int kpol_spool_peek(struct kpol_spool *spool, uint64_t after, size_t max,
		    struct kpol_spool_batch *ret)
{
	int r = 0;

	if (after < spool->acked)
		after = spool->acked;
	if (spool->disk.queue)
		r = kpol_disk_peek(&spool->disk, after, max, ret);
	if (ret->n < max && kpol_queue_entries(spool->memory) && (r == 0 || ret->n == 0))
		r = kpol_queue_peek(spool->memory, after, max - ret->n, ret);
	return ret->n ? 0 : r;
}

int kpol_spool_ack(struct kpol_spool *spool, uint64_t seq)
{
	int r = 0;

	if (spool->disk.queue) {
		if (seq > spool->acked)
			spool->acked =
				seq < spool->disk.queue->peeked ? seq : spool->disk.queue->peeked;
		r = kpol_disk_remove(&spool->disk, seq);
		if (r == 0)
			spool->acked = 0;
	}
	(void)kpol_queue_remove(spool->memory, seq);
	return r;
}

/* A loss is told where it is counted. */
static struct kpol_queue *loss_queue(struct kpol_spool *spool)
{
	if (spool->disk.queue && !kpol_spool_loss_is_none(&spool->disk.queue->now.loss))
		return spool->disk.queue;
	if (!kpol_spool_loss_is_none(&spool->memory->now.loss) || !spool->disk.queue)
		return spool->memory;
	return spool->disk.queue;
}

void kpol_spool_loss(struct kpol_spool *spool, struct kpol_spool_loss *ret)
{
	(void)try_disk(spool);
	*ret = loss_queue(spool)->now.loss;
}

int kpol_spool_tell(struct kpol_spool *spool, const struct kpol_spool_loss *loss,
		    const struct kpol_spool_entry *entry)
{
	struct kpol_queue *queue = loss_queue(spool);
	struct kpol_spool_entry copy;
	int r;

	if (!kpol_entry_valid(entry))
		return -EINVAL;
	if (memcmp(loss, &queue->now.loss, sizeof(*loss)) != 0)
		return -EAGAIN;
	/* On the disk before what waits in memory would be out of order. */
	if (queue != spool->memory && kpol_queue_entries(spool->memory))
		return -EAGAIN;
	(void)take_chunk(spool, entry, 1, &copy);
	r = queue == spool->memory ? kpol_queue_put(queue, &copy, 1, loss)
				   : kpol_disk_put(&spool->disk, &copy, 1, loss);
	if (r < 0)
		return -EAGAIN;
	kpol_loss_add(&spool->told, loss);
	return 0;
}

int kpol_spool_tend(struct kpol_spool *spool)
{
	int r;

	if (!try_disk(spool))
		return -EIO;
	r = kpol_disk_tend(&spool->disk);
	if (r == 0 && spool->acked) {
		r = kpol_disk_remove(&spool->disk, spool->acked);
		if (r == 0)
			spool->acked = 0;
	}
	if (r == 0 && !spool->disk.full)
		spool->disk.error[0] = '\0';
	return r < 0 ? -EIO : 0;
}

static void add_queue(struct kpol_queue *queue, struct kpol_spool_stats *stats)
{
	for (int c = 0; c < KPOL_SPOOL_CLASSES; c++) {
		stats->entries[c] += queue->now.entries[c];
		stats->bytes[c] += queue->now.bytes[c];
	}
	kpol_loss_add(&stats->lost, &queue->now.loss);
	if (stats->oldest_at == 0)
		stats->oldest_at = kpol_queue_oldest(queue);
}

void kpol_spool_stats(struct kpol_spool *spool, struct kpol_spool_stats *ret)
{
	*ret = (struct kpol_spool_stats){
		.in_memory = kpol_queue_entries(spool->memory),
		.lost = spool->told,
		.on_disk = spool->disk.queue && memory_is_empty(spool),
		.full = spool->disk.full,
		.damaged = spool->disk.damaged ? spool->disk.damaged : "",
		.error = spool->disk.error,
	};
	if (spool->disk.queue)
		add_queue(spool->disk.queue, ret);
	add_queue(spool->memory, ret);
}
