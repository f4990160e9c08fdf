// SPDX-License-Identifier: GPL-2.0-or-later
/* A damaged file of a spool: set aside, with what can be read of it taken over into a new one. */
#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "spool/disk.h"

/* A disk that damages file after file must not be filled with them. */
#define DAMAGED_KEPT 3

static void delete_oldest(const struct kpol_disk *disk)
{
	char pattern[4096], log[4096];
	glob_t found = { 0 };

	/* Names end in their time, so the oldest comes first. */
	snprintf(pattern, sizeof(pattern), "%s.damaged-*[0-9]", disk->path);
	if (glob(pattern, 0, NULL, &found) == 0)
		for (size_t i = 0; i + DAMAGED_KEPT <= found.gl_pathc; i++) {
			snprintf(log, sizeof(log), "%s-wal", found.gl_pathv[i]);
			(void)unlink(found.gl_pathv[i]);
			(void)unlink(log);
		}
	globfree(&found);
}

static int move(const char *from, const char *to)
{
	return rename(from, to) < 0 && errno != ENOENT ? -errno : 0;
}

/* The log belongs to the file: left behind, it would be applied to the new one. */
static int set_aside(struct kpol_disk *disk)
{
	_cleanup_free_ char *to = NULL, *log = NULL, *to_log = NULL;
	struct timespec now;
	int r;

	clock_gettime(CLOCK_REALTIME, &now);
	if (asprintf(&to, "%s.damaged-%lld%03ld", disk->path, (long long)now.tv_sec,
		     now.tv_nsec / 1000000) < 0 ||
	    asprintf(&log, "%s-wal", disk->path) < 0 || asprintf(&to_log, "%s-wal", to) < 0)
		return -ENOMEM;
	delete_oldest(disk);
	r = move(log, to_log);
	if (r == 0)
		r = move(disk->path, to);
	if (r < 0)
		return r;
	free(disk->damaged);
	disk->damaged = TAKE_PTR(to);
	return 0;
}

/** struct copy - what is left to copy of one class: numbers between @low and @high. */
struct copy {
	enum kpol_spool_class class;
	bool newest_first;
	uint64_t low, high;
};

/* Return: 1: there may be more, 0, or a negative errno and nothing was copied. */
static int copy_some(struct kpol_queue *from, struct kpol_queue *to, struct copy *copy)
{
	struct kpol_spool_batch batch = { 0 };
	int r = kpol_queue_salvage(from, copy->class, copy->newest_first, copy->low, copy->high,
				   &batch);

	/* What was read before an error is good: its checksum says so. */
	if (batch.n) {
		r = kpol_queue_put(to, batch.items, batch.n, NULL);
		if (r == 0)
			r = 1;
		*(copy->newest_first ? &copy->high : &copy->low) = batch.items[batch.n - 1].seq;
	}
	kpol_spool_batch_clear(&batch);
	return r;
}

static int copy_all(struct kpol_queue *from, struct kpol_queue *to, struct copy *copy)
{
	int r;

	do
		r = copy_some(from, to, copy);
	while (r > 0);
	return r;
}

/*
 * Behind damage after @low: the first place where reading works again is looked for by doubling the
 * distance, then what was leapt over is read backwards up to the damage.
 * Return: the number to go on behind, 0: there is no more.
 */
static uint64_t leap(struct kpol_queue *from, struct kpol_queue *to, enum kpol_spool_class class,
		     uint64_t low)
{
	for (uint64_t step = 1; step < INT64_MAX / 2 - low; step *= 2) {
		struct copy over = { .class = class, .low = low + step, .high = INT64_MAX };
		struct copy back = {
			.class = class, .newest_first = true, .low = low, .high = low + step + 1
		};
		int r = copy_some(from, to, &over);

		if (r < 0)
			continue;
		(void)copy_all(from, to, &back);
		return r ? over.low : 0;
	}
	return 0;
}

static void take_over(struct kpol_queue *from, struct kpol_queue *to)
{
	for (int c = 0; c < KPOL_SPOOL_CLASSES; c++) {
		struct copy copy = { .class = (enum kpol_spool_class)c, .high = INT64_MAX };

		while (copy_all(from, to, &copy) < 0) {
			copy.low = leap(from, to, copy.class, copy.low);
			if (copy.low == 0)
				break;
		}
	}
}

static uint64_t clock_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* What is not known to be there cannot be missed: a file that could not be opened has no count. */
static int settle(struct kpol_queue *from, struct kpol_queue *to, bool counted)
{
	struct kpol_spool_loss loss = { 0 };
	uint64_t had = counted ? kpol_queue_entries(from) : 0, has = kpol_queue_entries(to);

	if (from && !counted && kpol_queue_read_state(from) < 0)
		from->high = clock_us();
	if (from)
		loss = from->now.loss;
	loss.files++;
	loss.corrupt += had > has ? had - has : 0;
	if (!from || from->high > to->high)
		to->high = from ? from->high : clock_us();
	to->peeked = from ? from->peeked : 0;
	return kpol_queue_lose(to, &loss);
}

int kpol_rescue(struct kpol_disk *disk)
{
	_cleanup_(kpol_queue_freep) struct kpol_queue *from = TAKE_PTR(disk->queue);
	_cleanup_(kpol_queue_freep) struct kpol_queue *to = NULL;
	bool counted = from != NULL;
	int r;

	if (from)
		kpol_queue_leave(from);
	r = set_aside(disk);
	if (r == 0 && !from && disk->damaged)
		(void)kpol_queue_open_damaged(disk->damaged, &from);
	if (r == 0)
		r = kpol_queue_open(disk->path, &disk->options, &to);
	if (r < 0)
		return r;
	if (from)
		take_over(from, to);
	r = settle(from, to, counted);
	if (r < 0)
		return r;
	disk->queue = TAKE_PTR(to);
	return 0;
}
