// SPDX-License-Identifier: GPL-2.0-or-later
/* Lint: each finding where it belongs, and none where nothing is wrong. */
#include "base/file.h"

#include "lint_finds.h"

FINDS(nothing_in_a_good_bundle,
      POLICY RULES("process", "matchPaths") "    - {path: /opt/x, action: Allow}\n" LIBRARIES, "");
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
FINDS(allowlist_without_libraries,
      POLICY RULES("process", "matchPaths") "    - {path: /usr/bin/x, action: Allow}\n",
      "f:7:18: warning: programs are allowlisted but libraries are not: LD_PRELOAD can run any "
      "code "
      "inside an allowed program (add a \"libraries\" section) [KPOL023]\n");
FINDS(libraries_of_another_policy_of_the_scope_count,
      POLICY RULES("process",
		   "matchPaths") "    - {path: /opt/x, action: Allow}\n" SECOND LIBRARIES,
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
FINDS(block_of_flat_directories_and_of_anybody,
      POLICY RULES("file", "matchDirectories") "    - {dir: /etc/}\n    - {dir: /srv/}\n" RULES(
	      "network", "matchPeers") "    - {direction: egress, cidr: 0.0.0.0/0}\n"
				       "    - {direction: egress, cidr: 0.0.0.0/1}\n",
      "f:12:13: " BROAD "f:16:19: " BROAD);
FINDS(block_of_everything_in_other_words,
      POLICY RULES("file", "matchPatterns") "    - pattern: /etc/**/*\n    - pattern: "
					    "\"/{srv,usr}/**\"\n    - pattern: /etc/*/x\n"
					    "    - pattern: /etc/x*\n    - pattern: /usr/*\n",
      "f:12:16: " BROAD "f:13:16: " BROAD);
#define ALL                                                                                \
	"warning: this Allow rule is for everything: an allowlist with it denies nothing " \
	"[KPOL033]\n"
FINDS(allow_of_everything,
      POLICY RULES("process",
		   "matchDirectories") "    - {dir: /, recursive: true, action: Allow}\n" LIBRARIES
	      RULES("file", "matchPatterns") "    - {pattern: /**, action: Allow}\n",
      "f:12:13: " ALL "f:16:17: " ALL);
FINDS(allow_of_the_rest,
      POLICY RULES("file", "matchDirectories") "    - {dir: /, recursive: true, action: Allow}\n"
					       "    - {dir: /c/, recursive: true}\n"
					       "    - {dir: /d/, action: Allow}\n",
      "");
FINDS(patterns_that_never_match,
      POLICY RULES("file", "matchPatterns") "    - pattern: /a//*\n    - pattern: /a/../*\n"
					    "    - pattern: /a/./*\n    - pattern: /a/*/\n"
					    "    - pattern: /a/..b/.c/*\n",
      "f:12:16: warning: pattern \"/a//*\" has an empty part (\"//\"): the kernel never sees such "
      "a path, so it matches nothing [KPOL036]\n"
      "f:13:16: warning: pattern \"/a/../*\" has a part \"..\": the kernel never sees such a path, "
      "so it matches nothing [KPOL036]\n"
      "f:14:16: warning: pattern \"/a/./*\" has a part \".\": the kernel never sees such a path, "
      "so "
      "it matches nothing [KPOL036]\n"
      "f:15:16: warning: pattern \"/a/*/\" ends in \"/\": the kernel never sees such a path, so it "
      "matches nothing [KPOL036]\n");
#define REGEX(text, sign)                                                                         \
	"warning: pattern \"" text "\" looks like a regular expression (\"" sign "\"): patterns " \
	"are globs [KPOL053]\n"
FINDS(regular_expressions,
      POLICY RULES("file", "matchPatterns") "    - pattern: /a/.+\n    - pattern: '/a/[^b]*'\n"
					    "    - pattern: /a/b$\n    - pattern: '/a/b|c'\n"
					    "    - pattern: /a/b.*\n    - pattern: '/a/[!b]$c'\n",
      "f:12:16: " REGEX("/a/.+", ".+") "f:13:16: " REGEX("/a/[^b]*", "[^") "f:14:16: " REGEX(
	      "/a/b$", "$") "f:15:16: " REGEX("/a/b|c", "|"));
#define SOFT                                                                             \
	"{apiVersion: kpol.io/v1, kind: PolicyBundle,\n"                                 \
	"metadata: {name: b, version: 1, owner: me, annotations: {kpol.io/lint-ignore: " \
	"\"KPOL034: tests\"}},\nspec: {posture: {file: audit}, frameworks: [CIS-1]}}\n---\n"
FINDS(posture_that_changes_nothing,
      SOFT NAMED("ns-a.b.v1", UNIT) RULES("file", "matchPaths") "    - path: /a\n",
      "f:3:8: note: this posture changes nothing: no policy has an Allow rule that it is about "
      "[KPOL054]\n");
FINDS(posture_that_changes_something,
      SOFT NAMED("ns-a.b.v1", UNIT) RULES("file", "matchPaths") "    - {path: /a, action: Allow}\n",
      "");
#define COMMAND(text, program)                                                        \
	"warning: \"" text                                                            \
	"\" looks like a command line: the kernel compares the program's path alone " \
	"(did you mean \"" program "\"?) [KPOL037]\n"
FINDS(command_lines,
      POLICY RULES("process",
		   "matchPaths") "    - path: /usr/bin/python3 -m pydoc\n"
				 "    - execname: nc -l\n    - path: /opt/My App/x\n"
				 "    matchPatterns:\n    - pattern: /usr/bin/curl *\n" RULES(
					 "file", "matchPaths") "    - path: /srv/a - b\n",
      "f:12:13: " COMMAND("/usr/bin/python3 -m pydoc", "/usr/bin/python3") "f:13:17: " COMMAND(
	      "nc -l", "nc") "f:16:16: " COMMAND("/usr/bin/curl *", "/usr/bin/curl"));
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
#define FRAMEWORK                                                                             \
	"f: note: no framework says why: \"frameworks\" of the PolicyBundle, or \"tags\" of " \
	"policy "                                                                             \
	"\"ns-a.b.v1\" (CIS, NIST, MITRE ids) [KPOL035]\n"
#define SEVERITY(place)                                                                   \
	"f:" place ": note: policy \"ns-a.b.v1\" has rules without a severity (1 to 10) " \
	"[KPOL034]\n"
FINDS(no_header,
      NAMED("ns-a.b.v1", "{matchUnits: [u.service]}")
	      RULES("file", "matchPaths") "    - path: /a\n",
      "f: warning: the bundle has no owner and no version: a PolicyBundle document names them "
      "[KPOL026]\n" FRAMEWORK SEVERITY("3:18"));
FINDS(header_without_an_owner,
      "apiVersion: kpol.io/v1\nkind: PolicyBundle\nmetadata: {name: b, version: 1}\n---\n" NAMED(
	      "ns-a.b.v1", "{matchUnits: [u.service]}")
	      RULES("file", "matchPaths") "    - path: /a\n",
      "f: warning: the bundle has no owner: nobody can be asked about a denial "
      "[KPOL026]\n" FRAMEWORK SEVERITY("7:18"));
FINDS(policy_with_an_owner_of_its_own,
      "apiVersion: kpol.io/v1\nkind: PolicyBundle\nmetadata: {name: b, version: 1}\n---\n" NAMED(
	      "ns-a.b.v1",
	      UNIT) "  owner: me\n  severity: 5\n  tags: [CIS-1]\n" RULES("file",
									  "matchPaths") "    - "
											"path: "
											"/a\n",
      "");
FINDS(severity_of_every_rule_is_enough,
      "{apiVersion: kpol.io/v1, kind: PolicyBundle, metadata: {name: b, version: 1, owner: me}}\n"
      "---\n" NAMED("ns-a.b.v1", UNIT)
	      RULES("file", "matchPaths") "    - {path: /a, severity: 3, tags: [CIS-1]}\n",
      "");
FINDS(severity_of_one_rule_is_not,
      "{apiVersion: kpol.io/v1, kind: PolicyBundle, metadata: {name: b, version: 1, owner: me}}\n"
      "---\n" NAMED("ns-a.b.v1", UNIT) "  tags: [CIS-1]\n" RULES(
	      "file", "matchPaths") "    - {path: /a, severity: 3}\n    - path: /b\n",
      SEVERITY("5:18"));
FINDS(name_that_says_little,
      BUNDLE NAMED("policy-17", "{matchUnits: [u.service]}")
	      RULES("file", "matchPaths") "    - path: /a\n",
      "f:7:18: note: name \"policy-17\" does not say namespace, intent and version "
      "(ns-<namespace>.<intent>.v<N>) [KPOL027]\n");
FINDS(name_of_another_namespace,
      BUNDLE "apiVersion: kpol.io/v1\nkind: RuntimePolicy\nmetadata: {name: ns-a.b.v1, namespace: "
	     "c}\nspec:\n  selector: " UNIT "\n" RULES("file", "matchPaths") "    - path: /a\n",
      "f:7:18: note: name \"ns-a.b.v1\" says namespace \"a\", but the policy is in \"c\" "
      "[KPOL027]\n");
FINDS(name_of_its_own_namespace,
      BUNDLE "apiVersion: kpol.io/v1\nkind: RuntimePolicy\nmetadata: {name: ns-a.b.v1, namespace: "
	     "a}\nspec:\n  selector: " UNIT "\n" RULES("file", "matchPaths") "    - path: /a\n",
      "");
FINDS(unit_without_a_suffix,
      BUNDLE NAMED("ns-a.b.v1", "{matchUnits: [nginx]}")
	      RULES("file", "matchPaths") "    - path: /a\n",
      "f:9:3: warning: unit \"nginx\" has no suffix (did you mean \"nginx.service\"?) [KPOL028]\n");
FINDS(policy_without_rules,
      "{apiVersion: kpol.io/v1, kind: PolicyBundle, metadata: {name: b, version: 1, owner: me},\n"
      "spec: {frameworks: [CIS-1]}}\n---\n" NAMED("ns-a.b.v1", UNIT),
      "f:6:18: warning: policy \"ns-a.b.v1\" has no rule that is enforced [KPOL029]\n");
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
FINDS(source_behind_a_symlink,
      POLICY RULES("file", "matchPaths") "    - {path: /a, fromSource: [{path: /bin/cat}]}\n"
					 "    - {path: /b, fromSource: [{path: /bin/cat}, {path: "
					 "/usr/bin/cat}]}\n",
      "f:12:14: warning: the source \"/bin/cat\" runs as \"/usr/bin/cat\" on most systems, which "
      "this rule does not name: name both [KPOL030]\n");
FINDS(pattern_behind_a_symlink,
      POLICY RULES("process",
		   "matchPatterns") "    - pattern: /bin/*sh\n    - pattern: /binary/*\n",
      "f:12:16: warning: \"/bin/*sh\" is reached as \"/usr/bin/*sh\" on most systems, where this "
      "rule matches nothing: name both [KPOL030]\n");
FINDS(same_rule_twice_in_a_policy,
      POLICY RULES("file", "matchPaths") "    - {path: /a, action: Allow}\n    - path: /b\n"
					 "    - {path: /a, action: Allow}\n"
					 "    - {path: /b, readOnly: true}\n",
      "f:14:14: note: line 12 of this policy says the same [KPOL022]\n");
FINDS(both_paths_of_a_symlink,
      POLICY RULES("process", "matchPaths") "    - path: /bin/sh\n    - path: /usr/bin/sh\n", "");

/* Findings of a shipped file, as text. */
static char *lint_file(const char *path)
{
	struct kpol_diags diags = { 0 };
	struct kpol_bundle *bundle = NULL;
	struct kpol_ruleset *ruleset = NULL;
	char *text;

	if (kpol_bundle_load(path, &diags, &bundle) == 0 &&
	    kpol_compile(bundle, NULL, 0, &diags, &ruleset) == 0)
		kpol_lint(bundle, ruleset, NULL, &diags);
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
	EXPECT_NE(NULL, strstr(text, "[KPOL030]"));
}

TEST_HARNESS_MAIN
