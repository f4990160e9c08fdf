/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keys and values on one line, as CEF and LEEF have them. */
#ifndef KPOL_FORMAT_PAIRS_H
#define KPOL_FORMAT_PAIRS_H

#include "base/buffer.h"
#include "format/event.h"

/**
 * struct kpol_pairs - a line being written
 * @out: borrowed.
 * @separator: between pairs.
 * @slash: these get a backslash, as the format's own escape; "": the format has none.
 * @hex: these become \xNN, since the format cannot carry them.
 * @n: pairs so far.
 */
struct kpol_pairs {
	struct kpol_buffer *out;
	char separator;
	const char *slash;
	const char *hex;
	unsigned int n;
};

/**
 * kpol_pairs_string() - a value that anybody may have chosen; nothing if NULL or ""
 *
 * Quoted by kpol_text_quote_to(), a space at either end as \x20, because readers trim, then as the
 * format escapes.
 */
void kpol_pairs_string(struct kpol_pairs *pairs, const char *key, const char *value);

/** kpol_pairs_sentence() - a value that is printable already: only what the format escapes. */
void kpol_pairs_sentence(struct kpol_pairs *pairs, const char *key, const char *value);

void kpol_pairs_uint(struct kpol_pairs *pairs, const char *key, uint64_t value);

/** kpol_pairs_uint_if() - a pair if it is not 0. */
void kpol_pairs_uint_if(struct kpol_pairs *pairs, const char *key, uint64_t value);

#endif /* KPOL_FORMAT_PAIRS_H */
