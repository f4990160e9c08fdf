// SPDX-License-Identifier: GPL-2.0-or-later
/* Scopes: which ones a bundle needs, and what is bound to them. */
#include "kselftest_harness.h"

#include "compile_case.h"

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
#define SLICE POLICY("s", "{matchUnits: [a.slice]}") RULE "---\n"
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
       "host [host]: 1\nunconfined [free]:\npath / -> host\npath /k/c1 -> unconfined\n", "!/k/c1");
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

		/* A scope that is none is for those that need none. */
		EXPECT_EQ(needed, scope && !(ruleset->scopes[scope - 1].flags & KPOL_SCOPE_FREE));
	}
	kpol_ruleset_free(ruleset);
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

TEST_HARNESS_MAIN
