// SPDX-License-Identifier: GPL-2.0-or-later
/* How long to wait before the next try. */
#include "net/backoff.h"

static uint64_t smaller(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

uint64_t kpol_backoff_next(struct kpol_backoff *backoff, uint64_t now_us, uint64_t asked_us,
			   uint32_t dice)
{
	uint64_t first = backoff->first_us ? backoff->first_us : KPOL_BACKOFF_FIRST_US;
	uint64_t max = backoff->max_us ? backoff->max_us : KPOL_BACKOFF_MAX_US;
	uint64_t base;

	if (backoff->healthy_us && now_us - backoff->healthy_us >= KPOL_BACKOFF_HEALTHY_US)
		backoff->base_us = 0;
	backoff->healthy_us = 0;
	/* Half of the greatest, so that there are dice even at the end. */
	base = smaller(backoff->base_us ? backoff->base_us * 2 : first, larger(max / 2, 1));
	backoff->base_us = base;
	return larger(smaller(base + base * dice / UINT32_MAX, max),
		      smaller(asked_us, KPOL_BACKOFF_ASKED_MAX_US));
}

void kpol_backoff_healthy(struct kpol_backoff *backoff, uint64_t now_us)
{
	if (!backoff->healthy_us)
		backoff->healthy_us = now_us;
}
