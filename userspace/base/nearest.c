// SPDX-License-Identifier: GPL-2.0-or-later
/* "Did you mean": optimal string alignment distance over short words. */
#include "base/nearest.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "base/words.h"

#define WORD_MAX 48 /* longer words get no suggestion */

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static int lower(char c)
{
	return tolower((unsigned char)c);
}

static size_t step(size_t rows[3][WORD_MAX + 1], const char *a, const char *b, size_t i, size_t j)
{
	size_t *now = rows[i % 3], *before = rows[(i + 2) % 3], *before2 = rows[(i + 1) % 3];
	bool same = lower(a[i - 1]) == lower(b[j - 1]);
	size_t d = least(least(before[j] + 1, now[j - 1] + 1), before[j - 1] + !same);

	if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
	    lower(a[i - 2]) == lower(b[j - 1]))
		d = least(d, before2[j - 2] + 1);
	return d;
}

static size_t distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t rows[3][WORD_MAX + 1] = { { 0 } };

	for (size_t j = 0; j <= b_len; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		rows[i % 3][0] = i;
		for (size_t j = 1; j <= b_len; j++)
			rows[i % 3][j] = step(rows, a, b, i, j);
	}
	return rows[a_len % 3][b_len];
}

void kpol_nearest_try(struct kpol_nearest_search *search, const char *candidate)
{
	size_t word_len = strlen(search->word), len = strlen(candidate);
	size_t d;

	if (!word_len || word_len > WORD_MAX || !len || len > WORD_MAX)
		return;
	d = distance(search->word, word_len, candidate, len);
	if (d > (len < 3 ? 1 : len / 3) || d >= len)
		return;
	if (!search->best || d < search->distance) {
		search->best = candidate;
		search->distance = d;
	}
}

const char *kpol_nearest(const char *const *candidates, const char *word)
{
	struct kpol_nearest_search search = { .word = word };

	for (; *candidates; candidates++)
		kpol_nearest_try(&search, *candidates);
	return search.best;
}
