// SPDX-License-Identifier: GPL-2.0-or-later
/* Policy tests: how they are read, judged and counted. */
#include <errno.h>
#include <stdio.h>
#include <time.h>

#include "base/cleanup.h"
#include "cases/coverage.h"
#include "cases/run.h"
#include "load/load.h"

#include "findings.h"
#include "kselftest_harness.h"

#define BUNDLE                                                                               \
	"apiVersion: kpol.io/v1\nkind: RuntimePolicy\nmetadata: {name: p}\nspec:\n"          \
	"  selector: {matchUnits: [u.service]}\n"                                            \
	"  process:\n"                                                                       \
	"    matchPaths:\n"                                                                  \
	"    - {path: /bin/a, action: Allow}\n"                                              \
	"    - {path: /bin/b, action: Allow, fromSource: [{path: /bin/a}]}\n"                \
	"  file:\n"                                                                          \
	"    matchDirectories:\n"                                                            \
	"    - {dir: /etc/, action: Audit}\n"                                                \
	"    - {dir: /home/, action: Block, ownerOnly: true, recursive: true}\n"             \
	"  network:\n"                                                                       \
	"    matchPeers:\n"                                                                  \
	"    - {direction: egress, cidr: 10.0.0.0/8, ports: [443], protocol: tcp, action: "  \
	"Allow}\n"                                                                           \
	"---\n"                                                                              \
	"apiVersion: kpol.io/v1\nkind: RuntimePolicy\nmetadata: {name: o}\nspec:\n"          \
	"  mode: observe\n"                                                                  \
	"  selector: {matchUnits: [o.service]}\n"                                            \
	"  process: {matchPaths: [{path: /bin/a, action: Allow}]}\n"                         \
	"---\n"                                                                              \
	"apiVersion: kpol.io/v1\nkind: RuntimePolicy\nmetadata: {name: h}\nspec:\n"          \
	"  nodeSelector: {matchLabels: {role: db}}\n"                                        \
	"  process: {matchPaths: [{path: /bin/h, action: Block}]}\n"                         \
	"---\n"                                                                              \
	"apiVersion: kpol.io/v1\nkind: RuntimePolicy\nmetadata: {name: l}\nspec:\n"          \
	"  selector: {matchUnits: [l.service]}\n"                                            \
	"  network:\n"                                                                       \
	"    matchPeers:\n"                                                                  \
	"    - {direction: ingress, matchLabels: {app: gw}, protocol: tcp, action: Allow}\n" \
	"    - {direction: egress, namespaces: [\"*\"], matchLabels: {app: db}, cidr: "      \
	"10.0.0.0/8, except: [10.9.0.0/16], action: Allow}\n"

#define HEAD "apiVersion: kpol.io/v1\nkind: PolicyTest\nmetadata: {name: t}\nspec:\n  cases:\n"
#define CASE_OF(workload, access, expect) \
	"  - {workload: " workload ", access: " access ", expect: " expect "}\n"

FIXTURE(judged)
{
	struct kpol_diags diags;
	struct kpol_bundle *bundle;
	struct kpol_suite suite;
	struct kpol_run run;
};

FIXTURE_SETUP(judged)
{
	ASSERT_EQ(0, kpol_bundle_parse("b.yaml", BUNDLE, sizeof(BUNDLE) - 1, &self->diags,
				       &self->bundle));
	kpol_diags_clear(&self->diags);
}

FIXTURE_TEARDOWN(judged)
{
	kpol_run_clear(&self->run);
	kpol_suite_clear(&self->suite);
	kpol_bundle_free(self->bundle);
	kpol_diags_clear(&self->diags);
}

FIXTURE(whole)
{
	struct kpol_diags diags;
	struct kpol_bundle *bundle;
	struct kpol_suite suite;
	struct kpol_run run;
};

FIXTURE_SETUP(whole)
{
	ASSERT_EQ(0, kpol_bundle_parse("b.yaml", BUNDLE, sizeof(BUNDLE) - 1, &self->diags,
				       &self->bundle));
	kpol_diags_clear(&self->diags);
}

FIXTURE_TEARDOWN(whole)
{
	kpol_run_clear(&self->run);
	kpol_suite_clear(&self->suite);
	kpol_bundle_free(self->bundle);
	kpol_diags_clear(&self->diags);
}

FIXTURE_VARIANT(judged)
{
	const char *cases;
	uint8_t mode;
};

/* Each line is one case that must pass. */
#define PASSES(name, ...) FIXTURE_VARIANT_ADD(judged, name){ __VA_ARGS__ };

#define U "{unit: u.service}"
PASSES(allowed, .cases = CASE_OF(U, "{op: exec, object: /bin/a}", "allow"))
PASSES(source_counts, .cases = CASE_OF(U, "{op: exec, object: /bin/b, source: /bin/a}", "allow")
			      CASE_OF(U, "{op: exec, object: /bin/b, source: /bin/b}", "deny"))
PASSES(default_deny, .cases = CASE_OF(U, "{op: exec, object: /bin/c}",
				      "deny, rule: {reason: default, policy: p}"))
PASSES(no_path, .cases = CASE_OF(U, "{op: exec, unresolved: true}", "deny"))
PASSES(audit,
       .cases = CASE_OF(U, "{op: open, object: /etc/x}", "audit, rule: {object: /etc/, line: 12}"))
PASSES(owner_passes, .cases = CASE_OF(U, "{op: read, object: /home/x, uid: 7, owner: 7}", "allow")
			     CASE_OF(U, "{op: read, object: /home/x, uid: 7, owner: 0}", "deny"))
PASSES(network,
       .cases = CASE_OF(U, "{op: connect, address: 10.1.1.1, port: 443}",
			"allow") CASE_OF(U, "{op: connect, address: 10.1.1.1, port: 80}", "deny")
	       CASE_OF(U, "{op: connect, protocol: udp, address: 10.1.1.1, port: 443}", "deny")
		       CASE_OF(U, "{op: socket, protocol: tcp}", "allow"))
#define L "{unit: l.service}"
PASSES(label_peers,
       .cases = CASE_OF(L, "{op: accept, port: 80, address: 10.1.1.1, peer: {labels: {app: gw}}}",
			"allow, rule: {policy: l}")
	       CASE_OF(L,
		       "{op: accept, port: 80, peer: {labels: {app: gw, x: y}, namespace: "
		       "default}}",
		       "allow") CASE_OF(L,
					"{op: accept, port: 80, peer: {labels: {app: gw}, "
					"namespace: other}}",
					"deny, rule: {reason: default}")
		       CASE_OF(L, "{op: accept, port: 80, address: 10.1.1.1, peer: {}}",
			       "deny") CASE_OF(L, "{op: accept, port: 80, address: 10.1.1.1}",
					       "deny")
			       CASE_OF(L,
				       "{op: connect, port: 80, peer: {labels: {app: db}, "
				       "namespace: far}}",
				       "allow") CASE_OF(L,
							"{op: connect, address: \"fd00::1\", port: "
							"80, peer: {labels: {app: "
							"db}}}",
							"allow")
				       CASE_OF(L,
					       "{op: connect, address: 10.9.1.1, port: 80, peer: "
					       "{labels: {app: db}}}",
					       "allow") CASE_OF(L,
								"{op: connect, address: 10.9.1.1, "
								"port: 80, peer: {labels: {app: "
								"gw}}}",
								"deny")
					       CASE_OF(L,
						       "{op: connect, address: 10.8.1.1, port: 80}",
						       "allow"))
PASSES(ptrace_is_free, .cases = CASE_OF(U, "{op: ptrace}", "allow"))
PASSES(observed, .cases = CASE_OF("{unit: o.service}", "{op: exec, object: /bin/c}",
				  "would-deny, rule: {reason: default, policy: default/o}"))
PASSES(observed_as_if_enforced, .mode = KPOL_MODE_ENFORCE,
       .cases = CASE_OF("{unit: o.service}", "{op: exec, object: /bin/c}", "deny"))
PASSES(enforced_as_if_observed, .mode = KPOL_MODE_OBSERVE,
       .cases = CASE_OF(U, "{op: exec, object: /bin/c}", "would-deny"))
PASSES(below_the_unit, .cases = CASE_OF("{cgroup: /system.slice/u.service/below}",
					"{op: exec, object: /bin/c}", "deny"))
PASSES(by_cgroup, .cases = CASE_OF("{cgroup: /system.slice/u.service, unit: u.service}",
				   "{op: exec, object: /bin/c}", "deny"))
PASSES(nobody_s_workload,
       .cases = CASE_OF("{container: c, namespace: n}", "{op: exec, object: /bin/h}", "allow"))
PASSES(host_of_unknown_labels, .cases = CASE_OF("{}", "{op: exec, object: /bin/h}", "deny"))
PASSES(host_with_the_label,
       .cases = CASE_OF("{nodeLabels: {role: db}}", "{op: exec, object: /bin/h}", "deny"))
PASSES(host_with_another_label,
       .cases = CASE_OF("{nodeLabels: {role: web}}", "{op: exec, object: /bin/h}", "allow"))
PASSES(unit_on_another_machine,
       .cases = CASE_OF("{unit: u.service, nodeLabels: {role: web}}", "{op: exec, object: /bin/h}",
			"deny, rule: {reason: default}"))

TEST_F(judged, as_expected)
{
	_cleanup_free_ char *text = NULL, *findings = NULL;

	ASSERT_LT(0, asprintf(&text, HEAD "%s", variant->cases));
	ASSERT_EQ(0, kpol_suite_parse("t.yaml", text, strlen(text), &self->diags, &self->suite));
	self->suite.mode = variant->mode;
	ASSERT_EQ(0, kpol_run_suite(self->bundle, &self->suite, &self->diags, &self->run));
	findings = findings_text(&self->diags);
	EXPECT_STREQ("", findings);
	EXPECT_EQ(self->suite.n_cases, self->run.n_passed);
	for (size_t i = 0; i < self->suite.n_cases; i++) {
		EXPECT_EQ(KPOL_CASE_PASSED, self->run.results[i].fault)
		{
			TH_LOG("case %zu: %s, got %s", i, self->suite.cases[i].text,
			       kpol_suite_verdict(self->run.results[i].verdict));
		}
	}
}

static enum kpol_case_fault fault_of(const char *rest)
{
	struct kpol_diags diags = { 0 };
	struct kpol_bundle *bundle = NULL;
	struct kpol_suite suite = { 0 };
	struct kpol_run run = { 0 };
	_cleanup_free_ char *text = NULL;
	enum kpol_case_fault fault = -1;

	if (asprintf(&text, HEAD "  - {workload: " U ", access: {op: exec, %s\n", rest) > 0 &&
	    kpol_bundle_parse("b.yaml", BUNDLE, sizeof(BUNDLE) - 1, &diags, &bundle) == 0 &&
	    kpol_suite_parse("t.yaml", text, strlen(text), &diags, &suite) == 0 &&
	    kpol_run_suite(bundle, &suite, &diags, &run) == 0)
		fault = run.results[0].fault;
	kpol_run_clear(&run);
	kpol_suite_clear(&suite);
	kpol_bundle_free(bundle);
	kpol_diags_clear(&diags);
	return fault;
}

TEST(each_difference_is_told_apart)
{
	EXPECT_EQ(KPOL_CASE_VERDICT, fault_of("object: /bin/a}, expect: deny}"));
	EXPECT_EQ(KPOL_CASE_RULE_MISSING, fault_of("object: /x}, expect: deny, rule: {line: 8}}"));
	EXPECT_EQ(KPOL_CASE_RULE_MISSING,
		  fault_of("object: /x}, expect: deny, rule: {reason: rule}}"));
	EXPECT_EQ(KPOL_CASE_RULE_DECIDED,
		  fault_of("object: /bin/a}, expect: allow, rule: {reason: default}}"));
	EXPECT_EQ(KPOL_CASE_POLICY, fault_of("object: /bin/a}, expect: allow, rule: {policy: o}}"));
	EXPECT_EQ(KPOL_CASE_LINE, fault_of("object: /bin/a}, expect: allow, rule: {line: 9}}"));
	EXPECT_EQ(KPOL_CASE_OBJECT,
		  fault_of("object: /bin/a}, expect: allow, rule: {object: /bin/b}}"));
	EXPECT_EQ(KPOL_CASE_PASSED,
		  fault_of("object: /bin/a}, expect: allow, rule: {object: /bin/a, line: 8}}"));
}

static char *findings_of(const char *text)
{
	struct kpol_diags diags = { 0 };
	struct kpol_bundle *bundle = NULL;
	struct kpol_suite suite = { 0 };
	struct kpol_run run = { 0 };
	char *findings;

	kpol_bundle_parse("b.yaml", BUNDLE, sizeof(BUNDLE) - 1, &diags, &bundle);
	kpol_diags_clear(&diags);
	if (kpol_suite_parse("t.yaml", text, strlen(text), &diags, &suite) == 0)
		kpol_run_suite(bundle, &suite, &diags, &run);
	findings = findings_text(&diags);
	kpol_run_clear(&run);
	kpol_suite_clear(&suite);
	kpol_bundle_free(bundle);
	kpol_diags_clear(&diags);
	return findings;
}

static const struct {
	const char *text;
	const char *finding;
} refused[] = {
	{ HEAD "  - {access: {op: exce, object: /a}, expect: deny}\n",
	  "t.yaml:6:19: unknown operation \"exce\" (did you mean \"exec\"?)" },
	{ HEAD "  - {access: {op: exec, object: /a}, expect: denny}\n",
	  "t.yaml:6:46: unknown verdict \"denny\" (did you mean \"deny\"?)" },
	{ HEAD "  - {akcess: {op: exec, object: /a}, expect: deny}\n",
	  "unknown key \"akcess\" (did you mean \"access\"?)" },
	{ HEAD "  - {access: {op: exec}, expect: deny}\n", "\"object\" is missing" },
	{ HEAD "  - {access: {op: connect}, expect: deny}\n", "\"address\" is missing" },
	{ HEAD "  - {access: {op: connect, address: 1.2.3}, expect: deny}\n",
	  "address \"1.2.3\" is no address" },
	{ HEAD "  - {access: {op: bind, port: 65536}, expect: deny}\n",
	  "port \"65536\" is no number from 0 to 65535" },
	{ HEAD "  - {access: {op: exec, object: /a, port: 1}, expect: deny}\n",
	  "\"port\" means nothing for \"exec\"" },
	{ HEAD "  - {access: {op: read, object: /a, uid: 1}, expect: deny}\n", "go together" },
	{ HEAD "  - {access: {op: exec, object: /a/../b}, expect: deny}\n", "part \"..\"" },
	{ HEAD "  - {access: {op: exec, object: /a}, expect: deny, rule: {policy: q}}\n",
	  "b.yaml has no policy \"q\"" },
	{ HEAD "  - {access: {op: exec, object: /a}, expect: deny, "
	       "rule: {reason: default, line: 3}}\n",
	  "\"line\" names a rule" },
	{ "apiVersion: kpol.io/v1\nkind: RuntimePolicy\n", "holds no tests" },
	{ "apiVersion: kpol.io/v2\nkind: PolicyTest\n", "did you mean \"kpol.io/v1\"?" },
	{ "apiVersion: kpol.io/v1\nkind: PolicyTest\nspec: {cases: []}\n", "no case in this file" },
	{ HEAD "  - {access: {op: read, object: /a, args: [x]}, expect: allow}\n",
	  "\"args\" means nothing for \"read\"" },
	{ HEAD "  - {access: {op: bind, port: 80, peer: {}}, expect: deny}\n",
	  "\"peer\" means nothing for \"bind\"" },
	{ HEAD "  - {access: {op: exec, object: /a, peer: {}}, expect: deny}\n",
	  "\"peer\" means nothing for \"exec\"" },
	{ HEAD "  - {access: {op: accept, peer: {label: {a: b}}}, expect: deny}\n",
	  "unknown key \"label\" (did you mean \"labels\"?)" },
};

TEST(mistakes_are_told_with_their_place)
{
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		_cleanup_free_ char *findings = findings_of(refused[i].text);

		EXPECT_NE(NULL, strstr(findings, refused[i].finding))
		{
			TH_LOG("no \"%s\" in: %s", refused[i].finding, findings);
		}
	}
}

TEST_F(whole, coverage_names_what_no_test_decided)
{
	static const char text[] = HEAD CASE_OF(U, "{op: exec, object: /bin/a}", "allow")
		CASE_OF(U, "{op: open, object: /etc/x}", "audit")
			CASE_OF("{unit: o.service}", "{op: exec, object: /bin/a}", "allow");
	struct kpol_coverage coverage = { 0 };

	ASSERT_EQ(0,
		  kpol_suite_parse("t.yaml", text, sizeof(text) - 1, &self->diags, &self->suite));
	ASSERT_EQ(0, kpol_run_suite(self->bundle, &self->suite, &self->diags, &self->run));
	ASSERT_EQ(0, kpol_coverage_new(self->bundle, &coverage));
	kpol_coverage_add(&coverage, &self->run);
	ASSERT_EQ(0, kpol_coverage_finish(&coverage));
	EXPECT_EQ(9, coverage.n_rules);
	ASSERT_EQ(6, coverage.n_missed);
	EXPECT_EQ(33, kpol_coverage_percent(&coverage));
	EXPECT_EQ(9, coverage.missed[0].item->place.line);
	EXPECT_EQ(13, coverage.missed[1].item->place.line);
	EXPECT_EQ(16, coverage.missed[2].item->place.line);
	EXPECT_STREQ("h", coverage.missed[3].policy->name);
	kpol_coverage_clear(&coverage);
}

#define MANY 5000

/* As text, so that reading counts too; every case has a workload of its own. */
static char *many_cases(void)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	fputs(HEAD, out);
	for (int i = 0; i < MANY; i++)
		fprintf(out,
			"  - name: case %d\n"
			"    workload: {cgroup: /system.slice/u.service/%d}\n"
			"    access: {op: exec, object: /bin/%d, source: /bin/sh}\n"
			"    expect: deny\n",
			i, i, i);
	fclose(out);
	return text;
}

TEST_F(whole, five_thousand_cases_take_well_under_two_seconds)
{
	_cleanup_free_ char *text = many_cases();
	struct timespec start, end;
	double seconds;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
	ASSERT_EQ(0, kpol_suite_parse("t.yaml", text, strlen(text), &self->diags, &self->suite));
	ASSERT_EQ(0, kpol_run_suite(self->bundle, &self->suite, &self->diags, &self->run));
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
	seconds = (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9;
	EXPECT_EQ(MANY, self->run.n_passed);
	EXPECT_LT(seconds, 2);
	TH_LOG("%d cases in %.2f s", MANY, seconds);
}

TEST_HARNESS_MAIN
