// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel's sentence about a request: the extended acknowledgement, which libnl 3.7 does not
 * read. */
#include "nl/extack.h"

#include <errno.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <stdio.h>
#include <string.h>

#include "nl/attr.h"

/* Where the attributes begin, in bytes after the message header; -1: there are none. */
static int attrs_offset(const struct nlmsghdr *hdr, int len)
{
	const struct nlmsgerr *err = nlmsg_data(hdr);
	int offset;

	if (!(hdr->nlmsg_flags & NLM_F_ACK_TLVS))
		return -1;
	if (hdr->nlmsg_type == NLMSG_DONE)
		return NLMSG_ALIGN(sizeof(int));

	offset = sizeof(*err);
	if (!(hdr->nlmsg_flags & NLM_F_CAPPED)) {
		if (err->msg.nlmsg_len < NLMSG_HDRLEN || err->msg.nlmsg_len > (uint32_t)len)
			return -1;
		offset += NLMSG_ALIGN(err->msg.nlmsg_len - NLMSG_HDRLEN);
	}
	return offset;
}

/* "rule 17: path is not absolute" → 17 and the rest. */
static void split_rule(struct kpol_nl_error *error)
{
	unsigned int rule;
	int used = 0;

	if (sscanf(error->message, "rule %9u: %n", &rule, &used) != 1 || used == 0)
		return;
	error->rule = rule;
	memmove(error->message, error->message + used, strlen(error->message + used) + 1);
}

int kpol_nl_extack_parse(const struct nlmsghdr *hdr, struct kpol_nl_error *ret)
{
	int len = nlmsg_datalen(hdr), code, offset;
	int need = hdr->nlmsg_type == NLMSG_DONE ? sizeof(int) : sizeof(struct nlmsgerr);
	struct nlattr *attrs[NLMSGERR_ATTR_MAX + 1];

	memset(ret, 0, sizeof(*ret));
	/* The kernel writes a bare DONE with an empty payload for some families. */
	if (hdr->nlmsg_type == NLMSG_DONE && len < need)
		return 0;
	if (len < need)
		return -EBADMSG;

	memcpy(&code, nlmsg_data(hdr), sizeof(code));
	offset = attrs_offset(hdr, len);
	if (offset >= 0 && offset < len) {
		if (nla_parse(attrs, NLMSGERR_ATTR_MAX, (void *)((char *)nlmsg_data(hdr) + offset),
			      len - offset, NULL) == 0 &&
		    attrs[NLMSGERR_ATTR_MSG]) {
			kpol_nl_attr_string(attrs[NLMSGERR_ATTR_MSG], ret->message,
					    sizeof(ret->message));
			split_rule(ret);
		}
	}
	return code > 0 ? -EBADMSG : code;
}
