// SPDX-License-Identifier: GPL-2.0-or-later
/* Addresses and ports as people write them. */
#include "load/scalar.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static const uint8_t mapped_prefix[12] = { [10] = 0xff, [11] = 0xff };

/* Digits only: strtoul() alone would take signs and spaces. */
static bool read_number(const char *text, size_t len, unsigned int max, unsigned int *ret)
{
	unsigned int value = 0;

	if (!len || len > 5)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		value = value * 10 + (unsigned int)(text[i] - '0');
	}
	if (value > max)
		return false;
	*ret = value;
	return true;
}

static bool read_address(const char *text, size_t len, struct kpol_peer *peer)
{
	char copy[INET6_ADDRSTRLEN + 1];

	if (len >= sizeof(copy))
		return false;
	memcpy(copy, text, len);
	copy[len] = '\0';
	peer->family = memchr(copy, ':', len) ? AF_INET6 : AF_INET;
	return inet_pton(peer->family, copy, peer->addr) == 1;
}

static bool has_host_bits(const struct kpol_peer *peer, unsigned int bits)
{
	for (unsigned int i = peer->prefix; i < bits; i++)
		if (peer->addr[i / 8] & (0x80 >> (i % 8)))
			return true;
	return false;
}

/* An IPv4-mapped IPv6 address is judged as IPv4 (DESIGN.md §3.9). */
static void unmap_address(struct kpol_peer *peer)
{
	if (peer->family != AF_INET6 || peer->prefix < 96 ||
	    memcmp(peer->addr, mapped_prefix, sizeof(mapped_prefix)))
		return;
	peer->family = AF_INET;
	peer->prefix -= 96;
	memmove(peer->addr, peer->addr + 12, 4);
	memset(peer->addr + 4, 0, 12);
}

const char *kpol_cidr_read(const char *text, struct kpol_peer *ret)
{
	const char *slash = strchr(text, '/');
	size_t len = slash ? (size_t)(slash - text) : strlen(text);
	struct kpol_peer peer = { 0 };
	unsigned int bits, prefix;

	if (!read_address(text, len, &peer))
		return "is not an IPv4 or IPv6 address";
	bits = peer.family == AF_INET ? 32 : 128;
	prefix = bits;
	if (slash && !read_number(slash + 1, strlen(slash + 1), bits, &prefix))
		return bits == 32 ? "has a prefix that is not 0 to 32"
				  : "has a prefix that is not 0 to 128";
	peer.prefix = (uint8_t)prefix;
	if (has_host_bits(&peer, bits))
		return "has bits set behind its prefix";
	unmap_address(&peer);
	*ret = peer;
	return NULL;
}

const char *kpol_ports_read(const char *text, struct kpol_ports *ret)
{
	const char *dash = strchr(text, '-');
	size_t len = dash ? (size_t)(dash - text) : strlen(text);
	unsigned int first, last;

	if (!read_number(text, len, 65535, &first) || !first)
		return "is not a port from 1 to 65535";
	last = first;
	if (dash && !read_number(dash + 1, strlen(dash + 1), 65535, &last))
		return "is not a range of ports like 8000-8010";
	if (last < first)
		return "is a range that ends before it begins";
	ret->first = (uint16_t)first;
	ret->last = (uint16_t)last;
	return NULL;
}
