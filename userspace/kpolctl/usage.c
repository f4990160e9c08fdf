// SPDX-License-Identifier: GPL-2.0-or-later
/* Help for one verb and for all, from the rows. */
#include "kpolctl/usage.h"

#include <stdio.h>
#include <string.h>

#include "kpolctl/options.h"
#include "kpolctl/verbs.h"

const struct kpolctl_exit kpolctl_exits[] = {
	{ KPOLCTL_OK, "done, yes, no difference" },
	{ KPOLCTL_NO, "no: differs, invalid, would be denied, not found" },
	{ KPOLCTL_USAGE, "the command line is wrong" },
	{ KPOLCTL_DOWN, "kpold or the module is not there" },
	{ KPOLCTL_DENIED, "not permitted" },
	{ KPOLCTL_TROUBLE, "anything else went wrong" },
	{ KPOLCTL_CHANGES, "plan, diff of two files: there are changes" },
	{ KPOLCTL_HIGH_RISK, "the same with --fail-on high: one is of high risk" },
	{ 0, NULL },
};

static void print_options(const char *title, const char *const *rows)
{
	if (!rows)
		return;
	printf("\n%s:\n", title);
	for (size_t i = 0; rows[i]; i++) {
		size_t n = strcspn(rows[i], "\t");

		printf("  %-35.*s %s\n", (int)n, rows[i], rows[i][n] ? rows[i] + n + 1 : "");
	}
}

static void print_exits(void)
{
	printf("\nExit codes:\n");
	for (size_t i = 0; kpolctl_exits[i].meaning; i++)
		printf("  %d  %s\n", kpolctl_exits[i].code, kpolctl_exits[i].meaning);
}

void kpolctl_usage_print(const struct kpolctl_verb *verb)
{
	printf("kpolctl %s%s%s%s\n\n%s.\n", verb->name, verb->options ? " [OPTION…]" : "",
	       verb->args ? " " : "", verb->args ? verb->args : "", verb->purpose);
	print_options("Options", verb->options);
	print_options("Common options", kpolctl_option_rows);
	if (verb->example)
		printf("\nExample:\n  %s\n", verb->example);
	print_exits();
}

void kpolctl_usage_print_all(void)
{
	printf("kpolctl VERB [ARGUMENT…] [OPTION…]\n\nSpeaks to kpold: loads policy, shows what is "
	       "enforced, switches it.\n\n");
	for (size_t i = 0; kpolctl_verbs[i]; i++)
		printf("  %-11s %s\n", kpolctl_verbs[i]->name, kpolctl_verbs[i]->purpose);
	print_options("Common options", kpolctl_option_rows);
	print_exits();
	printf("\n\"kpolctl help VERB\" explains a verb. See also kpolctl(8).\n");
}
