// SPDX-License-Identifier: GPL-2.0-or-later
/* Making a bundle live: compile, compare, write down, commit, confirm. */
#include "kpold/apply.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compile/compile.h"
#include "kpold/bindings.h"
#include "kpold/guard.h"
#include "kpold/kernel.h"
#include "kpold/kube.h"
#include "kpold/log.h"
#include "kpold/overlay.h"
#include "kpold/stream.h"
#include "load/load.h"
#include "nl/status.h"
#include "nl/tx.h"
#include "store/history.h"

DEFINE_CLEANUP(struct kpol_ruleset *, kpol_ruleset_free)
DEFINE_CLEANUP(struct kpol_bundle *, kpol_bundle_free)

void kpold_outcome_clear(struct kpold_outcome *outcome)
{
	kpold_diff_clear(&outcome->diff);
	kpol_diags_clear(&outcome->diags);
	kpol_ruleset_free(outcome->owned);
	memset(outcome, 0, sizeof(*outcome));
}

const char *kpold_outcome_reason(const struct kpold_outcome *outcome, int r)
{
	if (outcome->reason[0])
		return outcome->reason;
	for (size_t i = 0; i < outcome->diags.n; i++)
		if (outcome->diags.items[i].severity == KPOL_ERROR)
			return outcome->diags.items[i].message;
	return r == -ENODEV ? "the kernel module is not loaded" : strerror(-r);
}

int kpold_bundle_read(struct kpold_daemon *d, const char *file, const char *text, size_t len,
		      struct kpol_diags *diags, struct kpol_bundle **ret_bundle)
{
	_cleanup_(kpol_bundle_freep) struct kpol_bundle *bundle = NULL;
	int r = kpol_bundle_parse(file, text, len, diags, &bundle);

	if (r < 0)
		return r;
	r = kpold_kube_annotations(d->kube, bundle);
	kpol_posture_fall_back(bundle, NULL, &d->config->postures);
	if (r == 0 && d->kube)
		r = kpol_pending_add(bundle, KPOL_PENDING_PODS, &d->config->pod_roots,
				     d->config->pending);
	if (r == 0)
		r = kpol_pending_add(bundle, KPOL_PENDING_CONTAINERS, &d->config->container_roots,
				     d->config->pending);
	if (r == 0)
		*ret_bundle = TAKE_PTR(bundle);
	return r;
}

int kpold_compile(struct kpold_daemon *d, const struct kpol_bundle *bundle, bool keep_modes,
		  struct kpol_diags *diags, struct kpol_ruleset **ret_ruleset)
{
	_cleanup_(kpol_ruleset_freep) struct kpol_ruleset *ruleset = NULL;
	int r;

	r = kpol_compile(bundle, d->workloads.items, d->workloads.n, diags, &ruleset);
	if (r == 0 && keep_modes)
		r = kpold_overlay_modes(d, ruleset);
	if (r == 0)
		r = kpold_overlay_binds(d, ruleset, diags);
	if (r == 0)
		r = kpold_overlay_unknown(d, ruleset);
	if (r == 0)
		r = kpold_kube_addresses(d, ruleset);
	if (r < 0)
		return r;
	kpold_daemon_alive();
	*ret_ruleset = TAKE_PTR(ruleset);
	return 0;
}

static void on_progress(size_t sent, void *userdata)
{
	(void)userdata;
	if (sent % 4096 < 128)
		kpold_daemon_alive();
}

/* The module's answer in the words of the bundle: "bundle.yaml:12: path is not absolute". */
static int refused(struct kpold_daemon *d, const struct kpol_ruleset *ruleset, const char *file,
		   struct kpold_outcome *outcome, int error)
{
	const struct kpol_nl_error *said = kpol_nl_last_error(d->kernel.nl);

	if (error == -ENODEV) {
		kpold_kernel_lost(d, NULL);
		return -ENODEV;
	}
	outcome->error = *said;
	if (said->rule > 0 && said->rule <= ruleset->n_rules)
		outcome->line = ruleset->rules[said->rule - 1].line;
	snprintf(outcome->reason, sizeof(outcome->reason), "%s",
		 said->message[0] ? said->message : strerror(-error));
	if (outcome->line)
		snprintf(outcome->reason, sizeof(outcome->reason), "%s:%u: %s", file, outcome->line,
			 said->message);
	return -EREMOTEIO;
}

static int dry_run(struct kpold_daemon *d, const struct kpold_order *order,
		   struct kpol_ruleset *ruleset, struct kpold_outcome *outcome, int *ret_errno)
{
	struct kpol_nl *nl = kpold_kernel_nl(d);
	uint64_t generation;
	int r;

	if (order->dry == KPOLD_DRY_YES)
		return 0;
	if (!nl)
		return -ENODEV;
	r = kpol_nl_load(nl, ruleset, order->bundle->name, true, on_progress, NULL, &generation);
	*ret_errno = -r;
	return r < 0 ? refused(d, ruleset, order->bundle->file, outcome, r) : 0;
}

static int write_intent(struct kpold_daemon *d, const struct kpold_order *order,
			const struct kpol_ruleset *ruleset, struct kpold_outcome *outcome,
			struct kpol_intent *intent)
{
	const struct kpol_bundle *bundle = order->bundle;
	struct kpol_stored stored = { .id = order->stored,
				      .parent = d->live.stored,
				      .name = bundle->name,
				      .version = bundle->version,
				      .file = bundle->file,
				      .text = bundle->text,
				      .text_len = bundle->text_len,
				      .loaded_at = kpold_now(),
				      .uid = order->uid,
				      .change = (char *)order->change };
	int r;

	*intent = (struct kpol_intent){ .generation = d->live.generation,
					.reset = !order->keep_modes };
	r = kpol_ruleset_digest(ruleset, intent->digest);
	if (r < 0)
		return r;
	memcpy(stored.digest, intent->digest, sizeof(stored.digest));
	kpold_daemon_check_store(d);
	r = d->store_trouble[0] ? -EROFS : kpold_guard_note(d, ruleset);
	if (r == 0)
		r = kpol_history_intend(d->store, &stored, intent, &intent->bundle);
	if (r == 0)
		return 0;
	snprintf(outcome->reason, sizeof(outcome->reason),
		 "the state directory cannot be written (%s), so nothing was loaded",
		 d->store_trouble[0] ? d->store_trouble : kpol_store_error(d->store));
	return -EROFS;
}

/* No answer came: what was asked may have been done all the same. */
static bool is_unclear(int error)
{
	return error == -ETIMEDOUT || error == -EBADMSG || error == -ENOBUFS;
}

/* Only the kernel's digest tells then. */
static int ask_whether_done(struct kpold_daemon *d, const struct kpol_intent *intent, int error,
			    uint64_t *ret_generation)
{
	struct kpol_nl_status status;

	if (!is_unclear(error))
		return error;
	if (kpol_nl_status_get(d->kernel.nl, &status) < 0 ||
	    status.generation <= intent->generation ||
	    memcmp(status.digest, intent->digest, KPOL_DIGEST_LEN) != 0)
		return error;
	*ret_generation = status.generation;
	return 0;
}

static void make_live(struct kpold_daemon *d, struct kpold_order *order,
		      struct kpol_ruleset *ruleset, const struct kpol_intent *intent,
		      uint64_t generation)
{
	struct kpol_stored stored = { 0 };
	struct kpold_live live = { .ruleset = ruleset,
				   .bundle = TAKE_PTR(order->bundle),
				   .items_known = true,
				   .generation = generation,
				   .stored = intent->bundle,
				   .loaded_at = kpold_now(),
				   .loaded_by = order->uid };

	if (order->stored && kpol_history_get(d->store, order->stored, &stored) == 0) {
		live.loaded_at = stored.loaded_at;
		live.loaded_by = stored.uid;
		kpol_stored_clear(&stored);
	}
	kpold_live_clear(&d->previous);
	d->previous = d->live;
	d->live = live;
	d->trouble[0] = '\0';
}

/* While it is unclear what the kernel did the intent stays: the next connection settles it. */
static int give_up(struct kpold_daemon *d, const struct kpol_ruleset *ruleset, const char *file,
		   struct kpold_outcome *outcome, int error)
{
	int r = refused(d, ruleset, file, outcome, error);

	if (is_unclear(error))
		kpold_kernel_lost(d, "the kernel module does not answer");
	else if (kpol_history_withdraw(d->store) < 0)
		kpold_log(LOG_WARNING, "cannot take an intent back: %s",
			  kpol_store_error(d->store));
	return r;
}

static int commit(struct kpold_daemon *d, struct kpold_order *order, struct kpol_ruleset *ruleset,
		  struct kpold_outcome *outcome, int *ret_errno)
{
	struct kpol_intent intent;
	int r;

	if (!kpold_kernel_nl(d))
		return -ENODEV;
	r = write_intent(d, order, ruleset, outcome, &intent);
	if (r < 0)
		return r;
	r = kpol_nl_load(d->kernel.nl, ruleset, order->bundle->name, false, on_progress, NULL,
			 &outcome->generation);
	if (r < 0)
		r = ask_whether_done(d, &intent, r, &outcome->generation);
	if (r < 0) {
		*ret_errno = -r;
		return give_up(d, ruleset, order->bundle->file, outcome, r);
	}
	make_live(d, order, ruleset, &intent, outcome->generation);
	if (kpol_history_confirm(d->store) < 0)
		kpold_log(LOG_WARNING,
			  "loaded, but cannot be noted (%s): at the next start the kernel's digest "
			  "will tell",
			  kpol_store_error(d->store));
	return 0;
}

/* Same rules, other text, such as a comment at the end: the kernel has nothing to learn. */
static int keep_text(struct kpold_daemon *d, struct kpold_order *order,
		     struct kpol_ruleset *ruleset, struct kpold_outcome *outcome)
{
	const struct kpol_bundle *live = d->live.bundle, *new = order->bundle;
	struct kpol_intent intent;
	int r;

	if (live &&
	    live->text_len == new->text_len &&memcmp(live->text, new->text, new->text_len) == 0 &&
	    (order->stored == 0 || order->stored == d->live.stored)) {
		kpol_ruleset_free(ruleset);
		outcome->ruleset = d->live.ruleset;
		return 0;
	}
	r = write_intent(d, order, ruleset, outcome, &intent);
	if (r == 0)
		r = kpol_history_confirm(d->store);
	if (r < 0) {
		kpol_ruleset_free(ruleset);
		return r;
	}
	make_live(d, order, ruleset, &intent, outcome->generation);
	/* Both are of one generation: the new one has the words. */
	kpold_live_clear(&d->previous);
	outcome->ruleset = d->live.ruleset;
	return 0;
}

static bool same_label(const struct kpold_daemon *d, const struct kpol_bundle *bundle)
{
	return d->live.bundle && strcmp(d->live.bundle->name, bundle->name) == 0;
}

int kpold_apply(struct kpold_daemon *d, struct kpold_order *order, struct kpold_outcome *outcome,
		int *ret_errno)
{
	_cleanup_(kpol_ruleset_freep) struct kpol_ruleset *ruleset = NULL;
	enum kpold_distance distance;
	int r;

	r = kpold_compile(d, order->bundle, order->keep_modes, &outcome->diags, &ruleset);
	if (r == 0)
		r = kpold_diff_rules(d->live.ruleset, ruleset, &outcome->diff);
	if (r < 0)
		return r;
	distance = kpold_diff_distance(d->live.ruleset, ruleset);
	outcome->old = d->live.ruleset;
	outcome->ruleset = ruleset;
	outcome->generation = d->live.generation;
	outcome->changed = distance != KPOLD_SAME || !same_label(d, order->bundle);
	if (order->dry != KPOLD_DRY_NO) {
		outcome->owned = ruleset;
		return dry_run(d, order, TAKE_PTR(ruleset), outcome, ret_errno);
	}
	if (!outcome->changed)
		return keep_text(d, order, TAKE_PTR(ruleset), outcome);
	r = commit(d, order, ruleset, outcome, ret_errno);
	if (r == 0)
		TAKE_PTR(ruleset);
	else
		outcome->ruleset = NULL;
	kpold_kube_note_bound(d);
	return r;
}

static int recommit(struct kpold_daemon *d, struct kpol_ruleset *ruleset)
{
	struct kpold_order order = { .bundle = d->live.bundle,
				     .stored = d->live.stored,
				     .change = "workloads",
				     .keep_modes = true };
	struct kpold_outcome outcome = { .generation = d->live.generation };
	int r, error = 0;

	/* The bundle stays what it is: it moves to the new live state together with its name. */
	r = commit(d, &order, ruleset, &outcome, &error);
	if (r == 0) {
		d->previous.bundle = d->live.bundle;
		d->previous.bundle_shared = true;
		kpold_log(LOG_INFO, "workloads changed: generation %" PRIu64, outcome.generation);
	} else {
		kpold_log(LOG_ERR, "workloads changed, but the ruleset for them was refused: %s",
			  kpold_outcome_reason(&outcome, r));
		snprintf(d->trouble, sizeof(d->trouble),
			 "the ruleset for the workloads of now was refused: %s",
			 kpold_outcome_reason(&outcome, r));
	}
	kpold_outcome_clear(&outcome);
	return r;
}

/* The compiled rows replace those read from the kernel: they know their items. */
static void take_compiled(struct kpold_daemon *d, struct kpol_ruleset *ruleset)
{
	kpol_ruleset_free(d->live.ruleset);
	d->live.ruleset = ruleset;
	d->live.items_known = true;
}

int kpold_apply_workloads(struct kpold_daemon *d)
{
	_cleanup_(kpol_ruleset_freep) struct kpol_ruleset *ruleset = NULL;
	struct kpol_diags diags = { 0 };
	enum kpold_distance distance;
	int r;

	if (!d->live.bundle || !d->live.ruleset)
		return 0;
	r = kpold_compile(d, d->live.bundle, true, &diags, &ruleset);
	kpol_diags_clear(&diags);
	if (r < 0) {
		kpold_log(LOG_ERR, "cannot compile the live bundle for the workloads of now: %s",
			  strerror(-r));
		return r;
	}
	distance = kpold_diff_distance(d->live.ruleset, ruleset);
	if (distance == KPOLD_BINDINGS)
		distance = kpold_bindings_sync(d, ruleset) < 0 ? KPOLD_OTHER : KPOLD_SAME;
	if (distance == KPOLD_SAME && kpold_addresses_sync(d, &ruleset->addresses) < 0)
		distance = KPOLD_OTHER;
	if (distance == KPOLD_SAME)
		take_compiled(d, TAKE_PTR(ruleset));
	else if ((r = recommit(d, ruleset)) == 0)
		TAKE_PTR(ruleset);
	kpold_kube_note_bound(d);
	return r;
}

int kpold_apply_again(struct kpold_daemon *d, const char *change)
{
	struct kpold_order order = { .stored = d->live.stored,
				     .change = change,
				     .keep_modes = true };
	struct kpold_outcome outcome = { 0 };
	const struct kpol_bundle *live = d->live.bundle;
	int r, error = 0;

	if (!live || !kpold_kernel_nl(d))
		return 0;
	r = kpold_bundle_read(d, live->file, live->text, live->text_len, &outcome.diags,
			      &order.bundle);
	if (r == 0)
		r = kpold_apply(d, &order, &outcome, &error);
	if (r < 0)
		kpold_log(LOG_ERR, "cannot apply the live bundle again (%s): %s", change,
			  kpold_outcome_reason(&outcome, r));
	else if (outcome.changed)
		kpold_log(LOG_INFO, "%s changed: generation %" PRIu64, change, outcome.generation);
	kpol_bundle_free(order.bundle);
	kpold_outcome_clear(&outcome);
	return r;
}
