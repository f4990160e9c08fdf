// SPDX-License-Identifier: GPL-2.0-or-later
/* kpolctl: from a command line to a verb. */
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "kpolctl/complete.h"
#include "kpolctl/man.h"
#include "kpolctl/message.h"
#include "kpolctl/options.h"
#include "kpolctl/usage.h"
#include "kpolctl/verbs.h"

/* For the shell and the build, not for people: not in the table of verbs. */
static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
} hidden[] = {
	{ "__complete", kpolctl_complete },
	{ "__man", kpolctl_man },
};

static int run_verb(int argc, char **argv)
{
	const struct kpolctl_verb *verb = kpolctl_verb_find(argv[0]);

	if (!verb)
		return kpolctl_fail_unknown("verb", argv[0], kpolctl_verb_nearest(argv[0]));
	if (kpolctl_output >= KPOLCTL_JUNIT && !verb->reports)
		return kpolctl_fail(KPOLCTL_USAGE,
				    "%s has no test report: -o junit and -o tap are for test",
				    verb->name);
	if (!kpolctl_options.help)
		return verb->run(argc, argv);
	kpolctl_usage_print(verb);
	return KPOLCTL_OK;
}

static int run_command(int argc, char **argv)
{
	int code;

	for (size_t i = 0; argc > 1 && i < sizeof(hidden) / sizeof(hidden[0]); i++)
		if (!strcmp(argv[1], hidden[i].name))
			return hidden[i].run(argc - 1, argv + 1);
	code = kpolctl_options_take(&argc, argv);
	if (code)
		return code;
	if (argc > 1 && !strcmp(argv[1], "--version"))
		argv[1] = (char *)verb_version.name;
	if (argc > 1)
		return run_verb(argc - 1, argv + 1);
	if (!kpolctl_options.help)
		return kpolctl_fail(KPOLCTL_USAGE, "which verb? \"kpolctl help\" lists them");
	kpolctl_usage_print_all();
	return KPOLCTL_OK;
}

int main(int argc, char **argv)
{
	int code;

	setlocale(LC_ALL, "");
	code = run_command(argc, argv);
	/* An answer that did not reach its reader is no answer. */
	if (fflush(stdout) || ferror(stdout))
		return code ? code : KPOLCTL_TROUBLE;
	return code;
}
