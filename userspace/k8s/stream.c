// SPDX-License-Identifier: GPL-2.0-or-later
/* The values in a JSON stream, cut out one by one. */
#include "k8s/stream.h"

#include <errno.h>
#include <string.h>

/* What the next byte outside of a value may be. Zero: nothing has come yet. */
enum state {
	BEGIN,
	KEY_OR_END, /* after the outermost brace */
	KEY, /* after a comma */
	IN_KEY,
	COLON,
	VALUE,
	IN_VALUE,
	AFTER_VALUE,
	ITEM_OR_END, /* after the bracket of the items */
	ITEM,
	AFTER_ITEM,
	END,
	BROKEN,
};

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void keep(struct kpol_k8s_stream *stream, const char *bytes, size_t len)
{
	if (stream->too_large || len == 0)
		return;
	if (len <= KPOL_K8S_VALUE_MAX - stream->text.len) {
		kpol_buffer_add(&stream->text, bytes, len);
		return;
	}
	stream->too_large = true;
	kpol_buffer_clear(&stream->text);
}

/* The buffer is kept for the next value, unless it has grown beyond what most need. */
static void forget(struct kpol_k8s_stream *stream)
{
	if (stream->text.capacity > 256 * 1024)
		kpol_buffer_clear(&stream->text);
	stream->text.len = 0;
	stream->too_large = false;
}

static int emit(struct kpol_k8s_stream *stream)
{
	int r;

	if (stream->text.failed)
		return -ENOMEM;
	r = stream->value(stream->key, stream->too_large ? NULL : stream->text.text,
			  stream->too_large ? 0 : stream->text.len, stream->userdata);
	forget(stream);
	if (stream->kind == KPOL_K8S_STREAM_EVENTS)
		stream->state = BEGIN;
	else
		stream->state = stream->in_items ? AFTER_ITEM : AFTER_VALUE;
	return r;
}

/* Bytes of a string up to its end. Return: how many. */
static size_t take_string(struct kpol_k8s_stream *stream, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (stream->escaped)
			stream->escaped = false;
		else if (bytes[i] == '\\')
			stream->escaped = true;
		else if (bytes[i] == '"') {
			stream->in_string = false;
			return i + 1;
		}
	}
	return len;
}

/* Is a value that has neither braces nor quotes over here? */
static bool ends_word(char c)
{
	return c == ',' || c == '}' || c == ']' || is_space(c);
}

/* One byte of a value, outside of strings. Return: whether the value is over with it. */
static bool take_structure(struct kpol_k8s_stream *stream, char c)
{
	if (c == '"')
		stream->in_string = true;
	else if (c == '{' || c == '[')
		stream->depth++;
	else if (c == '}' || c == ']')
		return --stream->depth == 0;
	return false;
}

/* Return: how many bytes belong to the value; @ret_over: it ends with them. */
static size_t take_value(struct kpol_k8s_stream *stream, const char *bytes, size_t len,
			 bool *ret_over)
{
	size_t i = 0;

	while (i < len) {
		if (stream->in_string) {
			i += take_string(stream, bytes + i, len - i);
			*ret_over = stream->depth == 0 && !stream->in_string;
		} else if (stream->depth == 0 && ends_word(bytes[i])) {
			*ret_over = true;
		} else {
			*ret_over = take_structure(stream, bytes[i++]);
		}
		if (*ret_over)
			return i;
	}
	return i;
}

static int in_value(struct kpol_k8s_stream *stream, const char *bytes, size_t len, size_t *ret_n)
{
	bool over = false;

	*ret_n = take_value(stream, bytes, len, &over);
	keep(stream, bytes, *ret_n);
	return over ? emit(stream) : 0;
}

/* A key without escapes, as all are that we look for; of a longer one the beginning. */
static void in_key(struct kpol_k8s_stream *stream, char c)
{
	bool was_escaped = stream->escaped;

	take_string(stream, &c, 1);
	if (!stream->in_string) {
		stream->key[stream->key_len] = '\0';
		stream->state = COLON;
		return;
	}
	if (c == '\\' || was_escaped || stream->key_len + 1 >= sizeof(stream->key))
		c = '?';
	if (stream->key_len + 1 < sizeof(stream->key))
		stream->key[stream->key_len++] = c;
}

static void begin_key(struct kpol_k8s_stream *stream)
{
	stream->state = IN_KEY;
	stream->in_string = true;
	stream->key_len = 0;
}

/* The value begins with this very byte. */
static void begin_value(struct kpol_k8s_stream *stream, char c)
{
	if (stream->state == VALUE && c == '[' && strcmp(stream->key, "items") == 0) {
		stream->in_items = true;
		stream->state = ITEM_OR_END;
		return;
	}
	stream->state = IN_VALUE;
	stream->depth = 0;
	take_structure(stream, c);
	keep(stream, &c, 1);
}

static bool begins_value(char c)
{
	return c == '{' || c == '[' || c == '"' || c == '-' || (c >= '0' && c <= '9') || c == 't' ||
	       c == 'f' || c == 'n';
}

/* Bytes between values: state, byte, what comes next. */
static const struct {
	uint8_t state;
	char byte;
	uint8_t next;
} steps[] = {
	{ COLON, ':', VALUE },
	{ KEY_OR_END, '}', END },
	{ AFTER_VALUE, ',', KEY },
	{ AFTER_VALUE, '}', END },
	{ AFTER_ITEM, ',', ITEM },
	{ AFTER_ITEM, ']', AFTER_VALUE },
	{ ITEM_OR_END, ']', AFTER_VALUE },
};

static bool step(struct kpol_k8s_stream *stream, char c)
{
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		if (steps[i].state != stream->state || steps[i].byte != c)
			continue;
		stream->state = steps[i].next;
		if (stream->state == AFTER_VALUE)
			stream->in_items = false;
		return true;
	}
	return false;
}

static int begin_stream(struct kpol_k8s_stream *stream, char c)
{
	if (c != '{')
		return -EBADMSG;
	if (stream->kind == KPOL_K8S_STREAM_LIST)
		stream->state = KEY_OR_END;
	else
		begin_value(stream, c);
	return 0;
}

static int between(struct kpol_k8s_stream *stream, char c)
{
	uint8_t state = stream->state;

	if (is_space(c))
		return 0;
	if (state == BEGIN)
		return begin_stream(stream, c);
	if (step(stream, c))
		return 0;
	if ((state == KEY_OR_END || state == KEY) && c == '"') {
		begin_key(stream);
		return 0;
	}
	if ((state == VALUE || state == ITEM || state == ITEM_OR_END) && begins_value(c)) {
		begin_value(stream, c);
		return 0;
	}
	return -EBADMSG;
}

static int take(struct kpol_k8s_stream *stream, const char *bytes, size_t len, size_t *ret_n)
{
	if (stream->state == IN_VALUE)
		return in_value(stream, bytes, len, ret_n);
	*ret_n = 1;
	if (stream->state == IN_KEY) {
		in_key(stream, bytes[0]);
		return 0;
	}
	return between(stream, bytes[0]);
}

int kpol_k8s_stream_feed(struct kpol_k8s_stream *stream, const char *bytes, size_t len)
{
	int r = 0;

	while (len > 0 && r == 0) {
		size_t n;

		r = take(stream, bytes, len, &n);
		bytes += n;
		len -= n;
	}
	if (r < 0)
		stream->state = BROKEN;
	return r;
}

bool kpol_k8s_stream_ended(const struct kpol_k8s_stream *stream)
{
	return stream->state == (stream->kind == KPOL_K8S_STREAM_LIST ? END : BEGIN);
}

void kpol_k8s_stream_clear(struct kpol_k8s_stream *stream)
{
	kpol_buffer_clear(&stream->text);
	stream->text = (struct kpol_buffer){ 0 };
}
