// SPDX-License-Identifier: GPL-2.0-or-later
/* Addresses that are left of a prefix when others are taken out of it. */
#include "load/subtract.h"

#include <errno.h>

#include "base/alloc.h"

bool kpol_prefix_covers(const struct kpol_peer *wide, const struct kpol_peer *narrow)
{
	if (wide->family != narrow->family || wide->prefix > narrow->prefix)
		return false;
	for (unsigned int bit = 0; bit < wide->prefix; bit++)
		if ((wide->addr[bit / 8] ^ narrow->addr[bit / 8]) & (0x80 >> bit % 8))
			return false;
	return true;
}

/** struct rest - the exceptions, and where what is left goes. */
struct rest {
	const struct kpol_peer *without;
	size_t n_without;
	struct kpol_peer **peers;
	size_t *n_peers;
};

static bool is_covered(const struct rest *rest, const struct kpol_peer *peer)
{
	for (size_t i = 0; i < rest->n_without; i++)
		if (kpol_prefix_covers(&rest->without[i], peer))
			return true;
	return false;
}

static bool has_exception(const struct rest *rest, const struct kpol_peer *peer)
{
	for (size_t i = 0; i < rest->n_without; i++)
		if (kpol_prefix_covers(peer, &rest->without[i]))
			return true;
	return false;
}

/* Either all of it is left, or nothing, or each half is looked at: as deep as a prefix can be longer. */
static int add_rest(struct rest *rest, const struct kpol_peer *peer)
{
	struct kpol_peer half = *peer, *slot;
	int r;

	if (is_covered(rest, peer))
		return 0;
	if (!has_exception(rest, peer)) {
		slot = kpol_append(rest->peers, rest->n_peers, sizeof(*slot));
		if (!slot)
			return -ENOMEM;
		*slot = *peer;
		return 0;
	}
	half.prefix++;
	r = add_rest(rest, &half);
	half.addr[peer->prefix / 8] |= (uint8_t)(0x80 >> peer->prefix % 8);
	return r < 0 ? r : add_rest(rest, &half);
}

int kpol_prefix_subtract(const struct kpol_peer *whole, const struct kpol_peer *without,
			 size_t n_without, struct kpol_peer **peers, size_t *n_peers)
{
	struct rest rest = { without, n_without, peers, n_peers };

	return add_rest(&rest, whole);
}
