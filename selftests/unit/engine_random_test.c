// SPDX-License-Identifier: GPL-2.0-or-later
/* Random rulesets: the engine answers as a plain scan does. */
#include "kselftest_harness.h"

#include <time.h>

#include "generate.h"

static bool speaks_for(const struct kpol_rule *rule, const struct kpol_access *a,
		       const struct kpol_decision *d)
{
	if (d->sealed)
		return rule->class == KPOL_CLASS_PROCESS || rule->class == KPOL_CLASS_FILE;
	return rule->class == a->class;
}

/* The policy that an answer names for a default deny is one that makes the class an allowlist,
 * enforced. */
static bool policy_is_right(const struct generator *g, const struct kpol_access *a,
			    const struct kpol_decision *d)
{
	if (!d->policy)
		return d->rule || !d->deny;
	for (u32 i = 0; i < g->n_rules; i++)
		if (g->rules[i].policy == d->policy && g->rules[i].scope == a->scope &&
		    speaks_for(&g->rules[i], a, d) && g->rules[i].action == KPOL_ACTION_ALLOW &&
		    !(g->rules[i].flags & KPOL_RULE_DEFAULTS))
			return g->modes[d->policy - 1] == KPOL_MODE_ENFORCE;
	return false;
}

struct tally {
	u64 denied, allowed_by_rule, by_default, would_differ, audited, by_soft_default, by_seal,
		missing, differ;
};

static void count(struct tally *tally, const struct kpol_decision *d)
{
	tally->denied += d->deny && d->rule;
	tally->by_default += d->deny && !d->rule;
	tally->allowed_by_rule += !d->deny && d->rule;
	tally->would_differ += d->deny != d->would_deny;
	tally->audited += !!d->audit_rule;
	tally->by_soft_default += !!d->audit_policy;
	tally->by_seal += d->sealed;
	tally->missing += !!d->missing;
}

static void describe_rule(const struct generator *g, u32 id)
{
	const struct kpol_rule *rule = &g->rules[id - 1];

	if (id)
		fprintf(stderr, "#   rule %u: match %u object %s action %u flags %u policy %u\n",
			id, rule->match, rule->object ? rule->object : "-", rule->action,
			rule->flags, rule->policy);
}

/* Where nothing is missing, what is not known makes no difference. */
static bool missing_is_right(struct generator *g, const struct kpol_table *table,
			     const struct kpol_access *a, const struct kpol_decision *d)
{
	u8 known = a->class == KPOL_CLASS_PROCESS && a->facts ? a->facts->known : 0;
	struct kpol_access complete = *a;
	struct kpol_decision other;

	if (d->missing & known)
		return false;
	if (d->missing || a->class != KPOL_CLASS_PROCESS || known == 7)
		return true;
	for (int i = 0; i < 4; i++) {
		struct kpol_facts before = g->facts;
		char args[sizeof(g->args)];

		memcpy(args, g->args, sizeof(args));
		generate_facts(g, 7, &complete);
		if (known & KPOL_FACT_ARGS) {
			memcpy(g->args, args, sizeof(args));
			g->facts.args_len = before.args_len;
		}
		if (known & KPOL_FACT_SHA256)
			memcpy(g->facts.sha256, before.sha256, sizeof(before.sha256));
		if (known & KPOL_FACT_VERITY) {
			memcpy(g->facts.verity, before.verity, sizeof(before.verity));
			g->facts.verity_len = before.verity_len;
		}
		kpol_decide(table, &complete, &other);
		g->facts.known = known;
		if (!generate_same(d, &other) || other.missing)
			return false;
	}
	return true;
}

static void compare(struct generator *g, struct kpol_table *table, u32 n, struct tally *tally)
{
	const struct reference reference = { g->rules, g->n_rules, g->modes };

	for (u32 i = 0; i < n; i++) {
		struct kpol_decision quick, plain;
		struct kpol_access access;
		char text[4096];

		generate_access(g, &access);
		kpol_decide(table, &access, &quick);
		reference_decide(&reference, &access, &plain);
		count(tally, &quick);
		if (generate_same(&quick, &plain) && quick.sealed == plain.sealed &&
		    policy_is_right(g, &access, &quick) &&
		    missing_is_right(g, table, &access, &quick) &&
		    !quick.audit_policy == !plain.audit_policy)
			continue;
		if (tally->differ++ < 10) {
			generate_describe(&access, &quick, &plain, text, sizeof(text));
			fprintf(stderr, "# engine and reference differ: %s\n", text);
			describe_rule(g, quick.rule);
			describe_rule(g, quick.would_rule);
			describe_rule(g, plain.rule);
			describe_rule(g, plain.would_rule);
		}
	}
}

#define RULESETS 100
#define FLIPS 4
#define ACCESSES (1000000 / RULESETS / FLIPS)

/* KPOL_TEST_SEED repeats a run that failed. */
static u64 seed(void)
{
	const char *given = getenv("KPOL_TEST_SEED");

	return given ? strtoull(given, NULL, 0) : (u64)time(NULL) << 16 ^ (u64)getpid();
}

FIXTURE(random){};
FIXTURE_SETUP(random)
{
}
FIXTURE_TEARDOWN(random)
{
}

TEST_F_TIMEOUT(random, a_million_answers_are_those_of_a_plain_scan, 240)
{
	struct generator *g = calloc(1, sizeof(*g));
	struct tally tally = { 0 };

	g->state = seed();
	fprintf(stderr, "# seed %#llx\n", (unsigned long long)g->state);
	for (u32 i = 0; i < RULESETS; i++) {
		struct kpol_table_error error;
		struct kpol_table *table;

		generate_ruleset(g, 1 + i * (GENERATE_RULES_MAX - 1) / RULESETS);
		ASSERT_EQ(0, kpol_table_new(
				     &(struct kpol_table_input){ .rules = g->rules,
								 .n_rules = g->n_rules,
								 .policy_modes = g->modes,
								 .n_policies = GENERATE_POLICIES,
								 .n_scopes = GENERATE_SCOPES,
								 .n_sets = GENERATE_SETS,
								 .seed = g->state },
				     &error, &table))
		TH_LOG("rule %u %s", error.rule, error.reason);
		for (u32 flip = 0; flip < FLIPS; flip++) {
			u32 policy = 1 + generate_below(g, GENERATE_POLICIES);

			compare(g, table, ACCESSES, &tally);
			g->modes[policy - 1] ^= KPOL_MODE_ENFORCE ^ KPOL_MODE_OBSERVE;
			kpol_table_set_mode(table, policy, g->modes[policy - 1]);
		}
		kpol_table_free(table);
	}
	fprintf(stderr,
		"# denied by rule %llu, by default %llu, allowed by rule %llu, audited %llu, "
		"observed %llu\n",
		(unsigned long long)tally.denied, (unsigned long long)tally.by_default,
		(unsigned long long)tally.allowed_by_rule, (unsigned long long)tally.audited,
		(unsigned long long)tally.would_differ);
	EXPECT_EQ(0, tally.differ);
	/* Worth something only if the dice hit every kind of answer often. */
	EXPECT_LT(50000, tally.denied);
	EXPECT_LT(50000, tally.by_default);
	EXPECT_LT(50000, tally.allowed_by_rule);
	EXPECT_LT(50000, tally.audited);
	EXPECT_LT(50000, tally.would_differ);
	EXPECT_LT(20000, tally.by_soft_default);
	EXPECT_LT(1000, tally.by_seal);
	EXPECT_LT(1000, tally.missing);
	free(g);
}

TEST_HARNESS_MAIN
