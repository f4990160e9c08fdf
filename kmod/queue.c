// SPDX-License-Identifier: GPL-2.0-only
/* The queue of events that wait for the daemon: bounded, in order, and fair about what it loses. */
#include "queue.h"
#include "deliver.h"
#include "event.h"
#include "ruleset.h"

#include <linux/atomic.h>
#include <linux/hash.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/spinlock.h>
#include <linux/timekeeping.h>
#include <linux/vmalloc.h>

static unsigned int event_queue = 2048;
module_param(event_queue, uint, 0444);
MODULE_PARM_DESC(event_queue,
		 "events that wait for the daemon at most (16 to 65536, 1.7 KiB each)");

#define CROWD_BITS 6
#define N_CROWDS (1 << CROWD_BITS)

/* From what is lost first to what is lost last. */
enum rank { RANK_AUDIT, RANK_WOULD_DENY, RANK_DENY, N_RANKS };

/**
 * struct slot - room for an event
 * @order: in @order below, by sequence number; or in @spare.
 * @crowd: in the list of its crowd and rank, by sequence number.
 * @news: in @news below, until bystanders are told of it; else empty.
 */
struct slot {
	struct list_head order;
	struct list_head crowd;
	struct list_head news;
	struct kpol_event event;
};

/* The events of the scopes with one hash, by rank. */
struct crowd {
	struct list_head events[N_RANKS];
	u32 n[N_RANKS];
};

/* Protects all below. Taken from softirq too, inside fold.c's lock; nothing is taken inside it. */
static DEFINE_RAW_SPINLOCK(lock);
static struct slot *slots;
static LIST_HEAD(order);
static LIST_HEAD(spare);
static LIST_HEAD(news);
static struct crowd crowds[N_CROWDS];
static u32 in_rank[N_RANKS];
static u32 queued;
static u64 last_seq;
static u64 dropped[KPOL_CLASS_MAX + 1];

static enum rank rank_of(const struct kpol_event *event)
{
	switch (event->verdict) {
	case KPOL_VERDICT_DENY:
		return RANK_DENY;
	case KPOL_VERDICT_WOULD_DENY:
		return RANK_WOULD_DENY;
	default:
		return RANK_AUDIT;
	}
}

static struct crowd *crowd_of(const struct kpol_event *event)
{
	return &crowds[hash_32(event->scope, CROWD_BITS)];
}

/* Copy an event without the unused ends of its strings. */
static void copy_event(struct kpol_event *to, const struct kpol_event *from)
{
	memcpy(to, from, offsetof(struct kpol_event, source));
	memcpy(to->source, from->source, from->source_len + 1);
	memcpy(to->object, from->object, from->object_len + 1);
}

static void take_in(const struct kpol_event *event)
{
	struct slot *slot = list_first_entry(&spare, struct slot, order);
	struct crowd *crowd = crowd_of(event);
	enum rank rank = rank_of(event);

	copy_event(&slot->event, event);
	list_move_tail(&slot->order, &order);
	if (kpol_deliver_has_bystanders())
		list_add_tail(&slot->news, &news);
	list_add_tail(&slot->crowd, &crowd->events[rank]);
	crowd->n[rank]++;
	in_rank[rank]++;
	queued++;
}

static void take_out(struct slot *slot)
{
	enum rank rank = rank_of(&slot->event);

	list_move(&slot->order, &spare);
	list_del(&slot->crowd);
	list_del_init(&slot->news);
	crowd_of(&slot->event)->n[rank]--;
	in_rank[rank]--;
	queued--;
}

/* @count: of violations; negative: they were not lost after all. Preemption is off: the lock is held. */
static void count_lost(const struct kpol_event *event, s64 count)
{
	const struct kpol_ruleset *set = kpol_ruleset_active();

	dropped[event->class] += count;
	if (set && event->generation == set->content->generation && event->scope &&
	    event->scope <= set->content->n_scopes)
		atomic64_add(count, &set->content->scopes[event->scope - 1].dropped);
}

static struct crowd *largest_crowd(enum rank rank)
{
	struct crowd *largest = crowds;
	u32 i;

	for (i = 1; i < N_CROWDS; i++)
		if (crowds[i].n[rank] > largest->n[rank])
			largest = &crowds[i];
	return largest;
}

/* Whom a new event displaces; NULL: nobody, it is lost itself. */
static struct slot *find_victim(const struct kpol_event *event)
{
	enum rank own = rank_of(event), rank = 0;
	struct crowd *crowd;

	while (rank < own && !in_rank[rank])
		rank++;
	crowd = largest_crowd(rank);
	/* Among equals a crowd makes room for one that would not be larger than it then. */
	if (rank == own && crowd->n[rank] <= crowd_of(event)->n[rank] + 1)
		return NULL;
	return list_last_entry(&crowd->events[rank], struct slot, crowd);
}

static bool make_room(const struct kpol_event *event)
{
	struct slot *victim;

	if (!list_empty(&spare))
		return true;
	victim = find_victim(event);
	if (victim)
		event = &victim->event;
	count_lost(event, event->count);
	if (victim)
		take_out(victim);
	return victim;
}

void kpol_queue_put(struct kpol_event *event)
{
	unsigned long flags;

	event->time = ktime_get_real_ns();
	raw_spin_lock_irqsave(&lock, flags);
	event->seq = ++last_seq;
	if (make_room(event))
		take_in(event);
	raw_spin_unlock_irqrestore(&lock, flags);
	kpol_deliver_kick();
}

bool kpol_queue_peek(struct kpol_event *ret)
{
	unsigned long flags;
	struct slot *slot;

	raw_spin_lock_irqsave(&lock, flags);
	slot = list_first_entry_or_null(&order, struct slot, order);
	if (slot)
		copy_event(ret, &slot->event);
	raw_spin_unlock_irqrestore(&lock, flags);
	return slot;
}

bool kpol_queue_pop(const struct kpol_event *event)
{
	bool untold = false;
	unsigned long flags;
	struct slot *slot;

	raw_spin_lock_irqsave(&lock, flags);
	slot = list_first_entry_or_null(&order, struct slot, order);
	if (slot && slot->event.seq == event->seq) {
		untold = !list_empty(&slot->news);
		take_out(slot);
	} else {
		count_lost(event, -(s64)event->count);
	}
	raw_spin_unlock_irqrestore(&lock, flags);
	return untold;
}

bool kpol_queue_tell(struct kpol_event *ret)
{
	unsigned long flags;
	struct slot *slot;

	raw_spin_lock_irqsave(&lock, flags);
	slot = list_first_entry_or_null(&news, struct slot, news);
	if (slot) {
		copy_event(ret, &slot->event);
		list_del_init(&slot->news);
	}
	raw_spin_unlock_irqrestore(&lock, flags);
	return slot;
}

void kpol_queue_stats(struct kpol_queue_stats *ret)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&lock, flags);
	ret->seq = last_seq;
	ret->queued = queued;
	ret->capacity = event_queue;
	memcpy(ret->dropped, dropped, sizeof(dropped));
	raw_spin_unlock_irqrestore(&lock, flags);
}

int kpol_queue_init(void)
{
	u32 i, rank;

	event_queue = clamp(event_queue, 16U, 65536U);
	slots = vzalloc(array_size(event_queue, sizeof(*slots)));
	if (!slots)
		return -ENOMEM;
	for (i = 0; i < event_queue; i++) {
		list_add_tail(&slots[i].order, &spare);
		INIT_LIST_HEAD(&slots[i].news);
	}
	for (i = 0; i < N_CROWDS; i++)
		for (rank = 0; rank < N_RANKS; rank++)
			INIT_LIST_HEAD(&crowds[i].events[rank]);
	return 0;
}

void kpol_queue_exit(void)
{
	vfree(slots);
}
