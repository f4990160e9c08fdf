// SPDX-License-Identifier: GPL-2.0-or-later
/* Tables: of which rows one is built, and that its modes flip while it is in use. */
#include "kselftest_harness.h"

#include <errno.h>

#include "engine_case.h"

static int build(struct kpol_rule *rules, u32 n, struct kpol_table_error *error,
		 struct kpol_table **ret)
{
	return kpol_table_new(&(struct kpol_table_input){ .rules = rules,
							  .n_rules = n,
							  .policy_modes = case_modes,
							  .n_policies = 4,
							  .n_scopes = 2,
							  .seed = 7 },
			      error, ret);
}

static const struct {
	struct kpol_rule rule;
	const char *reason;
} reference_cases[] = {
	{ { .scope = 3 }, "belongs to a scope that does not exist" },
	{ { .policy = 5 }, "belongs to a policy that does not exist" },
	{ { .id = 7 }, "is out of order" },
	{ { .flags = KPOL_RULE_RECURSIVE }, "is recursive but not a directory" },
};

TEST(a_table_with_a_bad_row_is_not_built)
{
	for (size_t i = 0; i < N(reference_cases); i++) {
		struct kpol_rule rules[2] = { { .match = KPOL_MATCH_ANY },
					      reference_cases[i].rule };
		struct kpol_table_error error;
		struct kpol_table *table = NULL;

		rules[1].match = KPOL_MATCH_ANY;
		complete_rule(&rules[0], 1);
		complete_rule(&rules[1], 2);
		if (reference_cases[i].rule.id)
			rules[1].id = reference_cases[i].rule.id;
		EXPECT_EQ(-EINVAL, build(rules, 2, &error, &table));
		EXPECT_EQ(2, error.rule);
		EXPECT_STREQ(reference_cases[i].reason, error.reason);
		EXPECT_EQ(NULL, table);
	}
}

TEST(one_key_holds_256_rules_and_no_more)
{
	static struct kpol_rule rules[KPOL_KEY_RULES_MAX + 1];
	struct kpol_decision decision;
	struct kpol_access access = { .object = "/x" };
	struct kpol_table_error error;
	struct kpol_table *table;

	for (u32 i = 0; i < N(rules); i++) {
		rules[i] = (struct kpol_rule){ .match = KPOL_MATCH_PATH, .object = "/x" };
		complete_rule(&rules[i], i + 1);
	}
	rules[KPOL_KEY_RULES_MAX - 1].action = KPOL_ACTION_BLOCK;
	EXPECT_EQ(-E2BIG, build(rules, KPOL_KEY_RULES_MAX + 1, &error, &table));
	EXPECT_EQ(KPOL_KEY_RULES_MAX + 1, error.rule);
	ASSERT_EQ(0, build(rules, KPOL_KEY_RULES_MAX, &error, &table));
	complete_access(&access);
	kpol_decide(table, &access, &decision);
	EXPECT_EQ(KPOL_KEY_RULES_MAX, decision.rule);
	kpol_table_free(table);
}

TEST(a_mode_flips_at_once_and_back)
{
	struct kpol_rule rules[] = { { .match = KPOL_MATCH_PATH, .object = "/y", .policy = 2 },
				     { .match = KPOL_MATCH_PATH,
				       .object = "/z",
				       .policy = 3,
				       .action = KPOL_ACTION_BLOCK } };
	struct kpol_access access = { .object = "/x" };
	struct kpol_table_error error;
	struct kpol_decision d;
	struct kpol_table *table;

	complete_rule(&rules[0], 1);
	complete_rule(&rules[1], 2);
	complete_access(&access);
	ASSERT_EQ(0, build(rules, 2, &error, &table));
	EXPECT_EQ(0, kpol_table_allowlists(table, 1));
	for (int round = 0; round < 2; round++) {
		kpol_table_set_mode(table, 2, KPOL_MODE_ENFORCE);
		EXPECT_EQ(KPOL_MODE_ENFORCE, kpol_table_mode(table, 2));
		EXPECT_EQ(1U << KPOL_CLASS_FILE, kpol_table_allowlists(table, 1));
		kpol_decide(table, &access, &d);
		EXPECT_EQ(true, d.deny);
		EXPECT_EQ(2, d.policy);
		kpol_table_set_mode(table, 2, KPOL_MODE_OBSERVE);
		kpol_decide(table, &access, &d);
		EXPECT_EQ(false, d.deny);
		EXPECT_EQ(true, d.would_deny);
		EXPECT_EQ(2, d.would_policy);
		EXPECT_EQ(0, kpol_table_allowlists(table, 1));
	}
	access.object = "/z";
	kpol_table_set_mode(table, 3, KPOL_MODE_ENFORCE);
	kpol_decide(table, &access, &d);
	EXPECT_EQ(true, d.deny);
	EXPECT_EQ(2, d.rule);
	kpol_table_set_mode(table, 0, KPOL_MODE_OBSERVE);
	kpol_table_set_mode(table, 99, KPOL_MODE_OBSERVE);
	EXPECT_EQ(0, kpol_table_mode(table, 99));
	kpol_table_free(table);
}

TEST_HARNESS_MAIN
