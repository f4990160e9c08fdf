// SPDX-License-Identifier: GPL-2.0-or-later
/* Compiling: which rows an item becomes, which scopes and bindings a bundle needs. */
#include <arpa/inet.h>
#include <errno.h>

#include "base/words.h"
#include "compile/compile.h"
#include "load/load.h"

#include "findings.h"
#include "kselftest_harness.h"

#define POLICY(name, selector)                                                             \
	"apiVersion: kpol.io/v1\nkind: RuntimePolicy\nmetadata: {name: " name "}\nspec:\n" \
	"  selector: " selector "\n"
#define UNIT POLICY("x", "{matchUnits: [u.service]}")
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
	add_peer(out, rule);
	if (rule->source)
		kpol_buffer_printf(out, " by %s", rule->source);
	if (rule->flags & KPOL_RULE_OWNER)
		kpol_buffer_puts(out, " owner");
	kpol_buffer_putc(out, '\n');
}

static char *ruleset_rules(const struct kpol_ruleset *ruleset)
{
	struct kpol_buffer out = { 0 };

	for (size_t i = 0; i < ruleset->n_rules; i++)
		add_rule(&out, &ruleset->rules[i]);
	return kpol_buffer_take(&out);
}

static char *ruleset_scopes(const struct kpol_ruleset *ruleset)
{
	struct kpol_buffer out = { 0 };

	for (size_t i = 0; i < ruleset->n_scopes; i++) {
		const struct kpol_scope_row *scope = &ruleset->scopes[i];

		kpol_buffer_printf(&out, "%s%s%s:", scope->name,
				   scope->flags & KPOL_SCOPE_CONTAINER ? " [container]" : "",
				   scope->flags & KPOL_SCOPE_HOST ? " [host]" : "");
		for (size_t k = 0; k < scope->n_policies; k++)
			kpol_buffer_printf(&out, " %u", scope->policies[k]);
		kpol_buffer_putc(&out, '\n');
	}
	for (size_t i = 0; i < ruleset->n_bindings; i++) {
		const struct kpol_binding_row *row = &ruleset->bindings[i];

		kpol_buffer_printf(&out, "%s %s -> %s\n", kpol_word(KPOL_WORDS_BIND, row->kind),
				   row->path, ruleset->scopes[row->scope - 1].name);
	}
	return kpol_buffer_take(&out);
}

static struct kpol_ruleset *compile(const char *yaml, const struct kpol_workload *workloads,
				    size_t n, struct kpol_diags *diags,
				    struct kpol_bundle **ret_bundle)
{
	struct kpol_ruleset *ruleset = NULL;

	if (kpol_bundle_parse("f.yaml", yaml, strlen(yaml), diags, ret_bundle) == 0)
		kpol_compile(*ret_bundle, workloads, n, diags, &ruleset);
	return ruleset;
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
     UNIT "  process:\n    matchPaths:\n    - {path: /x, allowedArgs: [a], action: Allow}\n",
     "Allow exec name .\n");
ROWS(left_out_network_allow_keeps_the_class_closed,
     UNIT "  network:\n    matchProtocols:\n    - protocol: tcp\n      action: Allow\n"
	  "      fromSource: [{matchLabels: {a: b}}]\n",
     "Allow accept p6 255.255.255.255/32\n");
ROWS(left_out_block_is_nothing,
     UNIT "  process:\n    matchPaths:\n    - {path: /x, allowedArgs: [a]}\n", "");

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

/* Workloads by cgroup; "!" before it: a container named c in namespace default with app=web. */
#define WORKLOADS_MAX 8
FIXTURE(needs){};
FIXTURE_SETUP(needs)
{
}
FIXTURE_TEARDOWN(needs)
{
}
FIXTURE_VARIANT(needs)
{
	const char *yaml;
	const char *workloads[WORKLOADS_MAX];
	const char *scopes;
};

#define SCOPES(name, text, expected, ...)                                      \
	FIXTURE_VARIANT_ADD(needs, name)                                       \
	{                                                                      \
		.yaml = text, .scopes = expected, .workloads = { __VA_ARGS__ } \
	}
#define RULE "  process: {matchPaths: [{path: /x}]}\n"
#define A POLICY("a", "{matchUnits: [a.service]}") RULE "---\n"
#define SLICE POLICY("s", "{matchUnits: [a.slice]}") RULE "---\n"
#define CG(name, path) POLICY(name, "{matchCgroups: [" path "]}") RULE "---\n"
#define WEB POLICY("w", "{matchLabels: {app: web}}") RULE "---\n"
#define ONHOST                                                                      \
	"apiVersion: kpol.io/v1\nkind: RuntimePolicy\nmetadata: {name: h}\nspec:\n" \
	"  nodeSelector: {}\n" RULE "---\n"

SCOPES(unit, A, "unit:a.service: 1\nunit a.service -> unit:a.service\n");
SCOPES(equal_selectors_share_a_scope, A POLICY("b", "{matchUnits: [a.service]}") RULE,
       "unit:a.service: 1 2\nunit a.service -> unit:a.service\n");
SCOPES(two_policies_that_share_one_of_their_units,
       A POLICY("b", "{matchUnits: [a.service, b.service]}") RULE,
       "unit:a.service + unit:a.service,b.service: 1 2\nunit:a.service,b.service: 2\n"
       "unit a.service -> unit:a.service + unit:a.service,b.service\n"
       "unit b.service -> unit:a.service,b.service\n");
SCOPES(container, WEB, "labels:app=web@default [container]: 1\n");
SCOPES(container_that_runs, WEB,
       "labels:app=web@default [container]: 1\npath /k/c1 -> labels:app=web@default\n", "!/k/c1");
SCOPES(cgroup, CG("a", "/p"), "cgroup:/p: 1\npath /p -> cgroup:/p\n");
SCOPES(cgroup_pattern, CG("a", "\"/p/*\""), "cgroup:/p/*: 1\npattern /p/* -> cgroup:/p/*\n");
SCOPES(cgroup_below_another, CG("a", "/p") CG("b", "/p/q"),
       "cgroup:/p: 1\ncgroup:/p + cgroup:/p/q: 1 2\npath /p -> cgroup:/p\n"
       "path /p/q -> cgroup:/p + cgroup:/p/q\n");
SCOPES(pattern_below_a_cgroup_counts_for_nothing, CG("a", "/p") CG("b", "\"/p/*\""),
       "cgroup:/p: 1\ncgroup:/p/*: 2\npath /p -> cgroup:/p\npattern /p/* -> cgroup:/p/*\n", "/p",
       "/p/x");
SCOPES(cgroup_made_below_a_service_is_no_unit, A POLICY("b", "{matchUnits: [b.service]}") RULE,
       "unit:a.service: 1\nunit:b.service: 2\nunit a.service -> unit:a.service\n"
       "unit b.service -> unit:b.service\n",
       "/system.slice/a.service", "/system.slice/a.service/b.service", "/x/b.service");
SCOPES(cgroup_made_below_a_service_matches_no_pattern, A CG("b", "\"/**/evil\""),
       "cgroup:/**/evil: 2\nunit:a.service: 1\nunit a.service -> unit:a.service\n"
       "pattern /**/evil -> cgroup:/**/evil\n",
       "/system.slice/a.service", "/system.slice/a.service/evil");
SCOPES(topmost_pattern_counts, CG("a", "\"/p*\"") CG("b", "\"/**/q\""),
       "cgroup:/**/q: 2\ncgroup:/p*: 1\npattern /**/q -> cgroup:/**/q\n"
       "pattern /p* -> cgroup:/p*\n",
       "/p1", "/p1/q", "/x/q");
SCOPES(cgroup_whose_last_part_is_a_unit, A CG("b", "/system.slice/a.service"),
       "cgroup:/system.slice/a.service + unit:a.service: 1 2\nunit:a.service: 1\n"
       "path /system.slice/a.service -> cgroup:/system.slice/a.service + unit:a.service\n"
       "unit a.service -> unit:a.service\n");
SCOPES(braces_in_a_cgroup, CG("a", "\"/{p,q}\""),
       "cgroup:/p,/q: 1\npath /p -> cgroup:/p,/q\npath /q -> cgroup:/p,/q\n");
SCOPES(host, ONHOST, "host [host]: 1\npath / -> host\n");
SCOPES(host_is_part_of_every_service, ONHOST A,
       "host [host]: 1\nhost + unit:a.service: 1 2\npath / -> host\n"
       "unit a.service -> host + unit:a.service\n");
SCOPES(host_is_no_part_of_a_container, ONHOST WEB,
       "host [host]: 1\nlabels:app=web@default [container]: 2\npath / -> host\n"
       "path /k/c1 -> labels:app=web@default\n",
       "/", "!/k/c1");
SCOPES(container_without_a_policy_is_taken_out_of_the_host, ONHOST,
       "host [host]: 1\nunconfined [container]:\npath / -> host\npath /k/c1 -> unconfined\n",
       "!/k/c1");
SCOPES(service_in_its_expected_place_needs_no_binding, A ONHOST,
       "host [host]: 2\nhost + unit:a.service: 1 2\npath / -> host\n"
       "unit a.service -> host + unit:a.service\n",
       "/", "/system.slice", "/system.slice/a.service");
SCOPES(service_in_a_slice_with_a_policy, A SLICE,
       "unit:a.service: 1\nunit:a.service + unit:a.slice: 1 2\nunit:a.slice: 2\n"
       "path /a.slice/a.service -> unit:a.service + unit:a.slice\nunit a.service -> "
       "unit:a.service\n"
       "unit a.slice -> unit:a.slice\n",
       "/a.slice", "/a.slice/a.service", "/a.slice/a.service/sub");
SCOPES(service_that_a_pattern_covers_too, A CG("b", "\"/system.slice/*\""),
       "cgroup:/system.slice/*: 2\ncgroup:/system.slice/* + unit:a.service: 1 2\n"
       "unit:a.service: 1\n"
       "path /system.slice/a.service -> cgroup:/system.slice/* + unit:a.service\n"
       "unit a.service -> unit:a.service\npattern /system.slice/* -> cgroup:/system.slice/*\n",
       "/system.slice/a.service", "/system.slice/b.service");
SCOPES(container_inside_a_selected_cgroup, CG("a", "/k"),
       "cgroup:/k: 1\ncontainer in cgroup:/k [container]: 1\npath /k -> cgroup:/k\n"
       "path /k/c1 -> container in cgroup:/k\n",
       "/k", "!/k/c1");
SCOPES(unit_and_cgroup_together_have_no_pattern,
       POLICY("a", "{matchUnits: [a.service], matchCgroups: [/p.slice]}") RULE,
       "unit:a.service&cgroup:/p.slice: 1\npath /p.slice/a.service -> "
       "unit:a.service&cgroup:/p.slice\n",
       "/p.slice", "/p.slice/a.service", "/q.slice/a.service");

static void workload_init(const char *text, struct kpol_workload *w)
{
	static struct kpol_label web = { (char *)"app", (char *)"web" };

	*w = (struct kpol_workload){ .cgroup = (char *)text };
	if (text[0] != '!')
		return;
	w->cgroup++;
	w->container = (char *)"c";
	w->namespace = (char *)"default";
	w->labels = &web;
	w->n_labels = 1;
}

TEST_F(needs, these_scopes)
{
	struct kpol_workload workloads[WORKLOADS_MAX] = { 0 };
	struct kpol_diags diags = { 0 };
	struct kpol_bundle *bundle = NULL;
	struct kpol_ruleset *ruleset;
	_cleanup_free_ char *text = NULL, *findings = NULL;
	bool needed;
	size_t n = 0;

	for (; n < WORKLOADS_MAX && variant->workloads[n]; n++)
		workload_init(variant->workloads[n], &workloads[n]);
	ruleset = compile(variant->yaml, workloads, n, &diags, &bundle);
	findings = findings_text(&diags);
	ASSERT_NE(NULL, ruleset) TH_LOG("%s", findings);
	text = ruleset_scopes(ruleset);
	EXPECT_STREQ(variant->scopes, text);
	for (size_t i = 0; i < n; i++) {
		uint32_t scope = kpol_compile_scope(bundle, ruleset, &workloads[i], NULL, &needed);

		EXPECT_EQ(needed, scope != 0);
	}
	kpol_ruleset_free(ruleset);
	kpol_bundle_free(bundle);
	kpol_diags_clear(&diags);
}

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

TEST(long_scope_names_are_cut_and_stay_different)
{
	struct kpol_diags diags = { 0 };
	struct kpol_bundle *bundle = NULL;
	struct kpol_buffer yaml = { 0 };
	struct kpol_ruleset *ruleset;
	_cleanup_free_ char *text = NULL;
	char name[301];

	memset(name, 'n', sizeof(name) - 1);
	name[300] = '\0';
	for (int i = 0; i < 2; i++)
		kpol_buffer_printf(&yaml, "%s  selector: {matchLabels: {app: %s%d}}\n" RULE "---\n",
				   i ? "apiVersion: kpol.io/v1\nkind: RuntimePolicy\n"
				       "metadata: {name: b}\nspec:\n"
				     : "apiVersion: kpol.io/v1\nkind: RuntimePolicy\n"
				       "metadata: {name: a}\nspec:\n",
				   name, i);
	text = kpol_buffer_take(&yaml);
	ruleset = compile(text, NULL, 0, &diags, &bundle);
	ASSERT_NE(NULL, ruleset);
	ASSERT_EQ(2, ruleset->n_scopes);
	EXPECT_EQ(KPOL_NAME_MAX, strlen(ruleset->scopes[0].name));
	EXPECT_STRNE(ruleset->scopes[0].name, ruleset->scopes[1].name);
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

static const struct {
	const char *selector;
	const char *cgroup, *container, *namespace;
	bool matches;
} selector_cases[] = {
	{ "{matchUnits: [a.service]}", "/system.slice/a.service", NULL, NULL, true },
	{ "{matchUnits: [a.service]}", "/system.slice/a.service/worker", NULL, NULL, true },
	{ "{matchUnits: [a.service]}", "/a.service", NULL, NULL, true },
	{ "{matchUnits: [a.service]}", "/x.slice/x-y.slice/a.service", NULL, NULL, true },
	{ "{matchUnits: [a.service]}", "/system.slice/b.service/a.service", NULL, NULL, false },
	{ "{matchUnits: [a.service]}", "/.slice/a.service", NULL, NULL, false },
	{ "{matchUnits: [a.slice]}", "/a.slice", NULL, NULL, true },
	{ "{matchUnits: [a.service]}", "/system.slice/aa.service", NULL, NULL, false },
	{ "{matchUnits: [a.service]}", "/system.slice/a.service2", NULL, NULL, false },
	{ "{matchCgroups: [/p]}", "/p", NULL, NULL, true },
	{ "{matchCgroups: [/p]}", "/p/q/r", NULL, NULL, true },
	{ "{matchCgroups: [/p]}", "/pq", NULL, NULL, false },
	{ "{matchCgroups: [\"/p/*\"]}", "/p/x/y", NULL, NULL, true },
	{ "{matchCgroups: [\"/p/*\"]}", "/p", NULL, NULL, false },
	{ "{matchLabels: {app: web}}", "/k", "c", "default", true },
	{ "{matchLabels: {app: web}}", "/k", "c", "other", false },
	{ "{matchLabels: {app: web}}", "/k", NULL, NULL, false },
	{ "{matchLabels: {app: db}}", "/k", "c", "default", false },
	{ "{matchLabels: {app: web}, matchContainers: [d]}", "/k", "c", "default", false },
	{ "{matchContainers: [c, d]}", "/k", "c", NULL, true },
	{ "{matchContainers: [\"*\"]}", "/k", "anything", NULL, true },
	{ "{}", "/k", "c", "default", true },
	{ "{}", "/k", NULL, NULL, false },
	{ "{matchExpressions: [{key: label, operator: In, values: [app=db, app=web]}]}", "/k", "c",
	  "default", true },
	{ "{matchExpressions: [{key: label, operator: NotIn, values: [app=web]}]}", "/k", "c",
	  "default", false },
	{ "{matchExpressions: [{key: app, operator: In, values: [web]}]}", "/k", "c", "default",
	  true },
};

TEST(selector_matches_what_it_says)
{
	struct kpol_label web = { (char *)"app", (char *)"web" };

	for (size_t i = 0; i < sizeof(selector_cases) / sizeof(selector_cases[0]); i++) {
		struct kpol_workload w = { .cgroup = (char *)selector_cases[i].cgroup,
					   .container = (char *)selector_cases[i].container,
					   .namespace = (char *)selector_cases[i].namespace,
					   .labels = &web,
					   .n_labels = 1 };
		struct kpol_bundle *bundle = NULL;
		char yaml[512];

		snprintf(yaml, sizeof(yaml), POLICY("x", "%s"), selector_cases[i].selector);
		ASSERT_EQ(0, kpol_bundle_parse("f", yaml, strlen(yaml), NULL, &bundle));
		EXPECT_EQ(selector_cases[i].matches,
			  kpol_selector_matches(&bundle->policies[0], &w))
		TH_LOG("case %zu: %s on %s", i, selector_cases[i].selector, w.cgroup);
		kpol_bundle_free(bundle);
	}
}

TEST_HARNESS_MAIN
