// SPDX-License-Identifier: GPL-2.0-or-later
/* kpolctl help: explain a verb, or list them. */
#include "kpolctl/args.h"
#include "kpolctl/message.h"
#include "kpolctl/usage.h"
#include "kpolctl/verbs.h"

static int run(int argc, char **argv)
{
	const struct kpolctl_verb *verb;
	struct kpolctl_args args;
	const char *name;
	int code = kpolctl_args_read(&verb_help, argc, argv, &args);

	if (code)
		return code;
	name = kpolctl_args_word(&args, 0);
	verb = name ? kpolctl_verb_find(name) : NULL;
	if (name && !verb)
		return kpolctl_fail_unknown("verb", name, kpolctl_verb_nearest(name));
	if (verb)
		kpolctl_usage_print(verb);
	else
		kpolctl_usage_print_all();
	return KPOLCTL_OK;
}

const struct kpolctl_verb verb_help = {
	.name = "help",
	.args = "[VERB]",
	.purpose = "Explain a verb, or list all",
	.example = "kpolctl help load",
	.run = run,
};
