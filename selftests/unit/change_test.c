// SPDX-License-Identifier: GPL-2.0-or-later
/* Changes between bundles: what is found, and at what risk. */
#include "base/cleanup.h"
#include "change/change.h"

#include "compile_case.h"
#include "generate.h"
#include "kselftest_harness.h"

#define HEAD(name, selector, rest)                                            \
	"apiVersion: kpol.io/v1\nkind: RuntimePolicy\nmetadata: {name: " name \
	", namespace: n}\nspec:\n"                                            \
	"  selector: " selector "\n" rest
#define U "{matchUnits: [u.service]}"
#define POLICY_OF(rest) HEAD("p", U, rest)
#define EXEC(list) "  process: {matchPaths: [" list "]}\n"
#define FILES(list) "  file: {matchPaths: [" list "]}\n"
#define DIRS(list) "  file: {matchDirectories: [" list "]}\n"
#define PATTERNS(list) "  file: {matchPatterns: [" list "]}\n"
#define PEERS(list) "  network: {matchPeers: [" list "]}\n"

FIXTURE(change){};
FIXTURE_SETUP(change)
{
}
FIXTURE_TEARDOWN(change)
{
}

/* expected: a line per change, "kind risk before>after sample: reason". */
FIXTURE_VARIANT(change)
{
	const char *old;
	const char *new;
	const char *expected;
};

#define CHANGE(name, a, b, text)                     \
	FIXTURE_VARIANT_ADD(change, name)            \
	{                                            \
		.old = a, .new = b, .expected = text \
	}

CHANGE(nothing, POLICY_OF(EXEC("{path: /a}")), POLICY_OF(EXEC("{path: /a}")), "");
CHANGE(another_line, POLICY_OF(EXEC("{path: /a}")), "# moved\n" POLICY_OF(EXEC("{path: /a}")), "");
CHANGE(another_order, POLICY_OF(EXEC("{path: /a}, {path: /b}")),
       POLICY_OF(EXEC("{path: /b}, {path: /a}")), "");
CHANGE(block_of_one_object, POLICY_OF(EXEC("{path: /a}")),
       POLICY_OF(EXEC("{path: /a}, {path: /b}")), "added low 1>2 exec /b: blocks one object\n");
CHANGE(block_by_pattern, POLICY_OF(EXEC("{path: /a}")),
       POLICY_OF(EXEC("{path: /a}") PATTERNS("{pattern: \"/d/*.log\"}")),
       "added high 1>2 read /d/kpol-sample.log: blocks by a wildcard\n");
CHANGE(block_by_directory, POLICY_OF(EXEC("{path: /a}")),
       POLICY_OF(EXEC("{path: /a}") DIRS("{dir: /d/, recursive: true}")),
       "added high 1>2 read /d/kpol-sample/kpol-sample: blocks by a wildcard\n");
CHANGE(block_in_a_namespace, HEAD("p", "{}", EXEC("{path: /a}")),
       HEAD("p", "{}", EXEC("{path: /a}, {path: /b}")),
       "added high 1>2 exec /b: blocks in a whole namespace\n");
CHANGE(block_on_the_host,
       "apiVersion: kpol.io/v1\nkind: RuntimePolicy\nmetadata: {name: h}\nspec:\n  nodeSelector: "
       "{}\n" EXEC("{path: /a}"),
       "apiVersion: kpol.io/v1\nkind: RuntimePolicy\nmetadata: {name: h}\nspec:\n  nodeSelector: "
       "{}\n" EXEC("{path: /a}, {path: /b}"),
       "added high 1>2 exec /b: blocks on the whole host\n");
CHANGE(block_that_observes, POLICY_OF("  mode: observe\n" EXEC("{path: /a}")),
       POLICY_OF("  mode: observe\n" EXEC("{path: /a}, {path: /b}")),
       "added low 1>3 exec /b: its policy only observes\n");
CHANGE(removed_from_a_block_list, POLICY_OF(EXEC("{path: /a}, {path: /b}")),
       POLICY_OF(EXEC("{path: /a}")), "removed high 2>1 exec /b: leaves a block list\n");
CHANGE(removed_but_denied_by_another,
       POLICY_OF(FILES("{path: /d/a}")) "---\n" HEAD("q", U, DIRS("{dir: /d/}")),
       HEAD("q", U, DIRS("{dir: /d/}")), "removed low 2>2 read /d/a: is denied all the same\n");
CHANGE(new_default_deny, POLICY_OF(EXEC("{path: /a}")),
       POLICY_OF(EXEC("{path: /a}, {path: /b, action: Allow}")),
       "default high 0>3 -: new default deny\n"
       "added low 1>1 exec /b: was allowed before as well\n");
CHANGE(default_deny_gone, POLICY_OF(EXEC("{path: /a}, {path: /b, action: Allow}")),
       POLICY_OF(EXEC("{path: /a}")),
       "default high 3>0 -: the default deny is gone\n"
       "removed low 1>1 exec /b: no verdict of its sample changes\n");
#define POSTURE(word)                                                                       \
	"apiVersion: kpol.io/v1\nkind: PolicyBundle\nmetadata: {name: b}\nspec: {posture: " \
	"{process: " word "}}\n---\n"
CHANGE(posture_to_audit, POLICY_OF(EXEC("{path: /a, action: Allow}")),
       POSTURE("audit") POLICY_OF(EXEC("{path: /a, action: Allow}")),
       "default high 3>1 -: the default deny is gone\n");
CHANGE(posture_to_block, POSTURE("audit") POLICY_OF(EXEC("{path: /a, action: Allow}")),
       POSTURE("block") POLICY_OF(EXEC("{path: /a, action: Allow}")),
       "default high 1>3 -: new default deny\n");
CHANGE(posture_from_allow_to_audit, POSTURE("allow") POLICY_OF(EXEC("{path: /a, action: Allow}")),
       POSTURE("audit") POLICY_OF(EXEC("{path: /a, action: Allow}")),
       "default low 0>1 -: what no rule matches is reported, and allowed\n");
CHANGE(one_more_allowed_where_the_rest_is_reported,
       POSTURE("audit") POLICY_OF(EXEC("{path: /a, action: Allow}")),
       POSTURE("audit") POLICY_OF(EXEC("{path: /a, action: Allow}, {path: /b, action: Allow}")),
       "added low 4>1 exec /b: was allowed before as well\n");
CHANGE(one_more_allowed, POLICY_OF(EXEC("{path: /a, action: Allow}")),
       POLICY_OF(EXEC("{path: /a, action: Allow}, {path: /b, action: Allow}")),
       "added low 2>1 exec /b: allows one object\n");
CHANGE(allowlist_widened_with_a_wildcard, POLICY_OF(FILES("{path: /d/a, action: Allow}")),
       POLICY_OF(PATTERNS("{pattern: /d/*, action: Allow}")),
       "widened high 2>1 read /d/kpol-sample: allows by a wildcard\n");
CHANGE(allowlist_narrowed, POLICY_OF(DIRS("{dir: /d/, recursive: true, action: Allow}")),
       POLICY_OF(FILES("{path: /d/a, action: Allow}")),
       "narrowed high 1>2 read /d/kpol-sample/kpol-sample: denies what a wildcard allowed\n");
CHANGE(one_less_allowed, POLICY_OF(EXEC("{path: /a, action: Allow}, {path: /b, action: Allow}")),
       POLICY_OF(EXEC("{path: /a, action: Allow}")),
       "removed low 1>2 exec /b: denies one object\n");
/* Ids differ, the names do not. */
CHANGE(another_order_of_label_peers,
       POLICY_OF(PEERS("{direction: egress, matchLabels: {a: b}}, {direction: egress, matchLabels: "
		       "{c: d}}")),
       POLICY_OF(PEERS("{direction: egress, matchLabels: {c: d}}, {direction: egress, matchLabels: "
		       "{a: b}}")),
       "");
CHANGE(another_label_peer, POLICY_OF(PEERS("{direction: egress, matchLabels: {a: b}}")),
       POLICY_OF(PEERS("{direction: egress, matchLabels: {a: c}}")),
       "removed high 2>1 connect tcp labels:a=b@n port 4711: leaves a block list\n"
       "added low 1>2 connect tcp labels:a=c@n port 4711: blocks one object\n");
CHANGE(label_peer_with_fewer_ports,
       POLICY_OF(PEERS("{direction: egress, matchLabels: {a: b}, protocol: tcp, ports: [1-9]}")),
       POLICY_OF(PEERS("{direction: egress, matchLabels: {a: b}, protocol: tcp, ports: [1-8]}")),
       "narrowed high 2>1 connect tcp labels:a=b@n port 9: leaves a block list\n");
CHANGE(label_peer_instead_of_everybody, POLICY_OF(PEERS("{direction: egress}")),
       POLICY_OF(PEERS("{direction: egress, matchLabels: {a: b}}")),
       "narrowed high 2>1 connect tcp 192.0.2.1 port 4711: leaves a block list\n");
CHANGE(block_becomes_allow, POLICY_OF(EXEC("{path: /a}, {path: /c, action: Allow}")),
       POLICY_OF(EXEC("{path: /a, action: Allow}, {path: /c, action: Allow}")),
       "action high 2>1 exec /a: leaves a block list\n");
CHANGE(fewer_operations, POLICY_OF(FILES("{path: /a}")),
       POLICY_OF(FILES("{path: /a, ops: [write]}")),
       "narrowed high 2>1 read /a: leaves a block list\n");
CHANGE(more_operations, POLICY_OF(FILES("{path: /a, ops: [write]}")),
       POLICY_OF(FILES("{path: /a}")), "widened low 1>2 read /a: blocks one object\n");
CHANGE(wider_network,
       POLICY_OF(PEERS("{direction: egress, cidr: 10.1.0.0/16, ports: [443], protocol: tcp, "
		       "action: Allow}")),
       POLICY_OF(PEERS("{direction: egress, cidr: 10.0.0.0/8, ports: [443], protocol: tcp, action: "
		       "Allow}")),
       "widened low 2>1 connect tcp 10.255.255.254 port 443: allows one object\n");
CHANGE(any_address,
       POLICY_OF(PEERS("{direction: egress, cidr: 10.1.0.0/16, protocol: tcp, action: Allow}")),
       POLICY_OF(PEERS("{direction: egress, protocol: tcp, action: Allow}")),
       "widened high 2>1 connect tcp 192.0.2.1 port 4711: allows every address\n");
CHANGE(mode_to_enforce, POLICY_OF("  mode: observe\n" EXEC("{path: /a}")),
       POLICY_OF(EXEC("{path: /a}")), "mode high 2>1 -: the policy begins to deny\n");
CHANGE(mode_to_observe, POLICY_OF(EXEC("{path: /a}")),
       POLICY_OF("  mode: observe\n" EXEC("{path: /a}")),
       "mode high 1>2 -: the policy no longer denies\n");
CHANGE(audit, POLICY_OF(EXEC("{path: /a}")),
       POLICY_OF(EXEC("{path: /a}, {path: /b, action: Audit}")),
       "added low 1>4 exec /b: only changes what is reported\n");
CHANGE(another_policy_for_the_same_workload, POLICY_OF(EXEC("{path: /a}")),
       POLICY_OF(EXEC("{path: /a}")) "---\n" HEAD("q", U, EXEC("{path: /a}")), "");
CHANGE(a_host_policy_joins_the_scope, POLICY_OF(EXEC("{path: /a}")),
       POLICY_OF(EXEC("{path: /a}")) "---\napiVersion: kpol.io/v1\nkind: RuntimePolicy\nmetadata: "
				     "{name: h}\nspec:\n  nodeSelector: {}\n" EXEC("{path: /h}"),
       "added high 1>2 exec /h: blocks on the whole host\n"
       "added low 1>2 exec /h: blocks one object\n");
CHANGE(a_new_workload, POLICY_OF(EXEC("{path: /a}")),
       POLICY_OF(EXEC("{path: /a}")) "---\n" HEAD("q", "{matchUnits: [v.service]}",
						  EXEC("{path: /b}")),
       "added low 1>2 exec /b: blocks one object\n");

static const char *const kinds[] = { "?",	 "added",  "removed", "widened",
				     "narrowed", "action", "default", "mode" };

static char *changes_text(const struct kpol_changes *changes)
{
	struct kpol_buffer text = { 0 };

	for (size_t i = 0; i < changes->n; i++) {
		const struct kpol_change *c = &changes->items[i];

		kpol_buffer_printf(&text, "%s %s %u>%u %s: %s\n", kinds[c->kind],
				   c->high ? "high" : "low", c->before, c->after,
				   c->sample ? c->sample : "-", c->reason);
	}
	return kpol_buffer_take(&text);
}

static char *compare(const char *old, const char *new)
{
	struct kpol_diags diags = { 0 };
	struct kpol_bundle *bundles[2] = { NULL };
	struct kpol_ruleset *rulesets[2];
	struct kpol_changes changes = { 0 };
	char *text = NULL;

	rulesets[0] = compile(old, NULL, 0, &diags, &bundles[0]);
	rulesets[1] = compile(new, NULL, 0, &diags, &bundles[1]);
	if (rulesets[0] && rulesets[1] &&
	    kpol_changes_find(rulesets[0], "old", rulesets[1], "new", &changes) == 0)
		text = changes_text(&changes);
	kpol_changes_clear(&changes);
	for (int i = 0; i < 2; i++) {
		kpol_ruleset_free(rulesets[i]);
		kpol_bundle_free(bundles[i]);
	}
	kpol_diags_clear(&diags);
	return text;
}

TEST_F(change, is_found_with_its_risk)
{
	_cleanup_free_ char *text = compare(variant->old, variant->new);

	ASSERT_NE(NULL, text);
	EXPECT_STREQ(variant->expected, text);
}

#define RULESETS 60

/* Each with a name of its own. */
static struct kpol_set_row *generate_sets(void)
{
	static struct kpol_set_row sets[GENERATE_SETS];
	static char names[GENERATE_SETS][16];

	for (u32 i = 0; i < GENERATE_SETS; i++) {
		snprintf(names[i], sizeof(names[i]), "set%u", i + 1);
		sets[i].name = names[i];
	}
	return sets;
}

static void view_new(struct generator *g, struct kpol_policy_row *policies,
		     struct kpol_scope_row *scopes, struct kpol_ruleset *view)
{
	static char names[][2] = { "1", "2", "3", "4", "5", "6" };

	for (u32 i = 0; i < GENERATE_POLICIES; i++)
		policies[i] = (struct kpol_policy_row){ .name = names[i], .mode = g->modes[i] };
	for (u32 i = 0; i < GENERATE_SCOPES; i++)
		scopes[i] = (struct kpol_scope_row){ .name = names[i] };
	*view = (struct kpol_ruleset){ .sets = generate_sets(),
				       .n_sets = GENERATE_SETS,
				       .policies = policies,
				       .n_policies = GENERATE_POLICIES,
				       .scopes = scopes,
				       .n_scopes = GENERATE_SCOPES,
				       .rules = g->rules,
				       .n_rules = g->n_rules };
}

/* What is said to cover must match whatever the other matches. */
TEST(a_rule_that_covers_matches_all_that_the_other_matches)
{
	struct generator *g = calloc(1, sizeof(*g));
	struct kpol_policy_row policies[GENERATE_POLICIES];
	struct kpol_scope_row scopes[GENERATE_SCOPES];
	struct kpol_ruleset view;
	size_t n_covered = 0, n_met = 0;

	g->state = 7;
	for (int i = 0; i < RULESETS; i++) {
		generate_ruleset(g, 100);
		view_new(g, policies, scopes, &view);
		for (u32 k = 0; k < 4000; k++) {
			const struct kpol_rule *wide = &g->rules[generate_below(g, 100)];
			const struct kpol_rule *narrow = &g->rules[generate_below(g, 100)];
			struct kpol_access access;

			if (wide == narrow || !kpol_rule_covers(wide, narrow))
				continue;
			n_covered++;
			for (int n = 0; n < 20; n++) {
				generate_access(g, &access);
				if (access.scope != narrow->scope ||
				    access.class != narrow->class ||
				    !reference_matches(narrow, &access))
					continue;
				n_met++;
				access.op = wide->ops;
				access.scope = wide->scope;
				ASSERT_TRUE(reference_matches(wide, &access));
			}
		}
	}
	EXPECT_GT(n_covered, 500);
	EXPECT_GT(n_met, 50);
	free(g);
}

/* A ruleset is no change against itself, and everything against nothing. */
TEST(random_rulesets_compare)
{
	struct generator *g = calloc(1, sizeof(*g));
	struct kpol_policy_row policies[GENERATE_POLICIES];
	struct kpol_scope_row scopes[GENERATE_SCOPES];
	struct kpol_ruleset view;

	g->state = 11;
	for (int i = 0; i < RULESETS; i++) {
		struct kpol_changes same = { 0 }, all = { 0 };

		generate_ruleset(g, 1 + generate_below(g, 60));
		view_new(g, policies, scopes, &view);
		ASSERT_EQ(0, kpol_changes_find(&view, "f", &view, "f", &same));
		EXPECT_EQ(0, same.n);
		ASSERT_EQ(0, kpol_changes_find(NULL, "-", &view, "f", &all));
		EXPECT_LT(0, all.n);
		kpol_changes_clear(&same);
		kpol_changes_clear(&all);
	}
	free(g);
}

TEST_HARNESS_MAIN
