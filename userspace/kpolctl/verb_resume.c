// SPDX-License-Identifier: GPL-2.0-or-later
/* kpolctl resume: deny again after a panic. */
#include <linux/kpol.h>

#include "kpolctl/args.h"
#include "kpolctl/switch.h"

static int run(int argc, char **argv)
{
	struct kpolctl_args args;
	int code = kpolctl_args_read(&verb_resume, argc, argv, &args);

	return code ? code : kpolctl_switch_throw(KPOL_MODE_ENFORCE);
}

const struct kpolctl_verb verb_resume = {
	.name = "resume",
	.purpose = "Deny again after a panic",
	.example = "kpolctl resume",
	.run = run,
};
