// SPDX-License-Identifier: GPL-2.0-or-later
/* kpolctl panic: stop denying, everywhere, now. */
#include <linux/kpol.h>

#include "kpolctl/args.h"
#include "kpolctl/switch.h"

static int run(int argc, char **argv)
{
	struct kpolctl_args args;
	int code = kpolctl_args_read(&verb_panic, argc, argv, &args);

	return code ? code : kpolctl_switch_throw(KPOL_MODE_OBSERVE);
}

const struct kpolctl_verb verb_panic = {
	.name = "panic",
	.purpose = "Stop denying at once, everywhere; works with kpold dead",
	.example = "kpolctl panic",
	.run = run,
};
