// SPDX-License-Identifier: GPL-2.0-or-later
/* A record as one line of our own JSON. */
#include <stddef.h>
#include <string.h>

#include "base/text.h"
#include "format/line.h"
#include "format/summary.h"

/** struct string - one row: a member of the record that is text, and where it is. */
struct string {
	const char *name;
	size_t offset;
};

#define EVENT(name, field)                               \
	{                                                \
		name, offsetof(struct kpol_event, field) \
	}
#define RECORD(name)                                      \
	{                                                 \
#name, offsetof(struct kpol_record, name) \
	}

static const struct string event_strings[] = {
	EVENT("object", object),
	EVENT("source", source),
	EVENT("comm", comm),
	EVENT("cgroup", cgroup_path),
	EVENT("scope", scope),
	EVENT("unit", unit),
	EVENT("pod", pod),
	EVENT("container", container),
	EVENT("namespace", namespace),
	EVENT("bundle", bundle),
	EVENT("bundleVersion", bundle_version),
	EVENT("policy", policy),
	EVENT("file", file),
	EVENT("message", message),
	EVENT("tags", tags),
	EVENT("owner", owner),
	EVENT("frameworks", frameworks),
	EVENT("risk", risk),
	{ NULL, 0 },
};

static const struct string control_strings[] = {
	RECORD(action), RECORD(detail), RECORD(outcome), RECORD(bundle), { NULL, 0 },
};

static void add_hex(struct kpol_jsonw *w, const char *name, const char *bytes)
{
	struct kpol_buffer hex = { 0 };

	for (; *bytes; bytes++)
		kpol_buffer_printf(&hex, "%02x", (uint8_t)*bytes);
	kpol_jsonw_string(w, name, hex.text);
	w->out.failed |= hex.failed;
	kpol_buffer_clear(&hex);
}

/* JSON cannot carry what is no UTF-8, and \xNN in its place may as well have been there before: what
 * it was follows in hexadecimal.
 */
static void add_bytes(struct kpol_jsonw *w, const struct string *strings, const void *of)
{
	bool begun = false;

	for (; strings->name; strings++) {
		const char *text = *(const char *const *)((const char *)of + strings->offset);

		if (!text || kpol_utf8_valid(text, strlen(text), NULL))
			continue;
		if (!begun)
			kpol_jsonw_object_begin(w, "bytes");
		begun = true;
		add_hex(w, strings->name, text);
	}
	if (begun)
		kpol_jsonw_object_end(w);
}

int kpol_format_json(const struct kpol_record *record, const struct kpol_sender *sender,
		     struct kpol_payload *ret)
{
	struct kpol_jsonw w = { 0 };
	struct kpol_summary summary;

	kpol_summary_make(record, sender, &summary);
	kpol_jsonw_object_begin(&w, NULL);
	kpol_line_string(&w, "id", summary.id);
	kpol_line_string(&w, "host", summary.host);
	kpol_record_json(record, &w);
	if (record->kind == KPOL_RECORD_VERDICT)
		add_bytes(&w, event_strings, record->event);
	else if (record->kind == KPOL_RECORD_CONTROL)
		add_bytes(&w, control_strings, record);
	kpol_jsonw_object_end(&w);
	return kpol_payload_line(ret, &w);
}
