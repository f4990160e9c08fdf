/* SPDX-License-Identifier: GPL-2.0-or-later */
/* UTF-8: is it, and what may be shown of it. */
#ifndef KPOL_BASE_TEXT_H
#define KPOL_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

/**
 * kpol_utf8_decode() - the character at the start of some bytes
 * @ret_char: its code point.
 *
 * Refuses overlong forms, surrogates and anything past U+10FFFF (RFC 3629).
 * Return: its length in bytes, 1 to 4, or 0 if the bytes are no UTF-8.
 */
size_t kpol_utf8_decode(const char *bytes, size_t len, uint32_t *ret_char);

/** kpol_utf8_valid() - are all @len bytes UTF-8? If not, @ret_offset (may be NULL) is where. */
bool kpol_utf8_valid(const char *bytes, size_t len, size_t *ret_offset);

/**
 * kpol_char_is_printable() - may this be shown on a terminal and in a log?
 *
 * No: C0, DEL, C1, line and paragraph separators, and the bidirectional controls that make a line
 * read as something else than it is.
 */
bool kpol_char_is_printable(uint32_t c);

/** kpol_text_escape_to() - append, with what is not printable UTF-8 as \xNN per byte. */
void kpol_text_escape_to(struct kpol_buffer *buffer, const char *bytes, size_t len);

/**
 * kpol_text_quote_to() - the same so that it can be undone: a backslash is written twice
 *
 * No two strings look alike then. The result is its own proof: it has nothing but printable UTF-8,
 * and a backslash only before another one or before xNN.
 */
void kpol_text_quote_to(struct kpol_buffer *buffer, const char *bytes, size_t len);

/** kpol_text_escape() - as kpol_text_escape_to(), as a new string to free(); NULL without memory. */
char *kpol_text_escape(const char *bytes, size_t len);

#endif /* KPOL_BASE_TEXT_H */
