/* SPDX-License-Identifier: GPL-2.0-only */
/* Path patterns: what they mean and how they are split for hashing. */
#ifndef KPOL_ENGINE_GLOB_H
#define KPOL_ENGINE_GLOB_H

#include "port.h"

/**
 * enum kpol_glob_key - which literal part of a pattern finds it in the table
 * @KPOL_GLOB_TAIL: the last component is literal: all after the final slash
 * @KPOL_GLOB_EXT: the last component ends in a literal extension, and nothing better: keyed by ".ext"
 * @KPOL_GLOB_HEAD: the directory before the first wildcard, maybe "" for the root
 */
enum kpol_glob_key { KPOL_GLOB_TAIL = 1, KPOL_GLOB_EXT, KPOL_GLOB_HEAD };

/**
 * struct kpol_glob_split - a pattern's key
 * @kind: which part.
 * @key: pointer into the pattern.
 * @key_len: bytes.
 * @literals: number of literal characters: the rank among patterns.
 */
struct kpol_glob_split {
	enum kpol_glob_key kind;
	const char *key;
	u32 key_len;
	u32 literals;
};

/**
 * kpol_glob_check() - is this a pattern the matcher understands?
 * @pattern: begins with '/'; '*' matches within one component, '**' across components, '?' one
 *	character but '/', '[a-z]' and '[!a-z]' one of a set but '/', '\' takes the next literally.
 *	Braces are expanded by the compiler in userspace and are literal here.
 * @len: bytes, at most KPOL_GLOB_MAX.
 * @ret_reason: constant English sentence part on failure.
 *
 * Return: 0 or -EINVAL.
 */
int kpol_glob_check(const char *pattern, u32 len, const char **ret_reason);

/** kpol_glob_split() - find the key of a pattern that kpol_glob_check() accepts. */
void kpol_glob_split(const char *pattern, u32 len, struct kpol_glob_split *ret);

/**
 * kpol_glob_match() - does the whole path match the whole pattern?
 *
 * Time is at most O(pattern × path); no recursion, no allocation. The pattern must have passed
 * kpol_glob_check().
 */
bool kpol_glob_match(const char *pattern, u32 pattern_len, const char *path, u32 path_len);

#endif /* KPOL_ENGINE_GLOB_H */
