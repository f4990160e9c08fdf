// SPDX-License-Identifier: GPL-2.0-or-later
/* Differences between rulesets, as "load" and "diff" tell them. */
#include "kselftest_harness.h"

#include <string.h>

#include "kpold/diff.h"

static struct kpol_policy_row policies[] = { { "ns/a", KPOL_MODE_ENFORCE, 1 },
					     { "ns/b", KPOL_MODE_ENFORCE, 9 } };
static struct kpol_policy_row swapped[] = { { "ns/b", KPOL_MODE_ENFORCE, 1 },
					    { "ns/a", KPOL_MODE_ENFORCE, 9 } };
static struct kpol_scope_row scopes[] = { { .name = "web" } };

static struct kpol_rule rule(uint32_t id, uint32_t policy, const char *path, uint8_t action)
{
	return (struct kpol_rule){ .id = id,
				   .scope = 1,
				   .policy = policy,
				   .line = 10 + id,
				   .object = path,
				   .object_len = (u16)strlen(path),
				   .class = KPOL_CLASS_PROCESS,
				   .match = KPOL_MATCH_PATH,
				   .ops = KPOL_OP_EXEC,
				   .action = action };
}

static struct kpol_ruleset ruleset(struct kpol_rule *rules, size_t n)
{
	return (struct kpol_ruleset){ .policies = policies,
				      .n_policies = 2,
				      .scopes = scopes,
				      .n_scopes = 1,
				      .rules = rules,
				      .n_rules = n };
}

FIXTURE(diff)
{
	struct kpold_diff diff;
};

FIXTURE_SETUP(diff)
{
	memset(&self->diff, 0, sizeof(self->diff));
}

FIXTURE_TEARDOWN(diff)
{
	kpold_diff_clear(&self->diff);
}

TEST_F(diff, first_load_adds_all)
{
	struct kpol_rule rules[] = { rule(1, 1, "/bin/a", KPOL_ACTION_ALLOW) };
	struct kpol_ruleset new = ruleset(rules, 1);

	ASSERT_EQ(0, kpold_diff_rules(NULL, &new, &self->diff));
	EXPECT_EQ(1, self->diff.n_added);
	EXPECT_EQ(KPOLD_OTHER, kpold_diff_distance(NULL, &new));
}

TEST_F(diff, added_removed_and_modified_are_told_apart)
{
	struct kpol_rule old_rules[] = { rule(1, 1, "/bin/a", KPOL_ACTION_ALLOW),
					 rule(2, 1, "/bin/b", KPOL_ACTION_ALLOW),
					 rule(3, 1, "/bin/c", KPOL_ACTION_ALLOW) };
	struct kpol_rule new_rules[] = { rule(1, 1, "/bin/a", KPOL_ACTION_ALLOW),
					 rule(2, 1, "/bin/c", KPOL_ACTION_BLOCK),
					 rule(3, 1, "/bin/d", KPOL_ACTION_ALLOW) };
	struct kpol_ruleset old = ruleset(old_rules, 3), new = ruleset(new_rules, 3);

	ASSERT_EQ(0, kpold_diff_rules(&old, &new, &self->diff));
	ASSERT_EQ(1, self->diff.n_added);
	EXPECT_EQ(2, self->diff.added[0]);
	ASSERT_EQ(1, self->diff.n_removed);
	EXPECT_EQ(1, self->diff.removed[0]);
	ASSERT_EQ(1, self->diff.n_modified);
	EXPECT_EQ(1, self->diff.modified[0]);
}

TEST_F(diff, other_numbers_are_no_difference)
{
	struct kpol_rule old_rules[] = { rule(1, 1, "/bin/a", KPOL_ACTION_ALLOW),
					 rule(2, 2, "/bin/b", KPOL_ACTION_ALLOW) };
	struct kpol_rule new_rules[] = { rule(1, 1, "/bin/b", KPOL_ACTION_ALLOW),
					 rule(2, 2, "/bin/a", KPOL_ACTION_ALLOW) };
	struct kpol_ruleset old = ruleset(old_rules, 2), new = ruleset(new_rules, 2);

	new.policies = swapped;
	ASSERT_EQ(0, kpold_diff_rules(&old, &new, &self->diff));
	EXPECT_EQ(0, self->diff.n_added + self->diff.n_removed + self->diff.n_modified);
}

TEST_F(diff, moved_line_is_no_rule_changed_but_must_be_sent)
{
	struct kpol_rule old_rules[] = { rule(1, 1, "/bin/a", KPOL_ACTION_ALLOW) };
	struct kpol_rule new_rules[] = { rule(1, 1, "/bin/a", KPOL_ACTION_ALLOW) };
	struct kpol_ruleset old = ruleset(old_rules, 1), new = ruleset(new_rules, 1);

	new_rules[0].line = 99;
	ASSERT_EQ(0, kpold_diff_rules(&old, &new, &self->diff));
	EXPECT_EQ(0, self->diff.n_added + self->diff.n_removed + self->diff.n_modified);
	EXPECT_EQ(KPOLD_OTHER, kpold_diff_distance(&old, &new));
}

TEST_F(diff, repeated_rules_pair_off)
{
	struct kpol_rule old_rules[] = { rule(1, 1, "/bin/a", KPOL_ACTION_ALLOW),
					 rule(2, 1, "/bin/a", KPOL_ACTION_ALLOW) };
	struct kpol_rule new_rules[] = { rule(1, 1, "/bin/a", KPOL_ACTION_ALLOW) };
	struct kpol_ruleset old = ruleset(old_rules, 2), new = ruleset(new_rules, 1);

	ASSERT_EQ(0, kpold_diff_rules(&old, &new, &self->diff));
	EXPECT_EQ(1, self->diff.n_removed);
	EXPECT_EQ(0, self->diff.n_added);
}

TEST(bindings_alone_need_no_transaction)
{
	struct kpol_rule rules[] = { rule(1, 1, "/bin/a", KPOL_ACTION_ALLOW) };
	struct kpol_binding_row one[] = { { KPOL_BIND_ID, 7, NULL, 1 },
					  { KPOL_BIND_UNIT, 0, "a.service", 1 } };
	struct kpol_binding_row two[] = { { KPOL_BIND_UNIT, 0, "a.service", 1 },
					  { KPOL_BIND_ID, 7, "/a", 1 } };
	struct kpol_ruleset old = ruleset(rules, 1), new = ruleset(rules, 1);

	old.bindings = one;
	old.n_bindings = 2;
	new.bindings = two;
	new.n_bindings = 2;
	EXPECT_EQ(KPOLD_SAME, kpold_diff_distance(&old, &new));
	two[1].cgroup = 8;
	EXPECT_EQ(KPOLD_BINDINGS, kpold_diff_distance(&old, &new));
	new.n_bindings = 1;
	EXPECT_EQ(KPOLD_BINDINGS, kpold_diff_distance(&old, &new));
}

TEST_HARNESS_MAIN
