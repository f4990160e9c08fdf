// SPDX-License-Identifier: GPL-2.0-or-later
/* An AppArmor file as statements: words up to a comma, a brace or the end of a line. */
#include <errno.h>
#include <string.h>

#include "base/buffer.h"
#include "base/cleanup.h"
#include "convert/apparmor.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void skip_comment(struct kpol_aa_text *t)
{
	while (t->at < t->end && *t->at != '\n')
		t->at++;
}

/* "#include" is no comment. */
static bool at_comment(const struct kpol_aa_text *t)
{
	return *t->at == '#' &&
	       !(t->end - t->at > 8 && !strncmp(t->at, "#include", 8) && is_blank(t->at[8]));
}

/* Inside brackets commas belong to the word: "{a,b}", "(read, trace)". */
static bool ends_word(const struct kpol_aa_text *t, int depth)
{
	if (depth)
		return false;
	if (is_blank(*t->at))
		return true;
	return *t->at == ',' && (t->at + 1 == t->end || is_blank(t->at[1]) || t->at[1] == '#');
}

static int read_quoted(struct kpol_aa_text *t, struct kpol_buffer *word)
{
	for (t->at++; t->at < t->end && *t->at != '"'; t->at++) {
		if (*t->at == '\n')
			return -EINVAL;
		kpol_buffer_putc(word, *t->at);
	}
	if (t->at == t->end)
		return -EINVAL;
	t->at++;
	return 0;
}

static int read_word(struct kpol_aa_text *t, struct kpol_buffer *word)
{
	int depth = 0, r;

	while (t->at < t->end && !ends_word(t, depth)) {
		char c = *t->at;

		if (c == '"') {
			r = read_quoted(t, word);
			if (r < 0)
				return r;
			continue;
		}
		if (c == '\n' && depth && word->text[0] != '(')
			return -EINVAL;
		t->line += c == '\n';
		depth += c == '{' || c == '(' ? 1 : c == '}' || c == ')' ? -1 : 0;
		if (c == '\\' && t->at + 1 < t->end)
			kpol_buffer_putc(word, *t->at++);
		kpol_buffer_putc(word, *t->at++);
		if (depth < 0)
			return 0;
	}
	return depth > 0 ? -EINVAL : 0;
}

/* Lines that no comma ends: variables, includes. */
static bool ends_with_line(const struct kpol_strv *words)
{
	if (!words->n)
		return false;
	return !strncmp(words->items[0], "@{", 2) || !strcmp(words->items[0], "include") ||
	       !strcmp(words->items[0], "#include");
}

/* Return: does a statement end here? */
static bool take_sign(struct kpol_aa_text *t, struct kpol_aa_statement *s)
{
	bool lone = t->at + 1 == t->end || is_blank(t->at[1]) || t->at[1] == '#';

	if (*t->at != ',' && *t->at != '}' && !(*t->at == '{' && lone))
		return false;
	/* A closing brace also ends what has no comma. */
	if (*t->at == '}' && s->words.n) {
		s->end = ',';
		return true;
	}
	s->end = *t->at++;
	return true;
}

/* Return: 1 at the end of the statement, 0 to go on, or an error. */
static int step(struct kpol_aa_text *t, struct kpol_aa_statement *s)
{
	_cleanup_(kpol_buffer_clear) struct kpol_buffer word = { 0 };
	int r;

	if (*t->at == '\n' || at_comment(t)) {
		if (at_comment(t))
			skip_comment(t);
		if (t->at < t->end) {
			t->at++;
			t->line++;
		}
		s->end = '=';
		return ends_with_line(&s->words);
	}
	if (is_blank(*t->at)) {
		t->at++;
		return 0;
	}
	if (!s->words.n)
		s->line = t->line;
	if (take_sign(t, s))
		return 1;
	r = read_word(t, &word);
	if (r < 0)
		return r;
	return word.failed ? -ENOMEM
			   : kpol_strv_add(&s->words, word.text ? word.text : "", word.len);
}

int kpol_aa_next(struct kpol_aa_text *text, struct kpol_aa_statement *ret)
{
	int r = 0;

	ret->line = text->line;
	while (text->at < text->end && r == 0)
		r = step(text, ret);
	if (r == 0)
		ret->end = ends_with_line(&ret->words) ? '=' : '\0';
	return r < 0 ? r : 0;
}

void kpol_aa_statement_clear(struct kpol_aa_statement *statement)
{
	kpol_strv_clear(&statement->words);
	*statement = (struct kpol_aa_statement){ 0 };
}
