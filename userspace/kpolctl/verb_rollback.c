// SPDX-License-Identifier: GPL-2.0-or-later
/* kpolctl rollback: back to an earlier bundle. */
#include "kpolctl/args.h"
#include "kpolctl/change.h"
#include "kpolctl/cleanup.h"
#include "kpolctl/client.h"

#define STEPS_MAX 1000

static int run(int argc, char **argv)
{
	struct kpolctl_request request = { .method = "Rollback" };
	_cleanup_json_ struct json_object *reply = NULL;
	unsigned long steps = 1;
	struct kpolctl_args args;
	int code = kpolctl_args_read(&verb_rollback, argc, argv, &args);

	if (!code && kpolctl_args_word(&args, 0))
		code = kpolctl_number_read("N", kpolctl_args_word(&args, 0), 1, STEPS_MAX, &steps);
	if (code)
		return code;
	request.parameters = json_object_new_object();
	json_object_object_add(request.parameters, "steps", json_object_new_int((int)steps));
	code = kpolctl_call(&request, &reply);
	return code ? code : kpolctl_change_report(reply);
}

const struct kpolctl_verb verb_rollback = {
	.name = "rollback",
	.args = "[N]",
	.purpose = "Return to the bundle before this one, or N loads back",
	.example = "kpolctl rollback",
	.run = run,
};
