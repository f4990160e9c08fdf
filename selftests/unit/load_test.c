// SPDX-License-Identifier: GPL-2.0-or-later
/* Loading: what every mistake is told, and what a correct document becomes. */
#include <dirent.h>
#include <netinet/in.h>

#include "says.h"

#define KUBEARMOR                                                                         \
	"apiVersion: security.kubearmor.com/v1\nkind: KubeArmorPolicy\nmetadata: {name: " \
	"x}\nspec:\n"
#define HOST                                                                 \
	"apiVersion: security.kubearmor.com/v1\nkind: KubeArmorHostPolicy\n" \
	"metadata: {name: x}\nspec:\n"
#define PATHS(section) "  " section ":\n    matchPaths:\n"

/* Documents */
ERROR(empty_file, "", "f.yaml: there is no policy in this file\n");
ERROR(comment_alone, "# nothing\n", "f.yaml: there is no policy in this file\n");
ERROR(document_is_a_list, "- a\n", "f.yaml:1:1: a document must be a mapping, not a list\n");
ERROR(kind_missing, "apiVersion: kpol.io/v1\n", "f.yaml:1:1: \"kind\" is missing\n");
ERROR(kind_misspelt, "kind: RuntimPolicy\n",
      "f.yaml:1:7: unknown kind \"RuntimPolicy\" (did you mean \"RuntimePolicy\"?)\n");
ERROR(kind_unknown, "kind: Pod\n", "f.yaml:1:7: unknown kind \"Pod\"\n");
ERROR(api_version_of_another_kind,
      "apiVersion: kpol.io/v1\nkind: KubeArmorPolicy\nmetadata: {name: x}\nspec: {}\n",
      "f.yaml:1:13: apiVersion \"kpol.io/v1\" has no KubeArmorPolicy (did you mean "
      "\"security.kubearmor.com/v1\"?)\n");
ERROR(metadata_and_spec_missing, "apiVersion: kpol.io/v1\nkind: RuntimePolicy\n",
      "f.yaml:1:1: \"metadata\" is missing\nf.yaml:1:1: \"spec\" is missing\n");
ERROR(header_not_first,
      RUNTIME "  action: Block\n---\napiVersion: kpol.io/v1\nkind: PolicyBundle\n"
	      "metadata: {name: b}\n",
      "f.yaml:8:7: a PolicyBundle must be the first document\n");
ERROR(header_alone, "apiVersion: kpol.io/v1\nkind: PolicyBundle\nmetadata: {name: b}\n",
      "f.yaml: there is no policy in this file\n");
ERROR(header_says_empty_and_it_is_not,
      "apiVersion: kpol.io/v1\nkind: PolicyBundle\nmetadata: {name: b}\nspec: {empty: true}\n"
      "---\n" RUNTIME "  action: Block\n",
      "f.yaml: the header says \"empty: true\", and there are policies\n");
ERROR(header_says_not_empty_and_it_is,
      "apiVersion: kpol.io/v1\nkind: PolicyBundle\nmetadata: {name: b}\nspec: {empty: false}\n",
      "f.yaml: there is no policy in this file\n");
ERROR(policy_twice, RUNTIME "  action: Block\n---\n" RUNTIME "  action: Block\n",
      "f.yaml:9:18: policy \"default/x\" is already on line 3\n");
ERROR(name_with_a_slash,
      "apiVersion: kpol.io/v1\nkind: RuntimePolicy\nmetadata: {name: a/b}\nspec: {}\n",
      "f.yaml:3:18: name \"a/b\" may have letters, digits, \".\", \"_\" and \"-\" only\n");
ERROR(every_document_is_looked_at, RUNTIME "  mode: on\n---\n" KUBEARMOR "  severity: 11\n",
      "f.yaml:5:9: unknown mode \"on\"\n"
      "f.yaml:11:13: severity \"11\" is not a whole number from 1 to 10\n");

/* Keys and shapes */
ERROR(key_misspelt, RUNTIME PATHS("process") "    - pathh: /bin/sh\n",
      "f.yaml:7:7: unknown key \"pathh\" (did you mean \"path\"?)\n");
ERROR(key_in_the_wrong_place, RUNTIME "  matchPaths: []\n",
      "f.yaml:5:3: \"matchPaths\" does not belong here, but under \"process\", \"libraries\" or "
      "\"file\"\n");
ERROR(key_unknown_to_this_kind, KUBEARMOR "  libraries: {}\n",
      "f.yaml:5:3: unknown key \"libraries\"\n");
ERROR(list_instead_of_mapping, RUNTIME "  process:\n  - path: /bin/sh\n",
      "f.yaml:6:3: \"process\" must be a mapping, not a list\n");
ERROR(mapping_instead_of_list, RUNTIME "  process:\n    matchPaths:\n      path: /bin/sh\n",
      "f.yaml:7:7: \"matchPaths\" must be a list, not a mapping\n");
ERROR(word_instead_of_entry, RUNTIME PATHS("process") "    - /bin/sh\n",
      "f.yaml:7:7: an entry of \"matchPaths\" must be a mapping, not a single value\n");
ERROR(list_instead_of_word, RUNTIME PATHS("process") "    - path: [/bin/sh]\n",
      "f.yaml:7:13: \"path\" must be a single value, not a list\n");
ERROR(value_forgotten, RUNTIME PATHS("process") "    - path:\n",
      "f.yaml:7:12: \"path\" is empty\n");
WARNING(section_not_indented, RUNTIME "  process:\n  action: Block\n",
	"f.yaml:5:3: warning: \"process\" is empty: does what follows need to be indented? "
	"[KPOL011]\n");
ERROR(two_ways_to_name_a_program, RUNTIME PATHS("process") "    - {path: /bin/sh, execname: sh}\n",
      "f.yaml:7:33: \"path\" and \"execname\" exclude each other\n");
ERROR(no_way_to_name_a_program, RUNTIME PATHS("process") "    - {action: Block}\n",
      "f.yaml:7:7: \"path\" or \"execname\" is missing\n");
ERROR(file_has_no_execname, RUNTIME PATHS("file") "    - {execname: sh}\n",
      "f.yaml:7:7: \"path\" is missing\nf.yaml:7:8: \"execname\" does not belong here, but "
      "under \"process.matchPaths\"\n");
ERROR(two_selectors, RUNTIME "  selector: {}\n  nodeSelector: {}\n",
      "f.yaml:6:17: \"selector\" and \"nodeSelector\" exclude each other\n");

/* Values */
ERROR(action_misspelt, RUNTIME "  action: blok\n",
      "f.yaml:5:11: unknown action \"blok\" (did you mean \"Block\"?)\n");
ERROR(action_in_lower_case, RUNTIME "  action: allow\n",
      "f.yaml:5:11: unknown action \"allow\" (did you mean \"Allow\"?)\n");
ERROR(yes_is_no_boolean, RUNTIME PATHS("file") "    - {path: /x, readOnly: yes}\n",
      "f.yaml:7:28: readOnly \"yes\" is not true or false\n");
ERROR(capital_true_is_no_boolean, RUNTIME PATHS("file") "    - {path: /x, readOnly: True}\n",
      "f.yaml:7:28: readOnly \"True\" is not true or false\n");
ERROR(quoted_true_is_text, RUNTIME PATHS("file") "    - {path: /x, readOnly: \"true\"}\n",
      "f.yaml:7:28: readOnly \"true\" is text: write true or false without quotes\n");
ERROR(severity_with_a_sign, RUNTIME "  severity: +5\n",
      "f.yaml:5:13: severity \"+5\" is not a whole number from 1 to 10\n");
ERROR(path_relative, RUNTIME PATHS("process") "    - path: bin/sh\n",
      "f.yaml:7:13: path \"bin/sh\" must begin with \"/\"\n");
ERROR(path_of_a_directory, RUNTIME PATHS("file") "    - path: /etc/\n",
      "f.yaml:7:13: path \"/etc/\" ends in \"/\": a directory belongs in matchDirectories\n");
ERROR(path_with_dots, RUNTIME PATHS("file") "    - path: /etc/../x\n",
      "f.yaml:7:13: path \"/etc/../x\" has a part \"..\": the kernel never sees one\n");
ERROR(path_with_a_dot, RUNTIME PATHS("file") "    - path: /etc/./x\n",
      "f.yaml:7:13: path \"/etc/./x\" has a part \".\": the kernel never sees one\n");
ERROR(path_with_two_slashes, RUNTIME PATHS("file") "    - path: /etc//x\n",
      "f.yaml:7:13: path \"/etc//x\" has an empty part (\"//\")\n");
ERROR(directory_with_dots, RUNTIME "  file:\n    matchDirectories:\n    - dir: /a/../b/\n",
      "f.yaml:7:12: dir \"/a/../b/\" has a part \"..\": the kernel never sees one\n");
ERROR(path_with_a_line_feed, RUNTIME PATHS("file") "    - path: \"/a\\nb\"\n",
      "f.yaml:7:13: \"path\" has a control character\n");
ERROR(execname_with_a_slash, RUNTIME PATHS("process") "    - execname: bin/sh\n",
      "f.yaml:7:17: execname \"bin/sh\" has a \"/\": it is the last part of a path\n");
ERROR(pattern_relative, RUNTIME "  file:\n    matchPatterns:\n    - pattern: '*.sh'\n",
      "f.yaml:7:16: pattern \"*.sh\" must begin with \"/\": for a name anywhere write "
      "\"/**/NAME\"\n");
ERROR(protocol_misspelt, RUNTIME "  network:\n    matchProtocols:\n    - protocol: tcp,upd\n",
      "f.yaml:7:17: protocol \"tcp,upd\" is not a protocol (tcp, udp, icmp, icmpv6, sctp, dccp, "
      "raw, stream, dgram, rdm, seqpacket, packet, all)\n");
ERROR(protocol_with_a_prefix, RUNTIME "  network:\n    matchProtocols:\n    - protocol: xtcp\n",
      "f.yaml:7:17: protocol \"xtcp\" is not a protocol (tcp, udp, icmp, icmpv6, sctp, dccp, "
      "raw, stream, dgram, rdm, seqpacket, packet, all)\n");
ERROR(capability_unknown,
      RUNTIME "  capabilities:\n    matchCapabilities:\n    - capability: net_raw,root\n",
      "f.yaml:7:19: capability \"net_raw,root\" is not a capability\n");
ERROR(unit_with_a_slash, RUNTIME "  selector:\n    matchUnits: [a/b.service]\n",
      "f.yaml:6:18: unit \"a/b.service\" has a \"/\": use matchCgroups for paths\n");
ERROR(cgroup_of_the_host, RUNTIME "  selector:\n    matchCgroups: [/]\n",
      "f.yaml:6:20: cgroup \"/\" is the whole host: use nodeSelector\n");
ERROR(too_many_arguments,
      RUNTIME PATHS("process") "    - path: /x\n      allowedArgs: [1,2,3,4,5,6,7,8,9,10,11,12,"
			       "13,14,15,16,17,18,19,20,21]\n",
      "f.yaml:8:20: \"allowedArgs\" has 21 entries, at most 20 are allowed\n");

/* Peers */
#define PEER(text) RUNTIME "  network:\n    matchPeers:\n    - " text "\n"
ERROR(peer_without_direction, PEER("{cidr: 10.0.0.0/8}"), "f.yaml:7:7: \"direction\" is missing\n");
ERROR(direction_misspelt, PEER("{direction: ingres}"),
      "f.yaml:7:19: unknown direction \"ingres\" (did you mean \"ingress\"?)\n");
ERROR(cidr_with_host_bits, PEER("{direction: egress, cidr: 10.0.0.1/8}"),
      "f.yaml:7:33: cidr \"10.0.0.1/8\" has bits set behind its prefix\n");
ERROR(cidr_prefix_too_long, PEER("{direction: egress, cidr: 10.0.0.0/33}"),
      "f.yaml:7:33: cidr \"10.0.0.0/33\" has a prefix that is not 0 to 32\n");
ERROR(cidr_no_address, PEER("{direction: egress, cidr: example.com}"),
      "f.yaml:7:33: cidr \"example.com\" is not an IPv4 or IPv6 address\n");
ERROR(cidr_twice, PEER("{direction: egress, cidr: 10.0.0.0/8, cidrs: [10.0.0.0/8]}"),
      "f.yaml:7:52: \"cidr\" and \"cidrs\" exclude each other\n");
ERROR(port_zero, PEER("{direction: egress, ports: [0]}"),
      "f.yaml:7:35: port \"0\" is not a port from 1 to 65535\n");
ERROR(port_too_large, PEER("{direction: egress, ports: [65536]}"),
      "f.yaml:7:35: port \"65536\" is not a port from 1 to 65535\n");
ERROR(port_range_backwards, PEER("{direction: egress, ports: [90-80]}"),
      "f.yaml:7:35: port \"90-80\" is a range that ends before it begins\n");
ERROR(port_range_open, PEER("{direction: egress, ports: [90-]}"),
      "f.yaml:7:35: port \"90-\" is not a range of ports like 8000-8010\n");
ERROR(ports_of_a_protocol_without, PEER("{direction: egress, ports: [1], protocol: icmp}"),
      "f.yaml:7:49: protocol \"icmp\" has no ports\n");
ERROR(ops_and_read_only, RUNTIME PATHS("file") "    - {path: /x, readOnly: true, ops: [read]}\n",
      "f.yaml:7:28: \"ops\" and \"readOnly\" exclude each other\n");
ERROR(op_of_another_class, RUNTIME PATHS("file") "    - {path: /x, ops: [exec]}\n",
      "f.yaml:7:24: unknown operation \"exec\"\n");

/* Accepted, but not enforced */
WARNING(arguments, RUNTIME PATHS("process") "    - {path: /x, allowedArgs: [-v], action: Allow}\n",
	"");
WARNING(terminal, RUNTIME PATHS("process") "    - {path: /x, pts: false, action: Audit}\n", "");
WARNING(terminal_changes_nothing_in_a_block,
	RUNTIME PATHS("process") "    - {path: /x, pts: false, action: Block}\n", "");
WARNING(label_peer,
	KUBEARMOR "  network:\n    matchProtocols:\n    - protocol: tcp\n      fromSource:\n"
		  "      - matchLabels: {app: gw}\n",
	"");
WARNING(label_peer_beside_a_program,
	KUBEARMOR "  network:\n    matchProtocols:\n    - protocol: tcp\n      fromSource:\n"
		  "      - matchLabels: {app: gw}\n      - path: /x\n",
	"");
WARNING(preset_syscall_dns_and_apparmor,
	KUBEARMOR "  presets:\n  - {name: exec, action: Block}\n  syscalls:\n    matchSyscalls:\n"
		  "    - syscall: [ptrace]\n  network:\n    matchDNSQueries:\n    - domain: a.b\n"
		  "  apparmor: p\n",
	"f.yaml:6:12: warning: name \"exec\" is accepted but not enforced by this version "
	"[KPOL008]\n"
	"f.yaml:9:16: warning: syscall is accepted but not enforced by this version [KPOL008]\n"
	"f.yaml:12:15: warning: domain \"a.b\" is accepted but not enforced by this version "
	"[KPOL008]\n"
	"f.yaml:13:13: warning: apparmor \"p\" is accepted but not enforced by this version "
	"[KPOL008]\n");
WARNING(wildcard_in_a_path, RUNTIME PATHS("file") "    - path: /etc/*\n",
	"f.yaml:7:13: warning: \"*\" is taken as it stands here: wildcards belong in matchPatterns "
	"[KPOL012]\n");
WARNING(ingress_cidr_for_datagrams,
	PEER("{direction: ingress, protocol: udp, cidr: 10.0.0.0/8, action: Allow}"),
	"f.yaml:7:19: warning: an ingress peer cannot be enforced for datagrams: this Allow rule "
	"is "
	"left out, what it would allow stays denied [KPOL008]\n");
WARNING(ingress_cidr_for_everything, PEER("{direction: ingress, cidr: 10.0.0.0/8}"),
	"f.yaml:7:19: warning: an ingress peer cannot be enforced for datagrams: this rule is "
	"taken "
	"for stream sockets only [KPOL008]\n");

/* Accepted without a word */
WARNING(windows_text,
	"apiVersion: kpol.io/v1\r\nkind: RuntimePolicy\r\nmetadata: {name: x}\r\n"
	"spec: {action: Block}\r\n",
	"");
WARNING(byte_order_mark, "\xef\xbb\xbf" RUNTIME "  action: Block\n", "");
WARNING(empty_documents_around, "---\n---\n" RUNTIME "  action: Block\n---\n---\n", "");
WARNING(what_kubectl_adds,
	"apiVersion: security.kubearmor.com/v1\nkind: KubeArmorPolicy\nmetadata:\n  name: x\n"
	"  annotations: {a: b}\n  creationTimestamp: null\n  uid: 1-2\n  managedFields: [{a: 1}]\n"
	"spec: {action: Audit}\nstatus: {status: Active}\n",
	"");
WARNING(upper_case_protocols,
	KUBEARMOR "  network:\n    matchProtocols:\n    - protocol: TCP,UDP\n", "");

static struct kpol_bundle *parse(const char *yaml)
{
	struct kpol_bundle *bundle = NULL;

	kpol_bundle_parse("dir/my.bundle.yaml", yaml, strlen(yaml), NULL, &bundle);
	return bundle;
}

TEST(rule_takes_from_section_and_section_from_spec)
{
	struct kpol_bundle *bundle =
		parse(KUBEARMOR
		      "  severity: 3\n  tags: [a, b]\n  message: from spec\n  action: Audit\n"
		      "  process:\n    severity: 5\n    action: Allow\n    matchPaths:\n"
		      "    - path: /one\n"
		      "    - {path: /two, severity: 7, tags: [c], message: own, action: Block}\n"
		      "  file:\n    matchPaths:\n    - path: /three\n");
	const struct kpol_item *items;

	ASSERT_NE(NULL, bundle);
	items = bundle->policies[0].items;
	ASSERT_EQ(3, bundle->policies[0].n_items);
	EXPECT_EQ(KPOL_ACTION_ALLOW, items[0].action);
	EXPECT_EQ(5, items[0].severity);
	EXPECT_EQ(2, items[0].tags.n);
	EXPECT_STREQ("from spec", items[0].message);
	EXPECT_EQ(KPOL_ACTION_BLOCK, items[1].action);
	EXPECT_EQ(7, items[1].severity);
	ASSERT_EQ(1, items[1].tags.n);
	EXPECT_STREQ("c", items[1].tags.items[0]);
	EXPECT_STREQ("own", items[1].message);
	EXPECT_EQ(KPOL_ACTION_AUDIT, items[2].action);
	EXPECT_EQ(3, items[2].severity);
	kpol_bundle_free(bundle);
}

TEST(action_is_block_when_nobody_says)
{
	struct kpol_bundle *bundle = parse(KUBEARMOR PATHS("process") "    - path: /x\n");

	ASSERT_NE(NULL, bundle);
	EXPECT_EQ(KPOL_ACTION_BLOCK, bundle->policies[0].items[0].action);
	kpol_bundle_free(bundle);
}

TEST(policy_without_a_word_on_mode_takes_the_bundles)
{
	struct kpol_bundle *bundle =
		parse("apiVersion: kpol.io/v1\nkind: PolicyBundle\n"
		      "metadata: {name: b, version: 1.10, owner: me}\nspec: {mode: observe}\n---\n"
		      "apiVersion: kpol.io/v1\nkind: RuntimePolicy\nmetadata: {name: a}\nspec: {}\n"
		      "---\napiVersion: kpol.io/v1\nkind: RuntimePolicy\nmetadata: {name: b}\n"
		      "spec: {mode: enforce, owner: you}\n");

	ASSERT_NE(NULL, bundle);
	EXPECT_STREQ("b", bundle->name);
	EXPECT_STREQ("1.10", bundle->version);
	EXPECT_EQ(KPOL_MODE_OBSERVE, bundle->policies[0].mode);
	EXPECT_STREQ("me", bundle->policies[0].owner);
	EXPECT_EQ(KPOL_MODE_ENFORCE, bundle->policies[1].mode);
	EXPECT_STREQ("you", bundle->policies[1].owner);
	kpol_bundle_free(bundle);
}

TEST(file_without_a_header_is_a_bundle_of_its_own_name)
{
	struct kpol_bundle *bundle = parse(RUNTIME "  action: Block\n");

	ASSERT_NE(NULL, bundle);
	EXPECT_STREQ("my.bundle", bundle->name);
	EXPECT_STREQ("default", bundle->policies[0].namespace);
	EXPECT_EQ(KPOL_MODE_ENFORCE, bundle->policies[0].mode);
	EXPECT_EQ(NULL, bundle->owner);
	kpol_bundle_free(bundle);
}

TEST(container_label_becomes_containers)
{
	struct kpol_bundle *bundle =
		parse(KUBEARMOR "  selector:\n    matchLabels:\n      b: two\n"
				"      kubearmor.io/container.name: \"[web, side-car]\"\n"
				"      a: one\n");
	const struct kpol_selector *s;

	ASSERT_NE(NULL, bundle);
	s = &bundle->policies[0].selector;
	ASSERT_EQ(2, s->containers.n);
	EXPECT_STREQ("side-car", s->containers.items[0]);
	EXPECT_STREQ("web", s->containers.items[1]);
	ASSERT_EQ(2, s->n_labels);
	EXPECT_STREQ("a", s->labels[0].key);
	kpol_bundle_free(bundle);
}

TEST(host_policy_has_no_namespace)
{
	struct kpol_bundle *bundle =
		parse(HOST "  nodeSelector:\n    matchLabels: {kubearmor.io/hostname: \"*\"}\n");

	ASSERT_NE(NULL, bundle);
	EXPECT_EQ(NULL, bundle->policies[0].namespace);
	EXPECT_TRUE(bundle->policies[0].selector.host);
	kpol_bundle_free(bundle);
}

TEST(item_points_at_the_value_that_names_its_object)
{
	struct kpol_bundle *bundle =
		parse(RUNTIME
		      "  file:\n    matchDirectories:\n    - recursive: true\n      dir: /etc/\n");
	const struct kpol_item *item;

	ASSERT_NE(NULL, bundle);
	item = &bundle->policies[0].items[0];
	EXPECT_EQ(8, item->place.line);
	EXPECT_EQ(12, item->place.column);
	EXPECT_STREQ("/etc", item->object);
	EXPECT_TRUE(item->recursive);
	kpol_bundle_free(bundle);
}

TEST(mapped_cidr_is_ipv4)
{
	struct kpol_bundle *bundle =
		parse(PEER("{direction: egress, cidr: \"::ffff:10.0.0.0/104\"}"));
	const struct kpol_peer *peer;

	ASSERT_NE(NULL, bundle);
	peer = &bundle->policies[0].items[0].peers[0];
	EXPECT_EQ(AF_INET, peer->family);
	EXPECT_EQ(8, peer->prefix);
	EXPECT_EQ(10, peer->addr[0]);
	kpol_bundle_free(bundle);
}

TEST(text_is_kept_byte_for_byte)
{
	static const char yaml[] = "# comment\r\n" RUNTIME "  action: Block\n";
	struct kpol_bundle *bundle = parse(yaml);

	ASSERT_NE(NULL, bundle);
	EXPECT_EQ(sizeof(yaml) - 1, bundle->text_len);
	EXPECT_EQ(0, memcmp(yaml, bundle->text, bundle->text_len));
	kpol_bundle_free(bundle);
}

TEST(missing_file_is_a_finding_too)
{
	struct kpol_diags diags = { 0 };
	struct kpol_bundle *bundle = NULL;
	_cleanup_free_ char *text = NULL;

	EXPECT_EQ(-ENOENT, kpol_bundle_load("/nonexistent/b.yaml", &diags, &bundle));
	text = findings_text(&diags);
	EXPECT_STREQ("/nonexistent/b.yaml: No such file or directory\n", text);
	kpol_diags_clear(&diags);
}

TEST(too_large_a_bundle_is_refused_unread)
{
	struct kpol_diags diags = { 0 };
	struct kpol_bundle *bundle = NULL;
	_cleanup_free_ char *text = NULL;

	EXPECT_EQ(-EINVAL, kpol_bundle_parse("f", "", KPOL_BUNDLE_BYTES_MAX + 1, &diags, &bundle));
	text = findings_text(&diags);
	EXPECT_STREQ("f: larger than 64 MiB\n", text);
	kpol_diags_clear(&diags);
}

/* Every file of a directory, as it is. Return: how many loaded (@want_ok) or were refused. */
static int load_directory(const char *path, bool want_ok, int *ret_n)
{
	struct dirent *entry;
	DIR *dir = opendir(path);
	int right = 0;

	*ret_n = 0;
	while (dir && (entry = readdir(dir))) {
		struct kpol_diags diags = { 0 };
		struct kpol_bundle *bundle = NULL;
		char file[512];
		int r;

		/* What is beside a bundle to test it is no bundle. */
		if (entry->d_name[0] == '.' || strstr(entry->d_name, "_test.yaml"))
			continue;
		snprintf(file, sizeof(file), "%s/%s", path, entry->d_name);
		r = kpol_bundle_load(file, &diags, &bundle);
		(*ret_n)++;
		if ((r == 0) == want_ok)
			right++;
		else
			fprintf(stderr, "# %s: %d\n", file, r);
		kpol_bundle_free(bundle);
		kpol_diags_clear(&diags);
	}
	if (dir)
		closedir(dir);
	return right;
}

TEST(good_corpus_loads_and_bad_corpus_does_not)
{
	int n, right;

	right = load_directory(TEST_DATA "/good", true, &n);
	EXPECT_EQ(n, right);
	EXPECT_GT(n, 0);
	right = load_directory(TEST_DATA "/bad", false, &n);
	EXPECT_EQ(n, right);
	EXPECT_GT(n, 0);
	right = load_directory(TEST_TOP "/policies/examples", true, &n);
	EXPECT_EQ(n, right);
	EXPECT_GT(n, 5);
}

TEST_HARNESS_MAIN
