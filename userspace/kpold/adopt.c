// SPDX-License-Identifier: GPL-2.0-or-later
/* Coming to terms with what the kernel has: adopt it, or send again what it should have. */
#include "kpold/adopt.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/words.h"
#include "kpold/apply.h"
#include "kpold/birth.h"
#include "kpold/guard.h"
#include "kpold/kernel.h"
#include "kpold/kube.h"
#include "kpold/log.h"
#include "kpold/stream.h"
#include "load/load.h"
#include "nl/control.h"
#include "nl/dump.h"
#include "store/history.h"
#include "store/manual.h"

static void short_digest(const uint8_t digest[KPOL_DIGEST_LEN], char buf[13])
{
	for (int i = 0; i < 6; i++)
		snprintf(buf + 2 * i, 3, "%02x", digest[i]);
}

/* An intent that the kernel has came true although nobody was left to confirm it. */
static bool intent_came_true(const struct kpol_intent *intent, const struct kpol_nl_status *status)
{
	return memcmp(intent->digest, status->digest, KPOL_DIGEST_LEN) == 0 &&
	       status->generation > intent->generation;
}

/* Settles a pending intent. Return: 0, or the store's error. */
static int settle_intent(struct kpold_daemon *d, const struct kpol_nl_status *status)
{
	struct kpol_intent intent;
	int r = kpol_history_intent(d->store, &intent);

	if (r == -ENOENT)
		return 0;
	if (r < 0)
		return r;
	if (status->generation && intent_came_true(&intent, status)) {
		kpold_log(LOG_NOTICE, "a load that was cut off had reached the kernel: it counts");
		return kpol_history_confirm(d->store);
	}
	kpold_log(LOG_NOTICE, "a load that was cut off had not reached the kernel: dropped");
	return kpol_history_withdraw(d->store);
}

static bool digest_is(struct kpold_daemon *d, int64_t id, const uint8_t digest[KPOL_DIGEST_LEN])
{
	_cleanup_(kpol_stored_clear) struct kpol_stored stored = { 0 };

	return id && kpol_history_get(d->store, id, &stored) == 0 &&
	       memcmp(stored.digest, digest, KPOL_DIGEST_LEN) == 0;
}

/* Return: id of the bundle that became what the kernel has, 0: none we know. */
static int64_t identify(struct kpold_daemon *d, const struct kpol_nl_status *status)
{
	int64_t live = 0, found = 0;

	if (kpol_history_live(d->store, &live) == 0 && digest_is(d, live, status->digest))
		return live;
	if (kpol_history_find(d->store, status->digest, &found) < 0)
		found = 0;
	if (found != live && kpol_history_set_live(d->store, found) < 0)
		kpold_log(LOG_WARNING, "cannot note what is live: %s", kpol_store_error(d->store));
	return found;
}

static void fill_bundle(struct kpold_daemon *d, struct kpold_live *live, int64_t id)
{
	_cleanup_(kpol_stored_clear) struct kpol_stored stored = { 0 };
	struct kpol_diags diags = { 0 };

	if (!id || kpol_history_get(d->store, id, &stored) < 0)
		return;
	live->stored = id;
	live->loaded_at = stored.loaded_at;
	live->loaded_by = stored.uid;
	if (kpold_bundle_read(d, stored.file, stored.text, stored.text_len, &diags, &live->bundle) <
	    0)
		kpold_log(LOG_WARNING, "the bundle of the live ruleset cannot be read any more: %s",
			  diags.n ? diags.items[0].message : "no memory");
	kpol_diags_clear(&diags);
}

/* The kernel is right about modes: what it has that the bundle does not say was set by hand. */
static void keep_modes(struct kpold_daemon *d)
{
	struct kpol_ruleset *ruleset = NULL;
	struct kpol_diags diags = { 0 };

	if (!d->live.bundle || kpold_compile(d, d->live.bundle, false, &diags, &ruleset) < 0)
		goto out;
	(void)kpol_manual_mode_del(d->store, NULL);
	for (size_t i = 0; i < d->live.ruleset->n_policies; i++) {
		const struct kpol_policy_row *row = &d->live.ruleset->policies[i];

		for (size_t j = 0; j < ruleset->n_policies; j++)
			if (strcmp(row->name, ruleset->policies[j].name) == 0 &&
			    row->mode != ruleset->policies[j].mode)
				(void)kpol_manual_mode_set(d->store, row->name, row->mode);
	}
out:
	kpol_ruleset_free(ruleset);
	kpol_diags_clear(&diags);
}

static void tell_adopted(struct kpold_daemon *d, const struct kpol_nl_status *status)
{
	char digest[13], text[512];

	short_digest(status->digest, digest);
	snprintf(text, sizeof(text), "generation %" PRIu64 ", digest %s…, bundle %s, loaded by %s",
		 status->generation, digest, status->bundle,
		 d->live.bundle ? "an earlier daemon" : "somebody else");
	kpold_log(LOG_NOTICE, "adopted %s", text);
	kpold_stream_control(d, 0, 0, "adopt", text, NULL);
}

static int adopt(struct kpold_daemon *d, const struct kpol_nl_status *status)
{
	struct kpold_live live = { .adopted = true };
	int r;

	r = kpol_nl_ruleset_get(kpold_kernel_nl(d), &live.generation, &live.ruleset);
	if (r < 0) {
		kpold_log(LOG_ERR, "cannot read the ruleset that is in the kernel: %s",
			  strerror(-r));
		return r;
	}
	fill_bundle(d, &live, identify(d, status));
	kpold_live_clear(&d->previous);
	d->previous = d->live;
	d->live = live;
	keep_modes(d);
	if (status->mode == KPOL_MODE_ENFORCE)
		kpold_guard_lift(d);
	tell_adopted(d, status);
	return kpold_apply_workloads(d);
}

/* Sends one kept bundle again. Return: 0, or a negative errno with the reason in @why. */
static int resend(struct kpold_daemon *d, int64_t id, bool with_modes, char *why, size_t size)
{
	_cleanup_(kpol_stored_clear) struct kpol_stored stored = { 0 };
	struct kpold_order order = { .stored = id, .change = "resend", .keep_modes = with_modes };
	struct kpold_outcome outcome = { 0 };
	int r, error;

	r = kpol_history_get(d->store, id, &stored);
	if (r == 0)
		r = kpold_bundle_read(d, stored.file, stored.text, stored.text_len, &outcome.diags,
				      &order.bundle);
	if (r == 0)
		r = kpold_apply(d, &order, &outcome, &error);
	if (r < 0)
		snprintf(why, size, "bundle %s cannot be loaded again: %s",
			 stored.name ? stored.name : "?", kpold_outcome_reason(&outcome, r));
	else
		kpold_log(LOG_NOTICE, "sent bundle %s again, generation %" PRIu64, stored.name,
			  outcome.generation);
	kpol_bundle_free(order.bundle);
	kpold_outcome_clear(&outcome);
	return r;
}

/* The kernel is empty, after a reboot or a reload of the module. */
static int resend_kept(struct kpold_daemon *d)
{
	char why[256] = "", first_why[256] = "";
	int64_t id = 0;
	int r = kpol_history_live(d->store, &id);
	bool first = true;

	d->trouble[0] = '\0';
	while (r == 0 && id) {
		r = resend(d, id, first, why, sizeof(why));
		if (r == 0 || r == -ENODEV)
			break;
		kpold_log(LOG_ERR, "%s", why);
		kpold_stream_control(d, 0, 0, "resend", NULL, why);
		if (first)
			snprintf(first_why, sizeof(first_why), "%s", why);
		first = false;
		r = kpol_history_back(d->store, id, 1, &id);
	}
	if (first_why[0]) {
		snprintf(d->trouble, sizeof(d->trouble), "%s; %s", first_why,
			 r == 0 ? "fell back to the last good bundle" : "nothing is enforced");
		kpold_log(LOG_ERR, "%s", d->trouble);
	}
	return r == -ENOENT ? 0 : r;
}

/* A switch thrown by hand outlives a reboot; kpol.mode= on the kernel's command line wins over it.
 */
static void restore_mode(struct kpold_daemon *d, const struct kpol_nl_status *status)
{
	uint32_t mode = KPOL_MODE_ENFORCE;
	int r = kpol_manual_global(d->store, &mode);

	if (kpold_guard_holds(d))
		mode = KPOL_MODE_OBSERVE;
	if (r < 0 || status->boot_mode || status->mode == mode)
		return;
	r = kpol_nl_mode_set(kpold_kernel_nl(d), mode);
	if (r < 0) {
		kpold_log(LOG_ERR, "cannot set the global switch back to %s: %s",
			  kpol_word(KPOL_WORDS_MODE, mode), strerror(-r));
		return;
	}
	d->kernel.mode = mode;
	kpold_log(LOG_WARNING, "the global switch is %s%s", kpol_word(KPOL_WORDS_MODE, mode),
		  kpold_guard_holds(d) ? ", because of the boot guard"
				       : " again, as it was before");
}

static int reconcile(struct kpold_daemon *d, const struct kpol_nl_status *status)
{
	int r;

	if (status->generation == d->live.generation && (d->live.ruleset || !status->generation) &&
	    d->kernel.events)
		return 0;
	r = settle_intent(d, status);
	if (r < 0)
		kpold_log(LOG_ERR, "cannot settle a load that was cut off: %s",
			  kpol_store_error(d->store));
	if (status->generation && status->generation != d->live.generation)
		return adopt(d, status);
	if (status->generation)
		return 0;
	kpold_live_clear(&d->live);
	/* First: what is observed must not deny for even a moment. */
	restore_mode(d, status);
	return resend_kept(d);
}

static int say_missing(struct kpold_daemon *d, int r)
{
	if (!d->missing_said)
		kpold_log(LOG_ERR, "%s",
			  r == -ENODEV ? "the kernel module kpol is not loaded: "
					 "nothing is enforced"
				       : strerror(-r));
	d->missing_said = true;
	return r;
}

int kpold_adopt_check(struct kpold_daemon *d)
{
	bool first = !kpold_kernel_nl(d);
	struct kpol_nl_status status;
	int r;

	/* Asked by name only at the start: later that would undo an administrator's rmmod. */
	r = kpold_kernel_connect(d, d->config->autoload && d->attempts == 0);
	if (r == 0)
		r = kpold_kernel_check(d, &status);
	d->attempts++;
	if (r < 0)
		return say_missing(d, r);
	if (first)
		kpold_log(LOG_INFO, "kernel module %s, %u of %u hooks", status.version,
			  status.hooks, status.hooks_known);
	d->missing_said = false;
	r = reconcile(d, &status);
	if (r == 0 && first)
		kpold_kube_renew(d->kube);
	if (r == 0)
		r = kpold_kernel_subscribe(d);
	if (r == 0)
		kpold_birth_listen(d);
	return r;
}
