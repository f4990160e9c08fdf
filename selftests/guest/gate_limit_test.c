// SPDX-License-Identifier: GPL-2.0-or-later
/* Too much of anything is refused, and the most that is allowed goes in. */
#include <stdio.h>
#include <stdlib.h>

#include "lib/gate_fixture.h"
#include "nl/dump.h"
#include "nl/request.h"

static int load_many(struct kpol_nl *nl, size_t policies, size_t scopes, size_t n_rules,
		     size_t bindings)
{
	struct kpol_ruleset many = { .n_policies = policies,
				     .n_scopes = scopes,
				     .n_rules = n_rules,
				     .n_bindings = bindings };
	uint64_t generation;
	size_t i;
	int r;

	many.policies = calloc(policies + 1, sizeof(*many.policies));
	many.scopes = calloc(scopes + 1, sizeof(*many.scopes));
	many.rules = calloc(n_rules + 1, sizeof(*many.rules));
	many.bindings = calloc(bindings + 1, sizeof(*many.bindings));
	for (i = 0; i < policies; i++)
		many.policies[i] = gate_live.policies[0];
	for (i = 0; i < scopes; i++)
		many.scopes[i] = gate_live.scopes[0];
	for (i = 0; i < n_rules; i++) {
		many.rules[i] = gate_live.rules[0];
		many.rules[i].id = i + 1;
	}
	for (i = 0; i < bindings; i++) {
		char *path = malloc(16);

		snprintf(path, 16, "/%zu*", i);
		many.bindings[i] = (struct kpol_binding_row){ .kind = KPOL_BIND_GLOB,
							      .path = path,
							      .scope = 1 };
	}
	r = kpol_nl_load(nl, &many, "many", false, NULL, NULL, &generation);
	for (i = 0; i < bindings; i++)
		free(many.bindings[i].path);
	free(many.policies);
	free(many.scopes);
	free(many.rules);
	free(many.bindings);
	return r;
}

TEST_F_TIMEOUT(gate, too_much_of_anything_is_refused, 120)
{
	expect_refusal(_metadata, self, -E2BIG,
		       load_many(self->nl, 1, 1, KPOL_KEY_RULES_MAX + 1, 0), KPOL_KEY_RULES_MAX + 1,
		       "shares its key with too many rules of its scope", "257 rules of one key");
	expect_refusal(_metadata, self, -E2BIG, load_many(self->nl, KPOL_POLICIES_MAX + 1, 1, 1, 0),
		       0, "more than 16384 policies", "too many policies");
	expect_refusal(_metadata, self, -E2BIG, load_many(self->nl, 1, KPOL_SCOPES_MAX + 1, 1, 0),
		       0, "more than 16384 scopes", "too many scopes");
	expect_refusal(_metadata, self, -E2BIG,
		       load_many(self->nl, 1, 1, 1, KPOL_PATTERN_BINDINGS_MAX + 1), 0,
		       "a binding is one pattern more than a ruleset may hold",
		       "too many patterns");
	expect_refusal(_metadata, self, -E2BIG, load_many(self->nl, 1, 1, 1, KPOL_BINDINGS_MAX + 1),
		       0, "more than 65536 bindings", "too many bindings");
	expect_enforced(_metadata, self, "too much of everything");
	EXPECT_EQ(0, load_many(self->nl, 1, 1, KPOL_KEY_RULES_MAX, KPOL_PATTERN_BINDINGS_MAX))
	TH_LOG("%s", kpol_nl_last_error(self->nl)->message);
}

/* The longest row there can be goes in and comes out whole, over a socket that has read nothing
 * large yet. */
TEST_F(gate, the_longest_rule_can_be_read_back)
{
	char path[KPOL_PATH_MAX + 1] = { 0 };
	struct kpol_rule rule = gate_live.rules[0];
	struct kpol_ruleset ruleset = gate_live, *now;
	struct kpol_nl *fresh = gate_open(self->nl->family);
	uint64_t generation;

	memset(path, 'a', KPOL_PATH_MAX);
	for (size_t i = 0; i < KPOL_PATH_MAX; i += 200)
		path[i] = '/';
	rule.object = rule.source = path;
	rule.object_len = rule.source_len = KPOL_PATH_MAX;
	ruleset.rules = &rule;
	ruleset.n_rules = 1;
	ASSERT_EQ(0, kpol_nl_load(self->nl, &ruleset, "longest", false, NULL, NULL, &generation))
	TH_LOG("%s", kpol_nl_last_error(self->nl)->message);
	EXPECT_EQ(0, kpol_nl_dump(fresh, KPOL_CMD_RULE_GET, KPOL_A_RULE_MAX, NULL, NULL));
	ASSERT_EQ(0, kpol_nl_ruleset_get(self->nl, &generation, &now));
	ASSERT_EQ(1, now->n_rules);
	EXPECT_STREQ(path, now->rules[0].object);
	EXPECT_STREQ(path, now->rules[0].source);
	kpol_ruleset_free(now);
	kpol_nl_free(fresh);
}

TEST_HARNESS_MAIN
