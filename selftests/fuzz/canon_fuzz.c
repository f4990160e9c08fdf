// SPDX-License-Identifier: GPL-2.0-or-later
/* Fuzz target: any bytes as YAML to format; formatting twice is formatting once. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "canon/canon.h"

static const struct kpol_schema *find_schema(const char *kind)
{
	const struct kpol_kind *found = kpol_kind_find(kind);

	return found ? found->schema : NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kpol_input in = { .file = "fuzz.yaml" };
	char *once = NULL, *twice = NULL;

	if (kpol_canon_format(&in, (const char *)data, size, find_schema, &once) == 0 &&
	    (kpol_canon_format(&in, once, strlen(once), find_schema, &twice) < 0 ||
	     strcmp(once, twice)))
		abort();
	free(once);
	free(twice);
	return 0;
}
