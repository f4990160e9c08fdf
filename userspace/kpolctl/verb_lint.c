// SPDX-License-Identifier: GPL-2.0-or-later
/* kpolctl lint: what is wrong with bundles, and what is hardly meant. */
#include <errno.h>
#include <stdio.h>

#include "compile/lint.h"
#include "kpolctl/args.h"
#include "kpolctl/cleanup.h"
#include "kpolctl/escape.h"
#include "kpolctl/message.h"
#include "kpolctl/offline.h"
#include "kpolctl/output.h"

/* Loading may end in errors: those are findings too. */
static int lint_file(const char *file, struct kpolctl_offline *offline)
{
	int r = kpolctl_offline_open(file, NULL, offline);

	if (r == 0)
		r = kpol_lint(offline->bundle, offline->ruleset, &offline->diags);
	if (r == -ENOMEM || offline->diags.oom)
		return kpolctl_fail(KPOLCTL_TROUBLE, "out of memory");
	return r < 0 && r != -EINVAL ? KPOLCTL_TROUBLE : KPOLCTL_OK;
}

static void print_findings(const struct kpol_diags *diags)
{
	for (size_t i = 0; i < diags->n; i++) {
		_cleanup_free_ char *text = kpol_diag_format(&diags->items[i]);
		_cleanup_free_ char *safe = text ? kpolctl_escape(text) : NULL;

		if (diags->items[i].severity != KPOL_NOTE || !kpolctl_quiet)
			puts(safe ? safe : "out of memory");
	}
}

static int print_json(const struct kpol_diags *diags)
{
	_cleanup_json_ struct json_object *items = kpolctl_findings(diags);
	struct kpolctl_table table = { .kind = "FindingList", .name = "code", .items = items };

	return kpolctl_table_print(&table);
}

static int run(int argc, char **argv)
{
	_cleanup_(kpolctl_offline_clear) struct kpolctl_offline offline = { 0 };
	struct kpolctl_args args;
	size_t bad;
	int code = kpolctl_args_read(&verb_lint, argc, argv, &args);

	if (code)
		return code;
	code = lint_file(kpolctl_args_word(&args, 0), &offline);
	if (kpolctl_output == KPOLCTL_JSON || kpolctl_output == KPOLCTL_NAME) {
		if (print_json(&offline.diags) < 0)
			return kpolctl_fail(KPOLCTL_TROUBLE, "out of memory");
	} else {
		print_findings(&offline.diags);
	}
	if (code)
		return code;
	kpolctl_note("%zu errors, %zu warnings, %zu notes", offline.diags.n_errors,
		     offline.diags.n_warnings,
		     offline.diags.n - offline.diags.n_errors - offline.diags.n_warnings);
	bad = offline.diags.n_errors;
	if (kpolctl_args_option(&args, "--strict"))
		bad += offline.diags.n_warnings;
	return bad ? KPOLCTL_NO : KPOLCTL_OK;
}

const struct kpolctl_verb verb_lint = {
	.name = "lint",
	.args = "FILE|-",
	.purpose = "Find mistakes in a bundle; exit 1 if there are errors",
	.options = (const char *const[]){ "--strict\twarnings count as errors", NULL },
	.example = "kpolctl lint payments.yaml",
	.run = run,
};
