// SPDX-License-Identifier: GPL-2.0-or-later
/* A batch as the body of a request. */
#include "send/body.h"

#include <inttypes.h>

#include "base/jsonw.h"
#include "send/frames.h"
#include "send/private.h"

static void add_array(const struct kpol_send_item *items, size_t n, struct kpol_buffer *out)
{
	kpol_buffer_putc(out, '[');
	for (size_t i = 0; i < n; i++) {
		if (i)
			kpol_buffer_puts(out, ",\n");
		kpol_send_item_add(&items[i], out);
	}
	kpol_buffer_puts(out, "]\n");
}

void kpol_body_http(const struct kpol_send_settings *settings, const struct kpol_send_item *items,
		    size_t n, struct kpol_buffer *out)
{
	if (settings->body == KPOL_BODY_ARRAY) {
		add_array(items, n, out);
		return;
	}
	for (size_t i = 0; i < n; i++)
		kpol_frames_line(&items[i], out);
}

static void add_text(const char *text, struct kpol_buffer *out)
{
	struct kpol_jsonw w = { 0 };

	kpol_jsonw_string(&w, NULL, text ? text : "");
	kpol_buffer_add(out, w.out.text ? w.out.text : "", w.out.len);
	out->failed |= w.out.failed;
	kpol_jsonw_clear(&w);
}

static void add_payload(const struct kpol_send_item *item, struct kpol_buffer *out)
{
	struct kpol_buffer payload = { 0 };

	kpol_send_item_add(item, &payload);
	if (payload.len && (payload.text[0] == '{' || payload.text[0] == '['))
		kpol_buffer_add(out, payload.text, payload.len);
	else
		add_text(payload.text, out);
	out->failed |= payload.failed;
	kpol_buffer_clear(&payload);
}

/* All members but time and event: the same for each payload. */
static void write_head(const struct kpol_send_settings *settings, struct kpol_jsonw *w)
{
	kpol_jsonw_object_begin(w, NULL);
	kpol_jsonw_string(w, "source", settings->source);
	kpol_jsonw_string(w, "sourcetype", settings->source_type);
	kpol_jsonw_string_if(w, "index", settings->index);
}

static void add_envelope(const struct kpol_buffer *head, const struct kpol_send_item *item,
			 struct kpol_buffer *out)
{
	kpol_buffer_add(out, head->text ? head->text : "", head->len);
	if (item->time_us)
		kpol_buffer_printf(out, ",\"time\":%" PRIu64 ".%06" PRIu64, item->time_us / 1000000,
				   item->time_us % 1000000);
	kpol_buffer_puts(out, ",\"event\":");
	add_payload(item, out);
	kpol_buffer_puts(out, "}\n");
}

void kpol_body_hec(const struct kpol_send_settings *settings, const struct kpol_send_item *items,
		   size_t n, struct kpol_buffer *out)
{
	struct kpol_jsonw head = { 0 };

	write_head(settings, &head);
	for (size_t i = 0; i < n; i++)
		add_envelope(&head.out, &items[i], out);
	out->failed |= head.out.failed;
	kpol_jsonw_clear(&head);
}
