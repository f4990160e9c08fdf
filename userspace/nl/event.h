/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An event message decoded. */
#ifndef KPOL_NL_EVENT_H
#define KPOL_NL_EVENT_H

#include "format/event.h"

struct nlmsghdr;

/**
 * struct kpol_nl_event - an event with the strings it points to; must not be copied
 * @event: the names of scope, policy and so on are NULL: the module sends numbers.
 */
struct kpol_nl_event {
	struct kpol_event event;
	char comm[KPOL_COMM_LEN + 1];
	char object[KPOL_EVENT_OBJECT_MAX + 1];
	char source[KPOL_EVENT_SOURCE_MAX + 1];
};

/**
 * kpol_nl_event_decode() - read a KPOL_CMD_EVENT_NTF message
 * @hdr: the whole message.
 * @ret: numbers the message does not have are 0, but @event.count is at least 1.
 *
 * Return: 0; -EBADMSG: damaged, or without a sequence number or a verdict.
 */
int kpol_nl_event_decode(const struct nlmsghdr *hdr, struct kpol_nl_event *ret);

#endif /* KPOL_NL_EVENT_H */
