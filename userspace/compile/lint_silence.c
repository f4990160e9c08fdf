// SPDX-License-Identifier: GPL-2.0-or-later
/* Silences applied: what the author knows of no longer counts, and a silence must be about something. */
#include "compile/lint.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "compile/findings.h"

/* A document with silences, from its first line to the next one's; the header's are for all. */
struct document {
	const struct kpol_silences *silences;
	bool *used;
};

struct silencing {
	const struct kpol_lint *lint;
	struct document *documents; /* in the order of the file, the header first */
	size_t n;
	const char **lines;
	size_t n_lines;
};

static size_t count_lines(const char *text)
{
	size_t n = 1;

	for (; (text = strchr(text, '\n')); text++)
		n++;
	return n;
}

static int find_lines(struct silencing *s)
{
	const char *at = s->lint->bundle->text;

	s->lines = calloc(count_lines(at), sizeof(*s->lines));
	if (!s->lines)
		return -ENOMEM;
	while (at) {
		s->lines[s->n_lines++] = at;
		at = strchr(at, '\n');
		if (at)
			at++;
	}
	return 0;
}

/* The first byte of a column, which counts characters; NULL: the line has none. */
static const char *find_place(const struct silencing *s, const struct kpol_diag *diag)
{
	const char *at;

	if (!diag->line || !diag->column || diag->line > s->n_lines)
		return NULL;
	at = s->lines[diag->line - 1];
	for (unsigned int column = 1; column < diag->column && *at && *at != '\n'; at++)
		column += ((unsigned char)at[1] & 0xc0) != 0x80;
	return at;
}

/* Does @object stand where the finding points, with or without quotes? */
static bool is_at(const struct silencing *s, const struct kpol_diag *diag, const char *object)
{
	const char *at = find_place(s, diag);
	size_t len = strlen(object);

	if (!at)
		return false;
	at += *at == '"' || *at == '\'';
	return !strncmp(at, object, len) && (!at[len] || strchr("\"' ,:}]\n", at[len]));
}

static bool is_valid(const struct kpol_silence *silence)
{
	const struct kpol_finding *finding = kpol_finding_get(silence->code);

	return finding && !finding->fixed && *silence->reason;
}

static int silence_one(const struct silencing *s, const struct document *document, size_t index)
{
	struct kpol_diags *diags = s->lint->diags;
	const struct kpol_diag *diag = &diags->items[index];

	for (size_t i = 0; i < document->silences->n; i++) {
		const struct kpol_silence *silence = &document->silences->items[i];

		if (strcmp(silence->code, diag->code) || !is_valid(silence) ||
		    (silence->object && !is_at(s, diag, silence->object)))
			continue;
		document->used[i] = true;
		if (kpol_diag_silence(diags, index, silence->reason) < 0)
			return -ENOMEM;
	}
	return 0;
}

/* The document that a line is in. What is about the whole file belongs to the first one there is. */
static const struct document *find_document(const struct silencing *s, unsigned int line)
{
	size_t low = 0, high = s->n;

	while (high - low > 1) {
		size_t middle = (low + high) / 2;

		if (s->documents[middle].silences->first_line <= line)
			low = middle;
		else
			high = middle;
	}
	if (!line && !s->documents[0].silences->first_line && s->n > 1)
		return &s->documents[1];
	return &s->documents[low];
}

static int silence_all(const struct silencing *s)
{
	for (size_t i = 0; i < s->lint->diags->n; i++) {
		const struct document *document = find_document(s, s->lint->diags->items[i].line);

		if (silence_one(s, document, i) < 0 ||
		    (document != s->documents && silence_one(s, s->documents, i) < 0))
			return -ENOMEM;
	}
	return 0;
}

static int report_bad(const struct kpol_lint *lint, const struct kpol_silence *silence)
{
	const struct kpol_finding *finding = kpol_finding_get(silence->code);

	if (!finding)
		return kpol_lint_add(lint, KPOL_WARNING, KPOL_LINT_SILENCE, silence->place,
				     "there is no finding \"%s\" to silence (\"CODE: reason\" or "
				     "\"CODE OBJECT: reason\")",
				     silence->code);
	if (finding->fixed)
		return kpol_lint_add(lint, KPOL_WARNING, KPOL_LINT_SILENCE, silence->place,
				     "%s cannot be silenced", silence->code);
	return kpol_lint_add(lint, KPOL_WARNING, KPOL_LINT_SILENCE_REASON, silence->place,
			     "%s is not silenced: no reason is given behind a colon",
			     silence->code);
}

static int report_stale(const struct kpol_lint *lint, const struct kpol_silence *silence)
{
	if (kpol_finding_get(silence->code)->needs_files && !lint->files)
		return 0; /* it may be there where one can look */
	return kpol_lint_add(lint, KPOL_WARNING, KPOL_LINT_SILENCE_STALE, silence->place,
			     "there is no finding %s%s%s here: remove the silence", silence->code,
			     silence->object ? " at " : "", silence->object ? silence->object : "");
}

static int report_silences(const struct silencing *s)
{
	int r = 0;

	for (size_t i = 0; i < s->n; i++) {
		const struct document *document = &s->documents[i];

		for (size_t k = 0; k < document->silences->n && r == 0; k++) {
			const struct kpol_silence *silence = &document->silences->items[k];

			if (!is_valid(silence))
				r = report_bad(s->lint, silence);
			else if (!document->used[k])
				r = report_stale(s->lint, silence);
		}
	}
	return r;
}

static int add_document(struct silencing *s, const struct kpol_silences *silences)
{
	struct document *document = &s->documents[s->n];

	document->silences = silences;
	document->used = calloc(silences->n + 1, sizeof(bool));
	if (!document->used)
		return -ENOMEM;
	s->n++;
	return 0;
}

static void silencing_clear(struct silencing *s)
{
	for (size_t i = 0; i < s->n; i++)
		free(s->documents[i].used);
	free(s->documents);
	free(s->lines);
}

int kpol_lint_silence(const struct kpol_lint *lint)
{
	_cleanup_(silencing_clear) struct silencing s = { .lint = lint };
	const struct kpol_bundle *bundle = lint->bundle;
	size_t n_silences = bundle->silences.n;

	for (size_t i = 0; i < bundle->n_policies; i++)
		n_silences += bundle->policies[i].silences.n;
	if (!n_silences)
		return 0;
	s.documents = calloc(bundle->n_policies + 1, sizeof(*s.documents));
	if (!s.documents || add_document(&s, &bundle->silences) < 0)
		return -ENOMEM;
	for (size_t i = 0; i < bundle->n_policies; i++)
		if (add_document(&s, &bundle->policies[i].silences) < 0)
			return -ENOMEM;
	if (find_lines(&s) < 0 || silence_all(&s) < 0)
		return -ENOMEM;
	return report_silences(&s);
}
