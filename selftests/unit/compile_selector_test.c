// SPDX-License-Identifier: GPL-2.0-or-later
/* Selectors: which workloads they match. */
#include "kselftest_harness.h"

#include "compile_case.h"

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
