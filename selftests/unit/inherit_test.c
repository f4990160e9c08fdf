// SPDX-License-Identifier: GPL-2.0-or-later
/* Inheritance: a rule takes severity, tags, message and action from itself, its section, or spec. */
#include "base/words.h"
#include "load/load.h"

#include "findings.h"
#include "kselftest_harness.h"

#define HEAD(kind)                                                \
	"apiVersion: security.kubearmor.com/v1\nkind: " kind "\n" \
	"metadata: {name: x}\nspec:\n"

FIXTURE(inherits){};
FIXTURE_SETUP(inherits)
{
}
FIXTURE_TEARDOWN(inherits)
{
}
/* rules: one line each, items first: action severity tag,tag message. */
FIXTURE_VARIANT(inherits)
{
	const char *yaml;
	const char *rules;
};

#define INHERITS(name, text, expected)          \
	FIXTURE_VARIANT_ADD(inherits, name)     \
	{                                       \
		.yaml = text, .rules = expected \
	}

#define SPEC "  severity: 1\n  tags: [s, t]\n  message: spec\n  action: Audit\n"
#define SECTION "    severity: 5\n    tags: [c]\n    message: section\n    action: Allow\n"
#define RULE "severity: 9, tags: [r, u], message: rule, action: Block"
#define THREE_LEVELS "Allow 5 c section\nBlock 9 r,u rule\nAudit 1 s,t spec\n"

/* The same section twice is no YAML, so the third line is of another one. */
#define LEVELS(kind, more, section, list, object, other)                           \
	HEAD(kind)                                                                 \
	more SPEC "  " section ":\n" SECTION "    " list ":\n    - {" object "}\n" \
		  "    - {" object ", " RULE "}\n" other

INHERITS(process_paths,
	 LEVELS("KubeArmorPolicy", "", "process", "matchPaths", "path: /a",
		"  file: {matchPaths: [{path: /b}]}\n"),
	 THREE_LEVELS);
INHERITS(process_names,
	 LEVELS("KubeArmorPolicy", "", "process", "matchPaths", "execname: a",
		"  file: {matchPaths: [{path: /b}]}\n"),
	 THREE_LEVELS);
INHERITS(process_directories,
	 LEVELS("KubeArmorPolicy", "", "process", "matchDirectories", "dir: /a/",
		"  file: {matchDirectories: [{dir: /b/}]}\n"),
	 THREE_LEVELS);
INHERITS(process_patterns,
	 LEVELS("KubeArmorPolicy", "", "process", "matchPatterns", "pattern: /a*",
		"  file: {matchPatterns: [{pattern: /b*}]}\n"),
	 THREE_LEVELS);
INHERITS(file_paths,
	 LEVELS("KubeArmorPolicy", "", "file", "matchPaths", "path: /a",
		"  network: {matchProtocols: [{protocol: tcp}]}\n"),
	 THREE_LEVELS);
INHERITS(network_protocols,
	 LEVELS("KubeArmorPolicy", "", "network", "matchProtocols", "protocol: tcp",
		"  capabilities: {matchCapabilities: [{capability: kill}]}\n"),
	 THREE_LEVELS);
INHERITS(dns_queries,
	 LEVELS("KubeArmorPolicy", "", "network", "matchDNSQueries", "domain: a.b", ""),
	 "Allow 5 c section\nBlock 9 r,u rule\n");
INHERITS(capabilities,
	 LEVELS("KubeArmorClusterPolicy", "", "capabilities", "matchCapabilities",
		"capability: kill", "  presets: [{name: exec}]\n"),
	 THREE_LEVELS);
INHERITS(devices,
	 LEVELS("KubeArmorHostPolicy", "  nodeSelector: {}\n", "device", "matchDevice", "class: a",
		""),
	 "Allow 5 c section\nBlock 9 r,u rule\n");
INHERITS(system_calls_are_only_audited,
	 LEVELS("KubeArmorPolicy", "", "syscalls", "matchSyscalls", "syscall: [kill]", ""),
	 "Audit 5 c section\nAudit 9 r,u rule\n");
INHERITS(presets_have_no_section,
	 HEAD("KubeArmorPolicy") SPEC "  presets:\n  - {name: exec}\n  - {name: protectEnv, " RULE
				      "}\n",
	 "Audit 1 s,t spec\nBlock 9 r,u rule\n");
INHERITS(traffic_has_no_section,
	 HEAD("KubeArmorNetworkPolicy") "  nodeSelector: {}\n" SPEC "  egress:\n  - {}\n  - {" RULE
					"}\n",
	 "Audit 1 s,t spec\nBlock 9 r,u rule\n");
INHERITS(every_field_for_itself,
	 HEAD("KubeArmorPolicy") "  severity: 1\n  action: Allow\n  file:\n    tags: [c]\n"
				 "    matchPaths: [{path: /a, message: rule}, {path: /b, tags: "
				 "[]}]\n",
	 "Allow 1 c rule\nAllow 1  -\n");
INHERITS(block_when_nobody_says, HEAD("KubeArmorPolicy") "  file: {matchPaths: [{path: /a}]}\n",
	 "Block 0  -\n");
INHERITS(an_empty_message_is_one,
	 HEAD("KubeArmorPolicy") "  message: m\n  file: {matchPaths: [{path: /a, message: ''}]}\n",
	 "Block 0  \n");

static void add_rule(struct kpol_buffer *out, uint8_t action, unsigned int severity,
		     const struct kpol_strv *tags, const char *message)
{
	kpol_buffer_printf(out, "%s %u ", kpol_word(KPOL_WORDS_ACTION, action), severity);
	for (size_t i = 0; i < tags->n; i++)
		kpol_buffer_printf(out, "%s%s", i ? "," : "", tags->items[i]);
	kpol_buffer_printf(out, " %s\n", message ? message : "-");
}

TEST_F(inherits, from_rule_then_section_then_spec)
{
	_cleanup_free_ char *text = NULL;
	struct kpol_bundle *bundle = NULL;
	struct kpol_buffer out = { 0 };
	const struct kpol_policy *policy;

	ASSERT_EQ(0, kpol_bundle_parse("f", variant->yaml, strlen(variant->yaml), NULL, &bundle));
	policy = &bundle->policies[0];
	for (size_t i = 0; i < policy->n_items; i++)
		add_rule(&out, policy->items[i].action, policy->items[i].severity,
			 &policy->items[i].tags, policy->items[i].message);
	for (size_t i = 0; i < policy->n_deferred; i++)
		add_rule(&out, policy->deferred[i].action, policy->deferred[i].severity,
			 &policy->deferred[i].tags, policy->deferred[i].message);
	text = kpol_buffer_take(&out);
	EXPECT_STREQ(variant->rules, text);
	kpol_bundle_free(bundle);
}

TEST_HARNESS_MAIN
