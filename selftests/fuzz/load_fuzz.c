// SPDX-License-Identifier: GPL-2.0-or-later
/* Fuzz target: any bytes as a bundle, all the way to the engine's table. */
#include <stdint.h>
#include <stdlib.h>

#include "compile/compile.h"
#include "compile/lint.h"
#include "load/load.h"

/* A container and a service, so that workloads are placed too. */
static struct kpol_label label = { (char *)"app", (char *)"web" };
static const struct kpol_workload workloads[] = {
	{ .cgroup = (char *)"/", .cgroup_id = 1 },
	{ .cgroup = (char *)"/system.slice/a.service",
	  .cgroup_id = 2,
	  .unit = (char *)"a.service" },
	{ .cgroup = (char *)"/k/c1",
	  .cgroup_id = 3,
	  .container = (char *)"c",
	  .namespace = (char *)"default",
	  .labels = &label,
	  .n_labels = 1 },
};

static void check(int ok)
{
	if (!ok)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kpol_diags diags = { 0 };
	struct kpol_bundle *bundle = NULL;
	struct kpol_ruleset *ruleset = NULL;
	int r = kpol_bundle_parse("fuzz.yaml", (const char *)data, size, &diags, &bundle);

	check((r == 0) == (bundle != NULL) && (r == 0) == (diags.n_errors == 0));
	if (bundle)
		r = kpol_compile(bundle, workloads, 3, &diags, &ruleset);
	check(!bundle || ((r == 0) == (ruleset != NULL) && (r == 0) == (diags.n_errors == 0)));
	if (ruleset)
		check(kpol_lint(bundle, ruleset, NULL, &diags) == 0);
	for (size_t i = 0; i < diags.n; i++)
		free(kpol_diag_format(&diags.items[i]));
	kpol_ruleset_free(ruleset);
	kpol_bundle_free(bundle);
	kpol_diags_clear(&diags);
	return 0;
}
