/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A JSON writer: values in the order given, straight into a string. */
#ifndef KPOL_BASE_JSONW_H
#define KPOL_BASE_JSONW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"

/**
 * struct kpol_jsonw - zero-initialise; the text is in @out; end with kpol_jsonw_take() or _clear()
 * @started: the innermost object or array has a member, so the next one needs a comma.
 *
 * @key is the member's name inside an object, NULL inside an array and for the outermost value.
 * The writer does not check that objects and arrays are closed in order: its callers are tables.
 */
struct kpol_jsonw {
	struct kpol_buffer out;
	bool started;
};

void kpol_jsonw_object_begin(struct kpol_jsonw *w, const char *key);
void kpol_jsonw_object_end(struct kpol_jsonw *w);
void kpol_jsonw_array_begin(struct kpol_jsonw *w, const char *key);
void kpol_jsonw_array_end(struct kpol_jsonw *w);

/**
 * kpol_jsonw_string() - a string member
 * @value: any bytes; NULL writes null. What is no UTF-8 appears as the four characters \xNN per
 *byte, as kpol_text_escape() shows it, since JSON cannot carry it. C1 controls, DEL, line
 *separators and bidirectional controls are written as \uNNNN: equal JSON, and safe on a terminal.
 */
void kpol_jsonw_string(struct kpol_jsonw *w, const char *key, const char *value);

/** kpol_jsonw_string_if() - the member, or nothing at all when @value is NULL. */
void kpol_jsonw_string_if(struct kpol_jsonw *w, const char *key, const char *value);

void kpol_jsonw_uint(struct kpol_jsonw *w, const char *key, uint64_t value);
void kpol_jsonw_int(struct kpol_jsonw *w, const char *key, int64_t value);
void kpol_jsonw_bool(struct kpol_jsonw *w, const char *key, bool value);
void kpol_jsonw_null(struct kpol_jsonw *w, const char *key);

/** kpol_jsonw_take() - the text, to free(); NULL: memory ran out. */
char *kpol_jsonw_take(struct kpol_jsonw *w);

void kpol_jsonw_clear(struct kpol_jsonw *w);

#endif /* KPOL_BASE_JSONW_H */
