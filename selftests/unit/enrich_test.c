// SPDX-License-Identifier: GPL-2.0-or-later
/* The words of a policy in its events, in every format, and in "get policies". */
#include "kselftest_harness.h"

#include <string.h>

#include "compile/compile.h"
#include "format/payload.h"
#include "format/record.h"
#include "kpold/enrich.h"
#include "kpold/policy_json.h"
#include "load/load.h"

static const char bundle_text[] =
	"apiVersion: kpol.io/v1\nkind: PolicyBundle\n"
	"metadata: {name: b, version: v2, owner: platform, contact: p@example.org}\n"
	"spec: {frameworks: [CIS-5.2], posture: {file: audit}}\n"
	"---\n"
	"apiVersion: kpol.io/v1\nkind: RuntimePolicy\nmetadata: {name: p, namespace: n}\nspec:\n"
	"  selector: {matchUnits: [a.service]}\n"
	"  owner: payments\n  risk: high\n  frameworks: [NIST-800-53-AC-6(10), MITRE-T1059]\n"
	"  severity: 3\n  tags: [policy]\n  message: of the policy\n"
	"  process:\n    matchPaths:\n"
	"    - {path: /a}\n"
	"    - {path: /b, severity: 9, tags: [x, y], message: of the rule}\n"
	"---\n"
	"apiVersion: kpol.io/v1\nkind: RuntimePolicy\nmetadata: {name: q, namespace: n}\nspec:\n"
	"  selector: {matchUnits: [b.service]}\n"
	"  process: {matchPaths: [{path: /c}]}\n";

FIXTURE(live)
{
	struct kpold_daemon d;
};

FIXTURE_SETUP(live)
{
	struct kpol_diags diags = { 0 };
	struct kpold_live *live = &self->d.live;

	memset(&self->d, 0, sizeof(self->d));
	ASSERT_EQ(0, kpol_bundle_parse("b.yaml", bundle_text, strlen(bundle_text), &diags,
				       &live->bundle));
	ASSERT_EQ(0, kpol_compile(live->bundle, NULL, 0, &diags, &live->ruleset));
	kpol_diags_clear(&diags);
	live->items_known = true;
	live->generation = 7;
}

FIXTURE_TEARDOWN(live)
{
	kpold_live_clear(&self->d.live);
}

static void enrich_rule(const struct kpold_daemon *d, const char *object,
			struct kpold_enriched *ret)
{
	const struct kpol_ruleset *ruleset = d->live.ruleset;
	struct kpol_event event = { .generation = 7,
				    .verdict = KPOL_VERDICT_DENY,
				    .reason = KPOL_REASON_RULE,
				    .class = KPOL_CLASS_PROCESS,
				    .op = KPOL_OP_EXEC };

	for (size_t i = 0; i < ruleset->n_rules; i++) {
		if (strcmp(ruleset->rules[i].object, object))
			continue;
		event.rule = ruleset->rules[i].id;
		event.policy_id = ruleset->rules[i].policy;
		event.scope_id = ruleset->rules[i].scope;
	}
	kpold_enrich(d, &event, ret);
}

TEST_F(live, the_nearest_word_counts)
{
	struct kpold_enriched of_policy, of_rule, of_bundle;

	enrich_rule(&self->d, "/a", &of_policy);
	enrich_rule(&self->d, "/b", &of_rule);
	enrich_rule(&self->d, "/c", &of_bundle);
	EXPECT_STREQ("payments", of_policy.event.owner);
	EXPECT_STREQ("high", of_policy.event.risk);
	EXPECT_STREQ("NIST-800-53-AC-6(10),MITRE-T1059", of_policy.event.frameworks);
	EXPECT_STREQ("policy", of_policy.event.tags);
	EXPECT_STREQ("of the policy", of_policy.event.message);
	EXPECT_EQ(3, of_policy.event.severity);
	EXPECT_STREQ("x,y", of_rule.event.tags);
	EXPECT_STREQ("of the rule", of_rule.event.message);
	EXPECT_EQ(9, of_rule.event.severity);
	EXPECT_STREQ("high", of_rule.event.risk);
	EXPECT_STREQ("platform", of_bundle.event.owner);
	EXPECT_STREQ("CIS-5.2", of_bundle.event.frameworks);
	EXPECT_EQ(NULL, of_bundle.event.risk);
	EXPECT_EQ(NULL, of_bundle.event.tags);
}

static bool has(const char *text, size_t len, const char *const *wanted)
{
	for (; *wanted; wanted++)
		if (!memmem(text, len, *wanted, strlen(*wanted)))
			return false;
	return true;
}

TEST_F(live, every_format_has_them)
{
	static const char *const fields[] = {
		"KPOL_OWNER=payments",
		"KPOL_RISK=high",
		"KPOL_FRAMEWORKS=NIST-800-53-AC-6(10),",
		"KPOL_SEVERITY=9",
		"KPOL_TAGS=x,y",
		"KPOL_MESSAGE=of the rule",
		NULL,
	};
	static const char *const params[] = {
		" owner=\"payments\"",
		" risk=\"high\"",
		" frameworks=\"NIST-800-53-AC-6(10),MITRE-T1059\"",
		" severity=\"9\"",
		" tags=\"x,y\"",
		" message=\"of the rule\"",
		NULL,
	};
	static const char *const members[] = {
		"\"owner\":\"payments\"",
		"\"risk\":\"high\"",
		"\"frameworks\":\"NIST-800-53-AC-6(10),MITRE-T1059\"",
		"\"severity\":9",
		"\"tags\":\"x,y\"",
		"\"message\":\"of the rule\"",
		NULL,
	};
	struct kpol_sender sender = { .host = "h", .enterprise = 32473 };
	struct kpol_payload journal = { 0 }, syslog = { 0 };
	struct kpold_enriched enriched;
	struct kpol_record record = { .kind = KPOL_RECORD_VERDICT, .event = &enriched.event };
	struct kpol_jsonw w = { 0 };

	enrich_rule(&self->d, "/b", &enriched);
	ASSERT_EQ(0, kpol_format_journal(&record, &sender, &journal));
	ASSERT_EQ(0, kpol_format_rfc5424(&record, &sender, &syslog));
	kpol_record_json(&record, &w);
	EXPECT_EQ(true, has(journal.bytes.text, journal.bytes.len, fields));
	EXPECT_EQ(true, has(syslog.bytes.text, syslog.bytes.len, params));
	EXPECT_EQ(true, has(w.out.text, w.out.len, members));
	kpol_payload_clear(&journal);
	kpol_payload_clear(&syslog);
	kpol_jsonw_clear(&w);
}

TEST_F(live, a_list_that_is_too_long_ends_with_a_whole_word)
{
	struct kpol_strv *tags = &self->d.live.bundle->policies[0].items[1].tags;
	struct kpold_enriched enriched;
	char word[120];

	memset(word, 'w', sizeof(word));
	for (int i = 0; i < 6; i++)
		ASSERT_EQ(0, kpol_strv_add(tags, word, sizeof(word)));
	enrich_rule(&self->d, "/b", &enriched);
	EXPECT_EQ(3 + 4 * 121, strlen(enriched.event.tags));
}

TEST_F(live, get_policies_has_all_of_them)
{
	static const char *const members[] = {
		"\"name\":\"n/p\"",
		"\"owner\":\"payments\"",
		"\"contact\":\"p@example.org\"",
		"\"severity\":3",
		"\"risk\":\"high\"",
		"\"message\":\"of the policy\"",
		"\"tags\":[\"policy\"]",
		"\"frameworks\":[\"NIST-800-53-AC-6(10)\",\"MITRE-T1059\"]",
		"\"posture\":{\"process\":\"audit\",\"file\":\"audit\",\"network\":\"block\",",
		"\"line\":",
		NULL,
	};
	struct kpol_jsonw w = { 0 };

	kpold_json_policy(&w, &self->d.live, 1);
	EXPECT_EQ(true, has(w.out.text, w.out.len, members)) TH_LOG("%s", w.out.text);
	kpol_jsonw_clear(&w);
}

TEST_HARNESS_MAIN
