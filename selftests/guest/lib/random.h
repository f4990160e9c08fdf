/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers that look random and come again with the same seed. */
#ifndef KPOL_GUEST_RANDOM_H
#define KPOL_GUEST_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

void random_seed(uint64_t seed);

/** random_next() - 32 bits. Source: xorshift64*, S. Vigna, "An experimental exploration of Marsaglia's
 * xorshift generators, scrambled", 2016. */
uint32_t random_next(void);

/** random_below() - 0 to @n - 1; 0 when @n is 0. */
uint32_t random_below(uint32_t n);

/** random_one_in() - true one time in @n. */
bool random_one_in(uint32_t n);

#endif /* KPOL_GUEST_RANDOM_H */
