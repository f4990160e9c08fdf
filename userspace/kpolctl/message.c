// SPDX-License-Identifier: GPL-2.0-or-later
/* What goes to stderr. */
#include "kpolctl/message.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "kpolctl/cleanup.h"
#include "kpolctl/escape.h"
#include "kpolctl/field.h"
#include "kpolctl/verb.h"

static void print_json(const char *text, int code)
{
	_cleanup_json_ struct json_object *object = json_object_new_object();
	_cleanup_free_ char *safe = NULL;

	json_object_object_add(object, "apiVersion", json_object_new_string("kpol/v1"));
	json_object_object_add(object, "kind", json_object_new_string("Error"));
	json_object_object_add(object, "message", json_object_new_string(text));
	json_object_object_add(object, "exit", json_object_new_int(code));
	safe = kpolctl_escape_json(json_object_to_json_string_ext(
		object, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
	fprintf(stderr, "%s\n", safe ? safe : "{}");
}

int kpolctl_fail(int code, const char *format, ...)
{
	_cleanup_free_ char *text = NULL, *safe = NULL;
	va_list args;
	int n;

	va_start(args, format);
	n = vasprintf(&text, format, args);
	va_end(args);
	if (n < 0)
		text = NULL;
	safe = text ? kpolctl_escape(text) : NULL;
	if (kpolctl_output == KPOLCTL_JSON && text)
		print_json(text, code);
	else
		fprintf(stderr, "kpolctl: %s\n", safe ? safe : "out of memory");
	return code;
}

int kpolctl_fail_unknown(const char *what, const char *word, const char *near)
{
	if (near)
		return kpolctl_fail(KPOLCTL_USAGE, "unknown %s \"%s\" (did you mean \"%s\"?)", what,
				    word, near);
	return kpolctl_fail(KPOLCTL_USAGE, "unknown %s \"%s\"", what, word);
}

void kpolctl_note(const char *format, ...)
{
	va_list args;

	if (kpolctl_quiet)
		return;
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

static enum kpol_severity severity_of(const char *word)
{
	if (!strcmp(word, "warning"))
		return KPOL_WARNING;
	return strcmp(word, "note") ? KPOL_ERROR : KPOL_NOTE;
}

static void print_diagnostic(struct json_object *item)
{
	struct kpol_diag diag = {
		.severity = severity_of(kpolctl_field_string(item, "severity", "error")),
		.code = kpolctl_field_string(item, "code", ""),
		.file = (char *)kpolctl_field_string(item, "file", "-"),
		.line = (unsigned int)kpolctl_field_number(item, "line"),
		.column = (unsigned int)kpolctl_field_number(item, "column"),
		.message = (char *)kpolctl_field_string(item, "message", ""),
	};
	_cleanup_free_ char *text = kpol_diag_format(&diag), *safe = NULL;

	safe = text ? kpolctl_escape(text) : NULL;
	fprintf(stderr, "%s\n", safe ? safe : "out of memory");
}

void kpolctl_diagnostics(struct json_object *diagnostics)
{
	size_t n = diagnostics ? json_object_array_length(diagnostics) : 0;

	for (size_t i = 0; i < n; i++) {
		struct json_object *item = json_object_array_get_idx(diagnostics, i);
		bool error =
			severity_of(kpolctl_field_string(item, "severity", "error")) == KPOL_ERROR;

		if (error || !kpolctl_quiet)
			print_diagnostic(item);
	}
}
