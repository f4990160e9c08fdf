/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bytes for a netlink socket, attribute by attribute, any of which may come out wrong. */
#ifndef KPOL_GUEST_WIRE_H
#define KPOL_GUEST_WIRE_H

#include <linux/netlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WIRE_MAX 8192

/** struct wire - what will be sent: one message or several, and no more than there is room for */
struct wire {
	_Alignas(8) char bytes[WIRE_MAX];
	size_t len;
};

/* @mutate, in all of these: now and then the attribute is left out, or has another type, length or content. */

/** wire_room() - so many bytes more, of zero. Return: NULL: no room is left. */
void *wire_room(struct wire *wire, size_t len);

/** wire_put() - an attribute. Return: NULL when it was left out. */
struct nlattr *wire_put(struct wire *wire, unsigned int type, const void *bytes, size_t len,
			bool mutate);
void wire_put_number(struct wire *wire, unsigned int type, uint32_t number, bool mutate);
void wire_put_number64(struct wire *wire, unsigned int type, uint64_t number, bool mutate);
void wire_put_text(struct wire *wire, unsigned int type, const char *text, bool mutate);

/** wire_nest_begin() - what follows is inside of an attribute. Return: what wire_nest_end() wants to know. */
size_t wire_nest_begin(struct wire *wire, unsigned int type);
void wire_nest_end(struct wire *wire, size_t at, bool mutate);

/** wire_put_garbage() - up to 200 bytes of anything. */
void wire_put_garbage(struct wire *wire);

#endif /* KPOL_GUEST_WIRE_H */
