// SPDX-License-Identifier: GPL-2.0-or-later
/* Candidates: the first that has a say is the one whose word kpol_decide() gives. */
#include "base/cleanup.h"
#include "compile/candidate.h"

#include "generate.h"
#include "kselftest_harness.h"

#define RULESETS 120
#define ACCESSES 250

/* The generator's rows as the compiler would have left them. */
static void view_new(struct generator *g, struct kpol_policy_row *policies,
		     struct kpol_scope_row *scopes, struct kpol_ruleset *view)
{
	static char name[] = "x";

	for (u32 i = 0; i < GENERATE_POLICIES; i++)
		policies[i] = (struct kpol_policy_row){ .name = name, .mode = g->modes[i] };
	for (u32 i = 0; i < GENERATE_SCOPES; i++)
		scopes[i] = (struct kpol_scope_row){ .name = name };
	*view = (struct kpol_ruleset){ .n_sets = GENERATE_SETS,
				       .policies = policies,
				       .n_policies = GENERATE_POLICIES,
				       .scopes = scopes,
				       .n_scopes = GENERATE_SCOPES,
				       .rules = g->rules,
				       .n_rules = g->n_rules };
}

static u32 first_audit(const struct kpol_candidates *candidates)
{
	for (size_t i = 0; i < candidates->n; i++)
		if (candidates->items[i].audit)
			return candidates->items[i].rule->id;
	return 0;
}

static bool denies(const struct kpol_candidates *candidates, u32 rule)
{
	for (size_t i = 0; i < candidates->n; i++)
		if (candidates->items[i].rule->id == rule)
			return candidates->items[i].blocks;
	return false;
}

/* Each candidate has a rank and a reason, and what is said of two neighbours is never wrong. */
static bool words_are_right(const struct kpol_candidates *candidates)
{
	bool right = true;

	for (size_t i = 0; i < candidates->n; i++) {
		const struct kpol_candidate *a = &candidates->items[i], *b = a + 1;
		struct kpol_buffer text = { 0 };

		kpol_candidate_rank(a, &text);
		kpol_candidate_why(candidates, i, &text);
		right &= text.len > 0;
		kpol_buffer_clear(&text);
		if (i + 1 == candidates->n)
			break;
		right &= a->score > b->score;
		kpol_candidate_reason(a, b, &text);
		if (!strcmp(text.text, "it names a source"))
			right &= a->rule->source && !b->rule->source;
		if (!strcmp(text.text, "Block beats Allow among equals"))
			right &= a->blocks && !b->blocks && a->rule->match == b->rule->match;
		if (!strcmp(text.text, "of two equals the earlier counts"))
			right &= a->rule->id < b->rule->id;
		kpol_buffer_clear(&text);
	}
	return right;
}

FIXTURE(random_rules)
{
	struct generator g;
	struct kpol_table *table;
	struct kpol_ruleset view;
	struct kpol_policy_row policies[GENERATE_POLICIES];
	struct kpol_scope_row scopes[GENERATE_SCOPES];
	size_t n_met, n_decided;
};

FIXTURE_SETUP(random_rules)
{
	self->g.state = 20260102;
}

FIXTURE_TEARDOWN(random_rules)
{
	kpol_table_free(self->table);
}

static bool check_access(struct __test_metadata *_metadata, FIXTURE_DATA(random_rules) * self)
{
	struct kpol_candidates candidates = { 0 };
	struct kpol_decision decision;
	struct kpol_access access;
	bool right;

	generate_access(&self->g, &access);
	kpol_decide(self->table, &access, &decision);
	if (kpol_candidates_find(&self->view, self->table, &access, &candidates))
		return false;
	/* A guard is no candidate: its rule does not meet the access. */
	right = (decision.guarded || kpol_candidates_winner(&candidates, true) == decision.rule) &&
		(decision.would_guarded ||
		 kpol_candidates_winner(&candidates, false) == decision.would_rule) &&
		first_audit(&candidates) == decision.audit_rule &&
		(!decision.rule || decision.guarded ||
		 denies(&candidates, decision.rule) == decision.deny) &&
		(!decision.would_rule || decision.would_guarded ||
		 denies(&candidates, decision.would_rule) == decision.would_deny) &&
		words_are_right(&candidates);
	self->n_met += candidates.n;
	self->n_decided += !!decision.rule;
	kpol_candidates_clear(&candidates);
	if (!right)
		TH_LOG("state %llx: rule %u, would %u", (unsigned long long)self->g.state,
		       decision.rule, decision.would_rule);
	return right;
}

TEST_F(random_rules, first_candidate_is_what_the_engine_decides)
{
	struct kpol_table_error error;

	for (u32 i = 0; i < RULESETS; i++) {
		generate_ruleset(&self->g, 1 + generate_below(&self->g, 200));
		view_new(&self->g, self->policies, self->scopes, &self->view);
		if (kpol_ruleset_table(&self->view, &error, &self->table))
			continue; /* too many rules share a key */
		for (u32 k = 0; k < ACCESSES; k++)
			ASSERT_TRUE(check_access(_metadata, self));
		kpol_table_free(self->table);
		self->table = NULL;
	}
	/* The dice must have met something. */
	EXPECT_GT(self->n_met, 20000);
	EXPECT_GT(self->n_decided, 8000);
}

TEST_HARNESS_MAIN
