// SPDX-License-Identifier: GPL-2.0-or-later
/* kpolctl fmt: bundles and tests in one form, so that a diff shows what was meant. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "canon/canon.h"
#include "cases/suite.h"
#include "kpolctl/args.h"
#include "kpolctl/cleanup.h"
#include "kpolctl/message.h"
#include "kpolctl/offline.h"
#include "kpolctl/replace.h"
#include "load/load.h"

enum fmt_mode { FMT_PRINT, FMT_CHECK, FMT_WRITE };

static const struct kpol_schema *find_schema(const char *kind)
{
	const struct kpol_kind *found = kpol_kind_find(kind);

	if (!strcmp(kind, KPOL_SUITE_KIND))
		return &kpol_suite_schema;
	return found ? found->schema : NULL;
}

static int format_text(const char *file, const char *text, size_t len, char **ret)
{
	_cleanup_(kpol_diags_clear) struct kpol_diags diags = { 0 };
	struct kpol_input in = { .file = file, .diags = &diags };
	int r = kpol_canon_format(&in, text, len, find_schema, ret);

	kpolctl_findings_tell(&diags);
	if (r == -EBADE)
		return kpolctl_fail(KPOLCTL_TROUBLE,
				    "%s: the formatted text would not say the same, so it is left "
				    "as it is; please report this",
				    file);
	if (r == -ENOMEM)
		return kpolctl_fail(KPOLCTL_TROUBLE, "out of memory");
	return r < 0 ? KPOLCTL_NO : KPOLCTL_OK;
}

static int use_result(const char *file, enum fmt_mode mode, const char *old, const char *text)
{
	int r;

	if (mode == FMT_PRINT) {
		fputs(text, stdout);
		return KPOLCTL_OK;
	}
	if (!strcmp(old, text))
		return KPOLCTL_OK;
	puts(file);
	if (mode == FMT_CHECK)
		return KPOLCTL_NO;
	r = kpolctl_file_replace(file, text, strlen(text));
	if (r < 0)
		return kpolctl_fail(KPOLCTL_TROUBLE, "cannot write %s: %s", file, strerror(-r));
	return KPOLCTL_OK;
}

static int format_file(const char *file, enum fmt_mode mode)
{
	_cleanup_free_ char *old = NULL, *text = NULL;
	size_t len;
	int code, r = kpol_file_read(file, KPOL_BUNDLE_BYTES_MAX, &old, &len);

	if (r < 0)
		return kpolctl_fail(KPOLCTL_TROUBLE, "cannot read %s: %s", file, strerror(-r));
	code = format_text(file, old, len, &text);
	return code ? code : use_result(file, mode, old, text);
}

static int run(int argc, char **argv)
{
	enum fmt_mode mode = FMT_PRINT;
	struct kpolctl_args args;
	int result, code = kpolctl_args_read(&verb_fmt, argc, argv, &args);

	if (code)
		return code;
	if (kpolctl_args_option(&args, "--check"))
		mode = FMT_CHECK;
	else if (kpolctl_args_option(&args, "--write"))
		mode = FMT_WRITE;
	for (int i = 0; i < args.n_words; i++) {
		if (mode == FMT_WRITE && !strcmp(args.words[i], "-"))
			return kpolctl_fail(KPOLCTL_USAGE,
					    "--write cannot write to standard input");
		if (mode == FMT_PRINT && i)
			return kpolctl_fail(KPOLCTL_USAGE, "several files need --write or --check");
	}
	for (int i = 0; i < args.n_words; i++) {
		result = format_file(args.words[i], mode);
		code = result > code ? result : code;
	}
	return code;
}

const struct kpolctl_verb verb_fmt = {
	.name = "fmt",
	.args = "FILE|-...",
	.purpose = "Put bundles and tests into one form: order of keys, indentation, quotes",
	.options =
		(const char *const[]){
			"-w, --write\twrite the files instead of standard output; name those that "
			"changed",
			"--check\tname the files that would change; exit 1 if any",
			NULL,
		},
	.example = "kpolctl fmt --check policies/*.yaml",
	.run = run,
};
