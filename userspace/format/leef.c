// SPDX-License-Identifier: GPL-2.0-or-later
/* A record in QRadar's Log Event Extended Format 2.0. */
#include <arpa/inet.h>

#include "base/words.h"
#include "format/line.h"
#include "format/pairs.h"
#include "format/summary.h"

/* LEEF has no escapes. A value ends where the delimiter is, so it may not be in one; a key ends at the
 * first "=". The delimiter is no tab, which is LEEF's default, because syslog daemons rewrite
 * control characters (rsyslog makes #011 of it).
 */
#define DELIMITER "^"

static void add_header(struct kpol_buffer *out, const struct kpol_summary *summary)
{
	kpol_buffer_printf(out, "LEEF:2.0|kpol|kpol|" KPOL_VERSION "|%s|" DELIMITER "|",
			   summary->code);
}

static void add_task(struct kpol_pairs *pairs, const struct kpol_event *event)
{
	kpol_pairs_string(pairs, "object", event->object);
	kpol_pairs_string(pairs, "source", event->source);
	if (event->cut)
		kpol_pairs_sentence(pairs, "cut", "true");
	kpol_pairs_string(pairs, "comm", event->comm);
	if (!event->has_task)
		return;
	kpol_pairs_uint(pairs, "pid", kpol_event_pid(event));
	kpol_pairs_uint(pairs, "ppid", event->ppid);
	kpol_pairs_uint(pairs, "uid", event->uid);
}

static void add_network(struct kpol_pairs *pairs, const struct kpol_event *event)
{
	char address[INET6_ADDRSTRLEN], protocol[16];

	if (event->class != KPOL_CLASS_NETWORK)
		return;
	kpol_event_address(event, address);
	kpol_event_protocol(event, protocol);
	/* An incoming connection: the address is the peer's, the port is ours. */
	kpol_pairs_string(pairs, event->op == KPOL_OP_ACCEPT ? "src" : "dst", address);
	kpol_pairs_uint_if(pairs, "dstPort", event->port);
	kpol_pairs_string(pairs, "proto", protocol);
}

static void add_policy(struct kpol_pairs *pairs, const struct kpol_event *event)
{
	kpol_pairs_string(pairs, "cgroup", event->cgroup_path);
	kpol_pairs_string(pairs, "scope", event->scope);
	kpol_pairs_string(pairs, "unit", event->unit);
	kpol_pairs_string(pairs, "pod", event->pod);
	kpol_pairs_string(pairs, "container", event->container);
	kpol_pairs_string(pairs, "namespace", event->namespace);
	kpol_pairs_string(pairs, "bundle", event->bundle);
	kpol_pairs_string(pairs, "bundleVersion", event->bundle_version);
	kpol_pairs_string(pairs, "policy", event->policy);
	kpol_pairs_uint_if(pairs, "rule", event->rule);
	kpol_pairs_string(pairs, "file", event->file);
	kpol_pairs_uint_if(pairs, "line", event->line);
	kpol_pairs_uint(pairs, "generation", event->generation);
	kpol_pairs_string(pairs, "message", event->message);
	kpol_pairs_string(pairs, "tags", event->tags);
	kpol_pairs_string(pairs, "owner", event->owner);
	kpol_pairs_string(pairs, "frameworks", event->frameworks);
	kpol_pairs_string(pairs, "risk", event->risk);
}

static void add_event(struct kpol_pairs *pairs, const struct kpol_event *event)
{
	kpol_pairs_string(pairs, "cat", kpol_word(KPOL_WORDS_CLASS, event->class));
	kpol_pairs_uint(pairs, "seq", event->seq);
	kpol_pairs_string(pairs, "verdict", kpol_word(KPOL_WORDS_VERDICT, event->verdict));
	kpol_pairs_string(pairs, "reason", kpol_word(KPOL_WORDS_REASON, event->reason));
	kpol_pairs_string(pairs, "op", kpol_word(KPOL_WORDS_OP, event->op));
	kpol_pairs_uint(pairs, "count", event->count);
	add_task(pairs, event);
	add_network(pairs, event);
	add_policy(pairs, event);
}

static void add_control(struct kpol_pairs *pairs, const struct kpol_record *record)
{
	kpol_pairs_sentence(pairs, "cat", "control");
	kpol_pairs_string(pairs, "action", record->action);
	kpol_pairs_string(pairs, "detail", record->detail);
	kpol_pairs_string(pairs, "reason", record->outcome);
	kpol_pairs_string(pairs, "bundle", record->bundle);
	kpol_pairs_uint(pairs, "generation", record->generation);
	kpol_pairs_uint(pairs, "uid", record->uid);
	kpol_pairs_uint_if(pairs, "pid", record->pid);
}

static void add_lost(struct kpol_pairs *pairs, const struct kpol_record *record)
{
	kpol_pairs_sentence(pairs, "cat", "lost");
	kpol_pairs_uint(pairs, "first", record->first);
	kpol_pairs_uint(pairs, "last", record->last);
}

int kpol_format_leef(const struct kpol_record *record, const struct kpol_sender *sender,
		     struct kpol_payload *ret)
{
	struct kpol_pairs pairs = {
		.out = &ret->bytes, .separator = DELIMITER[0], .slash = "", .hex = DELIMITER
	};
	struct kpol_summary summary;

	kpol_summary_make(record, sender, &summary);
	add_header(&ret->bytes, &summary);
	/* Milliseconds since 1970 need no devTimeFormat. */
	kpol_pairs_uint(&pairs, "devTime", summary.time_ns / 1000000);
	kpol_pairs_uint(&pairs, "sev", summary.severity);
	kpol_pairs_string(&pairs, "id", summary.id);
	kpol_pairs_string(&pairs, "host", summary.host);
	kpol_pairs_sentence(&pairs, "outcome", summary.outcome);
	if (record->kind == KPOL_RECORD_VERDICT)
		add_event(&pairs, record->event);
	else if (record->kind == KPOL_RECORD_LOST)
		add_lost(&pairs, record);
	else
		add_control(&pairs, record);
	kpol_pairs_sentence(&pairs, "msg", summary.sentence);
	return kpol_payload_whole(ret);
}
