// SPDX-License-Identifier: GPL-2.0-or-later
/* The canonical text of a tree: two spaces of indentation, brackets only on one line. */
#include <string.h>

#include "base/text.h"
#include "canon/canon.h"

#define INDENT 2
#define WIDTH 100 /* up to here a collection in brackets stays on its line */

static void add_indent(struct kpol_buffer *out, size_t indent)
{
	kpol_buffer_printf(out, "%*s", (int)indent, "");
}

/* @first: an empty line at the beginning of something says nothing. */
static void add_lines(const struct kpol_comment *lines, size_t indent, bool first,
		      struct kpol_buffer *out)
{
	for (; lines; lines = lines->next) {
		if (*lines->text) {
			add_indent(out, indent);
			kpol_buffer_puts(out, lines->text);
		} else if (first) {
			continue;
		}
		kpol_buffer_putc(out, '\n');
		first = false;
	}
}

static bool has_comments(const struct kpol_canon_node *node)
{
	for (const struct kpol_comment *line = node->head; line; line = line->next)
		if (*line->text)
			return true;
	return node->tail;
}

static bool child_has_comments(const struct kpol_canon_node *node)
{
	for (const struct kpol_canon_node *child = node->first; child; child = child->next)
		if (has_comments(child) || child_has_comments(child))
			return true;
	return false;
}

static void add_key(const struct kpol_canon_node *key, bool flow, struct kpol_buffer *out)
{
	if (key->len)
		kpol_canon_scalar(key, flow, out);
	else
		kpol_buffer_puts(out, "\"\"");
}

static void add_flow(const struct kpol_canon_node *node, struct kpol_buffer *out)
{
	bool is_map = node->kind == KPOL_CANON_MAP;

	if (node->kind == KPOL_CANON_SCALAR) {
		kpol_canon_scalar(node, true, out);
		return;
	}
	kpol_buffer_putc(out, is_map ? '{' : '[');
	for (const struct kpol_canon_node *child = node->first; child; child = child->next) {
		if (child != node->first)
			kpol_buffer_puts(out, ", ");
		if (is_map) {
			add_key(child->key, true, out);
			kpol_buffer_puts(out, ": ");
		}
		add_flow(child, out);
	}
	kpol_buffer_putc(out, is_map ? '}' : ']');
}

static size_t width_of(const char *text)
{
	size_t width = 0;

	for (; *text; text++)
		width += ((unsigned char)*text & 0xc0) != 0x80;
	return width;
}

/* Brackets that are worth keeping, as text in @ret. */
static bool stays_flow(const struct kpol_canon_node *node, size_t used, struct kpol_buffer *ret)
{
	if (node->kind == KPOL_CANON_SCALAR)
		return false;
	if (!node->first) {
		kpol_buffer_puts(ret, node->kind == KPOL_CANON_MAP ? "{}" : "[]");
		return true;
	}
	if (!node->flow || child_has_comments(node))
		return false;
	add_flow(node, ret);
	return ret->failed || used + width_of(ret->text) <= WIDTH;
}

static void add_tail(const struct kpol_canon_node *node, struct kpol_buffer *out)
{
	if (node->tail)
		kpol_buffer_printf(out, "  %s", node->tail);
	kpol_buffer_putc(out, '\n');
}

static void add_literal(const struct kpol_canon_node *node, size_t indent, struct kpol_buffer *out)
{
	const char *line = node->text;
	size_t len;

	kpol_buffer_puts(out, node->text[node->len - 1] == '\n' ? "|" : "|-");
	add_tail(node, out);
	for (; *line; line += len + (line[len] == '\n')) {
		len = strcspn(line, "\n");
		if (len)
			add_indent(out, indent);
		kpol_buffer_add(out, line, len);
		kpol_buffer_putc(out, '\n');
	}
}

static void add_block(const struct kpol_canon_node *node, size_t indent, bool inline_first,
		      struct kpol_buffer *out);

/* What follows "key:" or "-"; @used: columns before it. */
static void add_value(const struct kpol_canon_node *node, size_t indent, size_t used,
		      struct kpol_buffer *out)
{
	struct kpol_buffer flow = { 0 };
	const char *space = node->key ? " " : "";

	if (kpol_canon_is_literal(node)) {
		kpol_buffer_puts(out, space);
		add_literal(node, indent, out);
	} else if (node->kind == KPOL_CANON_SCALAR) {
		kpol_buffer_puts(out, node->len || node->style != KPOL_CANON_PLAIN ? space : "");
		kpol_canon_scalar(node, false, out);
		add_tail(node, out);
	} else if (stays_flow(node, used, &flow)) {
		kpol_buffer_printf(out, "%s%s", space, flow.text);
		add_tail(node, out);
	} else if (node->key) {
		add_tail(node, out);
		add_block(node, indent, false, out);
	} else {
		add_block(node, indent, true, out);
	}
	kpol_buffer_clear(&flow);
}

static size_t key_width(const struct kpol_canon_node *node)
{
	struct kpol_buffer key = { 0 };
	size_t width;

	add_key(node->key, false, &key);
	width = key.failed ? 0 : width_of(key.text) + 2;
	kpol_buffer_clear(&key);
	return width;
}

/* An entry that is written in lines of its own, so that its first key stands behind the dash. */
static bool opens_block(const struct kpol_canon_node *entry, size_t indent)
{
	struct kpol_buffer flow = { 0 };
	bool opens = entry->kind != KPOL_CANON_SCALAR && !stays_flow(entry, indent, &flow);

	kpol_buffer_clear(&flow);
	return opens;
}

static void add_entry_lines(const struct kpol_canon_node *entry, size_t indent, bool first,
			    struct kpol_buffer *out)
{
	add_lines(entry->head, indent, first, out);
	if (entry->key || !opens_block(entry, indent + INDENT))
		return;
	/* There is no place behind the dash for what belongs to the entry or to its first key. */
	if (entry->tail) {
		add_indent(out, indent);
		kpol_buffer_printf(out, "%s\n", entry->tail);
	}
	add_entry_lines(entry->first, indent, true, out);
}

static void add_child(const struct kpol_canon_node *child, size_t indent, struct kpol_buffer *out)
{
	if (!child->key) {
		kpol_buffer_puts(out, "- ");
		add_value(child, indent + INDENT, indent + INDENT, out);
		return;
	}
	add_key(child->key, false, out);
	kpol_buffer_putc(out, ':');
	add_value(child, indent + INDENT, indent + key_width(child), out);
}

static void add_block(const struct kpol_canon_node *node, size_t indent, bool inline_first,
		      struct kpol_buffer *out)
{
	for (const struct kpol_canon_node *child = node->first; child; child = child->next) {
		bool first = child == node->first;

		if (!first || !inline_first) {
			if (child->key)
				add_lines(child->head, indent, first, out);
			else
				add_entry_lines(child, indent, first, out);
			add_indent(out, indent);
		}
		add_child(child, indent, out);
	}
}

/* A document's own first key comes after what stands at its head. */
static void add_document(const struct kpol_canon_node *doc, bool first, struct kpol_buffer *out)
{
	add_lines(doc->head, 0, first, out);
	if (doc->kind == KPOL_CANON_SCALAR || !doc->first)
		add_value(doc, 0, 0, out);
	else
		add_block(doc, 0, false, out);
}

void kpol_canon_print(const struct kpol_canon *canon, struct kpol_buffer *out)
{
	for (const struct kpol_canon_node *doc = canon->documents; doc; doc = doc->next) {
		if (doc != canon->documents)
			kpol_buffer_puts(out, "---\n");
		add_document(doc, true, out);
	}
	add_lines(canon->foot, 0, !canon->documents, out);
}
