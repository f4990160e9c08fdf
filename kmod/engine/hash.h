/* SPDX-License-Identifier: GPL-2.0-only */
/* Hashing strings eight bytes at a time; not for secrets, every hit is compared whole. */
#ifndef KPOL_ENGINE_HASH_H
#define KPOL_ENGINE_HASH_H

#include "port.h"

/* A step over eight bytes; whoever makes an index of it mixes again. */
static inline u64 hash_word(u64 hash, u64 word)
{
	hash = (hash ^ word) * 0x9fb21c651e98df25ULL;
	return hash ^ hash >> 35;
}

/* The last @n < 8 bytes of a string, the first byte lowest. */
static inline u64 load_rest(const char *bytes, u32 n)
{
	u64 word = 0;

	while (n--)
		word = word << 8 | (u8)bytes[n];
	return word;
}

/* The first @n < 8 bytes of a word. */
static inline u64 word_head(u64 word, u32 n)
{
	return word & ((1ULL << 8 * n) - 1);
}

/*
 * Hash of a string: its whole words, then what is left with its length. probe_path() in decide.c computes the
 * same for every prefix of a path on the way.
 */
static inline u64 hash_rest(u64 hash, u64 rest, u32 len)
{
	return (hash ^ rest) + len;
}

static inline u64 hash_bytes(u64 hash, const char *bytes, u32 len)
{
	u32 at;

	for (at = 0; at + 8 <= len; at += 8)
		hash = hash_word(hash, port_load64(bytes + at));
	return hash_rest(hash, load_rest(bytes + at, len - at), len);
}

#endif /* KPOL_ENGINE_HASH_H */
