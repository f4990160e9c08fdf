// SPDX-License-Identifier: GPL-2.0-or-later
/* Every format of one line on any text: it stays one line of printable UTF-8, its reader takes it, and the
 * object comes back.
 *
 * The first bytes are kind, verdict, reason, class, operation and flags; the texts follow, each ended
 * by NUL.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "format/formats.h"

#include "../unit/readers.h"

#define HEAD 6
#define LIST_MAX 64

/** struct input - what of it is still to be had. */
struct input {
	const char *at;
	const char *end;
};

static void demand(bool good)
{
	if (!good)
		__builtin_trap();
}

/* Return: NULL: there is no more, or it is empty. The input ends with NUL. */
static const char *take_text(struct input *input)
{
	const char *text = input->at;

	if (input->at >= input->end)
		return NULL;
	input->at += strlen(text) + 1;
	return text[0] ? text : NULL;
}

/* A list becomes an array, and the reader's has an end. */
static const char *shorten(const char *list)
{
	if (list && strlen(list) > LIST_MAX)
		((char *)list)[LIST_MAX] = '\0';
	return list;
}

static void take_event(struct input *input, struct kpol_event *event)
{
	const char **const texts[] = { &event->object,	  &event->source,     &event->comm,
				       &event->container, &event->pod,	      &event->namespace,
				       &event->policy,	  &event->file,	      &event->message,
				       &event->tags,	  &event->owner,      &event->frameworks,
				       &event->risk,	  &event->scope,      &event->unit,
				       &event->bundle,	  &event->cgroup_path };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		*texts[i] = take_text(input);
	event->tags = shorten(event->tags);
	event->frameworks = shorten(event->frameworks);
}

static void take_control(struct input *input, struct kpol_record *record)
{
	record->action = take_text(input) ?: "load";
	record->outcome = take_text(input) ?: "ok";
	record->detail = take_text(input);
	record->bundle = take_text(input);
}

static void check_text(const char *line, size_t len)
{
	size_t n;
	uint32_t c;

	for (size_t at = 0; at < len; at += n) {
		n = kpol_utf8_decode(line + at, len - at, &c);
		demand(n > 0 && (kpol_char_is_printable(c) || c == 0xfeff));
	}
}

static void check_object(const struct reading *reading, const char *key, const char *object)
{
	char *back;

	if (!object)
		return;
	demand(reading_value(reading, key));
	back = unquote(reading_value(reading, key));
	demand(back && strcmp(back, object) == 0);
	free(back);
}

static const struct {
	const char *name;
	bool (*read)(const char *text, struct reading *reading);
	const char *object;
} readers[] = {
	{ "json", read_json, NULL },	     { "ocsf", read_json, "unmapped.object" },
	{ "ecs", read_json, "kpol.object" }, { "kubearmor", read_json, NULL },
	{ "cef", read_cef, NULL },	     { "leef", read_leef, "object" },
};

static void check_reading(const char *name, const char *line, const struct kpol_record *record)
{
	for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++) {
		struct reading reading = { .n = 0 };

		if (strcmp(readers[i].name, name) != 0)
			continue;
		demand(readers[i].read(line, &reading));
		if (readers[i].object && record->kind == KPOL_RECORD_VERDICT)
			check_object(&reading, readers[i].object, record->event->object);
		reading_clear(&reading);
	}
}

static void check_formats(const struct kpol_record *record, const char *host)
{
	struct kpol_sender sender = {
		.host = host, .pid = 1, .enterprise = 32473, .boot_id = "00ff"
	};

	for (const struct kpol_format *format = kpol_formats(); format->name; format++) {
		struct kpol_payload payload = { 0 };

		demand(format->make(record, &sender, &payload) == 0);
		if (format->media) {
			demand(payload.n_parts == 1);
			check_text(payload.bytes.text, payload.bytes.len);
			check_reading(format->name, payload.bytes.text, record);
		}
		kpol_payload_clear(&payload);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kpol_event event = { .seq = 1, .count = 1 };
	struct kpol_record record = { .event = &event, .time_ns = 1, .first = 1, .last = 2 };
	struct input input;
	char *copy;

	if (size < HEAD || size > 8192)
		return 0;
	copy = calloc(1, size + 1);
	memcpy(copy, data, size);
	input = (struct input){ .at = copy + HEAD, .end = copy + size };
	record.kind = KPOL_RECORD_VERDICT + data[0] % KPOL_RECORD_CONTROL;
	event.verdict = data[1];
	event.reason = data[2];
	event.class = data[3];
	event.op = 1U << data[4] % 32;
	event.has_task = data[5] & 1;
	event.cut = data[5] & 2;
	event.addr_len = data[5] & 4 ? 16 : data[5] & 8 ? 4 : 0;
	event.port = event.protocol = data[5] >> 4;
	take_event(&input, &event);
	if (record.kind == KPOL_RECORD_CONTROL) {
		input.at = copy + HEAD;
		take_control(&input, &record);
	}
	check_formats(&record, take_text(&input));
	free(copy);
	return 0;
}
