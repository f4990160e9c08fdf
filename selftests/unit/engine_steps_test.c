// SPDX-License-Identifier: GPL-2.0-or-later
/* What the patterns of one access may cost together, and what is decided when that is used up. */
#include "kselftest_harness.h"

#include <time.h>

#include "engine_case.h"

/* Rules of one key, as many as there may be, all as slow as the matcher gets on @hostile_path. */
static struct kpol_rule rules[KPOL_KEY_RULES_MAX + 1];
static char hostile_pattern[] =
	"/**aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab*c";
static char hostile_path[KPOL_PATH_MAX + 1];

static void make_hostile_path(void)
{
	memset(hostile_path, 'a', KPOL_PATH_MAX);
	hostile_path[0] = '/';
	hostile_path[KPOL_PATH_MAX - 1] = 'c';
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

/* Patterns of @action that all share a key, and one rule more that names @path, if any. */
static struct kpol_decision decide(struct __test_metadata *_metadata, const char *pattern,
				   u32 action, const char *path, struct kpol_access access)
{
	struct kpol_decision decision = {};
	struct kpol_table_error error;
	struct kpol_table *table;
	u32 i;

	for (i = 0; i < KPOL_KEY_RULES_MAX; i++)
		rules[i] = (struct kpol_rule){ .match = KPOL_MATCH_GLOB,
					       .object = pattern,
					       .action = action };
	rules[i] = (struct kpol_rule){ .match = KPOL_MATCH_PATH, .object = path };
	for (i = 0; i < KPOL_KEY_RULES_MAX + !!path; i++)
		complete_rule(&rules[i], i + 1);
	complete_access(&access);
	ASSERT_EQ(0, kpol_table_new(&(struct kpol_table_input){ .rules = rules,
								.n_rules = i,
								.policy_modes = case_modes,
								.n_policies = 4,
								.n_scopes = 2 },
				    &error, &table))
	TH_LOG("rule %u %s", error.rule, error.reason);
	kpol_decide(table, &access, &decision);
	kpol_table_free(table);
	return decision;
}

static const struct {
	const char *name;
	u32 action;
	bool names_path, deny;
} cases[] = {
	{ .name = "allowlist", .action = KPOL_ACTION_ALLOW, .deny = true },
	{ .name = "blocklist", .action = KPOL_ACTION_BLOCK, .deny = true },
	{ .name = "path allowed by name", .action = KPOL_ACTION_BLOCK, .names_path = true },
};

TEST(steps_that_are_used_up_never_allow)
{
	make_hostile_path();
	for (size_t i = 0; i < N(cases); i++) {
		struct kpol_decision got = decide(_metadata, hostile_pattern, cases[i].action,
						  cases[i].names_path ? hostile_path : NULL,
						  (struct kpol_access){ .object = hostile_path });

		EXPECT_EQ(cases[i].deny, got.deny) TH_LOG("%s", cases[i].name);
		EXPECT_EQ(cases[i].deny, got.would_deny) TH_LOG("%s", cases[i].name);
		EXPECT_EQ(true, got.unresolved) TH_LOG("%s", cases[i].name);
	}
}

/* A few of them alone take the steps that all may take together. */
TEST(the_slowest_patterns_take_bounded_time_together)
{
	double start, took;

	make_hostile_path();
	start = seconds();
	decide(_metadata, hostile_pattern, KPOL_ACTION_ALLOW, NULL,
	       (struct kpol_access){ .object = hostile_path });
	took = seconds() - start;
	EXPECT_GT(0.2, took) TH_LOG("%.3f s", took);
}

/* The most rules there can be of one key, on a path as long as paths get in earnest. */
TEST(patterns_that_people_write_are_all_answered)
{
	static const char path[] =
		"/var/lib/kubelet/pods/0c1d2e3f-aaaa-bbbb-cccc-0123456789ab/volumes/"
		"kubernetes.io~projected/kube-api-access-x7k2p/..2026_11_24_12_00_00.123/"
		"namespace/deeper/and/deeper/still/file.conf";
	struct kpol_decision got =
		decide(_metadata, "/var/**/volumes/*/kube-*/**/[a-z]*x.conf", KPOL_ACTION_ALLOW,
		       NULL, (struct kpol_access){ .object = path });

	EXPECT_EQ(true, got.deny);
	EXPECT_EQ(false, got.unresolved);
}

TEST_HARNESS_MAIN
