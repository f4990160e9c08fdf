// SPDX-License-Identifier: GPL-2.0-or-later
/* What does not compile is refused, at its line. */
#include "kselftest_harness.h"

#include "compile_case.h"

FIXTURE(refuses){};
FIXTURE_SETUP(refuses)
{
}
FIXTURE_TEARDOWN(refuses)
{
}
FIXTURE_VARIANT(refuses)
{
	const char *yaml;
	const char *expected;
};

#define REFUSES(name, text, message)              \
	FIXTURE_VARIANT_ADD(refuses, name)        \
	{                                         \
		.yaml = text, .expected = message \
	}
#define PATTERN(text) UNIT "  file:\n    matchPatterns:\n    - pattern: '" text "'\n"

REFUSES(open_set, PATTERN("/a/[bc"),
	"f.yaml:8:16: this rule has a pattern with a '[' that is never closed\n");
REFUSES(open_brace, PATTERN("/a/{bc"), "f.yaml:8:16: this rule has a brace without its partner\n");
REFUSES(too_many_alternatives, PATTERN("/{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}"),
	"f.yaml:8:16: this rule has braces that stand for more than 64 patterns\n");
REFUSES(every_bad_pattern, PATTERN("/[") "    - pattern: '/x\\'\n",
	"f.yaml:8:16: this rule has a pattern with a '[' that is never closed\n"
	"f.yaml:9:16: this rule has a pattern that ends in a backslash\n");

TEST_F(refuses, at_its_line)
{
	struct kpol_diags diags = { 0 };
	struct kpol_bundle *bundle = NULL;
	_cleanup_free_ char *text = NULL;

	EXPECT_EQ(NULL, compile(variant->yaml, NULL, 0, &diags, &bundle));
	text = findings_text(&diags);
	EXPECT_STREQ(variant->expected, text);
	kpol_bundle_free(bundle);
	kpol_diags_clear(&diags);
}

TEST(too_many_rules_for_one_key_are_told_with_a_line)
{
	struct kpol_diags diags = { 0 };
	struct kpol_bundle *bundle = NULL;
	struct kpol_buffer yaml = { 0 };
	_cleanup_free_ char *text = NULL, *findings = NULL;

	kpol_buffer_puts(&yaml, UNIT "  network:\n    matchPeers:\n");
	for (int i = 1; i <= KPOL_KEY_RULES_MAX + 1; i++)
		kpol_buffer_printf(&yaml, "    - {direction: egress, ports: [%d]}\n", i);
	text = kpol_buffer_take(&yaml);
	EXPECT_EQ(NULL, compile(text, NULL, 0, &diags, &bundle));
	findings = findings_text(&diags);
	EXPECT_STREQ("f.yaml:264:19: this rule shares its key with too many rules of its scope\n",
		     findings);
	kpol_bundle_free(bundle);
	kpol_diags_clear(&diags);
}

TEST(too_many_cgroup_patterns_are_told_before_they_cost)
{
	struct kpol_diags diags = { 0 };
	struct kpol_bundle *bundle = NULL;
	struct kpol_buffer yaml = { 0 };
	_cleanup_free_ char *text = NULL, *findings = NULL;

	kpol_buffer_puts(&yaml, POLICY("x", "{matchCgroups: [\"/b*\""));
	yaml.len--; /* the line goes on */
	for (int i = 0; i < KPOL_PATTERN_BINDINGS_MAX; i++)
		kpol_buffer_printf(&yaml, ", \"/a%d*\"", i);
	kpol_buffer_puts(&yaml, "]}\n");
	text = kpol_buffer_take(&yaml);
	EXPECT_EQ(NULL, compile(text, NULL, 0, &diags, &bundle));
	findings = findings_text(&diags);
	EXPECT_STREQ("f.yaml: 1025 cgroup patterns, at most 1024 fit into a ruleset\n", findings);
	kpol_bundle_free(bundle);
	kpol_diags_clear(&diags);
}

TEST_HARNESS_MAIN
