/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One question and its answer over a connection; private to nl/. */
#ifndef KPOL_NL_REQUEST_H
#define KPOL_NL_REQUEST_H

#include <netlink/msg.h>

#include "nl/conn.h"

/* Largest message we send: the kernel copies it into one linear skb. */
#define KPOL_NL_MESSAGE_MAX (16U << 10)

static inline void kpol_nl_msg_freep(struct nl_msg **msg)
{
	nlmsg_free(*msg);
}

#define _cleanup_msg_ _cleanup_(kpol_nl_msg_freep)

/**
 * typedef kpol_nl_reply_fn - takes one reply message
 * @attrs: of the message, indexed by type up to the maximum given with the request.
 * @payload: the message without its headers, for attributes that repeat.
 *
 * Return: 0, or a negative errno that becomes the request's result (the rest is still read).
 */
typedef int (*kpol_nl_reply_fn)(struct nlattr **attrs, const struct nlmsghdr *payload,
				void *userdata);

/** kpol_nl_msg() - a request with room for KPOL_NL_MESSAGE_MAX bytes. Return: 0 or -ENOMEM. */
int kpol_nl_msg(struct kpol_nl *nl, uint8_t cmd, struct nl_msg **ret_msg);

/**
 * kpol_nl_do() - send a request, hand over its replies, wait for the acknowledgement
 * @max: highest attribute type of the replies.
 * @reply: may be NULL.
 *
 * Return: 0; -ENODEV: the module is gone; the kernel's errno (its sentence: kpol_nl_last_error());
 * -ETIMEDOUT, -EBADMSG, or what @reply said.
 */
int kpol_nl_do(struct kpol_nl *nl, struct nl_msg *msg, int max, kpol_nl_reply_fn reply,
	       void *userdata);

/** kpol_nl_dump() - the same for a dump. Return: as kpol_nl_do(), or -EAGAIN: it changed meanwhile.
 */
int kpol_nl_dump(struct kpol_nl *nl, uint8_t cmd, int max, kpol_nl_reply_fn reply, void *userdata);

/** kpol_nl_set_error() - put back what the kernel said before a clean-up request. */
void kpol_nl_set_error(struct kpol_nl *nl, const struct kpol_nl_error *error);

#endif /* KPOL_NL_REQUEST_H */
