// SPDX-License-Identifier: GPL-2.0-or-later
/* kpolctl completion: teach the shell to complete. */
#include <stdio.h>

#include "kpolctl/args.h"

/* Verbs, options and names all come from "kpolctl __complete": this script never goes stale. */
static const char bash[] =
	"# bash completion for kpolctl(8), made by \"kpolctl completion bash\"\n"
	"_kpolctl()\n"
	"{\n"
	"  local line cur=${COMP_LINE:0:COMP_POINT} words\n"
	"  read -ra words <<<\"$cur\"\n"
	"  [[ $cur == *[[:space:]] ]] && words+=(\"\")\n"
	"  cur=${words[-1]}\n"
	"  COMPREPLY=()\n"
	"  while IFS= read -r line; do\n"
	"    if [[ $line == :files ]]; then\n"
	"      compopt -o filenames 2>/dev/null\n"
	"      mapfile -t -O \"${#COMPREPLY[@]}\" COMPREPLY < <(compgen -f -- \"$cur\")\n"
	"    else\n"
	"      COMPREPLY+=(\"$line\")\n"
	"    fi\n"
	"  done < <(\"${words[0]}\" __complete \"${words[@]:1}\" 2>/dev/null)\n"
	"  # bash completes after the last colon only\n"
	"  if [[ $cur == *:* && $COMP_WORDBREAKS == *:* ]]; then\n"
	"    COMPREPLY=(\"${COMPREPLY[@]#\"${cur%\"${cur##*:}\"}\"}\")\n"
	"  fi\n"
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
