// SPDX-License-Identifier: GPL-2.0-or-later
/* A record in words and in JSON. */
#include "format/record.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "base/words.h"

void kpol_sentence_end(struct kpol_buffer *out, char *buf, size_t size)
{
	size_t n = out->len;

	if (out->failed || !out->text) {
		snprintf(buf, size, "(out of memory)");
	} else if (n < size) {
		memcpy(buf, out->text, n + 1);
	} else if (size > sizeof("…")) {
		n = size - sizeof("…");
		while (n > 0 && (out->text[n] & 0xc0) == 0x80)
			n--; /* not in the middle of a character */
		memcpy(buf, out->text, n);
		strcpy(buf + n, "…");
	}
	kpol_buffer_clear(out);
}

static void control_sentence(const struct kpol_record *record, char *buf, size_t size)
{
	struct kpol_buffer out = { 0 };

	kpol_text_escape_to(&out, record->action, strlen(record->action));
	if (record->detail) {
		kpol_buffer_putc(&out, ' ');
		kpol_text_escape_to(&out, record->detail, strlen(record->detail));
	}
	if (record->pid)
		kpol_buffer_printf(&out, " by uid %u (pid %u)", record->uid, record->pid);
	kpol_buffer_puts(&out, ": ");
	kpol_text_escape_to(&out, record->outcome, strlen(record->outcome));
	kpol_sentence_end(&out, buf, size);
}

void kpol_record_sentence(const struct kpol_record *record, char *buf, size_t size)
{
	switch (record->kind) {
	case KPOL_RECORD_VERDICT:
		kpol_event_sentence(record->event, buf, size);
		break;
	case KPOL_RECORD_LOST:
		if (record->first == record->last)
			snprintf(buf, size, "event %" PRIu64 " lost", record->first);
		else
			snprintf(buf, size, "events %" PRIu64 "–%" PRIu64 " lost", record->first,
				 record->last);
		break;
	case KPOL_RECORD_CONTROL:
		control_sentence(record, buf, size);
		break;
	}
}

int kpol_record_priority(const struct kpol_record *record)
{
	switch (record->kind) {
	case KPOL_RECORD_VERDICT:
		return record->event->verdict == KPOL_VERDICT_DENY ? LOG_WARNING : LOG_NOTICE;
	case KPOL_RECORD_LOST:
		return LOG_ERR;
	default:
		return strcmp(record->outcome, "ok") == 0 ? LOG_NOTICE : LOG_WARNING;
	}
}

static void json_word(struct kpol_jsonw *w, const char *key, enum kpol_words words, uint32_t value)
{
	kpol_jsonw_string(w, key, kpol_word(words, value));
}

static void json_uint_if(struct kpol_jsonw *w, const char *key, uint64_t value)
{
	if (value)
		kpol_jsonw_uint(w, key, value);
}

static void json_task(struct kpol_jsonw *w, const struct kpol_event *event)
{
	kpol_jsonw_string_if(w, "object", event->object);
	kpol_jsonw_string_if(w, "source", event->source);
	if (event->cut)
		kpol_jsonw_bool(w, "cut", true);
	if (event->has_task) {
		kpol_jsonw_uint(w, "pid", event->tgid ? event->tgid : event->pid);
		kpol_jsonw_uint(w, "ppid", event->ppid);
		kpol_jsonw_uint(w, "uid", event->uid);
	}
	kpol_jsonw_string_if(w, "comm", event->comm);
	kpol_jsonw_string_if(w, "cgroup", event->cgroup_path);
	kpol_jsonw_string_if(w, "scope", event->scope);
	kpol_jsonw_string_if(w, "unit", event->unit);
	kpol_jsonw_string_if(w, "pod", event->pod);
	kpol_jsonw_string_if(w, "container", event->container);
	kpol_jsonw_string_if(w, "namespace", event->namespace);
}

static void json_policy(struct kpol_jsonw *w, const struct kpol_event *event)
{
	kpol_jsonw_string_if(w, "bundle", event->bundle);
	kpol_jsonw_string_if(w, "bundleVersion", event->bundle_version);
	kpol_jsonw_string_if(w, "policy", event->policy);
	json_uint_if(w, "rule", event->rule);
	kpol_jsonw_string_if(w, "file", event->file);
	json_uint_if(w, "line", event->line);
	kpol_jsonw_string_if(w, "message", event->message);
	json_uint_if(w, "severity", event->severity);
	kpol_jsonw_string_if(w, "tags", event->tags);
	kpol_jsonw_string_if(w, "owner", event->owner);
	kpol_jsonw_string_if(w, "frameworks", event->frameworks);
	kpol_jsonw_string_if(w, "risk", event->risk);
	kpol_jsonw_uint(w, "generation", event->generation);
}

static void json_network(struct kpol_jsonw *w, const struct kpol_event *event)
{
	char address[INET6_ADDRSTRLEN], protocol[16];

	if (event->class != KPOL_CLASS_NETWORK)
		return;
	kpol_event_address(event, address);
	kpol_event_protocol(event, protocol);
	json_uint_if(w, "family", event->family);
	kpol_jsonw_string_if(w, "protocol", protocol[0] ? protocol : NULL);
	kpol_jsonw_string_if(w, "address", address[0] ? address : NULL);
	json_uint_if(w, "port", event->port);
}

static void json_event(struct kpol_jsonw *w, const struct kpol_event *event)
{
	char time[KPOL_TIME_SIZE], sentence[2048];

	kpol_time_format(event->time_ns, time);
	kpol_event_sentence(event, sentence, sizeof(sentence));
	kpol_jsonw_object_begin(w, "event");
	kpol_jsonw_uint(w, "seq", event->seq);
	kpol_jsonw_string(w, "time", time);
	json_word(w, "verdict", KPOL_WORDS_VERDICT, event->verdict);
	json_word(w, "reason", KPOL_WORDS_REASON, event->reason);
	json_word(w, "class", KPOL_WORDS_CLASS, event->class);
	json_word(w, "op", KPOL_WORDS_OP, event->op);
	kpol_jsonw_uint(w, "count", event->count);
	json_task(w, event);
	json_policy(w, event);
	json_network(w, event);
	kpol_jsonw_string(w, "sentence", sentence);
	kpol_jsonw_object_end(w);
}

static void json_lost(struct kpol_jsonw *w, const struct kpol_record *record)
{
	char time[KPOL_TIME_SIZE];

	kpol_time_format(record->time_ns, time);
	kpol_jsonw_object_begin(w, "lost");
	kpol_jsonw_string(w, "time", time);
	kpol_jsonw_uint(w, "first", record->first);
	kpol_jsonw_uint(w, "last", record->last);
	kpol_jsonw_object_end(w);
}

static void json_control(struct kpol_jsonw *w, const struct kpol_record *record)
{
	char time[KPOL_TIME_SIZE];

	kpol_time_format(record->time_ns, time);
	kpol_jsonw_object_begin(w, "control");
	kpol_jsonw_string(w, "time", time);
	kpol_jsonw_string(w, "action", record->action);
	kpol_jsonw_string_if(w, "detail", record->detail);
	kpol_jsonw_string(w, "outcome", record->outcome);
	kpol_jsonw_string_if(w, "bundle", record->bundle);
	kpol_jsonw_uint(w, "generation", record->generation);
	kpol_jsonw_uint(w, "uid", record->uid);
	kpol_jsonw_uint(w, "pid", record->pid);
	kpol_jsonw_object_end(w);
}

void kpol_record_json(const struct kpol_record *record, struct kpol_jsonw *w)
{
	switch (record->kind) {
	case KPOL_RECORD_VERDICT:
		json_event(w, record->event);
		break;
	case KPOL_RECORD_LOST:
		json_lost(w, record);
		break;
	case KPOL_RECORD_CONTROL:
		json_control(w, record);
		break;
	}
}
