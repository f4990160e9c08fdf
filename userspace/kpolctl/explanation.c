// SPDX-License-Identifier: GPL-2.0-or-later
/* How the answer of "explain" is shown. */
#include "kpolctl/explanation.h"

#include <stdio.h>
#include <string.h>

#include "kpolctl/candidates.h"
#include "kpolctl/cleanup.h"
#include "kpolctl/escape.h"
#include "kpolctl/field.h"
#include "kpolctl/output.h"
#include "kpolctl/rule.h"

static void print_line(const char *label, const char *text)
{
	_cleanup_free_ char *safe = kpolctl_escape(text);

	printf("  %-9s %s\n", label, safe ? safe : "out of memory");
}

static void print_rule(const char *label, struct json_object *rule)
{
	_cleanup_free_ char *access = kpolctl_rule_access(rule), *object = NULL, *source = NULL;
	_cleanup_free_ char *text = NULL;
	const char *by = kpolctl_field_string(rule, "source", NULL);

	object = kpolctl_rule_object(rule);
	source = kpolctl_cell_source(rule);
	if (asprintf(&text, "%s: %s %s %s%s%s (policy %s)", source ? source : "?",
		     kpolctl_field_string(rule, "action", "?"), access ? access : "?",
		     object ? object : "", by ? " by " : "", by ? by : "",
		     kpolctl_field_string(rule, "policy", "?")) < 0)
		text = NULL;
	print_line(label, text ? text : "out of memory");
}

/* Why, when no rule says so. */
static const char *default_sentence(struct json_object *answer)
{
	const char *reason = kpolctl_field_string(answer, "reason", "");
	struct json_object *missing = kpolctl_field_array(answer, "missing");

	if (!strcmp(reason, "default") &&
	    !strcmp(kpolctl_field_string(answer, "verdict", ""), "audited"))
		return "none: no rule is for this, and the posture of the class is audit";
	if (!strcmp(reason, "default"))
		return "none: the class has an Allow rule, and no rule is for this";
	if (!strcmp(reason, "sealed"))
		return "none: the scope relies on what paths mean, which this would change";
	if (!strcmp(reason, "unresolved") && missing && json_object_array_length(missing))
		return "none: what a rule asks of this execution is not known";
	if (!strcmp(reason, "unresolved"))
		return "none: the object has no path";
	return "none: no rule is for this, and the class is no allowlist";
}

static void print_candidates(struct json_object *candidates)
{
	if (!candidates || !json_object_array_length(candidates))
		return;
	printf("\nrules that are for this access, strongest first:\n");
	if (kpolctl_candidates_print(candidates) < 0)
		puts("out of memory");
}

/* Of a live task: nothing confines it, or nothing yet. */
static void print_free(struct json_object *answer)
{
	print_line("scope", kpolctl_field_true(answer, "entering")
				    ? "none yet: the task is entering one"
				    : "none: no policy is for this workload");
}

/* What the verdict hangs on and nobody said. */
static void print_missing(struct json_object *missing)
{
	static const struct {
		const char *key, *sentence;
	} facts[] = {
		{ "args", "its arguments are not known: --args" },
		{ "sha256", "what the file holds is not known: --sha256" },
		{ "fsVerity", "the file's fs-verity digest is not known" },
	};

	for (size_t i = 0; missing && i < json_object_array_length(missing); i++)
		for (size_t k = 0; k < sizeof(facts) / sizeof(facts[0]); k++)
			if (!strcmp(json_object_get_string(json_object_array_get_idx(missing, i)),
				    facts[k].key))
				print_line("unknown", facts[k].sentence);
}

static void print_answer(struct json_object *answer)
{
	struct json_object *rule = kpolctl_field(answer, "rule");
	struct json_object *would = kpolctl_field(answer, "wouldRule");
	const char *policy = kpolctl_field_string(answer, "policy", NULL);

	print_line("scope", kpolctl_field_string(answer, "scope", "-"));
	print_line("verdict", kpolctl_field_string(answer, "verdict", "-"));
	print_line("would be", kpolctl_field_string(answer, "wouldBe", "-"));
	if (rule)
		print_rule("rule", rule);
	else
		print_line("rule", default_sentence(answer));
	if (rule && !strcmp(kpolctl_field_string(answer, "reason", ""), "sealed"))
		print_line("why", "the change would get around this rule: a guard forbids it");
	print_missing(kpolctl_field_array(answer, "missing"));
	if (policy)
		print_line("policy", policy);
	if (would)
		print_rule("enforced", would);
	print_candidates(kpolctl_field_array(answer, "candidates"));
}

static void print_head(const struct kpolctl_asked *asked, const char *verdict)
{
	_cleanup_free_ char *object = kpolctl_escape(asked->object ? asked->object : "");
	_cleanup_free_ char *source = kpolctl_escape(asked->source ? asked->source : "");

	printf("%s%s%s: %s%s%s%s%s\n", kpolctl_paint(verdict), verdict, kpolctl_unpaint(verdict),
	       asked->op, asked->object ? " " : "", object ? object : "",
	       asked->source ? " by " : "", source ? source : "");
}

int kpolctl_explanation_print(const struct kpolctl_asked *asked, struct json_object *answer)
{
	_cleanup_json_ struct json_object *none = answer ? NULL : json_object_new_object();
	const char *verdict = kpolctl_field_string(answer, "verdict", "allowed");

	if (kpolctl_output == KPOLCTL_JSON) {
		if (none)
			json_object_object_add(none, "verdict", json_object_new_string(verdict));
		kpolctl_object_print("Explanation", answer ? answer : none, false);
	} else {
		print_head(asked, verdict);
		if (kpolctl_field(answer, "scope"))
			print_answer(answer);
		else
			print_free(answer);
	}
	return strcmp(verdict, "denied") ? KPOLCTL_OK : KPOLCTL_NO;
}
