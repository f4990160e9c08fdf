// SPDX-License-Identifier: GPL-2.0-or-later
/* The explanation of one verdict, as the answer of Explain in docs/control.md. */
#include "compile/explain.h"

#include "base/cleanup.h"
#include "base/words.h"
#include "compile/candidate.h"
#include "compile/rule_json.h"
#include "compile/verdict.h"

/* The strongest are enough for people, and a reply has an end. */
#define CANDIDATES_MAX 64

static void add_text(struct kpol_jsonw *w, const char *key, struct kpol_buffer *buffer)
{
	_cleanup_free_ char *text = kpol_buffer_take(buffer);

	kpol_jsonw_string_if(w, key, text);
}

static void add_candidate(const struct kpol_explain *x, const struct kpol_candidates *list,
			  size_t index, struct kpol_jsonw *w)
{
	const struct kpol_rule *rule = list->items[index].rule;
	uint8_t mode = x->ruleset->policies[rule->policy - 1].mode;
	struct kpol_buffer rank = { 0 }, why = { 0 };

	kpol_jsonw_object_begin(w, NULL);
	kpol_rule_row_json(w, x->ruleset, rule, x->file);
	kpol_jsonw_string(w, "mode", kpol_word(KPOL_WORDS_MODE, mode));
	kpol_jsonw_string_if(w, "decides", kpol_candidate_say(list, index));
	kpol_candidate_rank(&list->items[index], &rank);
	add_text(w, "rank", &rank);
	kpol_candidate_why(list, index, &why);
	add_text(w, "why", &why);
	kpol_jsonw_object_end(w);
}

static void add_candidates(const struct kpol_explain *x, const struct kpol_candidates *list,
			   struct kpol_jsonw *w)
{
	kpol_jsonw_array_begin(w, "candidates");
	for (size_t i = 0; i < list->n && i < CANDIDATES_MAX; i++)
		add_candidate(x, list, i, w);
	kpol_jsonw_array_end(w);
}

static void add_rule(const struct kpol_explain *x, const char *key, u32 id, struct kpol_jsonw *w)
{
	kpol_jsonw_object_begin(w, key);
	kpol_rule_row_json(w, x->ruleset, &x->ruleset->rules[id - 1], x->file);
	kpol_jsonw_object_end(w);
}

/* What is allowed without a report has no reason. */
static const char *reason(const struct kpol_decision *d)
{
	if (kpol_decision_verdict(d) == KPOL_VERDICT_ALLOW)
		return NULL;
	return kpol_decision_sealed(d) ? "sealed"
	       : kpol_decision_rule(d) ? "rule"
	       : d->unresolved	       ? "unresolved"
				       : "default";
}

/* In enforce an Audit rule or a default that only reports does no more than now. */
static uint8_t would_be(const struct kpol_decision *d)
{
	struct kpol_decision enforced = *d;

	enforced.deny = d->would_deny;
	return kpol_decision_verdict(&enforced);
}

/* What the verdict hangs on and was not said; without it the verdict is the safe one. */
static void add_missing(u32 missing, struct kpol_jsonw *w)
{
	static const char *const words[KPOL_FACTS] = { "args", "sha256", "fsVerity" };

	if (!missing)
		return;
	kpol_jsonw_array_begin(w, "missing");
	for (size_t i = 0; i < KPOL_FACTS; i++)
		if (missing & 1U << i)
			kpol_jsonw_string(w, NULL, words[i]);
	kpol_jsonw_array_end(w);
}

static void add_decision(const struct kpol_explain *x, const struct kpol_decision *d,
			 struct kpol_jsonw *w)
{
	uint8_t verdict = kpol_decision_verdict(d);
	u32 rule = d->rule ? d->rule : d->would_rule ? d->would_rule : d->audit_rule;
	u32 policy = kpol_decision_policy(d);

	if (verdict == KPOL_VERDICT_DENY && x->held_back)
		verdict = KPOL_VERDICT_WOULD_DENY;
	kpol_jsonw_string(w, "verdict", kpol_word(KPOL_WORDS_VERDICT, verdict));
	kpol_jsonw_string(w, "wouldBe", kpol_word(KPOL_WORDS_VERDICT, would_be(d)));
	kpol_jsonw_string_if(w, "reason", reason(d));
	add_missing(d->missing, w);
	if (rule)
		add_rule(x, "rule", rule, w);
	else if (policy)
		kpol_jsonw_string(w, "policy", x->ruleset->policies[policy - 1].name);
	if (d->would_rule && d->would_rule != rule)
		add_rule(x, "wouldRule", d->would_rule, w);
}

int kpol_explain_json(const struct kpol_explain *explain, struct kpol_jsonw *w)
{
	_cleanup_(kpol_candidates_clear) struct kpol_candidates candidates = { 0 };
	struct kpol_decision decision;
	int r = kpol_candidates_find(explain->ruleset, explain->table, explain->access,
				     &candidates);

	if (r < 0)
		return r;
	kpol_decide(explain->table, explain->access, &decision);
	kpol_jsonw_string(w, "scope", explain->ruleset->scopes[explain->access->scope - 1].name);
	add_decision(explain, &decision, w);
	add_candidates(explain, &candidates, w);
	return 0;
}
