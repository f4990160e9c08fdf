/* SPDX-License-Identifier: GPL-2.0-only */
/* Strings that are kept together and freed together. */
#ifndef KPOL_ARENA_H
#define KPOL_ARENA_H

#include <linux/types.h>

struct kpol_arena;

struct kpol_arena *kpol_arena_new(void);

/** kpol_arena_add() - copy @len bytes and end them with NUL; NULL: no memory. May sleep. */
const char *kpol_arena_add(struct kpol_arena *arena, const char *bytes, u32 len);

size_t kpol_arena_memory(const struct kpol_arena *arena);
void kpol_arena_free(struct kpol_arena *arena);

#endif /* KPOL_ARENA_H */
