// SPDX-License-Identifier: GPL-2.0-or-later
/* kpolctl unbind: take back a binding made by hand. */
#include <stddef.h>

#include "kpolctl/args.h"
#include "kpolctl/binding.h"

static int run(int argc, char **argv)
{
	struct kpolctl_args args;
	int code = kpolctl_args_read(&verb_unbind, argc, argv, &args);

	return code ? code : kpolctl_binding_call("Unbind", kpolctl_args_word(&args, 0), NULL);
}

const struct kpolctl_verb verb_unbind = {
	.name = "unbind",
	.args = "TARGET",
	.purpose = "Take back a binding made by hand",
	.example = "kpolctl unbind cgroup:/payments",
	.run = run,
};
