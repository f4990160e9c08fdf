// SPDX-License-Identifier: GPL-2.0-or-later
/* kpolctl plan: what loading a bundle would change for the workloads of this machine. */
#include "kpolctl/bundle_file.h"
#include "kpolctl/cleanup.h"
#include "kpolctl/client.h"
#include "kpolctl/plan.h"

static int run(int argc, char **argv)
{
	struct kpolctl_request request = { .method = "Plan" };
	_cleanup_json_ struct json_object *reply = NULL;
	struct kpolctl_args args;
	bool fail_on_high;
	int code = kpolctl_args_read(&verb_plan, argc, argv, &args);

	if (!code)
		code = kpolctl_plan_fail_on(&args, &fail_on_high);
	if (!code)
		code = kpolctl_bundle_read(kpolctl_args_word(&args, 0), &request.parameters);
	if (!code)
		code = kpolctl_call(&request, &reply);
	return code ? code : kpolctl_plan_report(reply, fail_on_high);
}

const struct kpolctl_verb verb_plan = {
	.name = "plan",
	.args = "FILE|-",
	.purpose = "Show which accesses loading a bundle would judge otherwise, and at what risk; "
		   "exit 6 if any",
	.options =
		(const char *const[]){ "--fail-on high\texit 7 if a change is of high risk", NULL },
	.example = "kpolctl plan payments.yaml --fail-on high",
	.run = run,
};
