// SPDX-License-Identifier: GPL-2.0-or-later
/* An arena: chunks of memory that are filled front to back. */
#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_BYTES (64 * 1024)

struct kpol_arena_chunk {
	struct kpol_arena_chunk *next;
	alignas(max_align_t) char bytes[];
};

static int chunk_add(struct kpol_arena *arena, size_t size)
{
	size_t room = size > CHUNK_BYTES ? size : CHUNK_BYTES;
	struct kpol_arena_chunk *chunk;

	chunk = malloc(sizeof(*chunk) + room);
	if (!chunk)
		return -1;
	chunk->next = arena->chunks;
	arena->chunks = chunk;
	arena->used = 0;
	arena->size = room;
	return 0;
}

static void *take_bytes(struct kpol_arena *arena, size_t size, size_t align)
{
	size_t start = (arena->used + align - 1) & ~(align - 1);

	if (!arena->chunks || start > arena->size || size > arena->size - start) {
		if (size > SIZE_MAX / 2 || chunk_add(arena, size) < 0)
			return NULL;
		start = 0;
	}
	arena->used = start + size;
	return arena->chunks->bytes + start;
}

void *kpol_arena_alloc(struct kpol_arena *arena, size_t size)
{
	void *bytes = take_bytes(arena, size, alignof(max_align_t));

	return bytes ? memset(bytes, 0, size) : NULL;
}

char *kpol_arena_text(struct kpol_arena *arena, const char *text, size_t len)
{
	char *copy = take_bytes(arena, len + 1, 1);

	if (!copy)
		return NULL;
	if (len)
		memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

void kpol_arena_clear(struct kpol_arena *arena)
{
	struct kpol_arena_chunk *chunk;

	while ((chunk = arena->chunks)) {
		arena->chunks = chunk->next;
		free(chunk);
	}
	memset(arena, 0, sizeof(*arena));
}
