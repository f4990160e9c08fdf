// SPDX-License-Identifier: GPL-2.0-or-later
/* Keys of patterns: however alike ten thousand patterns are, one lookup meets few of them. */
#include "kselftest_harness.h"

#include <errno.h>

#include "engine/layout.h"

#include "engine_case.h"

#define PATTERNS 10000

static char texts[PATTERNS][64];
static struct kpol_rule rules[PATTERNS];

/* '#' in @shape is a number below @n, '%' one below 100, '&' the number divided by 100. */
static void write_shape(const char *shape, u32 i, char *to)
{
	for (; *shape; shape++) {
		if (*shape == '#')
			to += sprintf(to, "%u", i);
		else if (*shape == '%')
			to += sprintf(to, "%u", i % 100);
		else if (*shape == '&')
			to += sprintf(to, "%u", i / 100);
		else
			*to++ = *shape;
	}
	*to = 0;
}

static int build(const char *const *shapes, u32 n_shapes, u32 n, struct kpol_table_error *error,
		 struct kpol_table **ret)
{
	for (u32 i = 0; i < n; i++) {
		write_shape(shapes[i % n_shapes], i / n_shapes, texts[i]);
		rules[i] = (struct kpol_rule){ .match = KPOL_MATCH_GLOB, .object = texts[i] };
		complete_rule(&rules[i], i + 1);
	}
	return kpol_table_new(&(struct kpol_table_input){ .rules = rules,
							  .n_rules = n,
							  .policy_modes = case_modes,
							  .n_policies = 4,
							  .n_scopes = 2,
							  .seed = 11 },
			      error, ret);
}

static u32 longest_chain(const struct kpol_table *table)
{
	u32 longest = 0;

	for (u32 at = 0; at <= table->slot_mask; at++) {
		u32 n = 0;

		for (u32 id = table->slots[at].rule; id; id = table->rows[id - 1].next)
			n++;
		longest = n > longest ? n : longest;
	}
	return longest;
}

static u32 decide(const struct kpol_table *table, const char *path)
{
	struct kpol_access access = { .object = path };
	struct kpol_decision decision;

	complete_access(&access);
	kpol_decide(table, &access, &decision);
	return decision.rule;
}

static const struct {
	const char *shape, *path; /* that pattern 4321 matches */
	u32 chain; /* at most */
} shape_cases[] = {
	{ "/**/name#", "/x/name4321", 8 },
	{ "/*/x#", "/a/x4321", 8 },
	{ "/x#/**/y", "/x4321/a/b/y", 8 },
	{ "/x/**/y#", "/x/a/y4321", 8 },
	{ "/dir#/**", "/dir4321/a/b", 8 },
	{ "/**/*.e#", "/a/b.e4321", 8 },
	{ "/a/b#*/c", "/a/b4321x/c", 8 },
	{ "/a#/b*/c", "/a4321/bb/c", 8 },
	/* The same tail and heads that are shared: only both together tell them apart. */
	{ "/x%/**/y&", "/x21/a/y43", 8 },
	{ "/x%/**/*.y&", "/x21/a/b.y43", 8 },
	/* Nothing but half a component. */
	{ "/usr/bin/tool-#*", "/usr/bin/tool-4321-x", 8 },
	{ "/opt/*-#", "/opt/a-4321", 8 },
	{ "/opt/**/*_#_z", "/opt/a/b_4321_z", 8 },
	/* A component in the middle. */
	{ "/home/*/project#/**", "/home/me/project4321/a/b", 8 },
	{ "/**/.cache#/*", "/home/me/.cache4321/a", 8 },
	{ "/**/a/**/.cache#/**/?", "/x/a/b/.cache4321/a", 8 },
};

TEST(ten_thousand_patterns_alike_are_told_apart)
{
	for (size_t i = 0; i < N(shape_cases); i++) {
		struct kpol_table_error error;
		struct kpol_table *table;

		ASSERT_EQ(0, build(&shape_cases[i].shape, 1, PATTERNS, &error, &table))
		TH_LOG("%s: rule %u %s", shape_cases[i].shape, error.rule, error.reason);
		EXPECT_GE(shape_cases[i].chain, longest_chain(table))
		TH_LOG("%s: %u", shape_cases[i].shape, longest_chain(table));
		EXPECT_EQ(4322, decide(table, shape_cases[i].path))
		TH_LOG("%s", shape_cases[i].shape);
		kpol_table_free(table);
	}
}

TEST(all_shapes_together_are_told_apart)
{
	const char *shapes[N(shape_cases)];
	struct kpol_table_error error;
	struct kpol_table *table;

	for (size_t i = 0; i < N(shape_cases); i++)
		shapes[i] = shape_cases[i].shape;
	ASSERT_EQ(0, build(shapes, N(shapes), PATTERNS, &error, &table));
	EXPECT_GE(16, longest_chain(table)) TH_LOG("%u", longest_chain(table));
	kpol_table_free(table);
}

/* What shares all there is with more than KPOL_KEY_RULES_MAX others is refused: it would cost each open. */
TEST(patterns_without_any_literal_of_their_own_are_refused)
{
	static const char *const shapes[] = { "/**/a#*/b*" };
	struct kpol_table_error error;
	struct kpol_table *table = NULL;

	EXPECT_EQ(-E2BIG, build(shapes, 1, KPOL_KEY_RULES_MAX + 1, &error, &table));
	EXPECT_EQ(KPOL_KEY_RULES_MAX + 1, error.rule);
	ASSERT_EQ(0, build(shapes, 1, KPOL_KEY_RULES_MAX, &error, &table));
	EXPECT_EQ(KPOL_KEY_RULES_MAX, decide(table, "/x/a255/b"));
	kpol_table_free(table);
}

/* A path that has a rule's component a thousand times meets the rule once: else this would take minutes. */
TEST(a_component_that_repeats_is_looked_up_once)
{
	static const char *const shapes[] = { "/**/*#/a/**/?[!b]*" };
	struct kpol_table_error error;
	struct kpol_table *table;
	static char path[KPOL_PATH_MAX + 1];

	for (size_t i = 0; i + 2 < sizeof(path); i += 2)
		memcpy(path + i, "/a", 2);
	ASSERT_EQ(0, build(shapes, 1, KPOL_KEY_RULES_MAX, &error, &table));
	EXPECT_EQ(0, decide(table, path));
	kpol_table_free(table);
}

/* Leads, pairs and prefixes longer than the bitmap of lengths. */
TEST(long_literal_parts_are_found)
{
	static const char *const ends[] = { "/#*/c", "#*", "/**/y#", "/**/*.y#" };
	static const char *const fits[] = { "/7x/c", "7x", "/x/y7", "/a/b.y7" };
	char shape[64 + 300], path[64 + 300];

	for (size_t i = 0; i < N(ends); i++) {
		static char many[20][400];
		struct kpol_table_error error;
		struct kpol_table *table;

		memset(shape, 'd', 300);
		shape[0] = '/';
		strcpy(shape + 300, ends[i]);
		memcpy(path, shape, 300);
		strcpy(path + 300, fits[i]);
		for (u32 k = 0; k < N(many); k++) {
			write_shape(shape, k, many[k]);
			rules[k] =
				(struct kpol_rule){ .match = KPOL_MATCH_GLOB, .object = many[k] };
			complete_rule(&rules[k], k + 1);
		}
		ASSERT_EQ(0, kpol_table_new(&(struct kpol_table_input){ .rules = rules,
									.n_rules = N(many),
									.policy_modes = case_modes,
									.n_policies = 4,
									.n_scopes = 2 },
					    &error, &table));
		EXPECT_EQ(8, decide(table, path)) TH_LOG("%s", ends[i]);
		kpol_table_free(table);
	}
}

TEST_HARNESS_MAIN
