// SPDX-License-Identifier: GPL-2.0-only
/* Strings that are kept together and freed together. */
#include "arena.h"

#include <linux/list.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#define CHUNK_SIZE 65536

struct chunk {
	struct list_head list;
	u32 used;
	u32 size;
	char bytes[];
};

struct kpol_arena {
	struct list_head chunks; /* the newest first */
	size_t memory;
};

struct kpol_arena *kpol_arena_new(void)
{
	struct kpol_arena *arena = kzalloc(sizeof(*arena), GFP_KERNEL_ACCOUNT);

	if (arena)
		INIT_LIST_HEAD(&arena->chunks);
	return arena;
}

static struct chunk *add_chunk(struct kpol_arena *arena, u32 need)
{
	u32 size = max_t(u32, need, CHUNK_SIZE - sizeof(struct chunk));
	struct chunk *chunk = kvmalloc(sizeof(*chunk) + size, GFP_KERNEL_ACCOUNT);

	if (!chunk)
		return NULL;
	chunk->used = 0;
	chunk->size = size;
	list_add(&chunk->list, &arena->chunks);
	arena->memory += sizeof(*chunk) + size;
	return chunk;
}

const char *kpol_arena_add(struct kpol_arena *arena, const char *bytes, u32 len)
{
	struct chunk *chunk = list_first_entry_or_null(&arena->chunks, struct chunk, list);
	char *to;

	if (!chunk || chunk->size - chunk->used < len + 1)
		chunk = add_chunk(arena, len + 1);
	if (!chunk)
		return NULL;
	to = chunk->bytes + chunk->used;
	memcpy(to, bytes, len);
	to[len] = 0;
	chunk->used += len + 1;
	return to;
}

size_t kpol_arena_memory(const struct kpol_arena *arena)
{
	return arena->memory;
}

void kpol_arena_free(struct kpol_arena *arena)
{
	struct chunk *chunk, *next;

	if (!arena)
		return;
	list_for_each_entry_safe(chunk, next, &arena->chunks, list)
		kvfree(chunk);
	kfree(arena);
}
