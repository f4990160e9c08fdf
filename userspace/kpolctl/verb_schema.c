// SPDX-License-Identifier: GPL-2.0-or-later
/* kpolctl schema: what a document may look like, for editors. */
#include <stdio.h>

#include "kpolctl/args.h"
#include "kpolctl/cleanup.h"
#include "kpolctl/json_schema.h"
#include "kpolctl/message.h"

static int run(int argc, char **argv)
{
	_cleanup_json_ struct json_object *schema = NULL;
	struct kpolctl_args args;
	const char *text;
	int code = kpolctl_args_read(&verb_schema, argc, argv, &args);

	if (code)
		return code;
	schema = kpolctl_json_schema();
	text = json_object_to_json_string_ext(schema, JSON_C_TO_STRING_PRETTY |
							      JSON_C_TO_STRING_NOSLASHESCAPE);
	if (!text)
		return kpolctl_fail(KPOLCTL_TROUBLE, "out of memory");
	puts(text);
	return KPOLCTL_OK;
}

const struct kpolctl_verb verb_schema = {
	.name = "schema",
	.purpose = "Print the JSON Schema of a bundle's documents, for editors",
	.example = "kpolctl schema >kpol.schema.json",
	.run = run,
};
