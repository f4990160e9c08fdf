// SPDX-License-Identifier: GPL-2.0-or-later
/* kpolctl completion: teach the shell to complete. */
#include <stdio.h>

#include "kpolctl/args.h"

/* Verbs, options and names all come from "kpolctl __complete": this script never goes stale. */
static const char bash[] =
	"# bash completion for kpolctl(8), made by \"kpolctl completion bash\"\n"
	"_kpolctl()\n"
	"{\n"
	"\tlocal line cur=${COMP_LINE:0:COMP_POINT} words\n"
	"\tread -ra words <<<\"$cur\"\n"
	"\t[[ $cur == *[[:space:]] ]] && words+=(\"\")\n"
	"\tcur=${words[-1]}\n"
	"\tCOMPREPLY=()\n"
	"\twhile IFS= read -r line; do\n"
	"\t\tif [[ $line == :files ]]; then\n"
	"\t\t\tcompopt -o filenames 2>/dev/null\n"
	"\t\t\tmapfile -t -O \"${#COMPREPLY[@]}\" COMPREPLY < <(compgen -f -- \"$cur\")\n"
	"\t\telse\n"
	"\t\t\tCOMPREPLY+=(\"$line\")\n"
	"\t\tfi\n"
	"\tdone < <(\"${words[0]}\" __complete \"${words[@]:1}\" 2>/dev/null)\n"
	"\t# bash completes after the last colon only\n"
	"\tif [[ $cur == *:* && $COMP_WORDBREAKS == *:* ]]; then\n"
	"\t\tCOMPREPLY=(\"${COMPREPLY[@]#\"${cur%\"${cur##*:}\"}\"}\")\n"
	"\tfi\n"
	"}\n"
	"complete -F _kpolctl kpolctl\n";

static int run(int argc, char **argv)
{
	struct kpolctl_args args;
	int code = kpolctl_args_read(&verb_completion, argc, argv, &args);

	if (!code)
		fputs(bash, stdout);
	return code;
}

const struct kpolctl_verb verb_completion = {
	.name = "completion",
	.args = "bash",
	.purpose = "Print the script that teaches the shell to complete",
	.example = "source <(kpolctl completion bash)",
	.run = run,
};
