// SPDX-License-Identifier: GPL-2.0-or-later
/* A scalar as text: plain if it stays the same text, in quotes where it would not. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "canon/canon.h"

/* What other readers of YAML take for something else than text. */
static bool is_word_of_yaml(const char *text)
{
	static const char *const words[] = { "null", "true", "false", "yes", "no",
					     "on",   "off",  "y",     "n" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcasecmp(words[i], text))
			return true;
	return false;
}

/* Numbers, dates and times begin so; a path or a prefix behind does not make one. */
static bool may_be_number(const char *text)
{
	return (isdigit((unsigned char)*text) || *text == '.') && !strchr(text, '/');
}

static bool is_printable(const char *text, size_t len)
{
	uint32_t c;
	size_t n;

	for (size_t at = 0; at < len; at += n) {
		n = kpol_utf8_decode(text + at, len - at, &c);
		if (!n || !kpol_char_is_printable(c))
			return false;
	}
	return true;
}

/* Stricter than YAML is: what begins with a letter, a digit or a slash and looks like a word. */
static bool is_plain(const struct kpol_canon_node *node, bool flow)
{
	const char *text = node->text;

	if (!node->len || !(isalnum((unsigned char)*text) || *text == '/'))
		return false;
	if (text[node->len - 1] == ' ' || text[node->len - 1] == ':')
		return false;
	if (strstr(text, ": ") || strstr(text, " #") || strpbrk(text, flow ? ",[]{}:" : ""))
		return false;
	return !is_word_of_yaml(text) && !may_be_number(text) && is_printable(text, node->len);
}

/* Between brackets a colon or question mark may be read as a sign of its own. */
static bool was_plain(const struct kpol_canon_node *node, bool flow)
{
	return node->style == KPOL_CANON_PLAIN && !(flow && strpbrk(node->text, ":?"));
}

static void add_single(const struct kpol_canon_node *node, struct kpol_buffer *out)
{
	kpol_buffer_putc(out, '\'');
	for (const char *c = node->text; *c; c++) {
		if (*c == '\'')
			kpol_buffer_putc(out, '\'');
		kpol_buffer_putc(out, *c);
	}
	kpol_buffer_putc(out, '\'');
}

static void add_escaped(uint32_t c, const char *bytes, size_t n, struct kpol_buffer *out)
{
	if (c == '"' || c == '\\')
		kpol_buffer_printf(out, "\\%c", (int)c);
	else if (c == '\n')
		kpol_buffer_puts(out, "\\n");
	else if (c == '\t')
		kpol_buffer_puts(out, "\\t");
	else if (kpol_char_is_printable(c))
		kpol_buffer_add(out, bytes, n);
	else
		kpol_buffer_printf(out, c > 0xffff ? "\\U%08X" : "\\u%04X", c);
}

static void add_double(const struct kpol_canon_node *node, struct kpol_buffer *out)
{
	uint32_t c;
	size_t n;

	kpol_buffer_putc(out, '"');
	for (size_t at = 0; at < node->len; at += n) {
		n = kpol_utf8_decode(node->text + at, node->len - at, &c);
		if (!n)
			break; /* cannot be: libyaml gives UTF-8; the comparison afterwards would tell */
		add_escaped(c, node->text + at, n, out);
	}
	kpol_buffer_putc(out, '"');
}

void kpol_canon_scalar(const struct kpol_canon_node *node, bool flow, struct kpol_buffer *out)
{
	if (was_plain(node, flow) || is_plain(node, flow))
		kpol_buffer_puts(out, node->text);
	else if (strpbrk(node->text, "\"\\") && is_printable(node->text, node->len))
		add_single(node, out);
	else
		add_double(node, out);
}

bool kpol_canon_is_literal(const struct kpol_canon_node *node)
{
	const char *text = node->text;
	size_t len = node->len;

	if (node->kind != KPOL_CANON_SCALAR || node->style != KPOL_CANON_BLOCK || !len)
		return false;
	if (text[0] == ' ' || text[0] == '\n' || strchr(text, '\t') || strstr(text, " \n"))
		return false;
	/* Empty lines at its end would not be told from those behind it. */
	if (len > 1 && text[len - 1] == '\n' && text[len - 2] == '\n')
		return false;
	for (const char *line = text; *line;
	     line += strcspn(line, "\n") + (strchr(line, '\n') ? 1 : 0))
		if (!is_printable(line, strcspn(line, "\n")))
			return false;
	return text[len - 1] != ' ';
}
