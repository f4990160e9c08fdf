// SPDX-License-Identifier: GPL-2.0-or-later
/* Load, Diff and Rollback: what changes the live bundle, or shows what would. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "kpold/apply.h"
#include "kpold/method.h"
#include "kpold/rule_json.h"
#include "kpold/stream.h"
#include "load/load.h"
#include "store/history.h"

DEFINE_CLEANUP(struct kpol_bundle *, kpol_bundle_free)

static void reply_failure(struct kpold_call *call, const struct kpol_bundle *bundle,
			  const char *file, const struct kpold_outcome *outcome, int r, int error)
{
	struct kpol_jsonw *w;

	switch (r) {
	case -EINVAL:
		w = kpold_call_error(call, "Invalid", "%s has %zu error%s; nothing was changed",
				     file, outcome->diags.n_errors,
				     outcome->diags.n_errors == 1 ? "" : "s");
		kpold_json_diags(w, &outcome->diags);
		break;
	case -EREMOTEIO:
		w = kpold_call_error(call, "Kernel", "the kernel module refused: %s",
				     outcome->error.message[0] ? outcome->error.message
							       : strerror(error));
		kpol_jsonw_int(w, "errno", error);
		if (outcome->line) {
			kpol_jsonw_string(w, "file", bundle->file);
			kpol_jsonw_uint(w, "line", outcome->line);
		}
		break;
	case -ENODEV:
		kpold_call_error(call, "NoModule", "the kernel module is not loaded");
		break;
	default:
		kpold_call_error(call, "Internal", "%s", kpold_outcome_reason(outcome, r));
	}
}

static void reply_diff(struct kpol_jsonw *w, const struct kpold_outcome *outcome,
		       const char *old_file, const char *new_file)
{
	const struct kpold_diff *diff = &outcome->diff;

	size_t left;

	left = kpold_json_rules(w, "added", outcome->ruleset, diff->added, diff->n_added, new_file);
	left += kpold_json_rules(w, "removed", outcome->old, diff->removed, diff->n_removed,
				 old_file);
	left += kpold_json_rules(w, "modified", outcome->ruleset, diff->modified, diff->n_modified,
				 new_file);
	if (left)
		kpol_jsonw_uint(w, "unlisted", left);
	kpold_json_diags(w, &outcome->diags);
}

/**
 * struct names - of old and new bundle, kept because apply may free or move both
 */
struct names {
	char *name, *version, *file, *old_file;
};

static void clear_names(struct names *names)
{
	free(names->name);
	free(names->version);
	free(names->file);
	free(names->old_file);
}

static int keep_names(struct kpold_call *call, const struct kpol_bundle *bundle,
		      struct names *names)
{
	const char *old = kpold_live_file(&call->d->live);

	names->name = strdup(bundle->name);
	names->version = bundle->version ? strdup(bundle->version) : NULL;
	names->file = strdup(bundle->file);
	names->old_file = old ? strdup(old) : NULL;
	return names->name && names->file ? 0 : -ENOMEM;
}

static void reply_outcome(struct kpold_call *call, const struct kpold_outcome *outcome,
			  const struct names *names)
{
	struct kpol_jsonw *w = kpold_call_reply(call);

	kpol_jsonw_bool(w, "changed", outcome->changed);
	kpol_jsonw_uint(w, "generation", outcome->generation);
	kpol_jsonw_string(w, "bundle", names->name);
	kpol_jsonw_string_if(w, "version", names->version);
	reply_diff(w, outcome, names->old_file, names->file);
}

/* Dry runs leave no trace: nothing was wanted but an answer. */
static void tell_control(struct kpold_call *call, const struct kpold_order *order,
			 const struct names *names, const struct kpold_outcome *outcome, int r)
{
	char detail[512], line[640];

	if (order->dry != KPOLD_DRY_NO)
		return;
	snprintf(detail, sizeof(detail), "%s%s%s from %s, +%zu -%zu ~%zu rules", names->name,
		 names->version ? " " : "", names->version ? names->version : "", names->file,
		 outcome->diff.n_added, outcome->diff.n_removed, outcome->diff.n_modified);
	snprintf(line, sizeof(line), "%s",
		 r < 0		    ? kpold_outcome_reason(outcome, r)
		 : outcome->changed ? "ok"
				    : "unchanged");
	kpold_stream_control(call->d, call->uid, call->pid, order->change, detail, line);
}

/* A bundle that cannot be read was an attempt all the same. */
static void tell_unreadable(struct kpold_call *call, const struct kpold_order *order,
			    const char *file, const struct kpold_outcome *outcome, int r)
{
	struct names names = { .name = (char *)file, .file = (char *)file };

	tell_control(call, order, &names, outcome, r);
}

/* Owns @order's bundle from here. */
static void run_order(struct kpold_call *call, struct kpold_order *order,
		      struct kpold_outcome *outcome)
{
	_cleanup_(kpol_bundle_freep) struct kpol_bundle *bundle = NULL;
	_cleanup_(clear_names) struct names names = { 0 };
	int r, error = 0;

	r = keep_names(call, order->bundle, &names);
	if (r == 0)
		r = kpold_apply(call->d, order, outcome, &error);
	bundle = order->bundle;
	if (r == 0)
		reply_outcome(call, outcome, &names);
	else
		reply_failure(call, bundle, names.file ? names.file : "bundle", outcome, r, error);
	tell_control(call, order, &names, outcome, r);
}

/* Two hands that change the same thing undo each other's work. */
static bool is_cluster_owned(struct kpold_call *call, enum kpold_dry dry)
{
	if (!call->d->kube || !call->d->config->cluster_policies || dry != KPOLD_DRY_NO)
		return false;
	kpold_call_error(call, "Cluster",
			 "the policies here are the cluster's custom resources: change them with "
			 "kubectl, or set kubernetes-policies=no in kpold.conf");
	return true;
}

static int parse_dry(struct kpold_call *call, enum kpold_dry *ret)
{
	static const char *const words[] = { "no", "yes", "kernel" };
	const char *word = kpold_call_string(call, "dryRun");

	for (int i = 0; i < 3; i++)
		if (!word || strcmp(word, words[i]) == 0) {
			*ret = (enum kpold_dry)i;
			return 0;
		}
	kpold_call_error(call, "BadRequest", "\"dryRun\" is \"no\", \"yes\" or \"kernel\"");
	return -EINVAL;
}

static int parse_bundle(struct kpold_call *call, struct kpol_diags *diags, struct kpol_bundle **ret)
{
	struct json_object *text;
	const char *file = kpold_call_string(call, "file");

	if (!file || !call->parameters ||
	    !json_object_object_get_ex(call->parameters, "text", &text) ||
	    !json_object_is_type(text, json_type_string)) {
		kpold_call_error(call, "BadRequest", "\"file\" and \"text\" are needed");
		return -EBADMSG;
	}
	return kpold_bundle_read(call->d, file, json_object_get_string(text),
				 (size_t)json_object_get_string_len(text), diags, ret);
}

static void load(struct kpold_call *call, enum kpold_dry dry)
{
	_cleanup_(kpold_outcome_clear) struct kpold_outcome outcome = { 0 };
	struct kpold_order order = {
		.change = "load", .dry = dry, .uid = call->uid, .pid = call->pid
	};
	int r;

	r = parse_bundle(call, &outcome.diags, &order.bundle);
	if (r == -EBADMSG)
		return;
	kpold_daemon_alive();
	if (r == 0)
		run_order(call, &order, &outcome);
	else
		reply_failure(call, NULL, kpold_call_string(call, "file"), &outcome, r, 0);
	if (r < 0)
		tell_unreadable(call, &order, kpold_call_string(call, "file"), &outcome, r);
}

void kpold_method_load(struct kpold_call *call)
{
	enum kpold_dry dry;

	if (parse_dry(call, &dry) < 0 || is_cluster_owned(call, dry))
		return;
	kpold_daemon_busy(true);
	load(call, dry);
	kpold_daemon_busy(false);
}

static void diff(struct kpold_call *call, const struct kpol_bundle *bundle,
		 struct kpold_outcome *outcome)
{
	struct kpol_jsonw *w;
	int r;

	r = kpold_compile(call->d, bundle, false, &outcome->diags, &outcome->owned);
	if (r == 0)
		r = kpold_diff_rules(call->d->live.ruleset, outcome->owned, &outcome->diff);
	if (r < 0) {
		reply_failure(call, bundle, bundle->file, outcome, r, 0);
		return;
	}
	outcome->old = call->d->live.ruleset;
	outcome->ruleset = outcome->owned;
	w = kpold_call_reply(call);
	kpol_jsonw_bool(w, "same",
			kpold_diff_distance(outcome->old, outcome->ruleset) == KPOLD_SAME);
	reply_diff(w, outcome, kpold_live_file(&call->d->live), bundle->file);
}

void kpold_method_diff(struct kpold_call *call)
{
	_cleanup_(kpold_outcome_clear) struct kpold_outcome outcome = { 0 };
	_cleanup_(kpol_bundle_freep) struct kpol_bundle *bundle = NULL;
	int r;

	kpold_daemon_busy(true);
	r = parse_bundle(call, &outcome.diags, &bundle);
	if (r == 0)
		diff(call, bundle, &outcome);
	else if (r != -EBADMSG)
		reply_failure(call, NULL, kpold_call_string(call, "file"), &outcome, r, 0);
	kpold_daemon_busy(false);
}

static int find_earlier(struct kpold_call *call, struct kpol_stored *ret)
{
	int64_t steps = kpold_call_int(call, "steps", 1), id = 0;
	int r;

	if (steps < 1 || steps > KPOL_HISTORY_MAX) {
		kpold_call_error(call, "BadRequest", "\"steps\" is 1 to %d", KPOL_HISTORY_MAX);
		return -EINVAL;
	}
	r = kpol_history_live(call->d->store, &id);
	if (r == 0)
		r = kpol_history_back(call->d->store, id, (unsigned int)steps, &id);
	if (r == 0)
		r = kpol_history_get(call->d->store, id, ret);
	if (r == -ENOENT)
		kpold_call_error(call, "NotFound", "there is no bundle %lld step%s back",
				 (long long)steps, steps == 1 ? "" : "s");
	else if (r < 0)
		kpold_call_errno(call, "cannot read the history", r);
	return r;
}

void kpold_method_rollback(struct kpold_call *call)
{
	_cleanup_(kpol_stored_clear) struct kpol_stored stored = { 0 };
	_cleanup_(kpold_outcome_clear) struct kpold_outcome outcome = { 0 };
	struct kpold_order order = { .change = "rollback", .uid = call->uid, .pid = call->pid };
	int r;

	if (parse_dry(call, &order.dry) < 0 || is_cluster_owned(call, order.dry) ||
	    find_earlier(call, &stored) < 0)
		return;
	order.stored = stored.id;
	r = kpold_bundle_read(call->d, stored.file, stored.text, stored.text_len, &outcome.diags,
			      &order.bundle);
	if (r == 0)
		run_order(call, &order, &outcome);
	else
		reply_failure(call, NULL, stored.file, &outcome, r, 0);
}
