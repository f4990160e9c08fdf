/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's sentence about a request: the extended acknowledgement, which libnl 3.7 does not
 * read. */
#ifndef KPOL_NL_EXTACK_H
#define KPOL_NL_EXTACK_H

#include <linux/netlink.h>

#include "nl/conn.h"

/**
 * kpol_nl_extack_parse() - error code and sentence of an NLMSG_ERROR or NLMSG_DONE message
 * @hdr: the whole message; its length has been checked against what was received.
 * @ret: filled, empty when there is no sentence.
 *
 * Layout as in Documentation/userspace-api/netlink/intro.rst: the error, the request's header, the
 * request's payload unless NLM_F_CAPPED, attributes if NLM_F_ACK_TLVS.
 *
 * Return: 0 (acknowledged), the kernel's negative errno, or -EBADMSG when the message is too short.
 */
int kpol_nl_extack_parse(const struct nlmsghdr *hdr, struct kpol_nl_error *ret);

#endif /* KPOL_NL_EXTACK_H */
