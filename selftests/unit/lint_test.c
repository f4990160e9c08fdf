// SPDX-License-Identifier: GPL-2.0-or-later
/* Lint: each finding where it belongs, and none where nothing is wrong. */
#include <dirent.h>
#include <errno.h>

#include "base/file.h"
#include "compile/compile.h"
#include "compile/lint.h"
#include "load/load.h"

#include "findings.h"
#include "kselftest_harness.h"

/* A header without findings; what is tested begins on line 5. */
#define BUNDLE                                         \
	"apiVersion: kpol.io/v1\nkind: PolicyBundle\n" \
	"metadata: {name: b, version: 1, owner: me}\n---\n"
#define NAMED(name, selector)                                                              \
	"apiVersion: kpol.io/v1\nkind: RuntimePolicy\nmetadata: {name: " name "}\nspec:\n" \
	"  selector: " selector "\n"
#define POLICY BUNDLE NAMED("ns-a.b.v1", "{matchUnits: [u.service]}")
#define SECOND "---\n" NAMED("ns-a.c.v1", "{matchUnits: [u.service]}")
#define RULES(section, list) "  " section ":\n    " list ":\n"
#define LIBRARIES "  libraries: {matchDirectories: [{dir: /opt/, action: Allow}]}\n"

FIXTURE(lint){};
FIXTURE_SETUP(lint)
{
}
FIXTURE_TEARDOWN(lint)
{
}
FIXTURE_VARIANT(lint)
{
	const char *yaml;
	const char *expected;
};

#define FINDS(name, text, message)                \
	FIXTURE_VARIANT_ADD(lint, name)           \
	{                                         \
		.yaml = text, .expected = message \
	}

FINDS(nothing_in_a_good_bundle,
      POLICY RULES("process", "matchPaths") "    - {path: /usr/bin/x, action: Allow}\n" LIBRARIES,
      "");
FINDS(allowlist_that_blocks,
      BUNDLE NAMED("ns-a.my-AllowList.v1", "{matchUnits: [u.service]}")
	      RULES("process", "matchPaths") "    - path: /usr/bin/x\n",
      "f:7:18: warning: \"ns-a.my-AllowList.v1\" is named an allowlist, but its action is Block: "
      "it "
      "denies what it lists and allows everything else [KPOL020]\n");
FINDS(allowlist_with_one_block_is_fine,
      BUNDLE NAMED("ns-a.allowlist.v1", "{matchUnits: [u.service]}")
	      RULES("file", "matchPaths") "    - {path: /a, action: Allow}\n    - path: /b\n",
      "");
FINDS(contradiction_in_one_policy,
      POLICY RULES("file", "matchPaths") "    - {path: /a, action: Allow}\n    - path: /a\n",
      "f:12:14: warning: this Allow rule has no effect: the Block rule on line 13 (policy "
      "\"default/ns-a.b.v1\") is for the same and wins [KPOL021]\n");
FINDS(contradiction_of_two_policies,
      POLICY RULES("file", "matchPaths") "    - path: /a\n" SECOND RULES(
	      "file", "matchPaths") "    - {path: /a, action: Allow}\n",
      "f:21:14: warning: this Allow rule has no effect: the Block rule on line 12 (policy "
      "\"default/ns-a.b.v1\") is for the same and wins [KPOL021]\n");
FINDS(read_only_is_no_contradiction,
      POLICY RULES("file", "matchPaths") "    - {path: /a, action: Allow, readOnly: true}\n", "");
FINDS(other_source_is_no_contradiction,
      POLICY RULES("file", "matchPaths") "    - {path: /a, action: Allow, fromSource: [{path: "
					 "/x}]}\n    - path: /a\n",
      "");
FINDS(same_rule_in_two_policies,
      POLICY RULES("file",
		   "matchPaths") "    - path: /a\n" SECOND RULES("file",
								 "matchPaths") "    - path: /a\n",
      "f:21:13: note: policy \"default/ns-a.b.v1\" says the same on line 12 [KPOL022]\n");
FINDS(allowlist_without_libraries,
      POLICY RULES("process", "matchPaths") "    - {path: /usr/bin/x, action: Allow}\n",
      "f:7:18: warning: programs are allowlisted but libraries are not: LD_PRELOAD can run any "
      "code "
      "inside an allowed program (add a \"libraries\" section) [KPOL023]\n");
FINDS(libraries_of_another_policy_of_the_scope_count,
      POLICY RULES("process",
		   "matchPaths") "    - {path: /usr/bin/x, action: Allow}\n" SECOND LIBRARIES,
      "");
#define BROAD "warning: this Block rule covers so much that most programs will fail [KPOL024]\n"
FINDS(block_of_the_root_directory,
      POLICY RULES("file", "matchDirectories") "    - {dir: /, recursive: true}\n",
      "f:12:13: " BROAD);
FINDS(block_of_everything_in_etc,
      POLICY RULES("file", "matchPatterns") "    - pattern: /etc/*\n    - pattern: /**\n",
      "f:12:16: " BROAD "f:13:16: " BROAD);
FINDS(block_of_the_whole_network, POLICY RULES("network", "matchProtocols") "    - protocol: all\n",
      "f:12:17: " BROAD);
FINDS(broad_but_read_only_or_narrowed,
      POLICY RULES(
	      "file",
	      "matchDirectories") "    - {dir: /etc/, recursive: true, readOnly: true}\n"
				  "    - {dir: /var/, recursive: true, fromSource: [{path: /x}]}\n"
				  "    - {dir: /srv/, recursive: true}\n    - {dir: /usr/}\n",
      "");
FINDS(no_selector,
      BUNDLE
      "apiVersion: kpol.io/v1\nkind: RuntimePolicy\nmetadata: {name: ns-a.b.v1}\nspec:\n" RULES(
	      "file", "matchPaths") "    - path: /a\n",
      "f:8:1: warning: there is no selector: this is for every container of namespace \"default\" "
      "and for nothing else [KPOL025]\n");
FINDS(selector_that_contradicts_itself,
      BUNDLE NAMED("ns-a.b.v1", "{matchUnits: [u.service], matchContainers: [c]}")
	      RULES("file", "matchPaths") "    - path: /a\n",
      "f:9:3: warning: this selects nothing, unless a container runs inside a unit: all kinds of a "
      "selector must match [KPOL025]\n");
FINDS(no_header,
      NAMED("ns-a.b.v1", "{matchUnits: [u.service]}")
	      RULES("file", "matchPaths") "    - path: /a\n",
      "f: warning: the bundle has no owner and no version: a PolicyBundle document names them "
      "[KPOL026]\n");
FINDS(header_without_an_owner,
      "apiVersion: kpol.io/v1\nkind: PolicyBundle\nmetadata: {name: b, version: 1}\n---\n" NAMED(
	      "ns-a.b.v1", "{matchUnits: [u.service]}")
	      RULES("file", "matchPaths") "    - path: /a\n",
      "f: warning: the bundle has no owner: nobody can be asked about a denial [KPOL026]\n");
FINDS(name_that_says_little,
      BUNDLE NAMED("policy-17", "{matchUnits: [u.service]}")
	      RULES("file", "matchPaths") "    - path: /a\n",
      "f:7:18: note: name \"policy-17\" does not say namespace, intent and version "
      "(ns-<namespace>.<intent>.v<N>) [KPOL027]\n");
FINDS(unit_without_a_suffix,
      BUNDLE NAMED("ns-a.b.v1", "{matchUnits: [nginx]}")
	      RULES("file", "matchPaths") "    - path: /a\n",
      "f:9:3: warning: unit \"nginx\" has no suffix (did you mean \"nginx.service\"?) [KPOL028]\n");
FINDS(policy_without_rules, POLICY,
      "f:7:18: warning: policy \"ns-a.b.v1\" has no rule that is enforced [KPOL029]\n");
FINDS(cgroup_pattern_below_a_bound_cgroup,
      BUNDLE NAMED("ns-a.b.v1", "{matchCgroups: [/p, \"/p/x/*\"]}")
	      RULES("file", "matchPaths") "    - path: /a\n",
      "f:9:3: warning: cgroup pattern \"/p/x/*\" counts for nothing: policy \"ns-a.b.v1\" already "
      "binds a cgroup above [KPOL031]\n");
FINDS(cgroup_pattern_beside_a_bound_cgroup,
      BUNDLE NAMED("ns-a.b.v1", "{matchCgroups: [/p, \"/q/*\"]}")
	      RULES("file", "matchPaths") "    - path: /a\n",
      "");
FINDS(path_behind_a_symlink, POLICY RULES("process", "matchPaths") "    - path: /bin/sh\n",
      "f:12:13: warning: \"/bin/sh\" is reached as \"/usr/bin/sh\" on most systems, where this "
      "rule "
      "matches nothing: name both [KPOL030]\n");
FINDS(both_paths_of_a_symlink,
      POLICY RULES("process", "matchPaths") "    - path: /bin/sh\n    - path: /usr/bin/sh\n", "");

TEST_F(lint, finds_exactly_this)
{
	struct kpol_diags diags = { 0 };
	struct kpol_bundle *bundle = NULL;
	struct kpol_ruleset *ruleset = NULL;
	_cleanup_free_ char *text = NULL;

	EXPECT_EQ(0, kpol_bundle_parse("f", variant->yaml, strlen(variant->yaml), &diags, &bundle));
	if (bundle)
		EXPECT_EQ(0, kpol_compile(bundle, NULL, 0, &diags, &ruleset));
	if (ruleset)
		EXPECT_EQ(0, kpol_lint(bundle, ruleset, &diags));
	text = findings_text(&diags);
	EXPECT_STREQ(variant->expected, text);
	kpol_ruleset_free(ruleset);
	kpol_bundle_free(bundle);
	kpol_diags_clear(&diags);
}

/* Findings of a shipped file, as text. */
static char *lint_file(const char *path)
{
	struct kpol_diags diags = { 0 };
	struct kpol_bundle *bundle = NULL;
	struct kpol_ruleset *ruleset = NULL;
	char *text;

	if (kpol_bundle_load(path, &diags, &bundle) == 0 &&
	    kpol_compile(bundle, NULL, 0, &diags, &ruleset) == 0)
		kpol_lint(bundle, ruleset, &diags);
	text = findings_text(&diags);
	kpol_ruleset_free(ruleset);
	kpol_bundle_free(bundle);
	kpol_diags_clear(&diags);
	return text;
}

TEST(templates_and_the_demo_bundle_are_clean)
{
	static const char *const files[] = {
		"examples/payments.yaml",	   "examples/api-runtime-allowlist-meant.yaml",
		"templates/kubernetes/web.yaml",   "templates/kubernetes/database.yaml",
		"templates/kubernetes/batch.yaml", "templates/systemd/web.yaml",
		"templates/systemd/database.yaml", "templates/systemd/batch.yaml",
	};

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		_cleanup_free_ char *text = NULL;
		char path[512];

		snprintf(path, sizeof(path), "%s/policies/%s", TEST_TOP, files[i]);
		text = lint_file(path);
		EXPECT_STREQ("", text);
	}
}

TEST(checklist_allowlist_is_told_what_it_does)
{
	_cleanup_free_ char *text =
		lint_file(TEST_TOP "/policies/examples/api-runtime-allowlist.yaml");

	EXPECT_NE(NULL, strstr(text, "[KPOL020]"));
	EXPECT_NE(NULL, strstr(text, "[KPOL009]"));
	EXPECT_NE(NULL, strstr(text, "[KPOL030]"));
}

static const char *const codes[] = {
	"KPOL001", "KPOL002", "KPOL003", "KPOL004", "KPOL005", "KPOL006", "KPOL007", "KPOL008",
	"KPOL009", "KPOL010", "KPOL011", "KPOL012", "KPOL013", "KPOL014", "KPOL015", "KPOL016",
	"KPOL017", "KPOL018", "KPOL020", "KPOL021", "KPOL022", "KPOL023", "KPOL024", "KPOL025",
	"KPOL026", "KPOL027", "KPOL028", "KPOL029", "KPOL030", "KPOL031",
};

TEST(every_code_has_a_paragraph)
{
	_cleanup_free_ char *text = NULL;
	size_t len, sections = 0;

	ASSERT_EQ(0, kpol_file_read(TEST_TOP "/docs/lint.md", 1 << 20, &text, &len));
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		char heading[32];

		snprintf(heading, sizeof(heading), "\n## %s ", codes[i]);
		EXPECT_NE(NULL, strstr(text, heading)) TH_LOG("%s", codes[i]);
	}
	for (const char *at = text; (at = strstr(at, "\n## KPOL")); at++)
		sections++;
	EXPECT_EQ(sizeof(codes) / sizeof(codes[0]), sections);
}

TEST_HARNESS_MAIN
