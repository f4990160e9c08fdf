// SPDX-License-Identifier: GPL-2.0-or-later
/* kpolctl test: does a bundle decide as its tests expect? */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "kpolctl/args.h"
#include "kpolctl/case_report.h"
#include "kpolctl/cleanup.h"
#include "kpolctl/message.h"
#include "kpolctl/offline.h"
#include "load/load.h"

/** struct testing - one call of the verb. */
struct testing {
	struct kpolctl_offline offline; /* the bundle and all findings */
	struct kpol_coverage coverage;
	struct kpolctl_case_report report;
};

static void testing_clear(struct testing *t)
{
	kpolctl_case_report_clear(&t->report);
	kpol_coverage_clear(&t->coverage);
	kpolctl_offline_clear(&t->offline);
}

/* "dir/payments.yaml" has its tests in "dir/payments_test.yaml". */
static char *default_tests(const char *bundle)
{
	const char *slash = strrchr(bundle, '/'), *dot = strrchr(bundle, '.');
	size_t len = dot && (!slash || dot > slash + 1) ? (size_t)(dot - bundle) : strlen(bundle);
	char *path = NULL;

	return asprintf(&path, "%.*s_test.yaml", (int)len, bundle) < 0 ? NULL : path;
}

static int run_file(struct testing *t, const char *file)
{
	_cleanup_(kpol_suite_clear) struct kpol_suite suite = { 0 };
	_cleanup_(kpol_run_clear) struct kpol_run run = { 0 };
	int r = kpol_suite_load(file, &t->offline.diags, &suite);

	if (r == 0)
		r = kpol_run_suite(t->offline.bundle, &suite, &t->offline.diags, &run);
	if (r == 0)
		r = kpolctl_case_report_add(&t->report, &run);
	if (r == 0)
		kpol_coverage_add(&t->coverage, &run);
	return r;
}

static int run_files(struct testing *t, const struct kpolctl_args *args)
{
	_cleanup_free_ char *beside = NULL;
	int r = 0, result = 0;

	if (args->n_words > 1) {
		for (int i = 1; i < args->n_words && r != -ENOMEM; i++) {
			r = run_file(t, kpolctl_args_word(args, i));
			result = r < 0 ? r : result;
		}
		return result;
	}
	beside = default_tests(kpolctl_args_word(args, 0));
	return beside ? run_file(t, beside) : -ENOMEM;
}

static int judge_coverage(struct testing *t, unsigned long least)
{
	unsigned int percent = kpol_coverage_percent(&t->coverage);

	kpolctl_case_report_coverage(&t->report, &t->coverage);
	if (percent >= least)
		return KPOLCTL_OK;
	return kpolctl_fail(KPOLCTL_NO, "coverage is %u%%, at least %lu%% is wanted", percent,
			    least);
}

static int report(struct testing *t, bool with_coverage, unsigned long least)
{
	int code = KPOLCTL_OK;

	if (kpol_coverage_finish(&t->coverage) < 0)
		return kpolctl_fail(KPOLCTL_TROUBLE, "out of memory");
	if (with_coverage)
		code = judge_coverage(t, least);
	if (kpolctl_case_report_print(&t->report) < 0)
		return kpolctl_fail(KPOLCTL_TROUBLE, "out of memory");
	return t->report.n_failed ? KPOLCTL_NO : code;
}

static int run_tests(const struct kpolctl_args *args, bool with_coverage, unsigned long least)
{
	_cleanup_(testing_clear) struct testing t = { 0 };
	int r = kpol_bundle_load(kpolctl_args_word(args, 0), &t.offline.diags, &t.offline.bundle);

	/* What the bundle does not enforce is lint's to say. */
	if (r == 0)
		kpol_diags_clear(&t.offline.diags);
	if (r == 0)
		r = kpol_coverage_new(t.offline.bundle, &t.coverage);
	if (r == 0)
		r = run_files(&t, args);
	if (r < 0)
		return kpolctl_offline_fail(&t.offline, r);
	kpolctl_findings_tell(&t.offline.diags);
	return report(&t, with_coverage, least);
}

static int run(int argc, char **argv)
{
	struct kpolctl_args args;
	unsigned long least = 0;
	const char *percent;
	int code = kpolctl_args_read(&verb_test, argc, argv, &args);

	if (code)
		return code;
	percent = kpolctl_args_option(&args, "--coverage-min");
	if (percent)
		code = kpolctl_number_read("--coverage-min", percent, 0, 100, &least);
	if (code)
		return code;
	if (args.n_words == 1 && !strcmp(kpolctl_args_word(&args, 0), "-"))
		return kpolctl_fail(
			KPOLCTL_USAGE,
			"a bundle from standard input has no tests beside it: name them");
	return run_tests(&args, percent || kpolctl_args_option(&args, "--coverage"), least);
}

const struct kpolctl_verb verb_test = {
	.name = "test",
	.args = "FILE [FILE...]",
	.purpose = "Judge the accesses of a test file (BUNDLE_test.yaml); exit 1 if any case fails",
	.options =
		(const char *const[]){
			"--coverage\tlist the rules that no test decided",
			"--coverage-min PERCENT\tfail if fewer rules than that decided something",
			"-o, --output table|wide|json|junit|tap\tform of the report",
			NULL,
		},
	.example = "kpolctl test payments.yaml --coverage",
	.reports = true,
	.run = run,
};
