// SPDX-License-Identifier: GPL-2.0-or-later
/* A record in ArcSight's Common Event Format, version 0 (the standard's revision 25). */
#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/words.h"
#include "format/line.h"
#include "format/pairs.h"
#include "format/summary.h"

/* msg may have this many bytes; what it says is in the other fields as well. */
#define MESSAGE_MAX 1023

static void add_header(struct kpol_buffer *out, const struct kpol_summary *summary)
{
	char name[sizeof(summary->code)];

	/* The name is the code in words: equal for equal things, as correlation wants it. */
	strcpy(name, summary->code);
	for (char *c = name; *c; c++)
		if (*c == '-')
			*c = ' ';
	kpol_buffer_printf(out, "CEF:0|kpol|kpol|" KPOL_VERSION "|%s|%s|%u|", summary->code, name,
			   summary->severity);
}

/* A custom field: the value, and what it is. */
static void add_labelled(struct kpol_pairs *pairs, const char *key, const char *label,
			 const char *value)
{
	struct kpol_buffer name = { 0 };

	if (!value || !value[0])
		return;
	kpol_buffer_printf(&name, "%sLabel", key);
	kpol_pairs_string(pairs, key, value);
	kpol_pairs_sentence(pairs, name.text ? name.text : key, label);
	pairs->out->failed |= name.failed;
	kpol_buffer_clear(&name);
}

static void add_number(struct kpol_pairs *pairs, const char *key, const char *label, uint64_t value)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%" PRIu64, value);
	add_labelled(pairs, key, label, digits);
}

static void add_task(struct kpol_pairs *pairs, const struct kpol_event *event)
{
	kpol_pairs_string(pairs, "sproc", event->source);
	if (!event->has_task)
		return;
	kpol_pairs_uint(pairs, "spid", kpol_event_pid(event));
	kpol_pairs_uint(pairs, "suid", event->uid);
	kpol_pairs_uint_if(pairs, "kpolPpid", event->ppid);
	kpol_pairs_string(pairs, "kpolComm", event->comm);
}

/* src and dst are for IPv4; IPv6 has fields of its own. */
static void add_address(struct kpol_pairs *pairs, const struct kpol_event *event, bool is_source)
{
	char address[INET6_ADDRSTRLEN];

	kpol_event_address(event, address);
	if (event->addr_len == 4)
		kpol_pairs_string(pairs, is_source ? "src" : "dst", address);
	else if (event->addr_len == 16 && is_source)
		add_labelled(pairs, "c6a2", "Source IPv6 Address", address);
	else if (event->addr_len == 16)
		add_labelled(pairs, "c6a3", "Destination IPv6 Address", address);
}

static void add_network(struct kpol_pairs *pairs, const struct kpol_event *event)
{
	char protocol[16];

	if (event->class != KPOL_CLASS_NETWORK)
		return;
	/* An incoming connection: the address is the peer's, the port is ours. */
	add_address(pairs, event, event->op == KPOL_OP_ACCEPT);
	kpol_pairs_uint_if(pairs, "dpt", event->port);
	kpol_event_protocol(event, protocol);
	kpol_pairs_string(pairs, "proto", protocol);
	if (event->op & KPOL_OPS_EGRESS)
		kpol_pairs_uint(pairs, "deviceDirection", 1);
	else if (event->op & KPOL_OPS_INGRESS)
		kpol_pairs_uint(pairs, "deviceDirection", 0);
}

static void add_object(struct kpol_pairs *pairs, const struct kpol_event *event)
{
	const char *path = kpol_event_path(event);

	if (path) {
		kpol_pairs_string(pairs, "filePath", path);
		kpol_pairs_string(pairs, "fname", kpol_path_name(path));
	} else {
		kpol_pairs_string(pairs, "kpolObject", event->object);
	}
	if (event->cut)
		kpol_pairs_sentence(pairs, "kpolCut", "true");
}

static void add_policy(struct kpol_pairs *pairs, const struct kpol_event *event)
{
	add_labelled(pairs, "cs1", "pod", event->pod);
	add_labelled(pairs, "cs2", "namespace", event->namespace);
	add_labelled(pairs, "cs3", "container", event->container);
	add_labelled(pairs, "cs4", "bundle", event->bundle);
	add_labelled(pairs, "cs5", "policy", event->policy);
	add_labelled(pairs, "cs6", "file", event->file);
	if (event->line)
		add_number(pairs, "cn1", "line", event->line);
	if (event->rule)
		add_number(pairs, "cn2", "rule", event->rule);
	add_number(pairs, "cn3", "generation", event->generation);
	kpol_pairs_string(pairs, "kpolBundleVersion", event->bundle_version);
	kpol_pairs_string(pairs, "kpolScope", event->scope);
	kpol_pairs_string(pairs, "kpolUnit", event->unit);
	kpol_pairs_string(pairs, "kpolCgroup", event->cgroup_path);
	kpol_pairs_string(pairs, "kpolMessage", event->message);
	kpol_pairs_string(pairs, "kpolTags", event->tags);
	kpol_pairs_string(pairs, "kpolOwner", event->owner);
	kpol_pairs_string(pairs, "kpolFrameworks", event->frameworks);
	kpol_pairs_string(pairs, "kpolRisk", event->risk);
}

static void add_event(struct kpol_pairs *pairs, const struct kpol_event *event)
{
	kpol_pairs_string(pairs, "act", kpol_word(KPOL_WORDS_VERDICT, event->verdict));
	kpol_pairs_string(pairs, "cat", kpol_word(KPOL_WORDS_CLASS, event->class));
	kpol_pairs_string(pairs, "reason", kpol_word(KPOL_WORDS_REASON, event->reason));
	kpol_pairs_uint(pairs, "cnt", event->count);
	add_task(pairs, event);
	add_object(pairs, event);
	add_network(pairs, event);
	add_policy(pairs, event);
}

static void add_control(struct kpol_pairs *pairs, const struct kpol_record *record)
{
	kpol_pairs_string(pairs, "act", record->action);
	kpol_pairs_string(pairs, "reason", record->outcome);
	kpol_pairs_uint(pairs, "suid", record->uid);
	kpol_pairs_uint_if(pairs, "spid", record->pid);
	add_labelled(pairs, "cs4", "bundle", record->bundle);
	add_number(pairs, "cn3", "generation", record->generation);
	kpol_pairs_string(pairs, "kpolDetail", record->detail);
}

static void add_lost(struct kpol_pairs *pairs, const struct kpol_record *record)
{
	kpol_pairs_uint(pairs, "cnt", record->last - record->first + 1);
	add_number(pairs, "cn1", "first", record->first);
	add_number(pairs, "cn2", "last", record->last);
}

int kpol_format_cef(const struct kpol_record *record, const struct kpol_sender *sender,
		    struct kpol_payload *ret)
{
	struct kpol_pairs pairs = {
		.out = &ret->bytes, .separator = ' ', .slash = "\\=", .hex = ""
	};
	struct kpol_summary summary;
	char message[MESSAGE_MAX + 1];

	kpol_summary_make(record, sender, &summary);
	add_header(&ret->bytes, &summary);
	kpol_pairs_uint(&pairs, "rt", summary.time_ns / 1000000);
	kpol_pairs_string(&pairs, "externalId", summary.id);
	kpol_pairs_string(&pairs, "dvchost", summary.host);
	kpol_pairs_uint(&pairs, "dvcpid", (uint64_t)sender->pid);
	kpol_pairs_sentence(&pairs, "outcome", summary.outcome);
	if (record->kind == KPOL_RECORD_VERDICT)
		add_event(&pairs, record->event);
	else if (record->kind == KPOL_RECORD_LOST)
		add_lost(&pairs, record);
	else
		add_control(&pairs, record);
	kpol_record_sentence(record, message, sizeof(message));
	kpol_pairs_sentence(&pairs, "msg", message);
	return kpol_payload_whole(ret);
}
