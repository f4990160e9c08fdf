// SPDX-License-Identifier: GPL-2.0-or-later
/* kpolctl lint: what is wrong with bundles, and what is hardly meant. */
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "compile/lint.h"
#include "kpolctl/args.h"
#include "kpolctl/cleanup.h"
#include "kpolctl/escape.h"
#include "kpolctl/message.h"
#include "kpolctl/offline.h"
#include "kpolctl/output.h"

/* Loading may end in errors: those are findings too. Without an image, services of the host are
 * looked at where lint runs: often that is the host.
 */
static int lint_file(const char *file, const char *root, struct kpolctl_offline *offline)
{
	struct kpol_lint_files files = { .root = root ? root : "/", .host_only = !root };
	int r = kpolctl_offline_open(file, NULL, offline);

	if (r == 0)
		r = kpol_lint(offline->bundle, offline->ruleset, &files, &offline->diags);
	if (r == -ENOMEM || offline->diags.oom)
		return kpolctl_fail(KPOLCTL_TROUBLE, "out of memory");
	return r < 0 && r != -EINVAL ? KPOLCTL_TROUBLE : KPOLCTL_OK;
}

static void print_findings(const struct kpol_diags *diags)
{
	for (size_t i = 0; i < diags->n; i++) {
		_cleanup_free_ char *text = kpol_diag_format(&diags->items[i]);
		_cleanup_free_ char *safe = text ? kpolctl_escape(text) : NULL;

		if (diags->items[i].silence)
			continue;
		if (diags->items[i].severity != KPOL_NOTE || !kpolctl_quiet)
			puts(safe ? safe : "out of memory");
	}
}

/* Silenced findings are for those who read all of it. */
static int print_rows(const struct kpol_diags *diags)
{
	_cleanup_json_ struct json_object *items = kpolctl_findings(diags);
	struct kpolctl_table table = { .kind = "FindingList", .name = "code", .items = items };

	for (size_t i = diags->n; kpolctl_output == KPOLCTL_NAME && i-- > 0;)
		if (diags->items[i].silence)
			json_object_array_del_idx(items, i, 1);
	return kpolctl_table_print(&table);
}

static void print_sum(const struct kpol_diags *diags)
{
	size_t notes = diags->n - diags->n_errors - diags->n_warnings - diags->n_silenced;

	if (diags->n_silenced)
		kpolctl_note("%zu errors, %zu warnings, %zu notes, %zu silenced", diags->n_errors,
			     diags->n_warnings, notes, diags->n_silenced);
	else
		kpolctl_note("%zu errors, %zu warnings, %zu notes", diags->n_errors,
			     diags->n_warnings, notes);
}

static int check_root(const char *root)
{
	struct stat st;

	if (!root || (stat(root, &st) == 0 && S_ISDIR(st.st_mode)))
		return KPOLCTL_OK;
	return kpolctl_fail(KPOLCTL_USAGE, "--root \"%s\" is no directory", root);
}

static int run(int argc, char **argv)
{
	_cleanup_(kpolctl_offline_clear) struct kpolctl_offline offline = { 0 };
	struct kpolctl_args args;
	size_t bad;
	int code = kpolctl_args_read(&verb_lint, argc, argv, &args);

	if (code)
		return code;
	code = check_root(kpolctl_args_option(&args, "--root"));
	if (code)
		return code;
	code = lint_file(kpolctl_args_word(&args, 0), kpolctl_args_option(&args, "--root"),
			 &offline);
	if (kpolctl_output == KPOLCTL_JSON || kpolctl_output == KPOLCTL_NAME) {
		if (print_rows(&offline.diags) < 0)
			return kpolctl_fail(KPOLCTL_TROUBLE, "out of memory");
	} else {
		print_findings(&offline.diags);
	}
	if (code)
		return code;
	print_sum(&offline.diags);
	bad = offline.diags.n_errors;
	if (kpolctl_args_option(&args, "--strict"))
		bad += offline.diags.n_warnings;
	return bad ? KPOLCTL_NO : KPOLCTL_OK;
}

const struct kpolctl_verb verb_lint = {
	.name = "lint",
	.args = "FILE|-",
	.purpose = "Find mistakes in a bundle; exit 1 if there are errors",
	.options =
		(const char *const[]){
			"--strict\twarnings count as errors",
			"--root DIR\tlook at the programs of an unpacked image",
			NULL,
		},
	.example = "kpolctl lint payments.yaml",
	.run = run,
};
