// SPDX-License-Identifier: GPL-2.0-or-later
/* The last records, as JSON, for those who ask after the fact. */
#include "kpold/ring.h"

#include <stdlib.h>

/** struct kpold_ring - @next: where the next one goes; @items there is the oldest, once full. */
struct kpold_ring {
	char *items[KPOLD_RING_MAX];
	size_t next, count;
};

struct kpold_ring *kpold_ring_new(void)
{
	return calloc(1, sizeof(struct kpold_ring));
}

void kpold_ring_free(struct kpold_ring *ring)
{
	if (!ring)
		return;
	for (size_t i = 0; i < KPOLD_RING_MAX; i++)
		free(ring->items[i]);
	free(ring);
}

void kpold_ring_add(struct kpold_ring *ring, char *json)
{
	free(ring->items[ring->next]);
	ring->items[ring->next] = json;
	ring->next = (ring->next + 1) % KPOLD_RING_MAX;
	if (ring->count < KPOLD_RING_MAX)
		ring->count++;
}

size_t kpold_ring_count(const struct kpold_ring *ring)
{
	return ring->count;
}

const char *kpold_ring_get(const struct kpold_ring *ring, size_t i)
{
	return ring->items[(ring->next + KPOLD_RING_MAX - ring->count + i) % KPOLD_RING_MAX];
}
