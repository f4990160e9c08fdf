// SPDX-License-Identifier: GPL-2.0-or-later
/* Rows: what an item becomes, in which order, with which digest. */
#include "kselftest_harness.h"

#include <arpa/inet.h>

#include "base/words.h"

#include "compile_case.h"
#include "engine/condition.h"

#define FILES "  file:\n    matchPaths:\n"
#define PEER(text) UNIT "  network:\n    matchPeers:\n    - " text "\n"

static void add_ops(struct kpol_buffer *out, uint32_t ops)
{
	const char *before = " ";

	if (ops == KPOL_OPS_FILE || ops == KPOL_OPS_CHANGE || ops == KPOL_OPS_NETWORK) {
		kpol_buffer_puts(out, ops == KPOL_OPS_FILE     ? " *"
				      : ops == KPOL_OPS_CHANGE ? " change"
							       : " net");
		return;
	}
	for (uint32_t bit = 1; bit; bit <<= 1) {
		if (!(ops & bit))
			continue;
		kpol_buffer_printf(out, "%s%s", before, kpol_word(KPOL_WORDS_OP, bit));
		before = ",";
	}
}

static void add_peer(struct kpol_buffer *out, const struct kpol_rule *rule)
{
	char address[INET6_ADDRSTRLEN];

	if (rule->protocol)
		kpol_buffer_printf(out, " p%u", rule->protocol);
	if (rule->socktypes)
		kpol_buffer_printf(out, " t%x", rule->socktypes);
	if (rule->family)
		kpol_buffer_printf(out, " %s/%u",
				   inet_ntop(rule->family, rule->addr, address, sizeof(address)),
				   rule->prefix);
	if (rule->port_last)
		kpol_buffer_printf(out, " :%u-%u", rule->port_first, rule->port_last);
}

static void add_condition(struct kpol_buffer *out, const struct kpol_rule *rule)
{
	struct kpol_condition_record record;

	for (u32 at = 0; kpol_condition_next(rule, &at, &record);) {
		kpol_buffer_printf(out, " +%u:", record.kind);
		if (record.kind == KPOL_CONDITION_ARG)
			kpol_buffer_printf(out, "%.*s", record.len, (const char *)record.bytes);
		else
			kpol_buffer_printf(out, "%02x%02x", record.bytes[0], record.bytes[1]);
	}
}

/* "Allow read /etc/passwd", one row a line; directories end in "/" and "**". */
static void add_rule(struct kpol_buffer *out, const struct kpol_rule *rule)
{
	kpol_buffer_puts(out, kpol_word(KPOL_WORDS_ACTION, rule->action));
	add_ops(out, rule->ops);
	if (rule->match == KPOL_MATCH_NAME)
		kpol_buffer_puts(out, " name");
	if (rule->object)
		kpol_buffer_printf(out, " %s", rule->object);
	if (rule->match == KPOL_MATCH_DIR)
		kpol_buffer_puts(out, rule->flags & KPOL_RULE_RECURSIVE ? "/**" : "/");
	if (rule->match == KPOL_MATCH_PEER)
		add_peer(out, rule);
	add_condition(out, rule);
	if (rule->source)
		kpol_buffer_printf(out, " by %s", rule->source);
	if (rule->flags & KPOL_RULE_OWNER)
		kpol_buffer_puts(out, " owner");
	if (rule->flags & KPOL_RULE_NO_TERMINAL)
		kpol_buffer_puts(out, " no terminal");
	if (rule->flags & KPOL_RULE_DEFAULT_AUDIT)
		kpol_buffer_puts(out, " else audit");
	if (rule->flags & KPOL_RULE_DEFAULT_ALLOW)
		kpol_buffer_puts(out, " else allow");
	kpol_buffer_putc(out, '\n');
}

static char *ruleset_rules(const struct kpol_ruleset *ruleset)
{
	struct kpol_buffer out = { 0 };

	for (size_t i = 0; i < ruleset->n_rules; i++)
		add_rule(&out, &ruleset->rules[i]);
	return kpol_buffer_take(&out);
}

FIXTURE(becomes){};
FIXTURE_SETUP(becomes)
{
}
FIXTURE_TEARDOWN(becomes)
{
}
FIXTURE_VARIANT(becomes)
{
	const char *yaml;
	const char *rows;
};

#define ROWS(name, text, expected)             \
	FIXTURE_VARIANT_ADD(becomes, name)     \
	{                                      \
		.yaml = text, .rows = expected \
	}

ROWS(path, UNIT FILES "    - {path: /x, action: Allow}\n", "Allow * /x\n");
ROWS(read_only_allow, UNIT FILES "    - {path: /x, action: Allow, readOnly: true}\n",
     "Allow read /x\nBlock change /x\n");
ROWS(read_only_block, UNIT FILES "    - {path: /x, action: Block, readOnly: true}\n",
     "Block change /x\n");
ROWS(read_only_audit, UNIT FILES "    - {path: /x, action: Audit, readOnly: true}\n",
     "Audit change /x\n");
ROWS(owner_only, UNIT FILES "    - {path: /x, action: Block, ownerOnly: true}\n",
     "Block * /x owner\n");
ROWS(owner_may_not_change_what_is_read_only,
     UNIT FILES "    - {path: /x, action: Allow, ownerOnly: true, readOnly: true}\n",
     "Allow read /x owner\nBlock change /x\n");
ROWS(owner_only_read_only_block,
     UNIT FILES "    - {path: /x, action: Block, ownerOnly: true, readOnly: true}\n",
     "Block read /x owner\nBlock change /x\n");
ROWS(one_row_for_each_source,
     UNIT FILES "    - {path: /x, action: Allow, fromSource: [{path: /a}, {path: /b}]}\n",
     "Allow * /x by /a\nAllow * /x by /b\n");
ROWS(named_operations, UNIT FILES "    - {path: /x, action: Allow, ops: [read, unlink]}\n",
     "Allow read,unlink /x\n");
ROWS(directories,
     UNIT "  file:\n    matchDirectories:\n    - {dir: /a/}\n"
	  "    - {dir: /b, recursive: true}\n    - {dir: /, recursive: true}\n",
     "Block * /a/\nBlock * /b/**\nBlock * /**\n");
ROWS(program_by_name, UNIT "  process:\n    matchPaths:\n    - {execname: sh}\n",
     "Block exec name sh\n");
ROWS(braces, UNIT "  file:\n    matchPatterns:\n    - {pattern: \"/{a,b}/*\"}\n",
     "Block * /a/*\nBlock * /b/*\n");
ROWS(libraries, UNIT "  libraries:\n    matchDirectories:\n    - {dir: /lib/, action: Allow}\n",
     "Allow map /lib/\n");
ROWS(ptrace, UNIT "  ptrace: {action: Block}\n", "Block trace,traceme\n");
ROWS(equal_rows_once, UNIT FILES "    - path: /x\n    - path: /x\n", "Block * /x\n");
ROWS(rows_in_the_order_of_the_file,
     UNIT "  network:\n    matchProtocols: [{protocol: raw}]\n" FILES "    - path: /x\n"
	  "  process:\n    matchPaths: [{path: /y}]\n",
     "Block net t8\nBlock * /x\nBlock exec /y\n");
ROWS(protocols,
     UNIT "  network:\n    matchProtocols:\n    - protocol: tcp,udp,icmp,icmpv6,sctp\n"
	  "    - protocol: raw,stream,dgram,rdm,seqpacket,dccp,all\n",
     "Block net p6 t2\nBlock net p17 t4\nBlock net p1\nBlock net p58\nBlock net p132\n"
     "Block net t8\nBlock net t2\nBlock net t4\nBlock net t10\nBlock net t20\nBlock net t40\n"
     "Block net\n");
ROWS(egress_allow_makes_its_socket,
     PEER("{direction: egress, cidr: 10.0.0.0/8, ports: [443], protocol: tcp, action: Allow}"),
     "Allow connect,send p6 t2 10.0.0.0/8 :443-443\nAllow socket p6 t2\n");
ROWS(egress_allow_without_protocol_makes_no_raw_socket,
     PEER("{direction: egress, cidr: 10.0.0.0/8, action: Allow}"),
     "Allow connect,send 10.0.0.0/8\nAllow socket p6 t2\nAllow socket p17 t4\n"
     "Allow socket p132 t2\nAllow socket p136 t4\n");
ROWS(egress_allow_of_raw_makes_a_raw_socket,
     PEER("{direction: egress, cidr: 10.0.0.0/8, protocol: raw, action: Allow}"),
     "Allow connect,send t8 10.0.0.0/8\nAllow socket t8\n");
ROWS(egress_block_leaves_sockets_alone,
     PEER("{direction: egress, cidr: 10.0.0.0/8, action: Block}"),
     "Block connect,send 10.0.0.0/8\n");
ROWS(every_peer_with_every_port,
     PEER("{direction: egress, cidrs: [10.0.0.1, \"::1\"], ports: [1, 5-6], action: Audit}"),
     "Audit connect,send 10.0.0.1/32 :1-1\nAudit connect,send 10.0.0.1/32 :5-6\n"
     "Audit connect,send ::1/128 :1-1\nAudit connect,send ::1/128 :5-6\n");
ROWS(ingress_ports, PEER("{direction: ingress, ports: [80], protocol: tcp, action: Allow}"),
     "Allow bind,listen,accept p6 t2 :80-80\nAllow socket p6 t2\n");
ROWS(ingress_cidr_is_the_peers_not_the_local_address,
     PEER("{direction: ingress, cidr: 10.0.0.0/8, ports: [80], protocol: tcp, action: Allow}"),
     "Allow accept p6 t2 10.0.0.0/8 :80-80\nAllow bind,listen p6 t2 :80-80\n"
     "Allow socket p6 t2\n");
ROWS(ingress_block_of_some_peers_lets_the_port_be_bound,
     PEER("{direction: ingress, cidr: 10.0.0.0/8, ports: [80], protocol: tcp}"),
     "Block accept p6 t2 10.0.0.0/8 :80-80\n");
ROWS(left_out_allow_keeps_the_class_closed,
     UNIT "  libraries:\n    matchPaths:\n    - {path: /x, action: Allow, sha256: "
	  "[9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08]}\n",
     "Allow map name .\n");
ROWS(terminal,
     UNIT "  process:\n    matchPaths:\n    - {path: /x, pts: false, action: Allow}\n"
	  "    - {path: /y, pts: true, action: Allow}\n    - {path: /z, pts: false}\n",
     "Allow exec /x no terminal\nAllow exec /y\nBlock exec /z\n");
ROWS(left_out_network_allow_keeps_the_class_closed,
     UNIT "  network:\n    matchProtocols:\n    - protocol: packet\n      action: Allow\n",
     "Allow accept p6 255.255.255.255/32\n");
#define POSTURE(text)                                                                             \
	"apiVersion: kpol.io/v1\nkind: PolicyBundle\nmetadata: {name: b}\nspec: {posture: {" text \
	"}}\n"                                                                                    \
	"---\n"
ROWS(posture_is_of_allow_rows_only,
     POSTURE("file: audit, process: block") UNIT FILES
     "    - {path: /x, action: Allow, readOnly: true}\n    - {path: /y, action: Audit}\n"
     "  process:\n    matchPaths:\n    - {path: /p, action: Allow}\n",
     "Allow read /x else audit\nBlock change /x\nAudit * /y\nAllow exec /p\n");
ROWS(posture_of_files_is_that_of_processes_too,
     POSTURE("file: allow") UNIT "  process:\n    matchPaths:\n    - {path: /p, action: Allow}\n"
				 "  libraries:\n    matchPaths:\n    - {path: /l, action: Allow}\n"
				 "  ptrace: {action: Allow}\n",
     "Allow exec /p else allow\nAllow map /l else allow\nAllow trace,traceme\n");
ROWS(posture_holds_for_what_is_left_out_too,
     POSTURE("network: audit") UNIT
     "  network:\n    matchProtocols:\n    - {protocol: packet, action: Allow}\n",
     "Allow accept p6 255.255.255.255/32 else audit\n");
ROWS(arguments_are_sorted_and_stand_once,
     UNIT "  process:\n    matchPaths:\n    - {path: /x, allowedArgs: [b, a, b, \"\"]}\n",
     "Block exec /x +1: +1:a +1:b\n");
ROWS(digest_of_a_program,
     UNIT "  process:\n    matchDirectories:\n    - {dir: /x, action: Allow, sha256: "
	  "[9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08,\n"
	  "        1086d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08]}\n",
     "Allow exec /x/ +2:1086 +2:9f86\n");
ROWS(two_conditions_are_two_rules,
     UNIT "  process:\n    matchPaths:\n    - {path: /x, allowedArgs: [a]}\n"
	  "    - {path: /x, allowedArgs: [b]}\n    - {path: /x, allowedArgs: [a]}\n",
     "Block exec /x +1:a\nBlock exec /x +1:b\n");
ROWS(left_out_block_is_nothing,
     UNIT "  libraries:\n    matchPaths:\n    - {path: /x, sha256: "
	  "[9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08]}\n",
     "");
ROWS(posture_of_capabilities,
     POSTURE("capabilities: audit") UNIT
     "  capabilities:\n    matchCapabilities:\n    - {capability: chown, action: Allow}\n",
     "Allow capable name chown else audit\n");

TEST_F(becomes, these_rows)
{
	struct kpol_diags diags = { 0 };
	struct kpol_bundle *bundle = NULL;
	struct kpol_ruleset *ruleset = compile(variant->yaml, NULL, 0, &diags, &bundle);
	_cleanup_free_ char *text = NULL, *findings = findings_text(&diags);

	ASSERT_NE(NULL, ruleset) TH_LOG("%s", findings);
	text = ruleset_rules(ruleset);
	EXPECT_STREQ(variant->rows, text);
	kpol_ruleset_free(ruleset);
	kpol_bundle_free(bundle);
	kpol_diags_clear(&diags);
}

TEST(equal_input_gives_equal_digest_and_any_change_another)
{
	static const char *const texts[] = { A WEB, A WEB, A WEB CG("z", "/z") };
	uint8_t digests[3][KPOL_DIGEST_LEN] = { 0 };

	for (int i = 0; i < 3; i++) {
		struct kpol_diags diags = { 0 };
		struct kpol_bundle *bundle = NULL;
		struct kpol_ruleset *ruleset = compile(texts[i], NULL, 0, &diags, &bundle);

		ASSERT_NE(NULL, ruleset);
		EXPECT_EQ(0, kpol_ruleset_digest(ruleset, digests[i]));
		kpol_ruleset_free(ruleset);
		kpol_bundle_free(bundle);
		kpol_diags_clear(&diags);
	}
	EXPECT_EQ(0, memcmp(digests[0], digests[1], KPOL_DIGEST_LEN));
	EXPECT_NE(0, memcmp(digests[0], digests[2], KPOL_DIGEST_LEN));
}

TEST_HARNESS_MAIN
