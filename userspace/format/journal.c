// SPDX-License-Identifier: GPL-2.0-or-later
/* A record as native fields of the journal. */
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "base/text.h"
#include "base/words.h"
#include "format/payload.h"

/* One id per kind, text in dist/kpol.catalog; never reuse one. */
static const struct {
	enum kpol_record_kind kind;
	uint32_t verdict;
	const char *id;
} message_ids[] = {
	{ KPOL_RECORD_VERDICT, KPOL_VERDICT_DENY, "74291a23d8c14faba41a0984ce1ba7e0" },
	{ KPOL_RECORD_VERDICT, KPOL_VERDICT_WOULD_DENY, "35fb91dd11f8425bb2b3ffb4b4087d88" },
	{ KPOL_RECORD_VERDICT, KPOL_VERDICT_AUDIT, "bbc1b06c772c4ab28267400271cde7b2" },
	{ KPOL_RECORD_LOST, 0, "4be6bb92d328472e8ca00d6f175a30ce" },
	{ KPOL_RECORD_CONTROL, 0, "ffacb62b5d4849618a8235f47e254152" },
};

static const char *message_id(const struct kpol_record *record)
{
	for (size_t i = 0; i < sizeof(message_ids) / sizeof(message_ids[0]); i++)
		if (message_ids[i].kind == record->kind &&
		    (!message_ids[i].verdict || message_ids[i].verdict == record->event->verdict))
			return message_ids[i].id;
	return message_ids[0].id;
}

/* Field by field; the buffer moves as it grows, so a part keeps its offset until the end. */
static void field_begin(struct kpol_payload *payload, const char *name)
{
	struct iovec *part = &payload->parts[payload->n_parts];

	part->iov_base = (void *)payload->bytes.len;
	kpol_buffer_printf(&payload->bytes, "%s=", name);
}

static void field_end(struct kpol_payload *payload)
{
	struct iovec *part = &payload->parts[payload->n_parts];

	part->iov_len = payload->bytes.len - (size_t)part->iov_base;
	if (payload->n_parts < KPOL_PAYLOAD_PARTS - 1)
		payload->n_parts++;
}

static void field_string(struct kpol_payload *payload, const char *name, const char *value)
{
	if (!value || !value[0])
		return;
	field_begin(payload, name);
	kpol_text_escape_to(&payload->bytes, value, strlen(value));
	field_end(payload);
}

static void field_uint(struct kpol_payload *payload, const char *name, uint64_t value)
{
	field_begin(payload, name);
	kpol_buffer_printf(&payload->bytes, "%" PRIu64, value);
	field_end(payload);
}

static void field_uint_if(struct kpol_payload *payload, const char *name, uint64_t value)
{
	if (value)
		field_uint(payload, name, value);
}

static void field_word(struct kpol_payload *payload, const char *name, enum kpol_words words,
		       uint32_t value)
{
	field_string(payload, name, kpol_word(words, value));
}

static void add_task(struct kpol_payload *payload, const struct kpol_event *event)
{
	field_string(payload, "KPOL_OBJECT", event->object);
	field_string(payload, "KPOL_SOURCE", event->source);
	field_string(payload, "KPOL_COMM", event->comm);
	if (event->has_task) {
		field_uint(payload, "KPOL_PID", event->tgid ? event->tgid : event->pid);
		field_uint(payload, "KPOL_PPID", event->ppid);
		field_uint(payload, "KPOL_UID", event->uid);
	}
	if (event->cut)
		field_uint(payload, "KPOL_CUT", 1);
	field_string(payload, "KPOL_CGROUP", event->cgroup_path);
	field_string(payload, "KPOL_UNIT", event->unit);
	field_string(payload, "KPOL_POD", event->pod);
	field_string(payload, "KPOL_CONTAINER", event->container);
	field_string(payload, "KPOL_NAMESPACE", event->namespace);
}

static void add_policy(struct kpol_payload *payload, const struct kpol_event *event)
{
	field_string(payload, "KPOL_SCOPE", event->scope);
	field_string(payload, "KPOL_POLICY", event->policy);
	field_uint_if(payload, "KPOL_RULE", event->rule);
	field_string(payload, "KPOL_FILE", event->file);
	field_uint_if(payload, "KPOL_LINE", event->line);
	field_string(payload, "KPOL_BUNDLE", event->bundle);
	field_string(payload, "KPOL_BUNDLE_VERSION", event->bundle_version);
	field_uint_if(payload, "KPOL_SEVERITY", event->severity);
	field_string(payload, "KPOL_TAGS", event->tags);
	field_string(payload, "KPOL_OWNER", event->owner);
	field_string(payload, "KPOL_FRAMEWORKS", event->frameworks);
	field_string(payload, "KPOL_RISK", event->risk);
	field_string(payload, "KPOL_MESSAGE", event->message);
}

static void add_network(struct kpol_payload *payload, const struct kpol_event *event)
{
	char address[INET6_ADDRSTRLEN], protocol[16];

	if (event->class != KPOL_CLASS_NETWORK)
		return;
	kpol_event_address(event, address);
	kpol_event_protocol(event, protocol);
	field_string(payload, "KPOL_ADDRESS", address);
	field_uint_if(payload, "KPOL_PORT", event->port);
	field_string(payload, "KPOL_PROTOCOL", protocol);
}

static void add_event(struct kpol_payload *payload, const struct kpol_event *event)
{
	field_uint(payload, "KPOL_SEQ", event->seq);
	field_word(payload, "KPOL_VERDICT", KPOL_WORDS_VERDICT, event->verdict);
	field_word(payload, "KPOL_REASON", KPOL_WORDS_REASON, event->reason);
	field_word(payload, "KPOL_CLASS", KPOL_WORDS_CLASS, event->class);
	field_word(payload, "KPOL_OP", KPOL_WORDS_OP, event->op);
	field_uint(payload, "KPOL_COUNT", event->count);
	field_uint(payload, "KPOL_GENERATION", event->generation);
	add_task(payload, event);
	add_policy(payload, event);
	add_network(payload, event);
}

static void add_lost(struct kpol_payload *payload, const struct kpol_record *record)
{
	field_uint(payload, "KPOL_LOST_FIRST", record->first);
	field_uint(payload, "KPOL_LOST_LAST", record->last);
}

static void add_control(struct kpol_payload *payload, const struct kpol_record *record)
{
	field_string(payload, "KPOL_ACTION", record->action);
	field_string(payload, "KPOL_DETAIL", record->detail);
	field_string(payload, "KPOL_OUTCOME", record->outcome);
	field_string(payload, "KPOL_BUNDLE", record->bundle);
	field_uint(payload, "KPOL_GENERATION", record->generation);
	field_uint(payload, "KPOL_CALLER_UID", record->uid);
	field_uint_if(payload, "KPOL_CALLER_PID", record->pid);
}

static void add_common(struct kpol_payload *payload, const struct kpol_record *record)
{
	char sentence[2048];

	kpol_record_sentence(record, sentence, sizeof(sentence));
	field_string(payload, "MESSAGE", sentence);
	field_string(payload, "MESSAGE_ID", message_id(record));
	field_uint(payload, "PRIORITY", (uint64_t)kpol_record_priority(record));
	field_string(payload, "SYSLOG_IDENTIFIER", "kpold");
	field_uint(payload, "SYSLOG_FACILITY", 10); /* authpriv */
}

static int settle(struct kpol_payload *payload)
{
	if (payload->bytes.failed)
		return -ENOMEM;
	for (int i = 0; i < payload->n_parts; i++)
		payload->parts[i].iov_base =
			payload->bytes.text + (size_t)payload->parts[i].iov_base;
	return 0;
}

int kpol_format_journal(const struct kpol_record *record, const struct kpol_sender *sender,
			struct kpol_payload *ret)
{
	(void)sender;
	add_common(ret, record);
	if (record->kind == KPOL_RECORD_VERDICT)
		add_event(ret, record->event);
	else if (record->kind == KPOL_RECORD_LOST)
		add_lost(ret, record);
	else
		add_control(ret, record);
	return settle(ret);
}

void kpol_payload_clear(struct kpol_payload *payload)
{
	kpol_buffer_clear(&payload->bytes);
	memset(payload, 0, sizeof(*payload));
}
