// SPDX-License-Identifier: GPL-2.0-or-later
/* Lint of what rules do to each other: contradictions, duplicates, shadows, and which policies share. */
#include "lint_finds.h"

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
#define NO_EFFECT(line, policy)                                                \
	"warning: this Allow rule has no effect: the Block rule on line " line \
	" (policy \"default/" policy "\") is for the same and wins [KPOL021]\n"
FINDS(block_of_changes_leaves_reading,
      POLICY RULES("file", "matchPaths") "    - {path: /a, action: Allow}\n"
					 "    - {path: /a, readOnly: true}\n",
      "");
FINDS(blocks_that_together_leave_nothing,
      POLICY RULES("file", "matchPaths") "    - {path: /a, action: Allow}\n"
					 "    - {path: /a, readOnly: true}\n"
					 "    - {path: /a, ops: [read]}\n",
      "f:12:14: " NO_EFFECT("13", "ns-a.b.v1"));
FINDS(narrower_port_range_is_no_contradiction,
      POLICY RULES("network",
		   "matchPeers") "    - {direction: egress, ports: [80], action: Allow}\n"
				 "    - {direction: egress, ports: [80-90]}\n",
      "");
FINDS(same_port_range_is_one,
      POLICY RULES("network",
		   "matchPeers") "    - {direction: egress, ports: [80], action: Allow}\n"
				 "    - {direction: egress, ports: [80]}\n",
      "f:12:19: " NO_EFFECT("13", "ns-a.b.v1"));

#define SHADOW(loser, noun, line, winner)                                        \
	"warning: this " loser " rule never decides: the " noun " on line " line \
	" (policy \"default/ns-a.b.v1\", " winner                                \
	") is for all it matches and ranks higher [KPOL032]\n"
FINDS(directory_below_a_pattern,
      POLICY RULES("file", "matchPatterns") "    - pattern: /srv/**\n"
					    "    matchDirectories:\n    - {dir: /srv/www/, "
					    "recursive: true, action: Allow}\n"
					    "    - {dir: /srv/www/more, action: Allow}\n    - "
					    "{dir: /srv2/, action: Allow}\n",
      "f:14:13: " SHADOW("Allow", "pattern", "12", "Block") "f:15:13: " SHADOW("Allow", "pattern",
									       "12", "Block"));
FINDS(blocked_directory_below_an_allowed_pattern,
      POLICY RULES(
	      "file",
	      "matchPatterns") "    - {pattern: /srv/**, action: Allow}\n"
			       "    matchDirectories:\n    - {dir: /srv/keys/, recursive: true}\n",
      "f:14:13: " SHADOW("Block", "pattern", "12", "Allow"));
FINDS(directory_below_a_pattern_of_another_source,
      POLICY RULES("libraries",
		   "matchPatterns") "    - {pattern: /srv/**, fromSource: [{path: /x}]}\n"
				    "    matchDirectories:\n    - {dir: /srv/www/, recursive: "
				    "true, action: Allow}\n",
      "");
FINDS(children_of_a_directory_and_a_flat_pattern,
      POLICY RULES("file",
		   "matchPatterns") "    - pattern: /srv/*\n"
				    "    matchDirectories:\n    - {dir: /srv/, action: Allow}\n"
				    "    - {dir: /srv/, recursive: true, action: Allow}\n",
      "f:14:13: " SHADOW("Allow", "pattern", "12", "Block"));
FINDS(pattern_that_reads_only_leaves_reading,
      POLICY RULES("file", "matchPatterns") "    - {pattern: /srv/**, readOnly: true}\n"
					    "    matchDirectories:\n    - {dir: /srv/www/, "
					    "recursive: true, action: Allow}\n",
      "");
FINDS(pattern_below_a_name,
      POLICY RULES("process", "matchPaths") "    - execname: wget\n"
					    "    matchPatterns:\n"
					    "    - {pattern: /opt/**/wget, action: Allow}\n    - "
					    "{pattern: /opt/**/get, action: Allow}\n" LIBRARIES,
      "f:14:17: " SHADOW("Allow", "name", "12", "Block"));
FINDS(pattern_in_a_wider_one_of_equal_rank,
      POLICY RULES("file", "matchPatterns") "    - pattern: /srv/**\n"
					    "    - {pattern: /srv/*, action: Allow}\n"
					    "    - {pattern: /srv/a*, action: Allow}\n",
      "f:13:17: " SHADOW("Allow", "pattern", "12", "Block"));
FINDS(pattern_without_wildcards,
      POLICY RULES("file",
		   "matchPaths") "    - path: /srv/x\n"
				 "    matchPatterns:\n    - {pattern: /srv/x, action: Allow}\n",
      "f:14:17: " SHADOW("Allow", "path", "12", "Block"));
FINDS(audit_rules_shadow_nothing,
      POLICY RULES("file", "matchPatterns") "    - {pattern: /srv/**, action: Audit}\n"
					    "    matchDirectories:\n    - {dir: /srv/www/, "
					    "recursive: true, action: Allow}\n",
      "");

#define KSP(name, selector)                                                                    \
	"apiVersion: security.kubearmor.com/v1\nkind: KubeArmorPolicy\nmetadata: {name: " name \
	"}\nspec:\n  selector: " selector "\n"
FINDS(policies_that_share_a_workload,
      BUNDLE KSP("ns-a.all.v1", "{}")
	      RULES("file", "matchPaths") "    - path: /a\n---\n" KSP("ns-a.web.v1",
								      "{matchLabels: {app: web}}")
		      RULES("file", "matchPaths") "    - {path: /a, action: Allow}\n",
      "f:9:3: warning: there is no selector: this is for every container of namespace \"default\" "
      "and "
      "for nothing else [KPOL025]\n"
      "f:21:14: " NO_EFFECT("12", "ns-a.all.v1"));
FINDS(policies_whose_labels_meet,
      BUNDLE KSP("ns-a.web.v1", "{matchLabels: {app: web}}")
	      RULES("file", "matchPaths") "    - path: /a\n---\n" KSP(
		      "ns-a.front.v1", "{matchLabels: {app: web, tier: front}}")
		      RULES("file", "matchPaths") "    - {path: /a, action: Allow}\n",
      "f:21:14: " NO_EFFECT("12", "ns-a.web.v1"));
FINDS(policies_whose_labels_do_not_meet,
      BUNDLE KSP("ns-a.web.v1", "{matchLabels: {app: web}}")
	      RULES("file", "matchPaths") "    - path: /a\n---\n" KSP(
		      "ns-a.db.v1", "{matchLabels: {app: db, tier: front}}")
		      RULES("file", "matchPaths") "    - {path: /a, action: Allow}\n",
      "");

TEST_HARNESS_MAIN
