// SPDX-License-Identifier: GPL-2.0-or-later
/* The report of "test" as TAP, version 13 (https://testanything.org/tap-version-13-specification.html). */
#include <stdio.h>

#include "kpolctl/case_report.h"
#include "kpolctl/cleanup.h"
#include "kpolctl/escape.h"
#include "kpolctl/field.h"

/* On one line, and without a "#" that would begin a directive. */
static void print_title(const char *text)
{
	_cleanup_free_ char *safe = kpolctl_escape(text);

	for (const char *c = safe ? safe : "?"; *c; c++)
		fputs((const char[]){ *c == '#' ? '-' : *c, '\0' }, stdout);
	putchar('\n');
}

/* A value of the YAML block, in single quotes, where only the quote itself is doubled. */
static void print_detail(const char *label, const char *text)
{
	_cleanup_free_ char *safe = kpolctl_escape(text);

	printf("  %s: '", label);
	for (const char *c = safe ? safe : "?"; *c; c++)
		fputs(*c == '\'' ? "''" : (const char[]){ *c, '\0' }, stdout);
	fputs("'\n", stdout);
}

static void print_place(struct json_object *item)
{
	char text[4200];

	snprintf(text, sizeof(text), "%s:%lu:%lu", kpolctl_field_string(item, "file", "?"),
		 (unsigned long)kpolctl_field_number(item, "line"),
		 (unsigned long)kpolctl_field_number(item, "column"));
	print_detail("at", text);
}

static void print_case(struct json_object *item, size_t number)
{
	bool passed = kpolctl_field_true(item, "passed");

	printf("%sok %zu - ", passed ? "" : "not ", number);
	print_title(kpolctl_case_title(item));
	if (passed)
		return;
	puts("  ---");
	print_place(item);
	kpolctl_case_details(item, print_detail);
	puts("  ...");
}

static void print_coverage(struct json_object *coverage)
{
	struct json_object *missed = kpolctl_field_array(coverage, "missed");

	for (size_t i = 0; i < json_object_array_length(missed); i++) {
		_cleanup_free_ char *text =
			kpolctl_case_missed(json_object_array_get_idx(missed, i));

		fputs("# ", stdout);
		print_title(text ? text : "out of memory");
	}
	printf("# coverage %lu%%\n", (unsigned long)kpolctl_field_number(coverage, "percent"));
}

int kpolctl_case_print_tap(const struct kpolctl_case_report *report)
{
	size_t n = json_object_array_length(report->items);

	printf("TAP version 13\n1..%zu\n", n);
	for (size_t i = 0; i < n; i++)
		print_case(json_object_array_get_idx(report->items, i), i + 1);
	if (report->coverage)
		print_coverage(report->coverage);
	return 0;
}
