// SPDX-License-Identifier: GPL-2.0-or-later
/* Text that a workload chose, made safe to show on a terminal. */
#include "kpolctl/escape.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

#define REPLACEMENT 0xfffdU

char *kpolctl_escape(const char *text)
{
	return kpol_text_escape(text, strlen(text));
}

/* UTF-16, as JSON wants it. */
static void print_escape(FILE *out, uint32_t point)
{
	if (point >= 0x10000)
		fprintf(out, "\\u%04x", 0xd800 + ((point - 0x10000) >> 10));
	fprintf(out, "\\u%04x", point < 0x10000 ? point : 0xdc00 + (point & 0x3ff));
}

/* Outside strings JSON is plain ASCII, so that a \u in place of a character is always inside one.
 */
static void print_json(FILE *out, const char *json)
{
	size_t len = strlen(json);

	while (len) {
		uint32_t point = REPLACEMENT;
		size_t n = kpol_utf8_decode(json, len, &point);

		if (n && (kpol_char_is_printable(point) || point == '\n'))
			fwrite(json, 1, n, out);
		else
			print_escape(out, point);
		json += n ? n : 1;
		len -= n ? n : 1;
	}
}

char *kpolctl_escape_json(const char *json)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		return NULL;
	print_json(out, json);
	fclose(out);
	return text;
}

size_t kpolctl_text_width(const char *text)
{
	size_t width = 0;

	for (; *text; text++)
		width += ((unsigned char)*text & 0xc0) != 0x80;
	return width;
}
