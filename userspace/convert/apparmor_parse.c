// SPDX-License-Identifier: GPL-2.0-or-later
/* An AppArmor file: variables and profiles. */
#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "convert/apparmor_rule.h"
#include "convert/convert.h"

/* "@{X}=a b", "@{X} += c", with blanks wherever one likes. */
static int take_variable(struct kpol_aa_reading *r, const struct kpol_aa_statement *s)
{
	const char *name = s->words.items[0], *rest = strchr(name, '}');
	_cleanup_free_ char **values = calloc(s->words.n + 1, sizeof(*values));
	bool more = false;
	size_t n = 0;

	if (!values)
		return -ENOMEM;
	for (size_t i = 0; i < s->words.n; i++) {
		char *word = i ? s->words.items[i] : (char *)(rest ? rest + 1 : "");

		if (!n && *word == '+') {
			more = true;
			word++;
		}
		if (!n && *word == '=')
			word++;
		if (*word)
			values[n++] = word;
	}
	return kpol_aa_variables_set(&r->variables, name, more, values, n);
}

/* A program of several names is known by the first. */
static int take_program(struct kpol_aa_reading *r, const char *word, struct kpol_aa_profile *p,
			char **ret_missing)
{
	_cleanup_(kpol_strv_clear) struct kpol_strv paths = { 0 };
	int result = kpol_aa_expand(&r->variables, word, &paths, ret_missing);

	if (result < 0)
		return result;
	if (paths.n > 1 &&
	    kpol_aa_tell(r, p->line, "the profile is for %zu programs, only %s is taken over",
			 paths.n, paths.items[0]) < 0)
		return -ENOMEM;
	if (!paths.n || paths.items[0][0] != '/')
		return kpol_aa_tell(r, p->line, "%s: is no program's path", word);
	p->program = strdup(paths.items[0]);
	return p->program ? 0 : -ENOMEM;
}

/* "profile NAME /program flags=(complain)", or "/program". */
static int open_profile(struct kpol_aa_reading *r, const struct kpol_aa_statement *s,
			struct kpol_aa_profiles *profiles)
{
	struct kpol_aa_profile *p = kpol_append(&profiles->items, &profiles->n, sizeof(*p));
	size_t first = !strcmp(s->words.items[0], "profile");
	_cleanup_free_ char *missing = NULL;
	int result = 0;

	if (!p)
		return -ENOMEM;
	r->profile = p;
	p->line = s->line;
	for (size_t i = first; i < s->words.n && result == 0; i++) {
		const char *word = s->words.items[i];

		if (!p->name) {
			p->name = strdup(word);
			result = p->name ? 0 : -ENOMEM;
		}
		if (!strncmp(word, "flags=", 6) || word[0] == '(')
			p->complain |= strstr(word, "complain") != NULL;
		else if ((word[0] == '/' || word[0] == '@') && !p->program && result == 0)
			result = take_program(r, word, p, &missing);
	}
	if (result == -EINVAL)
		result = kpol_aa_tell(r, s->line, "which program this is for is not known");
	if (result == -ENOENT)
		result = kpol_aa_tell(r, s->line,
				      "%s is not defined in this file: which program this is "
				      "for is not known",
				      missing);
	if (result == 0 && !p->name)
		p->name = strdup("profile");
	return result < 0 || p->name ? result : -ENOMEM;
}

static int skip_block(struct kpol_aa_text *text)
{
	int depth = 1, r = 0;

	while (depth && r == 0) {
		struct kpol_aa_statement s = { 0 };

		r = kpol_aa_next(text, &s);
		depth += s.end == '{' ? 1 : s.end == '}' ? -1 : 0;
		if (!s.end)
			depth = 0;
		kpol_aa_statement_clear(&s);
	}
	return r;
}

static int open_block(struct kpol_aa_reading *r, struct kpol_aa_text *text,
		      const struct kpol_aa_statement *s, struct kpol_aa_profiles *profiles)
{
	if (!s->words.n)
		return kpol_diag_add(r->diags, KPOL_ERROR, KPOL_CODE_CONVERT, r->file, s->line, 0,
				     "a block without a name");
	if (!r->profile)
		return open_profile(r, s, profiles);
	if (kpol_aa_tell(r, s->line, "the profile \"%s\" inside another one has no counterpart",
			 s->words.items[s->words.n - 1]) < 0)
		return -ENOMEM;
	return skip_block(text);
}

static int take_statement(struct kpol_aa_reading *r, struct kpol_aa_text *text,
			  const struct kpol_aa_statement *s, struct kpol_aa_profiles *profiles)
{
	switch (s->end) {
	case '{':
		return open_block(r, text, s, profiles);
	case '}':
		r->profile = NULL;
		return 0;
	case '=':
		if (s->words.n && !strncmp(s->words.items[0], "@{", 2))
			return take_variable(r, s);
		break;
	default:
		break;
	}
	if (!s->words.n)
		return 0;
	if (r->profile)
		return kpol_aa_rule(r, s);
	/* Before the profiles: what they include. */
	if (strstr(s->words.items[0], "include"))
		return kpol_aa_tell(r, s->line, "include %s: other files are not read",
				    s->words.items[s->words.n - 1]);
	if (!strcmp(s->words.items[0], "abi"))
		return 0;
	return kpol_diag_add(r->diags, KPOL_ERROR, KPOL_CODE_CONVERT, r->file, s->line, 0,
			     "\"%s\" stands in no profile", s->words.items[0]);
}

static int read_statements(struct kpol_aa_reading *r, struct kpol_aa_text *text,
			   struct kpol_aa_profiles *profiles)
{
	int result = 0;
	char end = '=';

	while (end && result == 0) {
		struct kpol_aa_statement s = { 0 };

		result = kpol_aa_next(text, &s);
		if (result == -EINVAL)
			result = kpol_diag_add(r->diags, KPOL_ERROR, KPOL_CODE_CONVERT, r->file,
					       text->line, 0,
					       "a quote or bracket that is never closed");
		else if (result == 0)
			result = take_statement(r, text, &s, profiles);
		end = s.end;
		kpol_aa_statement_clear(&s);
	}
	return result;
}

int kpol_aa_parse(const char *file, const char *text, size_t len, struct kpol_diags *diags,
		  struct kpol_aa_profiles *ret)
{
	struct kpol_aa_reading r = { .file = file, .diags = diags };
	struct kpol_aa_text from = { .at = text, .end = text + len, .line = 1 };
	int result = read_statements(&r, &from, ret);

	kpol_aa_variables_clear(&r.variables);
	if (result == 0 && r.profile)
		return kpol_diag_add(diags, KPOL_ERROR, KPOL_CODE_CONVERT, file, r.profile->line, 0,
				     "the profile \"%s\" is never closed", r.profile->name);
	if (result == 0 && !ret->n)
		return kpol_diag_add(diags, KPOL_ERROR, KPOL_CODE_CONVERT, file, 0, 0,
				     "there is no profile in this file");
	return result;
}

static void words_free(struct kpol_aa_word *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(words[i].word);
	free(words);
}

void kpol_aa_profiles_clear(struct kpol_aa_profiles *profiles)
{
	for (size_t i = 0; i < profiles->n; i++) {
		struct kpol_aa_profile *p = &profiles->items[i];

		for (size_t k = 0; k < p->n_files; k++)
			free(p->files[k].path);
		free(p->files);
		words_free(p->capabilities, p->n_capabilities);
		words_free(p->protocols, p->n_protocols);
		free(p->name);
		free(p->program);
	}
	free(profiles->items);
	*profiles = (struct kpol_aa_profiles){ 0 };
}
