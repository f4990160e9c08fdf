/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The last records, as JSON, for those who ask after the fact. */
#ifndef KPOLD_RING_H
#define KPOLD_RING_H

#include <stddef.h>

#define KPOLD_RING_MAX 4096

struct kpold_ring;

/** kpold_ring_new() - Return: NULL without memory. */
struct kpold_ring *kpold_ring_new(void);
void kpold_ring_free(struct kpold_ring *ring);

/** kpold_ring_add() - takes @json over; the oldest makes room. */
void kpold_ring_add(struct kpold_ring *ring, char *json);

/** kpold_ring_count() - how many are kept. */
size_t kpold_ring_count(const struct kpold_ring *ring);

/** kpold_ring_get() - number @i of those kept, 0 is the oldest. */
const char *kpold_ring_get(const struct kpold_ring *ring, size_t i);

#endif /* KPOLD_RING_H */
