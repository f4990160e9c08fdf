// SPDX-License-Identifier: GPL-2.0-or-later
/* The report of "test": what each case expected and got, as one object that every format shows. */
#include "kpolctl/case_report.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/words.h"
#include "compile/candidate.h"
#include "compile/verdict.h"
#include "kpolctl/cleanup.h"
#include "kpolctl/field.h"
#include "kpolctl/offline.h"
#include "kpolctl/output.h"
#include "kpolctl/rule.h"
#include "kpolctl/verb.h"

/* Cases whose "why" is worked out: nobody reads more, and each costs a look at every rule. */
#define EXPLAINED_MAX 100

static void add_string(struct json_object *object, const char *key, const char *value)
{
	if (value)
		json_object_object_add(object, key, json_object_new_string(value));
}

static void add_buffer(struct json_object *object, const char *key, struct kpol_buffer *buffer)
{
	_cleanup_free_ char *text = kpol_buffer_take(buffer);

	if (text && *text)
		add_string(object, key, text);
}

static void add_expected(struct json_object *item, const struct kpol_case *c)
{
	struct kpol_buffer text = { 0 };

	kpol_buffer_puts(&text, kpol_suite_verdict(c->verdict));
	if (c->rule.by_rule)
		kpol_buffer_puts(&text, " by a rule");
	if (c->rule.by_default)
		kpol_buffer_puts(&text, " by default");
	if (c->rule.by_seal)
		kpol_buffer_puts(&text, " by the seal");
	if (c->rule.object)
		kpol_buffer_printf(&text, " by the rule for %s", c->rule.object);
	if (c->rule.line)
		kpol_buffer_printf(&text, "%s line %u", c->rule.object ? "," : " by", c->rule.line);
	if (c->rule.policy)
		kpol_buffer_printf(&text, " of policy %s", c->rule.policy);
	add_buffer(item, "expected", &text);
}

static const char *fault_text(enum kpol_case_fault fault)
{
	static const char *const texts[] = {
		[KPOL_CASE_VERDICT] = "the verdict is another",
		[KPOL_CASE_RULE_MISSING] = "no rule decided, the default did",
		[KPOL_CASE_RULE_DECIDED] = "a rule decided, not the default",
		[KPOL_CASE_POLICY] = "another policy decided",
		[KPOL_CASE_LINE] = "a rule on another line decided",
		[KPOL_CASE_OBJECT] = "a rule for another object decided",
		[KPOL_CASE_NOT_SEAL] = "it was not the seal that decided",
	};

	return texts[fault];
}

static const char *default_text(const struct kpol_case_result *result)
{
	if (!result->scope)
		return "no policy is for this workload";
	if (result->verdict == KPOL_VERDICT_ALLOW)
		return "no rule is for this, and the class is no allowlist";
	if (kpol_decision_sealed(&result->decision))
		return "no rule is for this, and the scope is sealed or watched";
	if (result->verdict == KPOL_VERDICT_AUDIT)
		return "no rule is for this, and the posture of the class is audit";
	if (result->decision.unresolved && result->decision.missing)
		return "what a rule asks of this execution is not known, and the class is an "
		       "allowlist";
	if (result->decision.unresolved)
		return "the object has no path, and the class is an allowlist";
	return "no rule is for this, and the class has an Allow rule";
}

static void add_reason(struct json_object *item, const struct kpol_run *run,
		       const struct kpol_candidates *candidates, const struct kpol_rule *rule)
{
	struct kpol_buffer why = { 0 };
	size_t at = 0;

	while (at < candidates->n && candidates->items[at].rule != rule)
		at++;
	if (at + 1 >= candidates->n) {
		kpol_buffer_puts(&why, "no other rule is for this");
	} else {
		kpol_candidate_reason(&candidates->items[at], &candidates->items[at + 1], &why);
		kpol_buffer_printf(&why, " (the next is %s:%u)", run->bundle->file,
				   candidates->items[at + 1].rule->line);
	}
	add_buffer(item, "why", &why);
}

static int explain_rule(struct json_object *item, const struct kpol_run *run,
			const struct kpol_case *c, const struct kpol_case_result *result)
{
	_cleanup_(kpol_candidates_clear) struct kpol_candidates candidates = { 0 };
	struct kpol_access access = kpol_case_access(c, result);
	int r;

	json_object_object_add(
		item, "rule",
		kpolctl_offline_rule(result->ruleset, result->rule, run->bundle->file));
	r = kpol_candidates_find(result->ruleset, result->table, &access, &candidates);
	if (r == 0)
		add_reason(item, run, &candidates, result->rule);
	return r;
}

static int explain(struct kpolctl_case_report *report, struct json_object *item,
		   const struct kpol_run *run, size_t number)
{
	const struct kpol_case_result *result = &run->results[number];
	uint32_t policy = kpol_case_policy(result);

	add_string(item, "fault", fault_text(result->fault));
	if (result->rule && report->n_explained++ < EXPLAINED_MAX)
		return explain_rule(item, run, &run->suite->cases[number], result);
	if (result->rule)
		return 0;
	if (policy)
		add_string(item, "policy", result->ruleset->policies[policy - 1].name);
	add_string(item, "why", default_text(result));
	return 0;
}

static int add_case(struct kpolctl_case_report *report, const struct kpol_run *run, size_t number)
{
	const struct kpol_case *c = &run->suite->cases[number];
	const struct kpol_case_result *result = &run->results[number];
	bool passed = result->fault == KPOL_CASE_PASSED;
	struct json_object *item = json_object_new_object();

	json_object_array_add(report->items, item);
	add_string(item, "file", run->suite->file);
	json_object_object_add(item, "line", json_object_new_int64(c->place.line));
	json_object_object_add(item, "column", json_object_new_int64(c->place.column));
	add_string(item, "name", c->name);
	add_string(item, "access", c->text);
	if (result->scope)
		add_string(item, "scope", result->ruleset->scopes[result->scope - 1].name);
	add_expected(item, c);
	add_string(item, "got", kpol_suite_verdict(result->verdict));
	json_object_object_add(item, "passed", json_object_new_boolean(passed));
	return passed ? 0 : explain(report, item, run, number);
}

int kpolctl_case_report_add(struct kpolctl_case_report *report, const struct kpol_run *run)
{
	int r = 0;

	if (!report->items)
		report->items = json_object_new_array();
	for (size_t i = 0; i < run->suite->n_cases && r == 0; i++)
		r = add_case(report, run, i);
	report->n_passed += run->n_passed;
	report->n_failed += run->suite->n_cases - run->n_passed;
	return r;
}

static struct json_object *missed_new(const struct kpol_coverage *coverage,
				      const struct kpol_uncovered *missed)
{
	const struct kpol_item *item = missed->item;
	struct json_object *object = json_object_new_object();
	struct kpol_buffer text = { 0 };

	add_string(object, "file", coverage->bundle->file);
	json_object_object_add(object, "line", json_object_new_int64(item->place.line));
	json_object_object_add(object, "column", json_object_new_int64(item->place.column));
	add_string(object, "policy", missed->policy->name);
	add_string(object, "class", kpol_word(KPOL_WORDS_CLASS, item->class));
	add_string(object, "match", kpol_word(KPOL_WORDS_MATCH, item->match));
	add_string(object, "action", kpol_word(KPOL_WORDS_ACTION, item->action));
	if (item->object) {
		kpol_buffer_printf(&text, "%s%s", item->object,
				   item->match == KPOL_MATCH_DIR ? "/" : "");
		add_buffer(object, "object", &text);
	}
	return object;
}

void kpolctl_case_report_coverage(struct kpolctl_case_report *report,
				  const struct kpol_coverage *coverage)
{
	struct json_object *object = json_object_new_object(), *list = json_object_new_array();
	size_t covered = coverage->n_rules - coverage->n_missed;

	json_object_object_add(object, "rules", json_object_new_int64((int64_t)coverage->n_rules));
	json_object_object_add(object, "covered", json_object_new_int64((int64_t)covered));
	json_object_object_add(object, "percent",
			       json_object_new_int64(kpol_coverage_percent(coverage)));
	for (size_t i = 0; i < coverage->n_missed; i++)
		json_object_array_add(list, missed_new(coverage, &coverage->missed[i]));
	json_object_object_add(object, "missed", list);
	report->coverage = object;
}

const char *kpolctl_case_title(struct json_object *item)
{
	return kpolctl_field_string(item, "name", kpolctl_field_string(item, "access", "?"));
}

/* "payments.yaml:21: Allow process exec /bin/sh by /usr/bin/payd (policy payments/x)" */
static char *rule_text(struct json_object *rule)
{
	_cleanup_free_ char *access = kpolctl_rule_access(rule), *object = NULL, *place = NULL;
	const char *by = kpolctl_field_string(rule, "source", NULL);
	char *text = NULL;

	object = kpolctl_rule_object(rule);
	place = kpolctl_cell_source(rule);
	if (!access || !object || !place ||
	    asprintf(&text, "%s: %s %s %s%s%s (policy %s)", place,
		     kpolctl_field_string(rule, "action", "?"), access, object, by ? " by " : "",
		     by ? by : "", kpolctl_field_string(rule, "policy", "?")) < 0)
		return NULL;
	return text;
}

void kpolctl_case_details(struct json_object *item,
			  void (*each)(const char *label, const char *text))
{
	static const char *const keys[] = { "access", "scope",	"expected", "got",
					    "fault",  "policy", "why" };
	struct json_object *rule = kpolctl_field(item, "rule");
	_cleanup_free_ char *text = rule ? rule_text(rule) : NULL;

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const char *value = kpolctl_field_string(item, keys[i], NULL);

		if (text && !strcmp(keys[i], "why"))
			each("rule", text);
		if (value)
			each(keys[i], value);
	}
}

char *kpolctl_case_missed(struct json_object *rule)
{
	const char *object = kpolctl_field_string(rule, "object", NULL);
	char *text = NULL;

	if (asprintf(&text, "%s:%lu: no test decides: %s %s %s%s%s (policy %s)",
		     kpolctl_field_string(rule, "file", "?"),
		     (unsigned long)kpolctl_field_number(rule, "line"),
		     kpolctl_field_string(rule, "action", "?"),
		     kpolctl_field_string(rule, "class", "?"),
		     kpolctl_field_string(rule, "match", "?"), object ? " " : "",
		     object ? object : "", kpolctl_field_string(rule, "policy", "?")) < 0)
		return NULL;
	return text;
}

int kpolctl_case_report_print(const struct kpolctl_case_report *report)
{
	static int (*const formats[])(const struct kpolctl_case_report *) = {
		[KPOLCTL_TABLE] = kpolctl_case_print_text,
		[KPOLCTL_WIDE] = kpolctl_case_print_text,
		[KPOLCTL_JSON] = kpolctl_case_print_json,
		[KPOLCTL_NAME] = kpolctl_case_print_json,
		[KPOLCTL_JUNIT] = kpolctl_case_print_junit,
		[KPOLCTL_TAP] = kpolctl_case_print_tap,
	};

	return formats[kpolctl_output](report);
}

void kpolctl_case_report_clear(struct kpolctl_case_report *report)
{
	json_object_put(report->items);
	json_object_put(report->coverage);
	*report = (struct kpolctl_case_report){ 0 };
}
