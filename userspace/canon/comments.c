// SPDX-License-Identifier: GPL-2.0-or-later
/* The comments of a YAML text: what stands between the tokens of libyaml's scanner. */
#include <errno.h>
#include <string.h>

#include <yaml.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "canon/canon.h"

/** struct cursor - a place in the text, by libyaml's count of characters and by bytes. */
struct cursor {
	const char *text;
	size_t len;
	size_t at;
	size_t chars;
	uint32_t line;
	size_t line_start;
};

struct gathering {
	struct kpol_canon *canon;
	struct cursor cursor;
	struct kpol_comment **end;
};

static void advance(struct cursor *c, size_t chars)
{
	while (c->chars < chars && c->at < c->len) {
		uint32_t code;
		size_t n = kpol_utf8_decode(c->text + c->at, c->len - c->at, &code);

		c->chars++;
		c->at += n ? n : 1;
		if (code == '\n') {
			c->line++;
			c->line_start = c->at;
		}
	}
}

static bool is_own_line(const struct cursor *c)
{
	for (size_t i = c->line_start; i < c->at; i++)
		if (c->text[i] != ' ' && c->text[i] != '\t')
			return false;
	return true;
}

static int add_comment(struct gathering *g)
{
	struct cursor *c = &g->cursor;
	struct kpol_comment *comment = kpol_arena_alloc(&g->canon->arena, sizeof(*comment));
	size_t len = 0;

	while (c->at + len < c->len && !strchr("\r\n", c->text[c->at + len]))
		len++;
	while (len && strchr(" \t", c->text[c->at + len - 1]))
		len--;
	if (!comment)
		return -ENOMEM;
	comment->text = kpol_arena_text(&g->canon->arena, c->text + c->at, len);
	comment->line = c->line;
	comment->own_line = is_own_line(c);
	*g->end = comment;
	g->end = &comment->next;
	g->canon->n_comments++;
	return comment->text ? 0 : -ENOMEM;
}

/* Up to the character with that number there are only blanks, line feeds and comments. */
static int read_gap(struct gathering *g, size_t end)
{
	struct cursor *c = &g->cursor;
	int r;

	while (c->chars < end && c->at < c->len) {
		if (c->text[c->at] == '#') {
			r = add_comment(g);
			if (r < 0)
				return r;
			while (c->chars < end && c->at < c->len && c->text[c->at] != '\n')
				advance(c, c->chars + 1);
		} else {
			advance(c, c->chars + 1);
		}
	}
	return 0;
}

/* "key: | # why": the comment belongs to the token. */
static int read_block_header(struct gathering *g)
{
	struct cursor *c = &g->cursor;

	while (c->at < c->len && !strchr("#\r\n", c->text[c->at]))
		advance(c, c->chars + 1);
	return c->at < c->len && c->text[c->at] == '#' ? add_comment(g) : 0;
}

static bool is_block_scalar(const yaml_token_t *token)
{
	return token->type == YAML_SCALAR_TOKEN &&
	       (token->data.scalar.style == YAML_LITERAL_SCALAR_STYLE ||
		token->data.scalar.style == YAML_FOLDED_SCALAR_STYLE);
}

static int read_tokens(struct gathering *g, yaml_parser_t *parser)
{
	_cleanup_(yaml_token_delete) yaml_token_t token = { 0 };
	int r;

	do {
		yaml_token_delete(&token);
		if (!yaml_parser_scan(parser, &token))
			return -EINVAL;
		r = read_gap(g, token.start_mark.index);
		if (r == 0 && is_block_scalar(&token))
			r = read_block_header(g);
		if (r < 0)
			return r;
		advance(&g->cursor, token.end_mark.index);
	} while (token.type != YAML_STREAM_END_TOKEN);
	return read_gap(g, SIZE_MAX);
}

int kpol_canon_comments(const char *text, size_t len, struct kpol_canon *canon,
			struct kpol_comment **ret)
{
	_cleanup_(yaml_parser_delete) yaml_parser_t parser = { 0 };
	struct gathering g = { .canon = canon,
			       .cursor = { .text = text, .len = len, .line = 1 },
			       .end = ret };

	if (!yaml_parser_initialize(&parser))
		return -ENOMEM;
	/* libyaml does not count a byte order mark. */
	if (len >= 3 && !memcmp(text, "\xef\xbb\xbf", 3))
		g.cursor.at = g.cursor.line_start = 3;
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, len);
	return read_tokens(&g, &parser);
}
