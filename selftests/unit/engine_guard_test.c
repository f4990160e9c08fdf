// SPDX-License-Identifier: GPL-2.0-or-later
/* Guards: what no rule says, but every rule needs, so that it is not got around. */
#include "engine_case.h"

#define PROGRAM(match_, object_, ...)                                                         \
	{                                                                                     \
		.class = KPOL_CLASS_PROCESS, .match = KPOL_MATCH_##match_, .object = object_, \
		.action = KPOL_ACTION_ALLOW, __VA_ARGS__                                      \
	}
#define BLOCK(match_, object_, ...)                                                           \
	{                                                                                     \
		.match = KPOL_MATCH_##match_, .object = object_, .action = KPOL_ACTION_BLOCK, \
		__VA_ARGS__                                                                   \
	}
#define FREE(match_, object_, ...)                                                            \
	{                                                                                     \
		.match = KPOL_MATCH_##match_, .object = object_, .action = KPOL_ACTION_ALLOW, \
		__VA_ARGS__                                                                   \
	}
#define NOTHING   \
	{         \
		0 \
	}

static const struct decide_case guards[] = {
	{ "a program that may run may not be written",
	  { PROGRAM(PATH, "/bin/x") },
	  { .op = KPOL_OP_WRITE, .object = "/bin/x" },
	  DENY(1) },
	{ "it may be read",
	  { PROGRAM(PATH, "/bin/x") },
	  { .op = KPOL_OP_READ, .object = "/bin/x" },
	  NOTHING },
	{ "another may be written",
	  { PROGRAM(PATH, "/bin/x") },
	  { .op = KPOL_OP_WRITE, .object = "/bin/y" },
	  NOTHING },
	{ "a program that only some may run may not be written by any",
	  { PROGRAM(PATH, "/bin/x", .source = "/bin/y") },
	  { .op = KPOL_OP_RENAME, .object = "/bin/x", .source = "/bin/z" },
	  DENY(1) },
	{ "nothing may come to be in a directory of programs",
	  { PROGRAM(DIR, "/bin", .flags = KPOL_RULE_RECURSIVE) },
	  { .op = KPOL_OP_CREATE, .object = "/bin/a/new" },
	  DENY(1) },
	{ "nor under a name that may run",
	  { PROGRAM(NAME, "tool") },
	  { .op = KPOL_OP_LINK, .object = "/tmp/tool" },
	  DENY(1) },
	{ "an equal file rule lets it be written",
	  { PROGRAM(DIR, "/bin"), FREE(DIR, "/bin") },
	  { .op = KPOL_OP_WRITE, .object = "/bin/x" },
	  ALLOW(2) },
	{ "a broader file rule does not",
	  { PROGRAM(DIR, "/opt/bin"), FREE(DIR, "/opt", .flags = KPOL_RULE_RECURSIVE) },
	  { .op = KPOL_OP_WRITE, .object = "/opt/bin/x" },
	  DENY(1) },
	{ "who lets everything run lets everything be written",
	  { PROGRAM(DIR, "", .flags = KPOL_RULE_RECURSIVE) },
	  { .op = KPOL_OP_WRITE, .object = "/bin/x" },
	  NOTHING },
	{ "a directory above a program may not be renamed",
	  { PROGRAM(PATH, "/opt/app/bin/x") },
	  { .op = KPOL_OP_RENAME, .object = "/opt" },
	  DENY(1) },
	{ "nor above a blocked file",
	  { BLOCK(PATH, "/etc/shadow") },
	  { .op = KPOL_OP_RENAME, .object = "/etc" },
	  DENY(1) },
	{ "nor by whoever may change all else",
	  { BLOCK(PATH, "/etc/shadow"), FREE(DIR, "", .flags = KPOL_RULE_RECURSIVE) },
	  { .op = KPOL_OP_RENAME, .object = "/etc" },
	  DENY(1) },
	{ "files may come to be there",
	  { BLOCK(PATH, "/etc/shadow") },
	  { .op = KPOL_OP_CREATE, .object = "/etc/new" },
	  NOTHING },
	{ "a longer name is another directory",
	  { BLOCK(PATH, "/etc/shadow") },
	  { .op = KPOL_OP_RENAME, .object = "/et" },
	  NOTHING },
	{ "a directory that a pattern goes through",
	  { BLOCK(GLOB, "/home/*/.ssh/id_*") },
	  { .op = KPOL_OP_RENAME, .object = "/home/bob", .directory = true },
	  DENY(1) },
	{ "but not a file",
	  { BLOCK(GLOB, "/home/*/.ssh/id_*") },
	  { .op = KPOL_OP_RENAME, .object = "/home/bob" },
	  NOTHING },
	{ "though a path with stars for names comes before it",
	  { BLOCK(PATH, "/home/*/a"), BLOCK(GLOB, "/home/*/.ssh/id_*") },
	  { .op = KPOL_OP_RENAME, .object = "/home/bob", .directory = true },
	  DENY(2) },
	{ "a pattern that finds its object anywhere needs no guard",
	  { BLOCK(GLOB, "/**/id_rsa") },
	  { .op = KPOL_OP_RENAME, .object = "/home/bob", .directory = true },
	  NOTHING },
	{ "a slash in brackets is no directory",
	  { BLOCK(GLOB, "/home/[a/]b/c") },
	  { .op = KPOL_OP_RENAME, .object = "/home/a", .directory = true },
	  NOTHING },
	{ "what may not be read gets no other name",
	  { BLOCK(PATH, "/etc/shadow", .ops = KPOL_OP_READ) },
	  { .op = KPOL_OP_LINK, .object = "/etc/shadow" },
	  DENY(1) },
	{ "but for whom it may not be read only",
	  { BLOCK(PATH, "/etc/shadow", .ops = KPOL_OP_READ, .source = "/bin/y") },
	  { .op = KPOL_OP_LINK, .object = "/etc/shadow", .source = "/bin/z" },
	  NOTHING },
	{ "a guard of an observed policy denies nothing",
	  { PROGRAM(PATH, "/bin/x", .policy = 2) },
	  { .op = KPOL_OP_WRITE, .object = "/bin/x" },
	  { .would_deny = true, .would_rule = 1 } },
	{ "where anything may run, what may run needs no guard",
	  { PROGRAM(PATH, "/bin/x", .flags = KPOL_RULE_DEFAULT_AUDIT) },
	  { .op = KPOL_OP_WRITE, .object = "/bin/x" },
	  NOTHING },
	{ "unless another policy closes the class",
	  { PROGRAM(PATH, "/bin/x", .flags = KPOL_RULE_DEFAULT_AUDIT),
	    PROGRAM(PATH, "/bin/y", .policy = 4) },
	  { .op = KPOL_OP_WRITE, .object = "/bin/x" },
	  DENY(1) },
	{ "another scope has no guard",
	  { PROGRAM(PATH, "/bin/x", .scope = 2) },
	  { .op = KPOL_OP_WRITE, .object = "/bin/x" },
	  NOTHING },
};

TEST(changes_are_judged_by_what_other_rules_rest_on)
{
	for (u32 i = 0; i < N(guards); i++)
		expect_decision(_metadata, &guards[i]);
}

/* What no rule matches is reported then, so all of the class is judged. */
TEST(a_default_that_reports_is_about_all_operations)
{
	struct kpol_rule rule =
		FREE(PATH, "/a", .ops = KPOL_OP_READ, .flags = KPOL_RULE_DEFAULT_AUDIT);
	struct kpol_table_error error;
	struct kpol_table *table;

	complete_rule(&rule, 1);
	ASSERT_EQ(0, kpol_table_new(&(struct kpol_table_input){ .rules = &rule,
								.n_rules = 1,
								.policy_modes = case_modes,
								.n_policies = 4,
								.n_scopes = 2,
								.seed = 1 },
				    &error, &table));
	EXPECT_NE(0, kpol_table_needs(table, 1, KPOL_CLASS_FILE, KPOL_OP_WRITE));
	kpol_table_free(table);
}

/* What has no rule about an operation needs nothing, so that nothing is paid for it. */
TEST(only_what_a_rule_is_about_is_judged)
{
	struct kpol_rule rules[] = { PROGRAM(PATH, "/bin/x"),
				     BLOCK(PATH, "/a", .ops = KPOL_OP_WRITE) };
	struct kpol_table_error error;
	struct kpol_table *table;

	for (u32 i = 0; i < N(rules); i++)
		complete_rule(&rules[i], i + 1);
	ASSERT_EQ(0, kpol_table_new(&(struct kpol_table_input){ .rules = rules,
								.n_rules = N(rules),
								.policy_modes = case_modes,
								.n_policies = 4,
								.n_scopes = 2,
								.seed = 1 },
				    &error, &table));
	EXPECT_EQ(0, kpol_table_needs(table, 1, KPOL_CLASS_FILE, KPOL_OP_READ));
	EXPECT_NE(0, kpol_table_needs(table, 1, KPOL_CLASS_FILE, KPOL_OP_WRITE));
	EXPECT_NE(0, kpol_table_needs(table, 1, KPOL_CLASS_FILE, KPOL_OP_CREATE));
	EXPECT_NE(0, kpol_table_needs(table, 1, KPOL_CLASS_PROCESS, KPOL_OP_EXEC));
	EXPECT_EQ(0, kpol_table_needs(table, 1, KPOL_CLASS_NETWORK, KPOL_OP_CONNECT));
	EXPECT_EQ(0, kpol_table_needs(table, 2, KPOL_CLASS_FILE, KPOL_OP_CREATE));
	kpol_table_free(table);
}

TEST_HARNESS_MAIN
