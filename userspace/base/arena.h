/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An arena: many small things that are freed together. */
#ifndef KPOL_BASE_ARENA_H
#define KPOL_BASE_ARENA_H

#include <stddef.h>

/** struct kpol_arena - zero-initialise, end with kpol_arena_clear(). */
struct kpol_arena {
	struct kpol_arena_chunk *chunks;
	size_t used;
	size_t size;
};

/** kpol_arena_alloc() - @size zeroed bytes aligned for any type, or NULL without memory. */
void *kpol_arena_alloc(struct kpol_arena *arena, size_t size);

/** kpol_arena_text() - a copy of @len bytes with a NUL after them, or NULL without memory. */
char *kpol_arena_text(struct kpol_arena *arena, const char *text, size_t len);

void kpol_arena_clear(struct kpol_arena *arena);

#endif /* KPOL_BASE_ARENA_H */
