// SPDX-License-Identifier: GPL-2.0-or-later
/* Bytes for a netlink socket, attribute by attribute, any of which may come out wrong. */
#include "wire.h"

#include <string.h>

#include "gate.h"
#include "random.h"

void *wire_room(struct wire *wire, size_t len)
{
	char *at = wire->bytes + wire->len;
	size_t padded = NLMSG_ALIGN(len);

	if (wire->len + padded > sizeof(wire->bytes))
		return NULL;
	memset(at, 0, padded);
	wire->len += padded;
	return at;
}

struct nlattr *wire_put(struct wire *wire, unsigned int type, const void *bytes, size_t len,
			bool mutate)
{
	size_t claimed = NLA_HDRLEN + len;
	struct nlattr *attr;

	if (mutate && random_one_in(40))
		return NULL; /* left out */
	attr = wire_room(wire, NLA_HDRLEN + len);
	if (!attr)
		return NULL;
	if (mutate && random_one_in(40))
		type = random_below(40);
	if (mutate && random_one_in(60))
		type |= random_one_in(2) ? NLA_F_NESTED : NLA_F_NET_BYTEORDER;
	if (mutate && random_one_in(60))
		claimed = random_one_in(2) ? random_below(12) : random_below(65536);
	attr->nla_type = type;
	attr->nla_len = claimed;
	if (len)
		memcpy((char *)attr + NLA_HDRLEN, bytes, len);
	if (mutate && len && random_one_in(40))
		((char *)attr)[NLA_HDRLEN + random_below(len)] ^= 1 << random_below(8);
	return attr;
}

void wire_put_number(struct wire *wire, unsigned int type, uint32_t number, bool mutate)
{
	static const uint32_t odd[] = {
		0, 1, 2, 3, 255, 256, 65535, 65536, 1U << 20, ~0U, 1U << 31
	};

	if (mutate && random_one_in(15))
		number = odd[random_below(sizeof(odd) / sizeof(odd[0]))];
	wire_put(wire, type, &number, mutate && random_one_in(60) ? random_below(4) : 4, mutate);
}

void wire_put_number64(struct wire *wire, unsigned int type, uint64_t number, bool mutate)
{
	wire_put(wire, type, &number, mutate && random_one_in(60) ? random_below(8) : 8, mutate);
}

void wire_put_text(struct wire *wire, unsigned int type, const char *text, bool mutate)
{
	static const char *const odd[] = {
		"", "/", "//", "/*", "*", "/**/x", "[", "\\", "/a/../b", "{a,b}", "/**/**/**/**/x",
		"?"
	};
	size_t len;

	if (mutate && random_one_in(15))
		text = odd[random_below(sizeof(odd) / sizeof(odd[0]))];
	if (mutate && random_one_in(200))
		text = gate_letters + random_below(sizeof(gate_letters));
	len = strlen(text) + 1;
	wire_put(wire, type, text, mutate && random_one_in(60) ? random_below(len + 1) : len,
		 mutate);
}

size_t wire_nest_begin(struct wire *wire, unsigned int type)
{
	size_t at = wire->len;

	wire_put(wire, NLA_F_NESTED | type, NULL, 0, false);
	return at;
}

void wire_nest_end(struct wire *wire, size_t at, bool mutate)
{
	struct nlattr *attr = (struct nlattr *)(wire->bytes + at);

	if (at + NLA_HDRLEN > wire->len)
		return;
	attr->nla_len = wire->len - at;
	if (mutate && random_one_in(60))
		attr->nla_len = random_below(wire->len - at + 64);
	if (mutate && random_one_in(60))
		attr->nla_type = random_below(32);
}

void wire_put_garbage(struct wire *wire)
{
	unsigned int n = random_below(200);
	char *at = wire_room(wire, n);

	for (unsigned int i = 0; at && i < n; i++)
		at[i] = random_next();
}
