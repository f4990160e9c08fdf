// SPDX-License-Identifier: GPL-2.0-or-later
/* The report of "test" for people, and as JSON. */
#include <errno.h>
#include <stdio.h>

#include "kpolctl/case_report.h"
#include "kpolctl/cleanup.h"
#include "kpolctl/escape.h"
#include "kpolctl/field.h"
#include "kpolctl/output.h"
#include "kpolctl/verb.h"

static void print_escaped(const char *text)
{
	_cleanup_free_ char *safe = kpolctl_escape(text);

	fputs(safe ? safe : "out of memory", stdout);
}

static void print_detail(const char *label, const char *text)
{
	printf("  %-9s ", label);
	print_escaped(text);
	putchar('\n');
}

static void print_case(struct json_object *item)
{
	bool passed = kpolctl_field_true(item, "passed");
	const char *word = passed ? "ok" : "failed";

	if (passed && kpolctl_output != KPOLCTL_WIDE)
		return;
	printf("%s%s%s ", kpolctl_paint(word), word, kpolctl_unpaint(word));
	print_escaped(kpolctl_field_string(item, "file", "?"));
	printf(":%lu:%lu: ", (unsigned long)kpolctl_field_number(item, "line"),
	       (unsigned long)kpolctl_field_number(item, "column"));
	print_escaped(kpolctl_case_title(item));
	putchar('\n');
	if (!passed)
		kpolctl_case_details(item, print_detail);
}

static void print_coverage(struct json_object *coverage)
{
	struct json_object *missed = kpolctl_field_array(coverage, "missed");

	for (size_t i = 0; i < json_object_array_length(missed); i++) {
		_cleanup_free_ char *text =
			kpolctl_case_missed(json_object_array_get_idx(missed, i));

		print_escaped(text ? text : "out of memory");
		putchar('\n');
	}
	printf("%lu of %lu rules decide something, %lu%%\n",
	       (unsigned long)kpolctl_field_number(coverage, "covered"),
	       (unsigned long)kpolctl_field_number(coverage, "rules"),
	       (unsigned long)kpolctl_field_number(coverage, "percent"));
}

int kpolctl_case_print_text(const struct kpolctl_case_report *report)
{
	for (size_t i = 0; i < json_object_array_length(report->items); i++)
		print_case(json_object_array_get_idx(report->items, i));
	if (report->coverage)
		print_coverage(report->coverage);
	printf("%zu passed, %zu failed\n", report->n_passed, report->n_failed);
	return 0;
}

int kpolctl_case_print_json(const struct kpolctl_case_report *report)
{
	_cleanup_json_ struct json_object *top = json_object_new_object();

	json_object_object_add(top, "passed", json_object_new_int64((int64_t)report->n_passed));
	json_object_object_add(top, "failed", json_object_new_int64((int64_t)report->n_failed));
	if (report->coverage)
		json_object_object_add(top, "coverage", json_object_get(report->coverage));
	json_object_object_add(top, "items", json_object_get(report->items));
	return kpolctl_object_print("PolicyTestReport", top, false);
}
