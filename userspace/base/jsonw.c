// SPDX-License-Identifier: GPL-2.0-or-later
/* A JSON writer (RFC 8259). */
#include "base/jsonw.h"

#include <inttypes.h>
#include <string.h>

#include "base/text.h"

static void write_char(struct kpol_buffer *out, uint32_t c, const char *bytes, size_t n)
{
	static const char short_form[0x20] = {
		['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'
	};

	if (c == '"' || c == '\\')
		kpol_buffer_printf(out, "\\%c", (char)c);
	else if (c < 0x20 && short_form[c])
		kpol_buffer_printf(out, "\\%c", short_form[c]);
	else if (!kpol_char_is_printable(c))
		kpol_buffer_printf(out, "\\u%04" PRIx32, c);
	else
		kpol_buffer_add(out, bytes, n);
}

/* Most of most strings: characters that stand for themselves. */
static size_t plain_length(const char *bytes)
{
	size_t n = 0;

	while (bytes[n] >= ' ' && bytes[n] < 0x7f && bytes[n] != '"' && bytes[n] != '\\')
		n++;
	return n;
}

static void write_string(struct kpol_buffer *out, const char *bytes)
{
	size_t len = strlen(bytes), n;
	uint32_t c;

	kpol_buffer_putc(out, '"');
	for (size_t at = 0; at < len; at += n) {
		n = plain_length(bytes + at);
		if (n) {
			kpol_buffer_add(out, bytes + at, n);
			continue;
		}
		n = kpol_utf8_decode(bytes + at, len - at, &c);
		if (n) {
			write_char(out, c, bytes + at, n);
		} else {
			kpol_buffer_printf(out, "\\\\x%02x", (uint8_t)bytes[at]);
			n = 1;
		}
	}
	kpol_buffer_putc(out, '"');
}

static void begin_value(struct kpol_jsonw *w, const char *key)
{
	if (w->started)
		kpol_buffer_putc(&w->out, ',');
	w->started = true;
	if (!key)
		return;
	write_string(&w->out, key);
	kpol_buffer_putc(&w->out, ':');
}

static void open_nest(struct kpol_jsonw *w, const char *key, char c)
{
	begin_value(w, key);
	kpol_buffer_putc(&w->out, c);
	w->started = false;
}

static void close_nest(struct kpol_jsonw *w, char c)
{
	kpol_buffer_putc(&w->out, c);
	w->started = true;
}

void kpol_jsonw_object_begin(struct kpol_jsonw *w, const char *key)
{
	open_nest(w, key, '{');
}

void kpol_jsonw_object_end(struct kpol_jsonw *w)
{
	close_nest(w, '}');
}

void kpol_jsonw_array_begin(struct kpol_jsonw *w, const char *key)
{
	open_nest(w, key, '[');
}

void kpol_jsonw_array_end(struct kpol_jsonw *w)
{
	close_nest(w, ']');
}

void kpol_jsonw_string(struct kpol_jsonw *w, const char *key, const char *value)
{
	if (!value) {
		kpol_jsonw_null(w, key);
		return;
	}
	begin_value(w, key);
	write_string(&w->out, value);
}

void kpol_jsonw_string_if(struct kpol_jsonw *w, const char *key, const char *value)
{
	if (value)
		kpol_jsonw_string(w, key, value);
}

void kpol_jsonw_uint(struct kpol_jsonw *w, const char *key, uint64_t value)
{
	begin_value(w, key);
	kpol_buffer_printf(&w->out, "%" PRIu64, value);
}

void kpol_jsonw_int(struct kpol_jsonw *w, const char *key, int64_t value)
{
	begin_value(w, key);
	kpol_buffer_printf(&w->out, "%" PRId64, value);
}

void kpol_jsonw_bool(struct kpol_jsonw *w, const char *key, bool value)
{
	begin_value(w, key);
	kpol_buffer_puts(&w->out, value ? "true" : "false");
}

void kpol_jsonw_null(struct kpol_jsonw *w, const char *key)
{
	begin_value(w, key);
	kpol_buffer_puts(&w->out, "null");
}

char *kpol_jsonw_take(struct kpol_jsonw *w)
{
	w->started = false;
	return kpol_buffer_take(&w->out);
}

void kpol_jsonw_clear(struct kpol_jsonw *w)
{
	kpol_buffer_clear(&w->out);
	w->started = false;
}
