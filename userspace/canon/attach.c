// SPDX-License-Identifier: GPL-2.0-or-later
/* Which node a comment belongs to: the next one below it, or the one it stands behind. */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "canon/canon.h"

/** struct attaching - @next: the first comment that is nobody's yet. @blank: per line, is it empty? */
struct attaching {
	struct kpol_canon *canon;
	struct kpol_comment *next;
	bool *blank;
	uint32_t n_lines;
};

static int add_line(struct attaching *a, struct kpol_comment ***end, const char *text)
{
	struct kpol_comment *line = kpol_arena_alloc(&a->canon->arena, sizeof(*line));

	if (!line)
		return -ENOMEM;
	line->text = text;
	**end = line;
	*end = &line->next;
	return 0;
}

static bool is_blank(const struct attaching *a, uint32_t line)
{
	return line && line <= a->n_lines && a->blank[line];
}

/* Comments before line @limit, with one empty line wherever there were some. */
static int take_lines(struct attaching *a, uint32_t limit, struct kpol_comment **list)
{
	struct kpol_comment **end = list;
	int r = 0;

	while (*end)
		end = &(*end)->next;
	for (; a->next && a->next->line < limit && r == 0; a->next = a->next->next) {
		if (is_blank(a, a->next->line - 1))
			r = add_line(a, &end, "");
		if (r == 0)
			r = add_line(a, &end, a->next->text);
	}
	if (r == 0 && limit <= a->n_lines && is_blank(a, limit - 1))
		r = add_line(a, &end, "");
	return r;
}

/* Comments from here to the end of line @line. A second one behind the same value goes before it. */
static int take_tail(struct attaching *a, uint32_t line, struct kpol_canon_node *node)
{
	struct kpol_comment **end = &node->head;
	int r = 0;

	while (*end)
		end = &(*end)->next;
	for (; a->next && a->next->line <= line && r == 0; a->next = a->next->next) {
		if (!node->tail)
			node->tail = a->next->text;
		else
			r = add_line(a, &end, a->next->text);
	}
	return r;
}

static int visit(struct attaching *a, struct kpol_canon_node *node, uint32_t limit);

static int visit_children(struct attaching *a, struct kpol_canon_node *node, uint32_t limit)
{
	int r = 0;

	for (struct kpol_canon_node *child = node->first; child && r == 0; child = child->next)
		r = visit(a, child,
			  child->next && child->next->line < limit ? child->next->line : limit);
	return r;
}

static struct kpol_canon_node *last_child(const struct kpol_canon_node *node)
{
	struct kpol_canon_node *child = node->first;

	while (child && child->next)
		child = child->next;
	return child;
}

/*
 * In brackets, up to the line of the closing one. What stands behind the last value goes before it: without brackets
 * it would be the next one's.
 */
static int visit_flow(struct attaching *a, struct kpol_canon_node *node, uint32_t limit)
{
	struct kpol_canon_node *last = last_child(node);
	int r = 0;

	if (last && node->line < node->end_line) {
		r = visit_children(a, node, node->end_line);
		if (r == 0 && a->next && a->next->line < node->end_line)
			r = take_lines(a, node->end_line, &last->head);
	}
	return r < 0 || node->end_line >= limit ? r : take_tail(a, node->end_line, node);
}

static int visit_block(struct attaching *a, struct kpol_canon_node *node, uint32_t limit)
{
	int r = 0;

	/* Behind the key, if what follows is on lines of its own. */
	if (node->key && node->first->line > node->line)
		r = take_tail(a, node->line, node);
	return r < 0 ? r : visit_children(a, node, limit);
}

/* What stands on line @limit or below is for somebody else. */
static int visit(struct attaching *a, struct kpol_canon_node *node, uint32_t limit)
{
	int r = take_lines(a, node->line, &node->head);

	if (r < 0)
		return r;
	if (node->kind == KPOL_CANON_SCALAR)
		return node->end_line < limit ? take_tail(a, node->end_line, node) : 0;
	if (node->flow || !node->first)
		return visit_flow(a, node, limit);
	return visit_block(a, node, limit);
}

static int find_blank_lines(const char *text, size_t len, struct attaching *a)
{
	uint32_t line = 1;
	bool blank = true;

	for (size_t i = 0; i < len; i++)
		a->n_lines += text[i] == '\n';
	a->blank = calloc(a->n_lines + 2, sizeof(*a->blank));
	if (!a->blank)
		return -ENOMEM;
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '\n') {
			a->blank[line++] = blank;
			blank = true;
		} else if (!strchr(" \t\r", text[i])) {
			blank = false;
		}
	}
	return 0;
}

int kpol_canon_attach(const char *text, size_t len, struct kpol_comment *comments,
		      struct kpol_canon *canon)
{
	struct attaching a = { .canon = canon, .next = comments };
	_cleanup_free_ bool *blank = NULL;
	int r = find_blank_lines(text, len, &a);

	blank = a.blank;
	for (struct kpol_canon_node *doc = canon->documents; doc && r == 0; doc = doc->next)
		r = visit(&a, doc, doc->next ? doc->next->line : UINT32_MAX);
	return r < 0 ? r : take_lines(&a, UINT32_MAX, &canon->foot);
}
