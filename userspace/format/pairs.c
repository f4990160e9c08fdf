// SPDX-License-Identifier: GPL-2.0-or-later
/* Keys and values on one line, as CEF and LEEF have them. */
#include "format/pairs.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

static void add_char(const struct kpol_pairs *pairs, char c)
{
	if (strchr(pairs->slash, c))
		kpol_buffer_putc(pairs->out, '\\');
	kpol_buffer_putc(pairs->out, c);
}

static void add_hex(const struct kpol_pairs *pairs, char c)
{
	add_char(pairs, '\\');
	kpol_buffer_printf(pairs->out, "x%02x", (uint8_t)c);
}

static void add_value(const struct kpol_pairs *pairs, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		bool outer = i == 0 || i == len - 1;

		if (strchr(pairs->hex, text[i]) || (text[i] == ' ' && outer))
			add_hex(pairs, text[i]);
		else
			add_char(pairs, text[i]);
	}
}

static void begin_pair(struct kpol_pairs *pairs, const char *key)
{
	if (pairs->n++)
		kpol_buffer_putc(pairs->out, pairs->separator);
	kpol_buffer_printf(pairs->out, "%s=", key);
}

void kpol_pairs_string(struct kpol_pairs *pairs, const char *key, const char *value)
{
	struct kpol_buffer safe = { 0 };

	if (!value || !value[0])
		return;
	kpol_text_quote_to(&safe, value, strlen(value));
	begin_pair(pairs, key);
	add_value(pairs, safe.text, safe.len);
	pairs->out->failed |= safe.failed;
	kpol_buffer_clear(&safe);
}

void kpol_pairs_sentence(struct kpol_pairs *pairs, const char *key, const char *value)
{
	begin_pair(pairs, key);
	add_value(pairs, value, strlen(value));
}

void kpol_pairs_uint(struct kpol_pairs *pairs, const char *key, uint64_t value)
{
	begin_pair(pairs, key);
	kpol_buffer_printf(pairs->out, "%" PRIu64, value);
}

void kpol_pairs_uint_if(struct kpol_pairs *pairs, const char *key, uint64_t value)
{
	if (value)
		kpol_pairs_uint(pairs, key, value);
}
