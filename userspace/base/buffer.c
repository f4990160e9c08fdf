// SPDX-License-Identifier: GPL-2.0-or-later
/* A string under construction. */
#include "base/buffer.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool buffer_reserve(struct kpol_buffer *buffer, size_t more)
{
	size_t capacity = buffer->capacity ? buffer->capacity : 64;
	char *grown;

	if (buffer->failed || more > SIZE_MAX / 4 - buffer->len)
		goto fail;
	while (capacity < buffer->len + more + 1)
		capacity *= 2;
	if (capacity == buffer->capacity)
		return true;
	grown = realloc(buffer->text, capacity);
	if (!grown)
		goto fail;
	buffer->text = grown;
	buffer->capacity = capacity;
	return true;
fail:
	buffer->failed = true;
	return false;
}

void kpol_buffer_add(struct kpol_buffer *buffer, const char *bytes, size_t len)
{
	if (!buffer_reserve(buffer, len))
		return;
	if (len)
		memcpy(buffer->text + buffer->len, bytes, len);
	buffer->len += len;
	buffer->text[buffer->len] = '\0';
}

void kpol_buffer_puts(struct kpol_buffer *buffer, const char *text)
{
	kpol_buffer_add(buffer, text, strlen(text));
}

void kpol_buffer_putc(struct kpol_buffer *buffer, char c)
{
	kpol_buffer_add(buffer, &c, 1);
}

void kpol_buffer_vprintf(struct kpol_buffer *buffer, const char *format, va_list args)
{
	va_list again;
	int n;

	va_copy(again, args);
	n = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (n < 0 || !buffer_reserve(buffer, (size_t)n)) {
		buffer->failed = true;
		return;
	}
	vsnprintf(buffer->text + buffer->len, (size_t)n + 1, format, args);
	buffer->len += (size_t)n;
}

void kpol_buffer_printf(struct kpol_buffer *buffer, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	kpol_buffer_vprintf(buffer, format, args);
	va_end(args);
}

char *kpol_buffer_take(struct kpol_buffer *buffer)
{
	char *text;

	kpol_buffer_add(buffer, "", 0);
	text = buffer->failed ? NULL : buffer->text;
	if (buffer->failed)
		free(buffer->text);
	memset(buffer, 0, sizeof(*buffer));
	return text;
}

void kpol_buffer_clear(struct kpol_buffer *buffer)
{
	free(buffer->text);
	memset(buffer, 0, sizeof(*buffer));
}
