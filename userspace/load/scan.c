// SPDX-License-Identifier: GPL-2.0-or-later
/* The check of raw bytes before any YAML is read. */
#include "load/scan.h"

#include <errno.h>

#include "base/text.h"

#define SCAN_ERRORS_MAX 20

struct scan {
	const struct kpol_input *in;
	const char *text;
	size_t len;
	size_t at;
	struct kpol_node place;
	int n_errors;
};

static const char *char_fault(const struct scan *scan, uint32_t c)
{
	if (c == '\r')
		return scan->at + 1 < scan->len && scan->text[scan->at + 1] == '\n'
			       ? NULL
			       : "carriage return without a line feed";
	if (c == 0)
		return "NUL character";
	if ((c < 0x20 && c != '\t' && c != '\n') || (c >= 0x7f && c < 0xa0 && c != 0x85))
		return "control character";
	if (c == 0x85 || c == 0x2028 || c == 0x2029)
		return "Unicode line break";
	if (c == 0xfffe || c == 0xffff)
		return "not a character";
	return NULL;
}

static int scan_rare(struct scan *scan, uint32_t c)
{
	const char *fault = char_fault(scan, c);

	if (fault) {
		scan->n_errors++;
		return kpol_input_error(scan->in, KPOL_CODE_YAML, &scan->place, "%s (U+%04X)",
					fault, c);
	}
	if (kpol_char_is_printable(c) || c < 0x20 || (c == 0xfeff && !scan->at))
		return 0;
	return kpol_input_warn(
		scan->in, KPOL_CODE_INVISIBLE, &scan->place,
		"invisible character U+%04X can make this line read as something else", c);
}

static void scan_advance(struct scan *scan, uint32_t c, size_t n)
{
	scan->place.column++;
	if (c == '\n') {
		scan->place.line++;
		scan->place.column = 1;
	} else if (c == 0xfeff && !scan->at) {
		scan->place.column = 1;
	}
	scan->at += n;
}

int kpol_scan_text(const struct kpol_input *in, const char *text, size_t len)
{
	struct scan scan = {
		.in = in, .text = text, .len = len, .place = { .line = 1, .column = 1 }
	};
	uint32_t c;
	size_t n;

	while (scan.at < len && scan.n_errors < SCAN_ERRORS_MAX) {
		c = (unsigned char)text[scan.at];
		if (c >= 0x20 && c < 0x7f) {
			scan.at++;
			scan.place.column++;
			continue;
		}
		n = kpol_utf8_decode(text + scan.at, len - scan.at, &c);
		if (!n)
			return kpol_input_error(in, KPOL_CODE_YAML, &scan.place,
						"not UTF-8: byte 0x%02x",
						(unsigned char)text[scan.at]);
		if (scan_rare(&scan, c) == -ENOMEM)
			return -ENOMEM;
		scan_advance(&scan, c, n);
	}
	return scan.n_errors ? -EINVAL : 0;
}
