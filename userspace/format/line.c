// SPDX-License-Identifier: GPL-2.0-or-later
/* A payload that is one JSON object on one line. */
#include "format/line.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"

static void add_quoted(struct kpol_jsonw *w, const char *key, const char *value, size_t len)
{
	struct kpol_buffer safe = { 0 };

	kpol_text_quote_to(&safe, value, len);
	kpol_jsonw_string(w, key, safe.text ? safe.text : "");
	w->out.failed |= safe.failed;
	kpol_buffer_clear(&safe);
}

void kpol_line_string(struct kpol_jsonw *w, const char *key, const char *value)
{
	if (value && value[0])
		add_quoted(w, key, value, strlen(value));
}

void kpol_line_words(struct kpol_jsonw *w, const char *key, const char *list)
{
	if (!list || !list[0])
		return;
	kpol_jsonw_array_begin(w, key);
	for (size_t n; *list; list += n + (list[n] == ',')) {
		n = strcspn(list, ",");
		add_quoted(w, NULL, list, n);
	}
	kpol_jsonw_array_end(w);
}

void kpol_line_uint_if(struct kpol_jsonw *w, const char *key, uint64_t value)
{
	if (value)
		kpol_jsonw_uint(w, key, value);
}

int kpol_payload_line(struct kpol_payload *payload, struct kpol_jsonw *w)
{
	kpol_buffer_clear(&payload->bytes);
	payload->bytes = w->out;
	*w = (struct kpol_jsonw){ 0 };
	return kpol_payload_whole(payload);
}

int kpol_payload_whole(struct kpol_payload *payload)
{
	if (payload->bytes.failed)
		return -ENOMEM;
	payload->parts[0] = (struct iovec){ payload->bytes.text, payload->bytes.len };
	payload->n_parts = 1;
	return 0;
}
