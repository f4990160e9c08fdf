// SPDX-License-Identifier: GPL-2.0-or-later
/* Fuzz target: any bytes as an AppArmor profile; what comes out must load. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "convert/convert.h"
#include "load/load.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kpol_diags diags = { 0 };
	struct kpol_bundle *bundle = NULL;
	char *text = NULL;

	if (kpol_convert_apparmor("fuzz", (const char *)data, size, NULL, &diags, &text) == 0 &&
	    kpol_bundle_parse("out", text, strlen(text), &diags, &bundle) < 0 && !diags.oom)
		abort();
	kpol_bundle_free(bundle);
	kpol_diags_clear(&diags);
	free(text);
	return 0;
}
