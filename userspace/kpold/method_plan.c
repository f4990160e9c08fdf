// SPDX-License-Identifier: GPL-2.0-or-later
/* Plan: what loading a bundle would change for the workloads of this machine, and at what risk. */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "change/change.h"
#include "kpold/apply.h"
#include "kpold/method.h"
#include "kpold/rule_json.h"
#include "load/load.h"

DEFINE_CLEANUP(struct kpol_bundle *, kpol_bundle_free)
DEFINE_CLEANUP(struct kpol_ruleset *, kpol_ruleset_free)

static void clear_changes(struct kpol_changes *changes)
{
	kpol_changes_clear(changes);
}

static void reply(struct kpold_call *call, const struct kpol_changes *changes,
		  const struct kpol_diags *diags)
{
	struct kpol_jsonw *w = kpold_call_reply(call);

	kpol_changes_json(changes, w);
	kpold_json_diags(w, diags);
}

static void reply_failure(struct kpold_call *call, const char *file, const struct kpol_diags *diags,
			  int r)
{
	if (r == -EINVAL)
		kpold_json_diags(kpold_call_error(call, "Invalid", "%s has %zu error%s", file,
						  diags->n_errors, diags->n_errors == 1 ? "" : "s"),
				 diags);
	else
		kpold_call_error(call, "Internal", "%s", strerror(-r));
}

static int plan(struct kpold_call *call, const struct kpol_bundle *bundle, struct kpol_diags *diags)
{
	_cleanup_(kpol_ruleset_freep) struct kpol_ruleset *ruleset = NULL;
	_cleanup_(clear_changes) struct kpol_changes changes = { 0 };
	const char *old_file = kpold_live_file(&call->d->live);
	int r = kpold_compile(call->d, bundle, false, diags, &ruleset);

	if (r == 0)
		r = kpol_changes_find(call->d->live.ruleset, old_file ? old_file : "live", ruleset,
				      bundle->file, &changes);
	if (r == 0)
		reply(call, &changes, diags);
	return r;
}

void kpold_method_plan(struct kpold_call *call)
{
	_cleanup_(kpol_bundle_freep) struct kpol_bundle *bundle = NULL;
	_cleanup_(kpol_diags_clear) struct kpol_diags diags = { 0 };
	const char *file = kpold_call_string(call, "file");
	const char *text = kpold_call_string(call, "text");
	int r;

	if (!file || !text) {
		kpold_call_error(call, "BadRequest", "\"file\" and \"text\" are needed");
		return;
	}
	kpold_daemon_busy(true);
	r = kpold_bundle_read(call->d, file, text, strlen(text), &diags, &bundle);
	if (r == 0)
		r = plan(call, bundle, &diags);
	if (r < 0)
		reply_failure(call, file, &diags, r);
	kpold_daemon_busy(false);
}
