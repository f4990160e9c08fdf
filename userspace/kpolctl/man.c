// SPDX-License-Identifier: GPL-2.0-or-later
/* The manual page kpolctl(8), from the rows. */
#include "kpolctl/man.h"

#include <stdio.h>
#include <string.h>

#include <linux/kpol.h>

#include "kpolctl/options.h"
#include "kpolctl/usage.h"
#include "kpolctl/verbs.h"

static const char head[] =
	".TH KPOLCTL 8 \"\" \"kpol " KPOL_VERSION "\" \"System Administration\"\n"
	".SH NAME\nkpolctl \\- load runtime policy, show and switch what is enforced\n"
	".SH SYNOPSIS\n.B kpolctl\n.I VERB\n[\\fIARGUMENT\\fR...] [\\fIOPTION\\fR...]\n"
	".SH DESCRIPTION\nkpolctl speaks to\n.BR kpold (8)\nover its control socket.\n"
	"The verbs lint, fmt, convert, test, diff of two files, compile and explain without "
	"\\-\\-pid need "
	"neither the daemon nor "
	"privileges.\n"
	"The verbs panic, resume and status reach the kernel module even when kpold is dead.\n"
	".PP\nAnswers go to standard output, errors to standard error, one line each.\n"
	"Text that a workload chose (paths, command names) is escaped.\n";

static const char tail[] =
	".SH ENVIRONMENT\n.TP\n.B KPOL_SOCKET\nwhere kpold listens, if not in /run/kpol/control\n"
	".TP\n.B NO_COLOR\nno colours, whatever its value\n"
	".SH FILES\n.TP\n.I /run/kpol/control\nthe daemon's control socket\n"
	".SH SEE ALSO\n.BR kpold (8),\n.BR kpol\\-bundle (5)\n";

/* Characters that roff would take for its own. */
static void print_text(const char *text, size_t len)
{
	if (len && (*text == '.' || *text == '\''))
		fputs("\\&", stdout);
	for (; len && *text; text++, len--) {
		if (*text == '-')
			fputs("\\-", stdout);
		else if (*text == '\\')
			fputs("\\e", stdout);
		else
			putchar(*text);
	}
}

static void print_options(const char *const *rows)
{
	for (size_t i = 0; rows && rows[i]; i++) {
		size_t n = strcspn(rows[i], "\t");

		fputs(".TP\n\\fB", stdout);
		print_text(rows[i], n);
		fputs("\\fR\n", stdout);
		print_text(rows[i] + n + !!rows[i][n], strlen(rows[i]));
		putchar('\n');
	}
}

static void print_verb(const struct kpolctl_verb *verb)
{
	printf(".SS \"%s%s%s\"\n", verb->name, verb->args ? " " : "", verb->args ? verb->args : "");
	print_text(verb->purpose, strlen(verb->purpose));
	fputs(".\n", stdout);
	print_options(verb->options);
	if (!verb->example)
		return;
	fputs(".PP\nExample:\n.PP\n.RS\n.nf\n", stdout);
	print_text(verb->example, strlen(verb->example));
	fputs("\n.fi\n.RE\n", stdout);
}

int kpolctl_man(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	fputs(head, stdout);
	fputs(".SH VERBS\n", stdout);
	for (size_t i = 0; kpolctl_verbs[i]; i++)
		print_verb(kpolctl_verbs[i]);
	fputs(".SH COMMON OPTIONS\n", stdout);
	print_options(kpolctl_option_rows);
	fputs(".SH EXIT STATUS\n", stdout);
	for (size_t i = 0; kpolctl_exits[i].meaning; i++)
		printf(".TP\n.B %d\n%s\n", kpolctl_exits[i].code, kpolctl_exits[i].meaning);
	fputs(tail, stdout);
	return KPOLCTL_OK;
}
