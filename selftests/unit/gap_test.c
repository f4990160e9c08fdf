// SPDX-License-Identifier: GPL-2.0-or-later
/* What a bundle says and nobody enforces: kept with the policy, shown by the daemon. */
#include "kpold/gap_json.h"
#include "load/load.h"

#include "findings.h"
#include "kselftest_harness.h"

static struct kpol_bundle *parse(const char *yaml)
{
	struct kpol_bundle *bundle = NULL;

	kpol_bundle_parse("b.yaml", yaml, strlen(yaml), NULL, &bundle);
	return bundle;
}

#define POLICY(name, rest)                                                                     \
	"apiVersion: security.kubearmor.com/v1\nkind: KubeArmorPolicy\nmetadata: {name: " name \
	"}\nspec:\n" rest

TEST(gaps_belong_to_their_policy_and_are_in_the_order_of_the_file)
{
	struct kpol_bundle *bundle = parse(POLICY(
		"a",
		"  presets: [{name: exec, action: Block}]\n"
		"  network: {matchProtocols: [{protocol: packet, action: Allow}]}\n"
		"  apparmor: p\n") "---\n" POLICY("b",
						  "  action: Block\n") "---\n" POLICY("c",
										      "  "
										      "network:\n  "
										      "  "
										      "matchProtoco"
										      "ls:\n    - "
										      "protocol: "
										      "tcp\n"
										      "      "
										      "fromSource: "
										      "[{"
										      "matchLabels:"
										      " {a: "
										      "b}}]\n"));
	const struct kpol_gaps *gaps;

	ASSERT_NE(NULL, bundle);
	ASSERT_EQ(3, bundle->n_policies);
	gaps = &bundle->policies[0].gaps;
	ASSERT_EQ(3, gaps->n);
	EXPECT_EQ(5, gaps->items[0].place.line);
	EXPECT_EQ(6, gaps->items[1].place.line);
	EXPECT_STREQ(
		"socket type \"packet\" is not enforced by this version: this Allow rule is left "
		"out, what it would allow stays denied",
		gaps->items[1].what);
	EXPECT_EQ(7, gaps->items[2].place.line);
	EXPECT_EQ(0, bundle->policies[1].gaps.n);
	EXPECT_EQ(0, bundle->policies[2].gaps.n);
	kpol_bundle_free(bundle);
}

TEST(daemon_names_policy_line_and_reason)
{
	struct kpold_live live = {
		.bundle = parse(POLICY("a", "  apparmor: p\n")),
	};
	struct kpol_jsonw w = { 0 };
	_cleanup_free_ char *text = NULL;

	ASSERT_NE(NULL, live.bundle);
	EXPECT_EQ(1, kpold_gaps_count(&live));
	kpol_jsonw_object_begin(&w, NULL);
	kpold_json_gaps(&w, "items", &live);
	kpol_jsonw_object_end(&w);
	text = kpol_jsonw_take(&w);
	EXPECT_STREQ(
		"{\"items\":[{\"policy\":\"default/a\",\"code\":\"KPOL008\",\"file\":\"b.yaml\","
		"\"line\":5,\"column\":13,\"message\":\"apparmor \\\"p\\\" is accepted but not "
		"enforced by this version\"}]}",
		text);
	kpold_live_clear(&live);
}

TEST(nothing_loaded_has_no_gaps)
{
	struct kpold_live live = { 0 };
	struct kpol_jsonw w = { 0 };
	_cleanup_free_ char *text = NULL;

	EXPECT_EQ(0, kpold_gaps_count(&live));
	kpol_jsonw_object_begin(&w, NULL);
	kpold_json_gaps(&w, "items", &live);
	kpol_jsonw_object_end(&w);
	text = kpol_jsonw_take(&w);
	EXPECT_STREQ("{\"items\":[]}", text);
}

TEST_HARNESS_MAIN
