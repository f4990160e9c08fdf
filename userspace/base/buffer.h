/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A string under construction. */
#ifndef KPOL_BASE_BUFFER_H
#define KPOL_BASE_BUFFER_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/**
 * struct kpol_buffer - zero-initialise; end with kpol_buffer_clear() or kpol_buffer_take()
 * @text: always NUL-terminated once anything was added; NULL before.
 * @failed: memory ran out; everything after is dropped and kpol_buffer_take() answers NULL.
 */
struct kpol_buffer {
	char *text;
	size_t len;
	size_t capacity;
	bool failed;
};

void kpol_buffer_add(struct kpol_buffer *buffer, const char *bytes, size_t len);
void kpol_buffer_puts(struct kpol_buffer *buffer, const char *text);
void kpol_buffer_putc(struct kpol_buffer *buffer, char c);
void kpol_buffer_printf(struct kpol_buffer *buffer, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void kpol_buffer_vprintf(struct kpol_buffer *buffer, const char *format, va_list args);

/** kpol_buffer_take() - the string, "" if nothing was added; the caller frees. NULL: no memory. */
char *kpol_buffer_take(struct kpol_buffer *buffer);

void kpol_buffer_clear(struct kpol_buffer *buffer);

#endif /* KPOL_BASE_BUFFER_H */
