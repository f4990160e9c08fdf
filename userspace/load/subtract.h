/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses that are left of a prefix when others are taken out of it. */
#ifndef KPOL_LOAD_SUBTRACT_H
#define KPOL_LOAD_SUBTRACT_H

#include "model/bundle.h"

/** kpol_prefix_covers() - is every address of @narrow one of @wide? */
bool kpol_prefix_covers(const struct kpol_peer *wide, const struct kpol_peer *narrow);

/**
 * kpol_prefix_subtract() - append to @peers what is left of @whole without @without
 *
 * The result is exact, in ascending order, and has no two prefixes that could be one: at most one for each bit that
 * an exception is longer than @whole. Nothing is left where an exception covers it.
 *
 * Return: 0 or -ENOMEM.
 */
int kpol_prefix_subtract(const struct kpol_peer *whole, const struct kpol_peer *without,
			 size_t n_without, struct kpol_peer **peers, size_t *n_peers);

#endif /* KPOL_LOAD_SUBTRACT_H */
