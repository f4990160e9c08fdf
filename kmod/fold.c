// SPDX-License-Identifier: GPL-2.0-only
/* Folding: repeats of one violation become a count, sent once a second. */
#include "fold.h"
#include "event.h"
#include "queue.h"
#include "work.h"

#include <linux/hash.h>
#include <linux/jhash.h>
#include <linux/jiffies.h>
#include <linux/spinlock.h>
#include <linux/vmalloc.h>

#define FOLD_SLOTS 256

/**
 * struct fold - the last violation that fell into this slot
 * @event: as it was reported, or as its next count event will be.
 * @count: repeats since @since that have not been reported.
 * @used: @event is meaningful.
 */
struct fold {
	struct kpol_event event;
	unsigned long since;
	u32 count;
	bool used;
};

static struct fold
	*folds; /* under @lock; events are queued inside it, so that a count never gets lost */
static DEFINE_RAW_SPINLOCK(lock);

static void flush_due(struct work_struct *work);
static DECLARE_DELAYED_WORK(fold_work, flush_due);

static u32 event_hash(const struct kpol_event *event)
{
	u32 hash = jhash_3words(event->rule, event->op, event->scope << 8 | event->verdict, 0);

	hash = jhash(event->object, event->object_len, hash);
	hash = jhash(event->source, event->source_len, hash);
	hash = jhash(event->addr, sizeof(event->addr), hash);
	return jhash_2words(event->port, event->tgid, hash);
}

static bool is_same(const struct kpol_event *a, const struct kpol_event *b)
{
	return a->rule == b->rule && a->op == b->op && a->scope == b->scope &&
	       a->verdict == b->verdict && a->reason == b->reason && a->tgid == b->tgid &&
	       a->generation == b->generation && a->cgroup == b->cgroup && a->port == b->port &&
	       a->family == b->family && a->protocol == b->protocol &&
	       a->object_len == b->object_len && a->source_len == b->source_len &&
	       !memcmp(a->addr, b->addr, sizeof(a->addr)) &&
	       !memcmp(a->object, b->object, a->object_len) &&
	       !memcmp(a->source, b->source, a->source_len);
}

static void flush_fold(struct fold *fold)
{
	if (fold->used && fold->count) {
		fold->event.count = fold->count;
		kpol_queue_put(&fold->event);
	}
	fold->count = 0;
	fold->since = jiffies;
}

bool kpol_fold_take(const struct kpol_event *event)
{
	struct fold *fold = &folds[event_hash(event) % FOLD_SLOTS];
	unsigned long flags;
	bool repeat;

	raw_spin_lock_irqsave(&lock, flags);
	repeat = fold->used && is_same(&fold->event, event);
	if (!repeat)
		flush_fold(fold); /* of whoever was here before */
	else if (time_after_eq(jiffies, fold->since + HZ) && !fold->count)
		repeat = false; /* the second is over and nothing is owed: first again */
	if (repeat) {
		fold->count++;
	} else {
		fold->event = *event;
		fold->used = true;
		fold->count = 0;
		fold->since = jiffies;
	}
	raw_spin_unlock_irqrestore(&lock, flags);
	return repeat;
}

/* Once a second, send the counts that are due. */
static void flush_due(struct work_struct *work)
{
	unsigned long flags;
	u32 i;

	for (i = 0; i < FOLD_SLOTS; i++) {
		raw_spin_lock_irqsave(&lock, flags);
		if (folds[i].count && time_after_eq(jiffies, folds[i].since + HZ))
			flush_fold(&folds[i]);
		raw_spin_unlock_irqrestore(&lock, flags);
	}
	queue_delayed_work(kpol_work, &fold_work, HZ);
}

int kpol_fold_init(void)
{
	folds = vzalloc(array_size(FOLD_SLOTS, sizeof(*folds)));
	if (!folds)
		return -ENOMEM;
	queue_delayed_work(kpol_work, &fold_work, HZ);
	return 0;
}

void kpol_fold_exit(void)
{
	cancel_delayed_work_sync(&fold_work);
	vfree(folds);
}
