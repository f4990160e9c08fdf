// SPDX-License-Identifier: GPL-2.0-or-later
/* The event decoder, and every format behind it, on any bytes. */
#include <string.h>

#include <netlink/msg.h>

#include "format/payload.h"
#include "nl/event.h"
#include "nl/extack.h"
#include "nl/status.h"

static void format_event(const struct kpol_event *event)
{
	struct kpol_sender sender = { .host = "h", .pid = 1, .enterprise = 32473, .sequence = 1 };
	struct kpol_record record = { .kind = KPOL_RECORD_VERDICT, .event = event };
	struct kpol_payload journal = { 0 }, syslog = { 0 };
	struct kpol_jsonw w = { 0 };

	kpol_format_journal(&record, &sender, &journal);
	kpol_format_rfc5424(&record, &sender, &syslog);
	if (syslog.bytes.len > KPOL_RFC5424_MAX)
		__builtin_trap();
	kpol_record_json(&record, &w);
	kpol_payload_clear(&journal);
	kpol_payload_clear(&syslog);
	kpol_jsonw_clear(&w);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static _Alignas(8) char buf[65536];
	struct nlmsghdr *hdr = (struct nlmsghdr *)buf;
	int left = size > sizeof(buf) ? (int)sizeof(buf) : (int)size;
	static struct kpol_nl_event event;
	struct kpol_nl_status status;
	struct kpol_nl_error error;

	memcpy(buf, data, (size_t)left);
	for (; nlmsg_ok(hdr, left); hdr = nlmsg_next(hdr, &left)) {
		if (kpol_nl_event_decode(hdr, &event) == 0)
			format_event(&event.event);
		kpol_nl_status_decode(hdr, &status);
		if (hdr->nlmsg_type == NLMSG_ERROR || hdr->nlmsg_type == NLMSG_DONE)
			kpol_nl_extack_parse(hdr, &error);
	}
	return 0;
}
