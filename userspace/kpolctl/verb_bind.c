// SPDX-License-Identifier: GPL-2.0-or-later
/* kpolctl bind: put a cgroup or unit under a scope by hand. */
#include "kpolctl/args.h"
#include "kpolctl/binding.h"

static int run(int argc, char **argv)
{
	struct kpolctl_args args;
	int code = kpolctl_args_read(&verb_bind, argc, argv, &args);

	if (code)
		return code;
	return kpolctl_binding_call("Bind", kpolctl_args_word(&args, 0),
				    kpolctl_args_word(&args, 1));
}

const struct kpolctl_verb verb_bind = {
	.name = "bind",
	.args = "TARGET SCOPE",
	.purpose = "Put a cgroup or unit (unit:NAME, cgroup:/PATH) under a scope by hand",
	.example = "kpolctl bind unit:payd.service payments",
	.run = run,
};
