// SPDX-License-Identifier: GPL-2.0-or-later
/* An event message decoded. */
#include "nl/event.h"

#include <errno.h>
#include <netlink/genl/genl.h>
#include <stddef.h>
#include <string.h>

#include "nl/attr.h"

struct field {
	int attr;
	size_t offset;
};

#define FIELD(attr, member)                               \
	{                                                 \
		attr, offsetof(struct kpol_event, member) \
	}

static const struct field fields_u32[] = {
	FIELD(KPOL_A_EVENT_VERDICT, verdict),	FIELD(KPOL_A_EVENT_REASON, reason),
	FIELD(KPOL_A_EVENT_CLASS, class),	FIELD(KPOL_A_EVENT_OP, op),
	FIELD(KPOL_A_EVENT_COUNT, count),	FIELD(KPOL_A_EVENT_SCOPE, scope_id),
	FIELD(KPOL_A_EVENT_RULE, rule),		FIELD(KPOL_A_EVENT_POLICY, policy_id),
	FIELD(KPOL_A_EVENT_LINE, line),		FIELD(KPOL_A_EVENT_PID, pid),
	FIELD(KPOL_A_EVENT_TGID, tgid),		FIELD(KPOL_A_EVENT_PPID, ppid),
	FIELD(KPOL_A_EVENT_UID, uid),		FIELD(KPOL_A_EVENT_FAMILY, family),
	FIELD(KPOL_A_EVENT_SOCKTYPE, socktype), FIELD(KPOL_A_EVENT_PROTOCOL, protocol),
	FIELD(KPOL_A_EVENT_PORT, port),
};

static const struct field fields_u64[] = {
	FIELD(KPOL_A_EVENT_SEQ, seq),
	FIELD(KPOL_A_EVENT_TIME, time_ns),
	FIELD(KPOL_A_EVENT_GENERATION, generation),
	FIELD(KPOL_A_EVENT_CGROUP, cgroup),
};

static void decode_numbers(struct nlattr **attrs, struct kpol_event *event)
{
	char *base = (char *)event;

	for (size_t i = 0; i < sizeof(fields_u32) / sizeof(fields_u32[0]); i++)
		*(uint32_t *)(base + fields_u32[i].offset) =
			kpol_nl_attr_u32(attrs[fields_u32[i].attr]);
	for (size_t i = 0; i < sizeof(fields_u64) / sizeof(fields_u64[0]); i++)
		*(uint64_t *)(base + fields_u64[i].offset) =
			kpol_nl_attr_u64(attrs[fields_u64[i].attr]);
	event->has_task = attrs[KPOL_A_EVENT_PID] != NULL;
	event->cut = attrs[KPOL_A_EVENT_CUT] != NULL;
	if (event->count == 0)
		event->count = 1;
}

static const char *decode_string(const struct nlattr *attr, char *buf, size_t size, bool *cut)
{
	if (!attr)
		return NULL;
	if (kpol_nl_attr_string(attr, buf, size) == size - 1 && nla_len(attr) > (int)size)
		*cut = true;
	return buf;
}

static void decode_strings(struct nlattr **attrs, struct kpol_nl_event *out)
{
	struct kpol_event *event = &out->event;
	bool ignored;

	event->comm =
		decode_string(attrs[KPOL_A_EVENT_COMM], out->comm, sizeof(out->comm), &ignored);
	event->object = decode_string(attrs[KPOL_A_EVENT_OBJECT], out->object, sizeof(out->object),
				      &event->cut);
	event->source = decode_string(attrs[KPOL_A_EVENT_SOURCE], out->source, sizeof(out->source),
				      &event->cut);
}

/* An address of any other length is of a family we do not know. */
static void decode_address(struct nlattr **attrs, struct kpol_event *event)
{
	const struct nlattr *addr = attrs[KPOL_A_EVENT_ADDR];

	if (addr && (nla_len(addr) == 4 || nla_len(addr) == 16))
		event->addr_len =
			(uint8_t)kpol_nl_attr_bytes(addr, event->addr, sizeof(event->addr));
}

int kpol_nl_event_decode(const struct nlmsghdr *hdr, struct kpol_nl_event *ret)
{
	struct nlattr *attrs[KPOL_A_EVENT_MAX + 1];

	if (!genlmsg_valid_hdr((struct nlmsghdr *)hdr, 0) ||
	    genlmsg_parse((struct nlmsghdr *)hdr, 0, attrs, KPOL_A_EVENT_MAX, NULL) < 0)
		return -EBADMSG;
	if (!attrs[KPOL_A_EVENT_SEQ] || !attrs[KPOL_A_EVENT_VERDICT])
		return -EBADMSG;
	memset(&ret->event, 0, sizeof(ret->event));
	decode_numbers(attrs, &ret->event);
	decode_strings(attrs, ret);
	decode_address(attrs, &ret->event);
	return 0;
}
