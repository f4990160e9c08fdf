// SPDX-License-Identifier: GPL-2.0-or-later
/* The report of "test" as JUnit XML, one suite per test file, as CI systems read it. */
#include <stdio.h>
#include <string.h>

#include "kpolctl/case_report.h"
#include "kpolctl/cleanup.h"
#include "kpolctl/escape.h"
#include "kpolctl/field.h"

static const char *entity(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	default:
		return NULL;
	}
}

/* What is no printable UTF-8 has been escaped before, so that XML can carry it. */
static void print_xml(const char *text)
{
	_cleanup_free_ char *safe = kpolctl_escape(text);

	for (const char *c = safe ? safe : "?"; *c; c++) {
		if (entity(*c))
			fputs(entity(*c), stdout);
		else
			putchar(*c);
	}
}

static void print_attribute(const char *name, const char *value)
{
	printf(" %s=\"", name);
	print_xml(value);
	putchar('"');
}

static void print_detail(const char *label, const char *text)
{
	printf("%s: ", label);
	print_xml(text);
	putchar('\n');
}

static void print_failure(struct json_object *item)
{
	char text[128];

	snprintf(text, sizeof(text), "expected %.50s, got %.50s",
		 kpolctl_field_string(item, "expected", "?"),
		 kpolctl_field_string(item, "got", "?"));
	fputs("      <failure", stdout);
	print_attribute("message", text);
	fputs(">", stdout);
	kpolctl_case_details(item, print_detail);
	fputs("</failure>\n    </testcase>\n", stdout);
}

static void print_case(struct json_object *item)
{
	fputs("    <testcase", stdout);
	print_attribute("name", kpolctl_case_title(item));
	print_attribute("classname", kpolctl_field_string(item, "file", "?"));
	print_attribute("file", kpolctl_field_string(item, "file", "?"));
	printf(" line=\"%lu\"", (unsigned long)kpolctl_field_number(item, "line"));
	if (kpolctl_field_true(item, "passed")) {
		fputs("/>\n", stdout);
		return;
	}
	fputs(">\n", stdout);
	print_failure(item);
}

/* Cases of one file stand together. Return: the index behind the last of them. */
static size_t file_end(struct json_object *items, size_t start, size_t *ret_failed)
{
	const char *file =
		kpolctl_field_string(json_object_array_get_idx(items, start), "file", "?");
	size_t i = start;

	*ret_failed = 0;
	for (; i < json_object_array_length(items); i++) {
		struct json_object *item = json_object_array_get_idx(items, i);

		if (strcmp(kpolctl_field_string(item, "file", "?"), file))
			break;
		*ret_failed += !kpolctl_field_true(item, "passed");
	}
	return i;
}

static size_t print_suite(struct json_object *items, size_t start)
{
	struct json_object *first = json_object_array_get_idx(items, start);
	size_t failed, end = file_end(items, start, &failed);

	fputs("  <testsuite", stdout);
	print_attribute("name", kpolctl_field_string(first, "file", "?"));
	printf(" tests=\"%zu\" failures=\"%zu\" errors=\"0\">\n", end - start, failed);
	for (size_t i = start; i < end; i++)
		print_case(json_object_array_get_idx(items, i));
	fputs("  </testsuite>\n", stdout);
	return end;
}

int kpolctl_case_print_junit(const struct kpolctl_case_report *report)
{
	size_t n = json_object_array_length(report->items);

	printf("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	       "<testsuites tests=\"%zu\" failures=\"%zu\">\n",
	       n, report->n_failed);
	for (size_t at = 0; at < n;)
		at = print_suite(report->items, at);
	puts("</testsuites>");
	return 0;
}
