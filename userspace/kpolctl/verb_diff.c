// SPDX-License-Identifier: GPL-2.0-or-later
/* kpolctl diff: a bundle against the live one by rules, or against another by what they do. */
#include <string.h>

#include "change/change.h"
#include "kpolctl/bundle_file.h"
#include "kpolctl/change.h"
#include "kpolctl/cleanup.h"
#include "kpolctl/client.h"
#include "kpolctl/field.h"
#include "kpolctl/message.h"
#include "kpolctl/offline.h"
#include "kpolctl/plan.h"

static int diff_live(const char *file)
{
	struct kpolctl_request request = { .method = "Diff" };
	_cleanup_json_ struct json_object *reply = NULL;
	int code = kpolctl_bundle_read(file, &request.parameters);
	bool same;

	if (!code)
		code = kpolctl_call(&request, &reply);
	if (code)
		return code;
	same = kpolctl_field_true(reply, "same");
	kpolctl_diagnostics(kpolctl_field_array(reply, "diagnostics"));
	if (kpolctl_change_print(reply))
		return kpolctl_fail(KPOLCTL_TROUBLE, "out of memory");
	return same ? KPOLCTL_OK : KPOLCTL_NO;
}

/* The answer of Plan, made here. */
static struct json_object *answer_new(const struct kpol_changes *changes)
{
	struct kpol_jsonw w = { 0 };

	kpol_jsonw_object_begin(&w, NULL);
	kpol_changes_json(changes, &w);
	kpol_jsonw_object_end(&w);
	return kpolctl_json_take(&w);
}

static int compare(const struct kpolctl_offline *old, const struct kpolctl_offline *new,
		   bool fail_on_high)
{
	_cleanup_(kpol_changes_clear) struct kpol_changes changes = { 0 };
	_cleanup_json_ struct json_object *answer = NULL;
	int r = kpol_changes_find(old->ruleset, old->bundle->file, new->ruleset, new->bundle->file,
				  &changes);

	if (r == 0)
		answer = answer_new(&changes);
	if (!answer)
		return kpolctl_fail(KPOLCTL_TROUBLE, "out of memory");
	return kpolctl_plan_report(answer, fail_on_high);
}

static int diff_files(const char *old_file, const char *new_file, bool fail_on_high)
{
	_cleanup_(kpolctl_offline_clear) struct kpolctl_offline old = { 0 }, new = { 0 };
	int r = kpolctl_offline_open(old_file, NULL, &old);

	if (r < 0)
		return kpolctl_offline_fail(&old, r);
	r = kpolctl_offline_open(new_file, NULL, &new);
	return r < 0 ? kpolctl_offline_fail(&new, r) : compare(&old, &new, fail_on_high);
}

static int run(int argc, char **argv)
{
	struct kpolctl_args args;
	bool fail_on_high;
	int code = kpolctl_args_read(&verb_diff, argc, argv, &args);

	if (!code)
		code = kpolctl_plan_fail_on(&args, &fail_on_high);
	if (code)
		return code;
	if (args.n_words == 2)
		return diff_files(kpolctl_args_word(&args, 0), kpolctl_args_word(&args, 1),
				  fail_on_high);
	if (fail_on_high)
		return kpolctl_fail(KPOLCTL_USAGE, "--fail-on is for two files; \"kpolctl plan\" "
						   "compares with what is live");
	return diff_live(kpolctl_args_word(&args, 0));
}

const struct kpolctl_verb verb_diff = {
	.name = "diff",
	.args = "FILE|- [FILE]",
	.purpose = "Compare two bundles by what they do (exit 6 if they differ), or one with the "
		   "live rules (exit 1)",
	.options = (const char *const[]){ "--fail-on high\twith two files, exit 7 if a change is "
					  "of high risk",
					  NULL },
	.example = "kpolctl diff main.yaml branch.yaml --fail-on high",
	.run = run,
};
