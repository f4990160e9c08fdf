// SPDX-License-Identifier: GPL-2.0-only
/* Events: what was reported, kept in a bounded queue until the daemon takes it. */
#include "event.h"
#include "deliver.h"
#include "fold.h"

#include <linux/atomic.h>
#include <linux/module.h>
#include <linux/spinlock.h>
#include <linux/timekeeping.h>
#include <linux/vmalloc.h>

static unsigned int event_queue = 2048;
module_param(event_queue, uint, 0444);
MODULE_PARM_DESC(event_queue,
		 "events that wait for the daemon at most (16 to 65536, 1.7 KiB each)");

/* Protects all below. Taken from softirq too, inside fold.c's lock; nothing is taken inside it. */
static DEFINE_RAW_SPINLOCK(lock);
static struct kpol_event *ring;
static u32 first; /* the oldest record */
static u32 queued;
static u64 last_seq;
static u64 dropped[KPOL_CLASS_MAX + 1];

static atomic64_t counts[__KPOL_VERDICT_END][KPOL_CLASS_MAX + 1];

/* Copy a record without the unused ends of its strings. */
static void copy_event(struct kpol_event *to, const struct kpol_event *from)
{
	memcpy(to, from, offsetof(struct kpol_event, source));
	memcpy(to->source, from->source, from->source_len + 1);
	memcpy(to->object, from->object, from->object_len + 1);
}

void kpol_event_queue(struct kpol_event *event)
{
	unsigned long flags;

	event->time = ktime_get_real_ns();
	raw_spin_lock_irqsave(&lock, flags);
	event->seq = ++last_seq;
	if (queued < event_queue) {
		copy_event(&ring[(first + queued) % event_queue], event);
		queued++;
	} else {
		dropped[event->class] += event->count;
	}
	raw_spin_unlock_irqrestore(&lock, flags);
	kpol_deliver_kick();
}

void kpol_event_report(struct kpol_event *event)
{
	atomic64_inc(&counts[event->verdict][event->class]);
	if (!kpol_fold_take(event))
		kpol_event_queue(event);
}

bool kpol_event_peek(struct kpol_event *ret)
{
	unsigned long flags;
	bool found;

	raw_spin_lock_irqsave(&lock, flags);
	found = queued;
	if (found)
		copy_event(ret, &ring[first]);
	raw_spin_unlock_irqrestore(&lock, flags);
	return found;
}

void kpol_event_pop(void)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&lock, flags);
	if (queued) {
		first = (first + 1) % event_queue;
		queued--;
	}
	raw_spin_unlock_irqrestore(&lock, flags);
}

void kpol_event_stats(struct kpol_event_stats *ret)
{
	unsigned long flags;
	u32 i;

	raw_spin_lock_irqsave(&lock, flags);
	ret->seq = last_seq;
	ret->queued = queued;
	ret->capacity = event_queue;
	memcpy(ret->dropped, dropped, sizeof(dropped));
	raw_spin_unlock_irqrestore(&lock, flags);
	for (i = 0; i <= KPOL_CLASS_MAX; i++) {
		ret->denied[i] = atomic64_read(&counts[KPOL_VERDICT_DENY][i]);
		ret->would_deny[i] = atomic64_read(&counts[KPOL_VERDICT_WOULD_DENY][i]);
		ret->audited[i] = atomic64_read(&counts[KPOL_VERDICT_AUDIT][i]);
	}
}

int kpol_event_init(void)
{
	event_queue = clamp(event_queue, 16U, 65536U);
	ring = vzalloc(array_size(event_queue, sizeof(*ring)));
	return ring ? 0 : -ENOMEM;
}

void kpol_event_exit(void)
{
	vfree(ring);
}
