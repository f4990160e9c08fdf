// SPDX-License-Identifier: GPL-2.0-or-later
/* kpolctl schema: what a document may look like, for editors and API servers. */
#include <stdio.h>

#include "base/words.h"
#include "kpolctl/args.h"
#include "kpolctl/cleanup.h"
#include "kpolctl/crd.h"
#include "kpolctl/json_schema.h"
#include "kpolctl/message.h"
#include "kpolctl/yaml_text.h"
#include "load/schema.h"

static int print_json_schema(void)
{
	_cleanup_json_ struct json_object *schema = kpolctl_json_schema();
	const char *text = json_object_to_json_string_ext(
		schema, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE);

	if (!text)
		return kpolctl_fail(KPOLCTL_TROUBLE, "out of memory");
	puts(text);
	return KPOLCTL_OK;
}

/* A kind of documents need not be one of ours, nor one that a cluster has. */
static int no_definition(const char *name)
{
	const struct kpol_kind *kind = kpol_kind_find(name);

	if (!kind)
		return kpolctl_fail_unknown("kind", name, kpol_nearest(kpolctl_crd_kinds, name));
	if (kind->lenient)
		return kpolctl_fail(KPOLCTL_USAGE,
				    "%s is KubeArmor's: its definition comes with KubeArmor", name);
	return kpolctl_fail(KPOLCTL_USAGE, "%s is for files only: no cluster has it", name);
}

static int print_crd(const char *kind)
{
	_cleanup_json_ struct json_object *crd = kpolctl_crd(kind);

	if (!crd)
		return no_definition(kind);
	printf("# SPDX-License-Identifier: GPL-2.0-or-later\n"
	       "# Written by \"kpolctl schema --crd %s\" from the loader's table of fields: not to "
	       "be edited.\n",
	       kind);
	if (kpolctl_yaml_print(stdout, crd) < 0)
		return kpolctl_fail(KPOLCTL_TROUBLE, "cannot write it all");
	return KPOLCTL_OK;
}

static int run(int argc, char **argv)
{
	struct kpolctl_args args;
	const char *kind;
	int code = kpolctl_args_read(&verb_schema, argc, argv, &args);

	if (code)
		return code;
	kind = kpolctl_args_option(&args, "--crd");
	return kind ? print_crd(kind) : print_json_schema();
}

const struct kpolctl_verb verb_schema = {
	.name = "schema",
	.purpose = "Print the JSON Schema of a bundle's documents, for editors, or the definition "
		   "of a kind for "
		   "Kubernetes",
	.options =
		(const char *const[]){
			"--crd KIND\tthe CustomResourceDefinition of RuntimePolicy, as YAML",
			NULL,
		},
	.example = "kpolctl schema --crd RuntimePolicy | kubectl apply -f -",
	.run = run,
};
