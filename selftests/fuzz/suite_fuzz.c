// SPDX-License-Identifier: GPL-2.0-or-later
/* Fuzz target: any bytes as a test file, run against a small bundle. */
#include <stdint.h>
#include <stdlib.h>

#include "cases/run.h"
#include "load/load.h"

static const char policy[] =
	"apiVersion: kpol.io/v1\nkind: RuntimePolicy\nmetadata: {name: p}\nspec:\n"
	"  selector: {matchUnits: [a.service]}\n"
	"  file: {matchDirectories: [{dir: /etc/, recursive: true, action: Allow}]}\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kpol_diags diags = { 0 };
	struct kpol_bundle *bundle = NULL;
	struct kpol_suite suite = { 0 };
	struct kpol_run run = { 0 };

	if (kpol_bundle_parse("p", policy, sizeof(policy) - 1, &diags, &bundle) < 0)
		abort();
	if (kpol_suite_parse("fuzz", (const char *)data, size, &diags, &suite) == 0)
		kpol_run_suite(bundle, &suite, &diags, &run);
	kpol_run_clear(&run);
	kpol_suite_clear(&suite);
	kpol_bundle_free(bundle);
	kpol_diags_clear(&diags);
	return 0;
}
