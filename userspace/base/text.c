// SPDX-License-Identifier: GPL-2.0-or-later
/* UTF-8: is it, and what may be shown of it. */
#include "base/text.h"

/* First byte of a sequence: its length, its payload bits, and the smallest character it may carry.
 */
static const struct lead {
	uint8_t mask;
	uint8_t bits;
	uint8_t len;
	uint32_t least;
} leads[] = {
	{ 0x80, 0x00, 1, 0x0 },
	{ 0xe0, 0xc0, 2, 0x80 },
	{ 0xf0, 0xe0, 3, 0x800 },
	{ 0xf8, 0xf0, 4, 0x10000 },
};

static const struct lead *lead_find(uint8_t first)
{
	for (size_t i = 0; i < sizeof(leads) / sizeof(leads[0]); i++)
		if ((first & leads[i].mask) == leads[i].bits)
			return &leads[i];
	return NULL;
}

size_t kpol_utf8_decode(const char *bytes, size_t len, uint32_t *ret_char)
{
	const struct lead *lead;
	uint32_t c;

	lead = len ? lead_find((uint8_t)bytes[0]) : NULL;
	if (!lead || lead->len > len)
		return 0;
	c = (uint8_t)bytes[0] & (uint8_t)~lead->mask;
	for (size_t i = 1; i < lead->len; i++) {
		if (((uint8_t)bytes[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | ((uint8_t)bytes[i] & 0x3f);
	}
	if (c < lead->least || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*ret_char = c;
	return lead->len;
}

bool kpol_utf8_valid(const char *bytes, size_t len, size_t *ret_offset)
{
	uint32_t c;
	size_t n;

	for (size_t at = 0; at < len; at += n) {
		n = kpol_utf8_decode(bytes + at, len - at, &c);
		if (n)
			continue;
		if (ret_offset)
			*ret_offset = at;
		return false;
	}
	return true;
}

bool kpol_char_is_printable(uint32_t c)
{
	if (c < 0x20 || (c >= 0x7f && c < 0xa0))
		return false;
	if (c == 0x061c || c == 0x200e || c == 0x200f || c == 0xfeff)
		return false;
	return !(c >= 0x2028 && c <= 0x202e) && !(c >= 0x2066 && c <= 0x2069);
}

/* Return: the length of the first character, which was appended. */
static size_t escape_char(struct kpol_buffer *buffer, const char *bytes, size_t len)
{
	uint32_t c;
	size_t n = kpol_utf8_decode(bytes, len, &c);

	if (n && kpol_char_is_printable(c)) {
		kpol_buffer_add(buffer, bytes, n);
		return n;
	}
	n = n ? n : 1;
	for (size_t i = 0; i < n; i++)
		kpol_buffer_printf(buffer, "\\x%02x", (uint8_t)bytes[i]);
	return n;
}

void kpol_text_escape_to(struct kpol_buffer *buffer, const char *bytes, size_t len)
{
	for (size_t at = 0; at < len;)
		at += escape_char(buffer, bytes + at, len - at);
}

void kpol_text_quote_to(struct kpol_buffer *buffer, const char *bytes, size_t len)
{
	for (size_t at = 0; at < len;) {
		if (bytes[at] == '\\')
			kpol_buffer_putc(buffer, '\\');
		at += escape_char(buffer, bytes + at, len - at);
	}
}

char *kpol_text_escape(const char *bytes, size_t len)
{
	struct kpol_buffer buffer = { 0 };

	kpol_text_escape_to(&buffer, bytes, len);
	return kpol_buffer_take(&buffer);
}
