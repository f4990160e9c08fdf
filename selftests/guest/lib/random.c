// SPDX-License-Identifier: GPL-2.0-or-later
/* Numbers that look random and come again with the same seed. */
#include "random.h"

static uint64_t state = 1;

void random_seed(uint64_t seed)
{
	state = seed * 0x9e3779b97f4a7c15ULL + 1;
	if (!state)
		state = 1;
}

uint32_t random_next(void)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (state * 0x2545f4914f6cdd1dULL) >> 32;
}

uint32_t random_below(uint32_t n)
{
	return n ? random_next() % n : 0;
}

bool random_one_in(uint32_t n)
{
	return !random_below(n);
}
