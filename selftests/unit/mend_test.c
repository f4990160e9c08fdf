// SPDX-License-Identifier: GPL-2.0-or-later
/* Slips in KubeArmor documents: taken as meant, ignored or refused, and never a rule the fewer. */
#include <errno.h>

#include "base/words.h"
#include "load/load.h"

#include "findings.h"
#include "kselftest_harness.h"

/* Four lines; what is tested begins on the fifth. */
#define HEAD(kind)                                                \
	"apiVersion: security.kubearmor.com/v1\nkind: " kind "\n" \
	"metadata: {name: x}\nspec:\n"
#define KSP HEAD("KubeArmorPolicy")
#define HSP HEAD("KubeArmorHostPolicy")
#define CSP HEAD("KubeArmorClusterPolicy")

FIXTURE(slip){};
FIXTURE_SETUP(slip)
{
}
FIXTURE_TEARDOWN(slip)
{
}
/* items: what the policy then has, one line each: class, action, severity, object. NULL: refused. */
FIXTURE_VARIANT(slip)
{
	const char *yaml;
	const char *expected;
	const char *items;
};

#define SLIP(name, text, message, rules)                          \
	FIXTURE_VARIANT_ADD(slip, name)                           \
	{                                                         \
		.yaml = text, .expected = message, .items = rules \
	}

/* The shapes of KubeArmor's own malformed templates */
SLIP(section_below_the_selector,
     KSP "  selector:\n    matchLabels: {app: java}\n    process:\n    severity: 3\n"
	 "    matchPaths:\n    - path: /usr/bin/rm\n    action: Audit\n",
     "f:7:5: warning: \"process\" is taken as if it stood under \"spec\" [KPOL015]\n"
     "f:8:5: warning: \"severity\" is taken as if it stood under \"spec\" [KPOL015]\n"
     "f:9:5: warning: \"matchPaths\" is taken as if it stood under \"process\" [KPOL015]\n"
     "f:11:5: warning: \"action\" is taken as if it stood under \"spec\" [KPOL015]\n",
     "process Audit 3 /usr/bin/rm\n");
SLIP(whole_section_below_the_selector,
     KSP "  selector:\n    process:\n      matchPaths: [{path: /a}]\n      action: Allow\n",
     "f:6:5: warning: \"process\" is taken as if it stood under \"spec\" [KPOL015]\n",
     "process Allow 0 /a\n");
SLIP(section_inside_itself,
     KSP "  process:\n    severity: 1\n    process:\n    matchPaths: [{path: /a}]\n",
     "f:7:5: warning: unknown key \"process\" is ignored [KPOL016]\n", "process Block 1 /a\n");
SLIP(section_inside_another_whose_lists_it_would_lose,
     KSP
     "  process:\n    matchPaths: [{path: /a}]\n    file:\n    matchDirectories: [{dir: /b/}]\n",
     "f:7:5: \"file\" does not belong here, but under \"spec\"\n", NULL);
SLIP(section_inside_another_with_its_own_lists,
     KSP "  process:\n    matchPaths: [{path: /a}]\n    file:\n      matchPaths: [{path: /b}]\n",
     "f:7:5: warning: \"file\" is taken as if it stood under \"spec\" [KPOL015]\n",
     "process Block 0 /a\nfile Block 0 /b\n");
SLIP(label_without_match_labels, KSP "  selector:\n    app: mariadb\n",
     "f:6:5: warning: \"app\" is taken as if it stood under \"matchLabels\" [KPOL015]\n", "");
SLIP(path_in_match_patterns, KSP "  file:\n    matchPatterns:\n    - path: /**/liblzma.so.5.6.*\n",
     "f:7:7: warning: key \"path\" is taken as \"pattern\" [KPOL015]\n",
     "file Block 0 /**/liblzma.so.5.6.*\n");
SLIP(action_in_lower_case, KSP "  action: audit\n  file: {matchPaths: [{path: /a}]}\n",
     "f:5:11: warning: action \"audit\" is taken as \"Audit\" [KPOL015]\n", "file Audit 0 /a\n");
SLIP(severity_left_empty, KSP "  file:\n    severity:\n    matchPaths: [{path: /a}]\n",
     "f:6:5: warning: \"severity\" is empty [KPOL011]\n", "file Block 0 /a\n");
SLIP(action_said_twice,
     KSP "  action: Audit\n  file: {matchPaths: [{path: /a}]}\n  action: Audit\n",
     "f:7:3: warning: \"action\" is already on line 5, with the same value [KPOL006]\n",
     "file Audit 0 /a\n");
SLIP(two_actions, KSP "  action: Audit\n  file: {matchPaths: [{path: /a}]}\n  action: Block\n",
     "f:7:3: duplicate key \"action\": it is already on line 5\n", NULL);
SLIP(list_for_each_path,
     KSP "  process:\n    matchPaths:\n    - path: /a\n    matchPaths:\n    - path: /b\n",
     "f:8:5: duplicate key \"matchPaths\": it is already on line 6\n", NULL);
SLIP(section_twice, KSP "  file: {matchPaths: [{path: /a}]}\n  file: {matchPaths: [{path: /b}]}\n",
     "f:6:3: duplicate key \"file\": it is already on line 5\n", NULL);
SLIP(misspelt_condition, KSP "  file:\n    matchDirectories:\n    - {dir: /a/, recurive: true}\n",
     "f:7:18: unknown key \"recurive\" (did you mean \"recursive\"?)\n", NULL);
SLIP(pattern_that_is_a_name, KSP "  process:\n    matchPatterns: [{pattern: mysqld}]\n",
     "f:6:31: pattern \"mysqld\" must begin with \"/\": for a name anywhere write "
     "\"/**/NAME\"\n",
     NULL);
SLIP(pattern_that_is_a_regular_expression,
     KSP "  process:\n    matchPatterns: [{pattern: '^/proc/\\*/mem$'}]\n",
     "f:6:31: pattern \"^/proc/\\*/mem$\" is a regular expression: patterns are globs and begin "
     "with \"/\"\n",
     NULL);
SLIP(host_policy_for_every_node, HSP "  process: {matchPaths: [{path: /bin/su}]}\n",
     "f:4:1: warning: without a nodeSelector this policy is for every node [KPOL052]\n",
     "process Block 0 /bin/su\n");
SLIP(directory_without_its_slash, KSP "  file: {matchDirectories: [{dir: /etc/ssl}]}\n",
     "f:5:35: warning: dir \"/etc/ssl\" has no \"/\" at its end: taken as \"/etc/ssl/\" "
     "[KPOL015]\n",
     "file Block 0 /etc/ssl\n");
SLIP(wildcard_in_a_path, KSP "  file: {matchPaths: [{path: /home/*/.bashrc}]}\n",
     "f:5:30: warning: \"*\" is taken as it stands here: wildcards belong in matchPatterns "
     "[KPOL012]\n",
     "file Block 0 /home/*/.bashrc\n");

/* Keys in the wrong place */
SLIP(list_that_only_one_section_has,
     KSP "  matchProtocols: [{protocol: tcp}]\n  network: {action: Audit}\n",
     "f:5:3: warning: \"matchProtocols\" is taken as if it stood under \"network\" [KPOL015]\n",
     "network Audit 0 -\n");
SLIP(list_of_a_section_that_is_not_there, KSP "  matchCapabilities: [{capability: kill}]\n",
     "f:5:3: warning: \"matchCapabilities\" is taken as if it stood under \"capabilities\" "
     "[KPOL015]\n",
     "capability Block 0 kill\n");
SLIP(paths_of_nobody_knows_which_section, KSP "  matchPaths: [{path: /a}]\n",
     "f:5:3: \"matchPaths\" does not belong here, but under \"process\", \"file\" or "
     "\"syscalls\"\n",
     NULL);
SLIP(paths_after_an_empty_section, KSP "  file:\n  matchPaths: [{path: /a}]\n",
     "f:6:3: warning: \"matchPaths\" is taken as if it stood under \"file\" [KPOL015]\n",
     "file Block 0 /a\n");
SLIP(paths_after_two_empty_sections, KSP "  process:\n  file:\n  matchPaths: [{path: /a}]\n",
     "f:5:3: warning: \"process\" is empty: does what follows need to be indented? [KPOL011]\n"
     "f:6:3: warning: \"file\" is empty: does what follows need to be indented? [KPOL011]\n"
     "f:7:3: \"matchPaths\" does not belong here, but under \"process\", \"file\" or "
     "\"syscalls\"\n",
     NULL);
SLIP(labels_below_spec, KSP "  matchLabels: {app: web}\n",
     "f:5:3: warning: \"matchLabels\" is taken as if it stood under \"selector\" [KPOL015]\n", "");
SLIP(action_at_a_source,
     KSP "  file:\n    matchPaths:\n    - path: /a\n      fromSource:\n      - path: /b\n"
	 "        action: Allow\n",
     "f:10:9: warning: \"action\" is taken as if it stood under an entry of \"matchPaths\" "
     "[KPOL015]\n",
     "file Allow 0 /a\n");
SLIP(two_sources_that_want_different_actions,
     KSP "  file:\n    matchPaths:\n    - path: /a\n      fromSource:\n"
	 "      - {path: /b, action: Allow}\n      - {path: /c, action: Block}\n",
     "f:9:20: warning: \"action\" is taken as if it stood under an entry of \"matchPaths\" "
     "[KPOL015]\n"
     "f:10:20: \"action\" does not belong here, but under \"spec\", \"process\" or "
     "\"process.matchPaths\"\n",
     NULL);
SLIP(action_in_the_selector_against_the_one_of_spec,
     KSP "  action: Allow\n  selector: {action: Block}\n",
     "f:6:14: \"action\" does not belong here, but under \"spec\", \"process\" or "
     "\"process.matchPaths\"\n",
     NULL);
SLIP(description_in_metadata,
     "apiVersion: security.kubearmor.com/v1\nkind: KubeArmorPolicy\n"
     "metadata: {name: x, severity: 4}\nspec: {file: {matchPaths: [{path: /a}]}}\n",
     "f:3:21: warning: \"severity\" is taken as if it stood under \"spec\" [KPOL015]\n",
     "file Block 4 /a\n");
SLIP(namespace_beside_metadata,
     "apiVersion: security.kubearmor.com/v1\nkind: KubeArmorPolicy\nnamespace: pay\n"
     "metadata: {name: x}\nspec: {}\n",
     "f:3:1: warning: \"namespace\" is taken as if it stood under \"metadata\" [KPOL015]\n", "");
SLIP(condition_at_a_section, KSP "  file:\n    readOnly: true\n    matchPaths: [{path: /a}]\n",
     "f:6:5: \"readOnly\" does not belong here, but under \"file.matchPaths\", "
     "\"file.matchDirectories\" or \"file.matchPatterns\"\n",
     NULL);
SLIP(path_without_its_list, KSP "  process:\n    path: /a\n",
     "f:6:5: \"path\" does not belong here, but under \"process.matchPaths\", "
     "\"matchPaths.fromSource\" or \"matchDirectories.fromSource\"\n",
     NULL);
SLIP(label_called_action, KSP "  selector: {matchLabels: {app: x, action: Block}}\n",
     "f:5:36: warning: \"action\" is taken as a label that a workload must have: does it belong "
     "under \"spec\"? [KPOL018]\n",
     "");

/* Keys in another spelling */
SLIP(keys_in_another_case, KSP "  Process:\n    matchpaths:\n    - {Path: /a, OwnerOnly: true}\n",
     "f:5:3: warning: key \"Process\" is taken as \"process\" [KPOL015]\n"
     "f:6:5: warning: key \"matchpaths\" is taken as \"matchPaths\" [KPOL015]\n"
     "f:7:8: warning: key \"Path\" is taken as \"path\" [KPOL015]\n"
     "f:7:18: warning: key \"OwnerOnly\" is taken as \"ownerOnly\" [KPOL015]\n",
     "process Block 0 /a\n");
SLIP(directory_called_path, KSP "  file: {matchDirectories: [{path: /a/}]}\n",
     "f:5:30: warning: key \"path\" is taken as \"dir\" [KPOL015]\n", "file Block 0 /a\n");
SLIP(file_in_match_directories, KSP "  file: {matchDirectories: [{path: /a}]}\n",
     "f:5:29: \"dir\" is missing\n"
     "f:5:30: \"path\" does not belong here, but under \"process.matchPaths\", "
     "\"matchPaths.fromSource\" or \"matchDirectories.fromSource\"\n",
     NULL);
SLIP(misspelt_description, KSP "  sevverity: 3\n  file: {matchPaths: [{path: /a, massage: m}]}\n",
     "f:5:3: warning: unknown key \"sevverity\" is ignored (did you mean \"severity\"?) [KPOL016]\n"
     "f:6:34: warning: unknown key \"massage\" is ignored (did you mean \"message\"?) [KPOL016]\n",
     "file Block 0 /a\n");
SLIP(misspelt_action, KSP "  acton: Allow\n",
     "f:5:3: unknown key \"acton\" (did you mean \"action\"?)\n", NULL);
SLIP(misspelt_section, KSP "  procesz: {matchPaths: [{path: /a}]}\n",
     "f:5:3: unknown key \"procesz\" (did you mean \"process\"?)\n", NULL);
SLIP(misspelt_labels, KSP "  selector: {matchLabel: {app: a}}\n",
     "f:5:14: unknown key \"matchLabel\" (did you mean \"matchLabels\"?)\n", NULL);
SLIP(misspelt_namespace,
     "apiVersion: security.kubearmor.com/v1\nkind: KubeArmorPolicy\n"
     "metadata: {name: x, namespce: pay}\nspec: {}\n",
     "f:3:21: unknown key \"namespce\" (did you mean \"namespace\"?)\n", NULL);
SLIP(foreign_word, KSP "  description: why\n  file: {note: 5, matchPaths: [{path: /a}]}\n",
     "f:5:3: warning: unknown key \"description\" is ignored [KPOL016]\n"
     "f:6:10: warning: unknown key \"note\" is ignored [KPOL016]\n",
     "file Block 0 /a\n");
SLIP(foreign_word_that_decides, KSP "  verdict: allow\n", "f:5:3: unknown key \"verdict\"\n", NULL);
SLIP(foreign_word_in_a_rule, KSP "  file: {matchPaths: [{path: /a, onlyFor: root}]}\n",
     "f:5:34: unknown key \"onlyFor\"\n", NULL);
SLIP(foreign_list, KSP "  rules: [{path: /a}]\n", "f:5:3: unknown key \"rules\"\n", NULL);
SLIP(foreign_metadata,
     "apiVersion: security.kubearmor.com/v1\nkind: KubeArmorPolicy\n"
     "metadata: {name: x, clusterName: c, team: {a: b}}\nspec: {}\n",
     "f:3:21: warning: unknown key \"clusterName\" is ignored [KPOL016]\n"
     "f:3:37: warning: unknown key \"team\" is ignored [KPOL016]\n",
     "");
SLIP(runtime_policy_is_our_own,
     "apiVersion: kpol.io/v1\nkind: RuntimePolicy\nmetadata: {name: x}\n"
     "spec: {description: why, action: audit, selector: {app: x}}\n",
     "f:4:8: unknown key \"description\"\n"
     "f:4:34: unknown action \"audit\" (did you mean \"Audit\"?)\n"
     "f:4:52: unknown key \"app\"\n",
     NULL);
SLIP(cluster_policy_has_no_labels, CSP "  selector: {app: x}\n", "f:5:14: unknown key \"app\"\n",
     NULL);

static char *items_text(const struct kpol_bundle *bundle)
{
	struct kpol_buffer out = { 0 };

	for (size_t i = 0; bundle && i < bundle->policies[0].n_items; i++) {
		const struct kpol_item *item = &bundle->policies[0].items[i];

		kpol_buffer_printf(&out, "%s %s %u %s\n", kpol_word(KPOL_WORDS_CLASS, item->class),
				   kpol_word(KPOL_WORDS_ACTION, item->action), item->severity,
				   item->object ? item->object : "-");
	}
	return kpol_buffer_take(&out);
}

TEST_F(slip, is_told_and_loses_no_rule)
{
	struct kpol_diags diags = { 0 };
	struct kpol_bundle *bundle = NULL;
	_cleanup_free_ char *text = NULL, *items = NULL;
	int r;

	r = kpol_bundle_parse("f", variant->yaml, strlen(variant->yaml), &diags, &bundle);
	text = findings_text(&diags);
	items = items_text(bundle);
	EXPECT_STREQ(variant->expected, text);
	EXPECT_EQ(variant->items ? 0 : -EINVAL, r);
	if (variant->items)
		EXPECT_STREQ(variant->items, items);
	kpol_bundle_free(bundle);
	kpol_diags_clear(&diags);
}

TEST(documents_full_of_slips_cost_no_more_than_others)
{
	struct kpol_diags diags = { 0 };
	struct kpol_bundle *bundle = NULL;
	struct kpol_buffer yaml = { 0 };
	_cleanup_free_ char *text = NULL;

	kpol_buffer_puts(&yaml, KSP "  selector:\n");
	for (int i = 0; i < 20000; i++)
		kpol_buffer_printf(&yaml, "    k%d: v\n", i);
	text = kpol_buffer_take(&yaml);
	EXPECT_EQ(-EINVAL, kpol_bundle_parse("f", text, strlen(text), &diags, &bundle));
	EXPECT_EQ(1000, diags.n_warnings);
	kpol_diags_clear(&diags);
}

TEST_HARNESS_MAIN
