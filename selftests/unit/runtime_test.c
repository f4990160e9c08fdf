// SPDX-License-Identifier: GPL-2.0-or-later
/* What RuntimePolicy and KubeArmorNetworkPolicy say beyond KubeArmorPolicy: messages, and the model. */
#include <sys/socket.h>

#include "base/words.h"
#include "compile/compile.h"
#include "compile/set.h"
#include "says.h"

#define NSP                                                                     \
	"apiVersion: security.kubearmor.com/v1\nkind: KubeArmorNetworkPolicy\n" \
	"metadata: {name: x}\nspec:\n"
#define ON_HOSTS NSP "  nodeSelector: {matchLabels: {kubearmor.io/hostname: \"*\"}}\n"
#define KSP                                                                               \
	"apiVersion: security.kubearmor.com/v1\nkind: KubeArmorPolicy\nmetadata: {name: " \
	"x}\nspec:\n"
#define SHA "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* Digests */
#define PROGRAM(text) RUNTIME "  process:\n    matchPaths:\n    - " text "\n"
ERROR(digest_too_short, PROGRAM("{path: /a, sha256: [abc]}"),
      "f.yaml:7:27: sha256 \"abc\" is not 64 hexadecimal digits in lower case\n");
ERROR(digest_without_its_algorithm, PROGRAM("{path: /a, fsVerity: [" SHA "]}"),
      "f.yaml:7:29: fsVerity \"" SHA
      "\" is not sha256: or sha512: and its hexadecimal digits in lower "
      "case\n");
ERROR(no_digest, PROGRAM("{path: /a, sha256: []}"), "f.yaml:7:26: \"sha256\" is empty\n");
ERROR(two_kinds_of_digests,
      PROGRAM("{path: /a, sha256: [" SHA "], fsVerity: [\"sha256:" SHA "\"]}"),
      "f.yaml:7:104: \"sha256\" and \"fsVerity\" exclude each other\n");
WARNING(digest_of_a_program, PROGRAM("{path: /a, sha256: [" SHA "], action: Allow}"), "");
WARNING(digest_of_a_block_rule,
	RUNTIME "  libraries: {matchDirectories: [{dir: /a, fsVerity: [\"sha256:" SHA "\"]}]}\n",
	"f.yaml:5:54: warning: fsVerity is not enforced by this version for libraries: this Block "
	"rule is left out "
	"[KPOL008]\n");

/* Peers */
#define PEER(text) RUNTIME "  network:\n    matchPeers:\n    - " text "\n"
ERROR(family_unknown, PEER("{direction: egress, family: ip4}"),
      "f.yaml:7:35: unknown family \"ip4\" (did you mean \"ipv4\"?)\n");
ERROR(cidr_of_another_family, PEER("{direction: egress, family: ipv6, cidrs: [10.0.0.0/8]}"),
      "f.yaml:7:49: cidr \"10.0.0.0/8\" is not of family \"ipv6\"\n");
WARNING(labels_and_addresses, PEER("{direction: egress, cidr: 10.0.0.0/8, matchLabels: {a: b}}"),
	"");
WARNING(labels_of_a_peer, PEER("{direction: egress, matchLabels: {app: db}, action: Allow}"), "");
WARNING(labels_of_whoever_connects,
	PEER("{direction: ingress, matchLabels: {app: db}, protocol: tcp}"), "");
WARNING(labels_of_whoever_sends_a_datagram,
	PEER("{direction: ingress, matchLabels: {app: db}, protocol: udp}"),
	"f.yaml:7:19: warning: an ingress peer cannot be enforced for datagrams: this Block rule "
	"is "
	"left out [KPOL008]\n");
ERROR(labels_of_a_source, PEER("{direction: egress, fromSource: [{matchLabels: {a: b}}]}"),
      "f.yaml:7:40: \"path\" is missing\n"
      "f.yaml:7:41: \"matchLabels\" does not belong here, but under \"selector\", "
      "\"nodeSelector\" or \"matchProtocols.fromSource\"\n");
WARNING(pods_of_other_namespaces,
	PEER("{direction: egress, namespaces: [a, b.c], matchExpressions: [{key: t, operator: "
	     "NotIn, values: [x]}]}"),
	"");
WARNING(pods_of_all_namespaces, PEER("{direction: egress, namespaces: [\"*\"]}"), "");
ERROR(no_namespaces, PEER("{direction: egress, namespaces: []}"),
      "f.yaml:7:39: \"namespaces\" is empty\n");
ERROR(namespace_pattern, PEER("{direction: egress, namespaces: [team-*]}"),
      "f.yaml:7:40: namespace \"team-*\" may have letters, digits, \".\", \"_\" and \"-\" "
      "only\n");
WARNING(exception_of_a_range,
	PEER("{direction: egress, cidr: 10.0.0.0/8, except: [10.1.0.0/16, 10.2.3.4]}"), "");
ERROR(exception_of_nothing, PEER("{direction: egress, except: [10.0.0.0/8]}"),
      "f.yaml:7:35: \"except\" has an address range that is in no cidr of this rule\n");
ERROR(exception_outside,
      PEER("{direction: egress, cidrs: [10.0.0.0/8, \"fd00::/8\"], except: [11.0.0.0/16]}"),
      "f.yaml:7:68: \"except\" has an address range that is in no cidr of this rule\n");
ERROR(exception_of_everything,
      PEER("{direction: egress, cidr: 10.0.0.0/8, except: [10.0.0.0/9, 10.128.0.0/9]}"),
      "f.yaml:7:53: \"except\" leaves nothing of this rule's cidr\n");
WARNING(family_alone, PEER("{direction: egress, family: ipv6}"), "");

/* Who answers for it, and for what */
WARNING(frameworks,
	RUNTIME "  risk: high\n  frameworks: [CIS-5.2.1, NIST-800-53-AC-6(10), MITRE-T1059.004, "
		"MITRE-TA0002, MITRE-M1038]\n",
	"");
ERROR(frameworks_without_form,
      RUNTIME "  frameworks: [CIS-, NIST-800-53-AC6, MITRE-T105, MITRE-T1059.4, PCI-1]\n",
      "f.yaml:5:16: framework \"CIS-\" is no CIS recommendation like CIS-5.2.1\n"
      "f.yaml:5:22: framework \"NIST-800-53-AC6\" is no NIST 800-53 control like "
      "NIST-800-53-AC-6(10)\n"
      "f.yaml:5:39: framework \"MITRE-T105\" is no MITRE ATT&CK id like MITRE-T1059.004 or "
      "MITRE-TA0002\n"
      "f.yaml:5:51: framework \"MITRE-T1059.4\" is no MITRE ATT&CK id like MITRE-T1059.004 or "
      "MITRE-TA0002\n"
      "f.yaml:5:66: framework \"PCI-1\" is of no known framework (CIS-…, NIST-800-53-…, "
      "MITRE-…)\n");
ERROR(risk_unknown, RUNTIME "  risk: hihg\n",
      "f.yaml:5:9: unknown risk \"hihg\" (did you mean \"high\"?)\n");

/* Sections whose objects are words */
#define LEFT_OUT(action) ": this " action " rule is left out"
#define DENIED ", what it would allow stays denied [KPOL008]\n"
WARNING(words_that_nothing_is_told_apart_by,
	RUNTIME "  namespaceOps:\n    matchNamespaces:\n    - {namespace: pid, action: Block}\n"
		"    - {namespace: mount, ops: [create], action: Allow}\n"
		"  mount:\n    matchMounts:\n    - {dir: /mnt, recursive: true, fsTypes: [tmpfs]}\n"
		"  moduleLoad:\n    matchModules:\n    - {module: nf_*, action: Allow}\n",
	"f.yaml:7:19: warning: namespaces of this kind are judged by the capability "
	"sys_admin" LEFT_OUT("Block") " [KPOL008]\n"
				      "f.yaml:8:19: warning: namespaces of this kind are judged by "
				      "the capability sys_admin" LEFT_OUT("Allow") DENIED
	"f.yaml:11:13: warning: mounts are not told apart by where they are" LEFT_OUT(
		"Block") " [KPOL008]\n"
			 "f.yaml:14:16: warning: modules are not told apart by name" LEFT_OUT(
				 "Allow") DENIED);
WARNING(whole_sections,
	RUNTIME "  namespaceOps: {}\n  mount: {action: Block}\n  bpf: {action: Audit}\n"
		"  moduleLoad: {severity: 9}\n  perf: {action: Block}\n  signal: {}\n",
	"");
ERROR(words_of_the_new_sections,
      RUNTIME "  namespaceOps: {matchNamespaces: [{namespace: usr, ops: [creat]}]}\n"
	      "  mount: {matchMounts: [{dir: mnt, ops: [unmount]}]}\n"
	      "  bpf: {matchCommands: [{command: prog_lod}]}\n"
	      "  moduleLoad: {matchModules: [{module: a/b}]}\n"
	      "  ptrace: {ops: [read]}\n",
      "f.yaml:5:48: unknown namespace \"usr\" (did you mean \"user\"?)\n"
      "f.yaml:5:59: unknown operation \"creat\" (did you mean \"create\"?)\n"
      "f.yaml:6:31: dir \"mnt\" must begin with \"/\"\n"
      "f.yaml:6:42: unknown operation \"unmount\" (did you mean \"umount\"?)\n"
      "f.yaml:7:35: unknown bpf command \"prog_lod\" (did you mean \"prog_load\"?)\n"
      "f.yaml:8:40: module \"a/b\" is not a module's name or a pattern of one\n"
      "f.yaml:9:18: unknown operation \"read\"\n");

/* KubeArmorNetworkPolicy */
WARNING(network_policy_of_a_host,
	ON_HOSTS "  action: Allow\n  ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}}], ports: "
		 "[{port: 443, protocol: TCP}]}]\n  egress: [{}]\n",
	"");
WARNING(network_policy_of_pods, NSP "  selector: {matchLabels: {app: x}}\n  egress: [{}]\n", "");
ERROR(network_policy_without_a_selector, NSP "  egress: [{}]\n",
      "f.yaml:5:3: \"selector\" or \"nodeSelector\" is missing\n");
ERROR(network_policy_with_two, NSP "  selector: {}\n  nodeSelector: {}\n",
      "f.yaml:6:17: \"selector\" and \"nodeSelector\" exclude each other\n");
ERROR(traffic_that_no_access_knows,
      ON_HOSTS "  level: Pod\n  egress: [{limit: 10MB, duration: 1h, iface: [eth0]}]\n",
      "f.yaml:6:3: \"level\" says how \"limit\" counts, which kpol does not have\n"
      "f.yaml:7:13: \"limit\" counts bytes, and kpol decides accesses: shape traffic with tc or "
      "nftables\n"
      "f.yaml:7:26: \"duration\" belongs to \"limit\", which kpol does not have\n"
      "f.yaml:7:40: \"iface\" is not known when an access is decided: name addresses instead\n");
ERROR(ports_of_traffic,
      ON_HOSTS "  egress: [{ports: [{port: 80-90}, {port: 90, endPort: 80}, {protocol: ICMP}]}]\n",
      "f.yaml:6:28: port \"80-90\" is not a port from 1 to 65535: a range has its last port in "
      "\"endPort\"\n"
      "f.yaml:6:56: endPort \"80\" is lower than its port \"90\"\n"
      "f.yaml:6:61: \"port\" is missing\n"
      "f.yaml:6:72: unknown protocol \"ICMP\"\n");
WARNING(allowlist_of_one_direction,
	ON_HOSTS "  action: Allow\n  ingress: [{ports: [{port: 22}]}]\n",
	"f.yaml:7:13: warning: this Allow rule makes the whole network an allowlist: without an "
	"Allow "
	"rule in \"egress\" that direction is denied [KPOL017]\n");
WARNING(datagrams_by_their_sender,
	ON_HOSTS "  ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}}], ports: [{port: 53, "
		 "protocol: udp}]}]\n",
	"f.yaml:6:68: warning: incoming datagrams are not judged by their sender: this Block rule "
	"is "
	"left out [KPOL008]\n");

static struct kpol_bundle *parse(const char *yaml)
{
	struct kpol_bundle *bundle = NULL;

	kpol_bundle_parse("f", yaml, strlen(yaml), NULL, &bundle);
	return bundle;
}

/* Rows as the kernel gets them: class, action, ops, object, peer family, ports. */
static char *rows_text(const char *yaml)
{
	struct kpol_bundle *bundle = parse(yaml);
	struct kpol_ruleset *ruleset = NULL;
	struct kpol_buffer out = { 0 };

	if (bundle)
		kpol_compile(bundle, NULL, 0, NULL, &ruleset);
	for (size_t i = 0; ruleset && i < ruleset->n_rules; i++) {
		const struct kpol_rule *rule = &ruleset->rules[i];

		kpol_buffer_printf(&out, "%s %s %x %s %u/%u %u-%u%s%s\n",
				   kpol_word(KPOL_WORDS_CLASS, rule->class),
				   kpol_word(KPOL_WORDS_ACTION, rule->action), rule->ops,
				   rule->object ? rule->object : "-", rule->family, rule->prefix,
				   rule->port_first, rule->port_last, rule->set ? " " : "",
				   rule->set ? kpol_rule_set_name(ruleset, rule) : "");
	}
	kpol_ruleset_free(ruleset);
	kpol_bundle_free(bundle);
	return kpol_buffer_take(&out);
}

#define ROWS(yaml, expected)                                  \
	do {                                                  \
		_cleanup_free_ char *_rows = rows_text(yaml); \
		EXPECT_STREQ(expected, _rows);                \
	} while (0)

#define LIBRARY(text) RUNTIME "  libraries: {matchPaths: [" text "]}\n"

TEST(library_with_a_digest_allows_nothing)
{
	/* Libraries stay an allowlist, by a row that none matches. */
	ROWS(LIBRARY("{path: /a, sha256: [" SHA "], action: Allow}"),
	     "library Allow 2 . 0/0 0-0\n");
}

TEST(library_blocked_with_a_digest_blocks_nothing_else)
{
	ROWS(LIBRARY("{path: /a, sha256: [" SHA "], action: Block}"), "");
}

TEST(peer_by_labels_is_an_address_set)
{
	ROWS(PEER("{direction: egress, matchLabels: {b: c, a: b}}"),
	     "network Block 6000 - 0/0 0-0 labels:a=b,b=c@default\n");
}

TEST(labels_and_addresses_are_any_of_them)
{
	ROWS(PEER("{direction: egress, protocol: tcp, cidr: 10.0.0.0/8, namespaces: [z, y], ports: "
		  "[1, 2-3], action: Allow}"),
	     "network Allow 6000 - 2/8 1-1\n"
	     "network Allow 6000 - 2/8 2-3\n"
	     "network Allow 6000 - 0/0 1-1 all@y,z\n"
	     "network Allow 6000 - 0/0 2-3 all@y,z\n"
	     "network Allow 1000 - 0/0 0-0\n");
}

TEST(whoever_connects_by_label_may_but_nobody_else)
{
	ROWS(PEER("{direction: ingress, protocol: tcp, family: ipv6, matchLabels: {a: b}, ports: "
		  "[80], namespaces: [\"*\"], action: Allow}"),
	     "network Allow 20000 - 10/0 80-80 labels:a=b@*\n"
	     "network Allow 18000 - 0/0 80-80\n"
	     "network Allow 1000 - 0/0 0-0\n");
}

TEST(labels_of_a_protocols_source_are_whoever_connects)
{
	ROWS(KSP "  network:\n    matchProtocols:\n    - protocol: tcp\n      fromSource:\n"
		 "      - matchLabels: {app: gw}\n      - path: /x\n",
	     "network Block 3f000 - 0/0 0-0\n"
	     "network Block 20000 - 0/0 0-0 labels:app=gw@default\n");
}

TEST(range_with_an_exception_is_what_is_left)
{
	ROWS(PEER("{direction: egress, cidr: 10.0.0.0/30, except: [10.0.0.1]}"),
	     "network Block 6000 - 2/32 0-0\n"
	     "network Block 6000 - 2/31 0-0\n");
}

TEST(family_is_every_address_of_it)
{
	ROWS(PEER("{direction: egress, family: ipv6, ports: [443]}"),
	     "network Block 6000 - 10/0 443-443\n");
}

TEST(ptrace_by_operation)
{
	ROWS(RUNTIME "  ptrace: {ops: [traceme], action: Allow}\n",
	     "ptrace Allow 200000 - 0/0 0-0\n");
}

TEST(traffic_becomes_rows_of_the_network)
{
	ROWS(ON_HOSTS "  ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}}], ports: [{port: 80, "
		      "endPort: 90}]}]\n  egress: [{to: [{ipBlock: {cidr: \"::/0\"}}]}]\n",
	     "network Block 20000 - 2/8 80-90\nnetwork Block 6000 - 10/0 0-0\n");
}

TEST(words_are_rows)
{
	ROWS(RUNTIME "  capabilities:\n    action: Allow\n    matchCapabilities:\n"
		     "    - {capability: \"net_raw,kill\"}\n",
	     "capability Allow 400000 net_raw 0/0 0-0\ncapability Allow 400000 kill 0/0 0-0\n");
	ROWS(RUNTIME "  mount: {matchMounts: [{fsTypes: [nfs, bind], ops: [mount, umount]}, "
		     "{ops: [remount, pivot]}, {dir: /, recursive: true, ops: [mount]}]}\n",
	     "mount Block 800000 nfs 0/0 0-0\nmount Block 800000 bind 0/0 0-0\n"
	     "mount Block 1000000 nfs 0/0 0-0\nmount Block 1000000 bind 0/0 0-0\n"
	     "mount Block 800000 remount 0/0 0-0\nmount Block 2000000 - 0/0 0-0\n"
	     "mount Block 800000 - 0/0 0-0\n");
	ROWS(RUNTIME
	     "  namespaceOps: {matchNamespaces: [{namespace: user}, {namespace: mount, ops: "
	     "[enter]}, {namespace: chroot}, {namespace: io_uring}, {namespace: "
	     "leave-cgroup}, {namespace: source}, {namespace: all}]}\n",
	     "namespace Block 4000000 user 0/0 0-0\nnamespace Block 4000000 enter-user 0/0 0-0\n"
	     "namespace Block 4000000 enter-mount 0/0 0-0\nnamespace Block 8000000 chroot 0/0 0-0\n"
	     "namespace Block 80000000 - 0/0 0-0\nnamespace Block 4000000 leave-cgroup 0/0 0-0\n"
	     "namespace Block 4000000 source 0/0 0-0\n"
	     "namespace Block 8c000000 - 0/0 0-0\n");
	ROWS(RUNTIME
	     "  bpf: {matchCommands: [{command: prog_load}, {command: all}]}\n"
	     "  moduleLoad: {matchModules: [{module: \"*\", ops: [load]}, {module: \"*\"}]}\n",
	     "bpf Block 10000000 prog_load 0/0 0-0\nbpf Block 10000000 - 0/0 0-0\n"
	     "module Block 20000000 module 0/0 0-0\nmodule Block 20000000 firmware 0/0 0-0\n"
	     "module Block 20000000 kexec 0/0 0-0\nmodule Block 20000000 - 0/0 0-0\n");
	ROWS(RUNTIME "  perf: {}\n  signal: {}\n  mount: {}\n",
	     "perf Block 40000000 - 0/0 0-0\nsignal Block 80000 - 0/0 0-0\n"
	     "mount Block 3800000 - 0/0 0-0\n");
}

TEST(deferred_rules_are_in_the_model)
{
	struct kpol_bundle *bundle =
		parse(RUNTIME "  severity: 4\n  action: Allow\n  syscalls:\n    matchPaths:\n"
			      "    - {path: /etc/, recursive: true, syscall: [unlink], fromSource: "
			      "[{path: /a}], severity: 9}\n");
	const struct kpol_deferred *d;

	ASSERT_NE(NULL, bundle);
	ASSERT_EQ(1, bundle->policies[0].n_deferred);
	EXPECT_EQ(1, bundle->policies[0].gaps.n);
	d = bundle->policies[0].deferred;
	EXPECT_EQ(KPOL_SECTION_SYSCALLS, d[0].section);
	EXPECT_EQ(9, d[0].severity);
	EXPECT_STREQ("/a", d[0].sources.items[0]);
	EXPECT_EQ(KPOL_ACTION_AUDIT, d[0].action);
	EXPECT_STREQ("/etc/", d[0].path);
	EXPECT_TRUE(d[0].recursive);
	kpol_bundle_free(bundle);
}

TEST(digests_labels_risk_and_frameworks_are_in_the_model)
{
	struct kpol_bundle *bundle = parse(
		RUNTIME "  risk: critical\n  frameworks: [CIS-5.2]\n"
			"  process: {matchPaths: [{path: /a, sha256: [" SHA "]}]}\n"
			"  network: {matchPeers: [{direction: egress, matchLabels: {a: b}}]}\n");
	const struct kpol_policy *policy;

	ASSERT_NE(NULL, bundle);
	policy = &bundle->policies[0];
	EXPECT_EQ(KPOL_RISK_CRITICAL, policy->risk);
	ASSERT_EQ(1, policy->frameworks.n);
	ASSERT_EQ(2, policy->n_items);
	EXPECT_EQ(KPOL_DIGEST_SHA256, policy->items[0].digest);
	EXPECT_STREQ(SHA, policy->items[0].digests.items[0]);
	ASSERT_EQ(1, policy->items[1].n_pods);
	ASSERT_EQ(1, policy->items[1].pods[0].n_labels);
	EXPECT_STREQ("b", policy->items[1].pods[0].labels[0].value);
	ASSERT_EQ(1, policy->items[1].pods[0].namespaces.n);
	EXPECT_STREQ("default", policy->items[1].pods[0].namespaces.items[0]);
	kpol_bundle_free(bundle);
}

TEST_HARNESS_MAIN
