/* SPDX-License-Identifier: GPL-2.0-only */
/* The queue of events that wait for the daemon: bounded, in order, and fair about what it loses. */
#ifndef KPOL_QUEUE_H
#define KPOL_QUEUE_H

#include <linux/kpol.h>
#include <linux/types.h>

struct kpol_event;

/* Numbers for STATUS_GET; @dropped is indexed by enum kpol_class and counts what its events stand for. */
struct kpol_queue_stats {
	u64 seq;
	u32 queued;
	u32 capacity;
	u64 dropped[KPOL_CLASS_MAX + 1];
};

/**
 * kpol_queue_put() - give an event its time and sequence number, and keep it until the daemon has it
 * @event: copied.
 *
 * A full queue loses one event, this or an older one, counts it for its class and its scope, and changes nothing else:
 * - of the lowest verdict there is: audited before would-deny before denied, so that audits hide no denial;
 * - among equals of the scope that has most of them, so that one scope's flood hides no other's events. Scopes are told
 *   apart by a hash of 64 values;
 * - of that scope the newest, because the first of a flood tell how it began.
 * Sequence numbers are given to lost events too, so a gap proves the loss.
 *
 * Context: any but NMI; takes a raw spinlock; does not sleep or allocate.
 */
void kpol_queue_put(struct kpol_event *event);

/**
 * kpol_queue_peek() - copy the oldest event without taking it out
 * Return: false if there is none. One consumer only.
 */
bool kpol_queue_peek(struct kpol_event *ret);

/**
 * kpol_queue_pop() - take out the event that was peeked at: the daemon has it
 *
 * It may have made room for another meanwhile. Then it was counted as lost, and is not any more.
 * Return: true if it was there, and bystanders have not been told of it.
 */
bool kpol_queue_pop(const struct kpol_event *event);

/**
 * kpol_queue_tell() - copy the oldest event that bystanders have not been told of, and count it as told
 * Return: false if there is none. One consumer only.
 */
bool kpol_queue_tell(struct kpol_event *ret);

void kpol_queue_stats(struct kpol_queue_stats *ret);

int kpol_queue_init(void);
void kpol_queue_exit(void);

#endif /* KPOL_QUEUE_H */
