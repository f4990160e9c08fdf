// SPDX-License-Identifier: GPL-2.0-or-later
/* A record as one RFC 5424 syslog message. */
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include "base/text.h"
#include "base/words.h"
#include "format/payload.h"

#define FACILITY_AUTHPRIV 10
#define HOST_MAX 255
/* One value may take this much after escaping; a path of four-byte escapes is 4 KiB. */
#define VALUE_MAX 2048
/* Kept free for the end of the structured data and the sentence. */
#define TAIL_MAX 2304

/* Printable first, as everywhere, then the three characters that end a value (6.3.3). The
 * backslashes of the first escaping are doubled by the second: a reader undoes them in reverse
 * order.
 */
static void add_value(struct kpol_buffer *out, const char *value)
{
	struct kpol_buffer safe = { 0 };
	size_t start = out->len;

	kpol_text_escape_to(&safe, value, strlen(value));
	for (size_t i = 0; i < safe.len; i++) {
		char c = safe.text[i];

		if (out->len - start >= VALUE_MAX && (c & 0xc0) != 0x80)
			break;
		if (c == '"' || c == '\\' || c == ']')
			kpol_buffer_putc(out, '\\');
		kpol_buffer_putc(out, c);
	}
	out->failed |= safe.failed;
	kpol_buffer_clear(&safe);
}

/**
 * struct data - structured data being written
 * @truncated: a parameter was left out because the message was full.
 */
struct data {
	struct kpol_buffer *out;
	bool truncated;
};

static void param(struct data *data, const char *name, const char *value)
{
	if (!value || !value[0])
		return;
	if (data->out->len + strlen(name) + 4 + VALUE_MAX > KPOL_RFC5424_MAX - TAIL_MAX) {
		data->truncated = true;
		return;
	}
	kpol_buffer_printf(data->out, " %s=\"", name);
	add_value(data->out, value);
	kpol_buffer_putc(data->out, '"');
}

static void param_uint(struct data *data, const char *name, uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, value);
	param(data, name, text);
}

static void param_uint_if(struct data *data, const char *name, uint64_t value)
{
	if (value)
		param_uint(data, name, value);
}

static void param_word(struct data *data, const char *name, enum kpol_words words, uint32_t value)
{
	param(data, name, kpol_word(words, value));
}

static void add_network(struct data *data, const struct kpol_event *event)
{
	char address[INET6_ADDRSTRLEN], protocol[16];

	kpol_event_address(event, address);
	kpol_event_protocol(event, protocol);
	param(data, "address", address);
	param_uint_if(data, "port", event->port);
	param(data, "protocol", protocol);
}

/* In order of worth: what does not fit is left out from the end. */
static void add_event(struct data *data, const struct kpol_event *event)
{
	param_uint(data, "seq", event->seq);
	param_word(data, "verdict", KPOL_WORDS_VERDICT, event->verdict);
	param_word(data, "reason", KPOL_WORDS_REASON, event->reason);
	param_word(data, "class", KPOL_WORDS_CLASS, event->class);
	param_word(data, "op", KPOL_WORDS_OP, event->op);
	param_uint(data, "count", event->count);
	if (event->has_task) {
		param_uint(data, "pid", event->tgid ? event->tgid : event->pid);
		param_uint(data, "ppid", event->ppid);
		param_uint(data, "uid", event->uid);
	}
	if (event->class == KPOL_CLASS_NETWORK)
		add_network(data, event);
	param_uint_if(data, "rule", event->rule);
	param_uint_if(data, "line", event->line);
	param_uint(data, "generation", event->generation);
	param_uint_if(data, "severity", event->severity);
	param(data, "comm", event->comm);
	param(data, "policy", event->policy);
	param(data, "file", event->file);
	param(data, "object", event->object);
	param(data, "source", event->source);
	param(data, "scope", event->scope);
	param(data, "unit", event->unit);
	param(data, "pod", event->pod);
	param(data, "container", event->container);
	param(data, "namespace", event->namespace);
	param(data, "bundle", event->bundle);
	param(data, "bundleVersion", event->bundle_version);
	param(data, "cgroup", event->cgroup_path);
	param(data, "message", event->message);
	param(data, "tags", event->tags);
	param(data, "owner", event->owner);
	param(data, "frameworks", event->frameworks);
	param(data, "risk", event->risk);
}

static void add_control(struct data *data, const struct kpol_record *record)
{
	param(data, "action", record->action);
	param_uint(data, "uid", record->uid);
	param_uint_if(data, "pid", record->pid);
	param_uint(data, "generation", record->generation);
	param(data, "outcome", record->outcome);
	param(data, "bundle", record->bundle);
	param(data, "detail", record->detail);
}

static void add_data(struct kpol_buffer *out, const struct kpol_record *record,
		     const struct kpol_sender *sender)
{
	struct data data = { .out = out };

	kpol_buffer_printf(out, "[kpol@%u", sender->enterprise);
	if (record->kind == KPOL_RECORD_VERDICT) {
		add_event(&data, record->event);
		data.truncated |= record->event->cut;
	} else if (record->kind == KPOL_RECORD_LOST) {
		param_uint(&data, "first", record->first);
		param_uint(&data, "last", record->last);
	} else {
		add_control(&data, record);
	}
	if (data.truncated)
		kpol_buffer_puts(out, " truncated=\"yes\"");
	kpol_buffer_printf(out, "][meta sequenceId=\"%u\" sysUpTime=\"%" PRIu64 "\"]",
			   sender->sequence, sender->uptime_cs);
}

static const char *message_id(const struct kpol_record *record)
{
	switch (record->kind) {
	case KPOL_RECORD_VERDICT:
		return kpol_word(KPOL_WORDS_VERDICT, record->event->verdict);
	case KPOL_RECORD_LOST:
		return "lost";
	default:
		return "control";
	}
}

/* HOSTNAME is printable ASCII without spaces, "-" when unknown (6.2.4). */
static void add_host(struct kpol_buffer *out, const char *host)
{
	size_t n = 0;

	for (; host && host[n] > 32 && host[n] < 127 && n < HOST_MAX; n++)
		;
	if (n > 0)
		kpol_buffer_add(out, host, n);
	else
		kpol_buffer_putc(out, '-');
}

static void add_header(struct kpol_buffer *out, const struct kpol_record *record,
		       const struct kpol_sender *sender)
{
	uint64_t ns =
		record->kind == KPOL_RECORD_VERDICT ? record->event->time_ns : record->time_ns;
	char time[KPOL_TIME_SIZE];

	kpol_time_format(ns, time);
	kpol_buffer_printf(out, "<%d>1 %s ", FACILITY_AUTHPRIV * 8 + kpol_record_priority(record),
			   time);
	add_host(out, sender->host);
	kpol_buffer_printf(out, " kpold %d %s ", (int)sender->pid, message_id(record));
}

int kpol_format_rfc5424(const struct kpol_record *record, const struct kpol_sender *sender,
			struct kpol_payload *ret)
{
	char sentence[2048];

	add_header(&ret->bytes, record, sender);
	add_data(&ret->bytes, record, sender);
	kpol_record_sentence(record, sentence, sizeof(sentence));
	kpol_buffer_printf(&ret->bytes, " \xEF\xBB\xBF%s", sentence);
	if (ret->bytes.failed)
		return -ENOMEM;
	ret->parts[0] = (struct iovec){ ret->bytes.text, ret->bytes.len };
	ret->n_parts = 1;
	return 0;
}
