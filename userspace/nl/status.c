// SPDX-License-Identifier: GPL-2.0-or-later
/* The module's account of itself. */
#include "nl/status.h"

#include <errno.h>
#include <netlink/genl/genl.h>
#include <stddef.h>
#include <string.h>

#include "nl/attr.h"
#include "nl/request.h"

struct field {
	int attr;
	size_t offset;
};

#define FIELD(attr, member)                                   \
	{                                                     \
		attr, offsetof(struct kpol_nl_status, member) \
	}

static const struct field fields_u32[] = {
	FIELD(KPOL_A_STATUS_MODE, mode),
	FIELD(KPOL_A_STATUS_BOOT_MODE, boot_mode),
	FIELD(KPOL_A_STATUS_RULES, rules),
	FIELD(KPOL_A_STATUS_POLICIES, policies),
	FIELD(KPOL_A_STATUS_SCOPES, scopes),
	FIELD(KPOL_A_STATUS_BINDINGS, bindings),
	FIELD(KPOL_A_STATUS_SETS, sets),
	FIELD(KPOL_A_STATUS_ADDRESSES, addresses),
	FIELD(KPOL_A_STATUS_HOOKS, hooks),
	FIELD(KPOL_A_STATUS_HOOKS_KNOWN, hooks_known),
	FIELD(KPOL_A_STATUS_ENTERING, entering),
	FIELD(KPOL_A_STATUS_EVENT_QUEUED, event_queued),
	FIELD(KPOL_A_STATUS_EVENT_CAPACITY, event_capacity),
	FIELD(KPOL_A_STATUS_SUBSCRIBER, subscriber),
	FIELD(KPOL_A_STATUS_LOCKED, locked),
	FIELD(KPOL_A_STATUS_HOOKS_LOST, hooks_lost),
};

static const struct field fields_u64[] = {
	FIELD(KPOL_A_STATUS_GENERATION, generation), FIELD(KPOL_A_STATUS_MEMORY, memory),
	FIELD(KPOL_A_STATUS_STRINGS, strings),	     FIELD(KPOL_A_STATUS_UNTRACED, untraced),
	FIELD(KPOL_A_STATUS_EVENT_SEQ, event_seq),
};

#define N(array) (sizeof(array) / sizeof((array)[0]))

static void decode_fields(struct nlattr **attrs, struct kpol_nl_status *status)
{
	char *base = (char *)status;

	for (size_t i = 0; i < N(fields_u32); i++)
		*(uint32_t *)(base + fields_u32[i].offset) =
			kpol_nl_attr_u32(attrs[fields_u32[i].attr]);
	for (size_t i = 0; i < N(fields_u64); i++)
		*(uint64_t *)(base + fields_u64[i].offset) =
			kpol_nl_attr_u64(attrs[fields_u64[i].attr]);
	kpol_nl_attr_string(attrs[KPOL_A_STATUS_VERSION], status->version, sizeof(status->version));
	kpol_nl_attr_string(attrs[KPOL_A_STATUS_BUNDLE], status->bundle, sizeof(status->bundle));
	kpol_nl_attr_bytes(attrs[KPOL_A_STATUS_DIGEST], status->digest, sizeof(status->digest));
}

static void decode_count(struct nlattr *nest, bool dropped, struct kpol_nl_status *status)
{
	struct nlattr *attrs[KPOL_A_COUNT_MAX + 1];
	struct kpol_nl_count *count;
	uint32_t class;

	if (nla_parse_nested(attrs, KPOL_A_COUNT_MAX, nest, NULL) < 0)
		return;
	class = kpol_nl_attr_u32(attrs[KPOL_A_COUNT_CLASS]);
	if (class > KPOL_CLASS_MAX)
		return; /* a class newer than we are */
	if (dropped) {
		status->dropped[class] = kpol_nl_attr_u64(attrs[KPOL_A_COUNT_DENIED]);
		return;
	}
	count = &status->verdicts[class];
	count->denied = kpol_nl_attr_u64(attrs[KPOL_A_COUNT_DENIED]);
	count->would_deny = kpol_nl_attr_u64(attrs[KPOL_A_COUNT_WOULD_DENY]);
	count->audited = kpol_nl_attr_u64(attrs[KPOL_A_COUNT_AUDITED]);
}

static int decode(struct nlattr **attrs, const struct nlmsghdr *hdr, void *userdata)
{
	struct genlmsghdr *genl = nlmsg_data(hdr);
	struct kpol_nl_status *status = userdata;
	struct nlattr *attr;
	int left;

	decode_fields(attrs, status);
	nla_for_each_attr(attr, genlmsg_attrdata(genl, 0), genlmsg_attrlen(genl, 0), left)
	{
		if (nla_type(attr) == KPOL_A_STATUS_VERDICTS)
			decode_count(attr, false, status);
		else if (nla_type(attr) == KPOL_A_STATUS_EVENT_DROPPED)
			decode_count(attr, true, status);
	}
	return 0;
}

int kpol_nl_status_decode(const struct nlmsghdr *hdr, struct kpol_nl_status *ret)
{
	struct nlattr *attrs[KPOL_A_STATUS_MAX + 1];
	struct kpol_nl_status status = { 0 };

	if (!genlmsg_valid_hdr((struct nlmsghdr *)hdr, 0) ||
	    genlmsg_parse((struct nlmsghdr *)hdr, 0, attrs, KPOL_A_STATUS_MAX, NULL) < 0)
		return -EBADMSG;
	decode(attrs, hdr, &status);
	*ret = status;
	return 0;
}

int kpol_nl_status_get(struct kpol_nl *nl, struct kpol_nl_status *ret)
{
	_cleanup_msg_ struct nl_msg *msg = NULL;
	struct kpol_nl_status status = { 0 };
	int r;

	r = kpol_nl_msg(nl, KPOL_CMD_STATUS_GET, &msg);
	if (r < 0)
		return r;
	r = kpol_nl_do(nl, msg, KPOL_A_STATUS_MAX, decode, &status);
	if (r < 0)
		return r;
	*ret = status;
	return 0;
}
