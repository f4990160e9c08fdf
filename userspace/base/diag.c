// SPDX-License-Identifier: GPL-2.0-or-later
/* Diagnostics: the list, and one line of it for people. */
#include "base/diag.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/text.h"

static char *message_new(const char *format, va_list args)
{
	_cleanup_(kpol_buffer_clear) struct kpol_buffer raw = { 0 };

	kpol_buffer_vprintf(&raw, format, args);
	if (raw.failed)
		return NULL;
	return kpol_text_escape(raw.text, raw.len);
}

static void count_diag(struct kpol_diags *diags, enum kpol_severity severity)
{
	if (severity == KPOL_ERROR)
		diags->n_errors++;
	else if (severity == KPOL_WARNING)
		diags->n_warnings++;
}

static size_t severity_count(const struct kpol_diags *diags, enum kpol_severity severity)
{
	if (severity == KPOL_ERROR)
		return diags->n_errors;
	if (severity == KPOL_WARNING)
		return diags->n_warnings;
	return diags->n - diags->n_errors - diags->n_warnings - diags->n_silenced;
}

/* Takes over both strings, also on failure. */
static int append_diag(struct kpol_diags *diags, const struct kpol_diag *diag)
{
	struct kpol_diag *slot = NULL;

	if (diag->file && diag->message)
		slot = kpol_append(&diags->items, &diags->n, sizeof(*slot));
	if (!slot) {
		free(diag->file);
		free(diag->message);
		diags->oom = true;
		return -ENOMEM;
	}
	*slot = *diag;
	slot->number = diags->n - 1;
	return 0;
}

static const char *const too_many[] = {
	[KPOL_ERROR] = "too many errors; the rest is not shown",
	[KPOL_WARNING] = "too many warnings; the rest is not shown",
	[KPOL_NOTE] = "too many notes; the rest is not shown",
};

int kpol_diag_add(struct kpol_diags *diags, enum kpol_severity severity, const char *code,
		  const char *file, unsigned int line, unsigned int column, const char *format, ...)
{
	struct kpol_diag diag = {
		.severity = severity, .code = code, .line = line, .column = column
	};
	int answer = severity == KPOL_ERROR ? -EINVAL : 0;
	size_t before;
	va_list args;
	int r;

	if (!diags)
		return answer;
	before = severity_count(diags, severity);
	if (before > KPOL_DIAGS_MAX) {
		return answer;
	} else if (before == KPOL_DIAGS_MAX) {
		diag.message = strdup(too_many[severity]);
	} else {
		va_start(args, format);
		diag.message = message_new(format, args);
		va_end(args);
	}
	diag.file = strdup(file);
	r = append_diag(diags, &diag);
	if (r < 0)
		return r;
	count_diag(diags, severity);
	return answer;
}

int kpol_diag_silence(struct kpol_diags *diags, size_t index, const char *reason)
{
	struct kpol_diag *diag = &diags->items[index];

	if (diag->severity == KPOL_ERROR || diag->silence)
		return 0;
	diag->silence = strdup(reason);
	if (!diag->silence)
		return -ENOMEM;
	diags->n_silenced++;
	if (diag->severity == KPOL_WARNING)
		diags->n_warnings--;
	return 0;
}

static int compare_diags(const void *a, const void *b)
{
	const struct kpol_diag *x = a, *y = b;
	int r = strcmp(x->file, y->file);

	if (r)
		return r;
	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	if (x->column != y->column)
		return x->column < y->column ? -1 : 1;
	return x->number < y->number ? -1 : x->number > y->number;
}

void kpol_diags_sort(struct kpol_diags *diags)
{
	if (diags->n > 1)
		qsort(diags->items, diags->n, sizeof(*diags->items), compare_diags);
	for (size_t i = 0; i < diags->n; i++)
		diags->items[i].number = i;
}

void kpol_diags_clear(struct kpol_diags *diags)
{
	for (size_t i = 0; i < diags->n; i++) {
		free(diags->items[i].file);
		free(diags->items[i].message);
		free(diags->items[i].silence);
	}
	free(diags->items);
	memset(diags, 0, sizeof(*diags));
}

static const char *const severity_prefix[] = {
	[KPOL_ERROR] = "",
	[KPOL_WARNING] = "warning: ",
	[KPOL_NOTE] = "note: ",
};

char *kpol_diag_format(const struct kpol_diag *diag)
{
	struct kpol_buffer buffer = { 0 };

	kpol_text_escape_to(&buffer, diag->file, strlen(diag->file));
	if (diag->line)
		kpol_buffer_printf(&buffer, ":%u", diag->line);
	if (diag->line && diag->column)
		kpol_buffer_printf(&buffer, ":%u", diag->column);
	kpol_buffer_printf(&buffer, ": %s%s", severity_prefix[diag->severity], diag->message);
	if (diag->severity != KPOL_ERROR && diag->code)
		kpol_buffer_printf(&buffer, " [%s]", diag->code);
	return kpol_buffer_take(&buffer);
}
