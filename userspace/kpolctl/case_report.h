/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The report of "test": what each case expected and got, as one object that every format shows. */
#ifndef KPOL_KPOLCTL_CASE_REPORT_H
#define KPOL_KPOLCTL_CASE_REPORT_H

#include <json-c/json.h>

#include "cases/coverage.h"
#include "cases/run.h"

/**
 * struct kpolctl_case_report - zero-initialise, end with kpolctl_case_report_clear()
 * @items: array, per case: file, line, column, name, access, scope, expected, got, passed, and for
 *	those that failed: fault, rule or policy, why.
 * @coverage: rules, covered, percent, missed [rule]; NULL: not asked for.
 */
struct kpolctl_case_report {
	struct json_object *items;
	struct json_object *coverage;
	size_t n_passed;
	size_t n_failed;
	size_t n_explained;
};

/** kpolctl_case_report_add() - the cases of one test file. Return: 0 or -ENOMEM. */
int kpolctl_case_report_add(struct kpolctl_case_report *report, const struct kpol_run *run);

/** kpolctl_case_report_coverage() - add what no test decided. */
void kpolctl_case_report_coverage(struct kpolctl_case_report *report,
				  const struct kpol_coverage *coverage);

/** kpolctl_case_report_print() - to stdout, in the format of -o. Return: 0 or -ENOMEM. */
int kpolctl_case_report_print(const struct kpolctl_case_report *report);

/* The formats. Return: 0 or -ENOMEM. */
int kpolctl_case_print_text(const struct kpolctl_case_report *report);
int kpolctl_case_print_json(const struct kpolctl_case_report *report);
int kpolctl_case_print_junit(const struct kpolctl_case_report *report);
int kpolctl_case_print_tap(const struct kpolctl_case_report *report);

/** kpolctl_case_title() - the case's name, or its access. Borrowed. */
const char *kpolctl_case_title(struct json_object *item);

/** kpolctl_case_details() - "label: text" pairs of a case that failed
 * @each: called for every pair that is there.
 */
void kpolctl_case_details(struct json_object *item,
			  void (*each)(const char *label, const char *text));

/** kpolctl_case_missed() - the sentence for a rule that no test decided. Return: to free(), or
 * NULL. */
char *kpolctl_case_missed(struct json_object *rule);

void kpolctl_case_report_clear(struct kpolctl_case_report *report);

#endif /* KPOL_KPOLCTL_CASE_REPORT_H */
