// SPDX-License-Identifier: GPL-2.0-or-later
/* kpolctl diff: a bundle against the live one. */
#include "kpolctl/args.h"
#include "kpolctl/bundle_file.h"
#include "kpolctl/change.h"
#include "kpolctl/cleanup.h"
#include "kpolctl/client.h"
#include "kpolctl/field.h"
#include "kpolctl/message.h"

static int run(int argc, char **argv)
{
	struct kpolctl_request request = { .method = "Diff" };
	_cleanup_json_ struct json_object *reply = NULL;
	struct kpolctl_args args;
	bool same;
	int code = kpolctl_args_read(&verb_diff, argc, argv, &args);

	if (!code)
		code = kpolctl_bundle_read(kpolctl_args_word(&args, 0), &request.parameters);
	if (!code)
		code = kpolctl_call(&request, &reply);
	if (code)
		return code;
	same = kpolctl_field_true(reply, "same");
	kpolctl_diagnostics(kpolctl_field_array(reply, "diagnostics"));
	if (kpolctl_change_print(reply))
		return kpolctl_fail(KPOLCTL_TROUBLE, "out of memory");
	return same ? KPOLCTL_OK : KPOLCTL_NO;
}

const struct kpolctl_verb verb_diff = {
	.name = "diff",
	.args = "FILE|-",
	.purpose = "Show what loading a bundle would change; exit 1 if anything",
	.example = "kpolctl diff payments.yaml",
	.run = run,
};
