/* SPDX-License-Identifier: GPL-2.0-or-later */
/* "Did you mean": the nearest of some words by edit distance. */
#ifndef KPOL_BASE_NEAREST_H
#define KPOL_BASE_NEAREST_H

#include <stddef.h>

/** struct kpol_nearest_search - set @word; @best is the answer so far, NULL: none is near. */
struct kpol_nearest_search {
	const char *word;
	const char *best;
	size_t distance;
};

/**
 * kpol_nearest_try() - offer one more candidate
 *
 * Near is: at most a third of the candidate's length away (at least 1), counting insertions,
 * deletions, substitutions and swaps of neighbours; a change of case alone counts nothing.
 */
void kpol_nearest_try(struct kpol_nearest_search *search, const char *candidate);

#endif /* KPOL_BASE_NEAREST_H */
