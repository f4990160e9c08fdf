/* SPDX-License-Identifier: GPL-2.0-only */
/* Path patterns: what they mean and how they are split for hashing. */
#ifndef KPOL_ENGINE_GLOB_H
#define KPOL_ENGINE_GLOB_H

#include "port.h"

/**
 * struct kpol_glob_parts - the literal parts of a pattern: what every path has that it matches
 * @head: bytes before the first wildcard: the path begins with them.
 * @tail: offset of what stands behind the last wildcard: the path ends with it.
 * @dir: bytes of the head's directory without its last slash; 0: it is the root.
 * @base: offset of the last component where that is literal, else the pattern's length.
 * @ext: offset of the last dot where the last component ends in one and literals, else the pattern's length.
 * @literals: number of literal characters: the rank among patterns.
 */
struct kpol_glob_parts {
	u32 head;
	u32 tail;
	u32 dir;
	u32 base;
	u32 ext;
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

/** kpol_glob_split() - find the literal parts of a pattern that kpol_glob_check() accepts. */
void kpol_glob_split(const char *pattern, u32 len, struct kpol_glob_parts *ret);

/**
 * kpol_glob_component() - the next whole literal component that is not the last
 * @at: offset to look from, at first where the first wildcard is; set to the component's.
 *
 * Return: its length; 0: there is none.
 */
u32 kpol_glob_component(const char *pattern, u32 len, u32 *at);

/**
 * kpol_glob_match() - does the whole path match the whole pattern?
 *
 * Steps are about as many as the path has bytes; for patterns made to be slow at most pattern × path. No
 * recursion, no allocation. The pattern must have passed kpol_glob_check().
 */
bool kpol_glob_match(const char *pattern, u32 pattern_len, const char *path, u32 path_len);

/* UNKNOWN: the steps that the matcher may take are used up. */
enum kpol_glob_verdict { KPOL_GLOB_NO, KPOL_GLOB_YES, KPOL_GLOB_UNKNOWN };

/**
 * kpol_glob_match_split() - the same where kpol_glob_split() has already run, in a bounded number of steps
 * @head, @tail: as in struct kpol_glob_parts.
 * @steps: how many may be taken, counted down; a step looks at one state of the pattern. 0 after UNKNOWN.
 */
enum kpol_glob_verdict kpol_glob_match_split(const char *pattern, u32 pattern_len, u32 head,
					     u32 tail, const char *path, u32 path_len, u32 *steps);

#endif /* KPOL_ENGINE_GLOB_H */
