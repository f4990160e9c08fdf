/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How long to wait before the next try, so that a server in trouble is not kept there. */
#ifndef KPOL_NET_BACKOFF_H
#define KPOL_NET_BACKOFF_H

#include <stdint.h>

/* The figures are client-go's for a reflector; a server may ask for more, up to ASKED_MAX. */
#define KPOL_BACKOFF_FIRST_US (800 * UINT64_C(1000))
#define KPOL_BACKOFF_MAX_US (30 * UINT64_C(1000000))
#define KPOL_BACKOFF_ASKED_MAX_US (120 * UINT64_C(1000000))
#define KPOL_BACKOFF_HEALTHY_US (120 * UINT64_C(1000000))

/**
 * struct kpol_backoff - zero-initialise
 * @first_us, @max_us: 0: the figures above.
 * @base_us: of the wait before; 0: none.
 * @healthy_us: since when all is well; 0: it is not.
 */
struct kpol_backoff {
	uint64_t first_us, max_us;
	uint64_t base_us;
	uint64_t healthy_us;
};

/**
 * kpol_backoff_next() - after a failure: how long to wait
 * @now_us: any clock that does not go back. @dice: any random number.
 * @asked_us: what the server wants (Retry-After), 0: nothing.
 *
 * The base doubles from failure to failure; up to once more of it is added by @dice. Two good
 * minutes before the failure begin anew.
 *
 * Return: microseconds, from the first to the greatest figure, or what was asked if that is more.
 */
uint64_t kpol_backoff_next(struct kpol_backoff *backoff, uint64_t now_us, uint64_t asked_us,
			   uint32_t dice);

/** kpol_backoff_healthy() - something worked. */
void kpol_backoff_healthy(struct kpol_backoff *backoff, uint64_t now_us);

#endif /* KPOL_NET_BACKOFF_H */
