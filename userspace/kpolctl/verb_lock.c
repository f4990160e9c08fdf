// SPDX-License-Identifier: GPL-2.0-or-later
/* kpolctl lock: nobody unloads the module before the next boot. */
#include <stdio.h>

#include "kpolctl/args.h"
#include "kpolctl/cleanup.h"
#include "kpolctl/client.h"
#include "kpolctl/message.h"
#include "kpolctl/module.h"
#include "kpolctl/output.h"

#define TIMEOUT_S 3 /* the module is locked already: a stuck daemon must not hold us */

static int tell_daemon(void)
{
	struct kpolctl_request request = { .method = "NoteLock",
					   .parameters = json_object_new_object(),
					   .timeout_s = TIMEOUT_S };
	_cleanup_json_ struct json_object *reply = NULL;

	return kpolctl_try(&request, &reply);
}

static int run(int argc, char **argv)
{
	struct kpolctl_args args;
	int error, code = kpolctl_args_read(&verb_lock, argc, argv, &args);

	if (code)
		return code;
	error = kpolctl_module_lock();
	if (error)
		return kpolctl_module_fail(error);
	if (tell_daemon())
		kpolctl_note("kpolctl: kpold was not told (it does not answer): it is not in the "
			     "history");
	if (kpolctl_output == KPOLCTL_JSON)
		return kpolctl_object_print("Lock", json_object_new_object(), false)
			       ? KPOLCTL_TROUBLE
			       : KPOLCTL_OK;
	return puts("locked: the module stays until the next boot") < 0 ? KPOLCTL_TROUBLE
									: KPOLCTL_OK;
}

const struct kpolctl_verb verb_lock = {
	.name = "lock",
	.purpose = "Keep the module from being unloaded until the next boot",
	.example = "kpolctl lock",
	.run = run,
};
