// SPDX-License-Identifier: GPL-2.0-or-later
/* SetMode, SetGlobalMode and NoteLock: what changes without a reload. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/words.h"
#include "kpold/guard.h"
#include "kpold/kernel.h"
#include "kpold/log.h"
#include "kpold/method.h"
#include "kpold/stream.h"
#include "nl/control.h"
#include "store/manual.h"

static uint32_t parse_mode(struct kpold_call *call)
{
	const char *word = kpold_call_string(call, "mode");
	uint32_t mode = word ? kpol_word_value(KPOL_WORDS_MODE, word) : 0;

	if (mode == KPOL_MODE_ENFORCE || mode == KPOL_MODE_OBSERVE)
		return mode;
	kpold_call_error(call, "BadRequest", "\"mode\" is \"enforce\" or \"observe\"");
	return 0;
}

/* "payments/web", or "web" alone for the policy of that name in every namespace. */
static bool is_meant(const char *row, const char *name)
{
	const char *slash = strrchr(row, '/');

	return strcmp(row, name) == 0 || (slash && strcmp(slash + 1, name) == 0);
}

static const char *nearest_policy(const struct kpol_ruleset *ruleset, const char *name)
{
	_cleanup_free_ const char **names = calloc(ruleset->n_policies + 1, sizeof(*names));

	for (size_t i = 0; names && i < ruleset->n_policies; i++)
		names[i] = ruleset->policies[i].name;
	return names ? kpol_nearest(names, name) : NULL;
}

static void not_found(struct kpold_call *call, const char *name)
{
	const struct kpol_ruleset *ruleset = call->d->live.ruleset;
	const char *nearest = ruleset ? nearest_policy(ruleset, name) : NULL;
	struct kpol_jsonw *w = kpold_call_error(call, "NotFound", "there is no policy \"%s\"%s",
						name, ruleset ? "" : ": no bundle is loaded");

	kpol_jsonw_string_if(w, "suggestion", nearest);
}

/* Kept first: a mode that the kernel has and nobody remembers would be lost at the next commit. */
static int set_policy(struct kpold_call *call, struct kpol_policy_row *row, uint32_t mode)
{
	struct kpol_nl *nl = kpold_kernel_nl(call->d);
	int r;

	if (!nl)
		return -ENODEV;
	r = kpol_manual_mode_set(call->d->store, row->name, mode);
	if (r < 0)
		return -EROFS;
	r = kpol_nl_policy_mode_set(nl, row->name, mode);
	if (r < 0) {
		(void)kpol_manual_mode_set(call->d->store, row->name, row->mode);
		return r;
	}
	row->mode = (uint8_t)mode;
	return 0;
}

static void reply_error(struct kpold_call *call, int r)
{
	struct kpold_daemon *d = call->d;
	const char *said;
	struct kpol_jsonw *w;

	if (r == -ENODEV) {
		kpold_kernel_lost(d, NULL);
		kpold_call_error(call, "NoModule", "the kernel module is not loaded");
		return;
	}
	if (r == -EROFS) {
		kpold_call_error(call, "Internal",
				 "the state directory cannot be written (%s), so nothing was "
				 "changed",
				 kpol_store_error(d->store));
		return;
	}
	said = kpol_nl_last_error(d->kernel.nl)->message;
	w = kpold_call_error(call, "Kernel", "the kernel module refused: %s",
			     said[0] ? said : strerror(-r));
	kpol_jsonw_int(w, "errno", -r);
}

static void reply_modes(struct kpold_call *call, const char *name, uint32_t previous)
{
	const struct kpol_ruleset *ruleset = call->d->live.ruleset;
	struct kpol_jsonw *w = kpold_call_reply(call);

	kpol_jsonw_array_begin(w, "policies");
	for (size_t i = 0; i < ruleset->n_policies; i++)
		if (is_meant(ruleset->policies[i].name, name))
			kpol_jsonw_string(w, NULL, ruleset->policies[i].name);
	kpol_jsonw_array_end(w);
	kpol_jsonw_string(w, "previous", kpol_word(KPOL_WORDS_MODE, previous));
}

static void set_policies(struct kpold_call *call, const char *name, uint32_t mode)
{
	struct kpol_ruleset *ruleset = call->d->live.ruleset;
	uint32_t previous = 0;
	char detail[512];
	int r = 0;

	for (size_t i = 0; ruleset && r == 0 && i < ruleset->n_policies; i++) {
		if (!is_meant(ruleset->policies[i].name, name))
			continue;
		previous = previous ? previous : ruleset->policies[i].mode;
		r = set_policy(call, &ruleset->policies[i], mode);
	}
	if (!previous) {
		not_found(call, name);
		return;
	}
	snprintf(detail, sizeof(detail), "%s %s", name, kpol_word(KPOL_WORDS_MODE, mode));
	kpold_stream_control(call->d, call->uid, call->pid, "mode", detail,
			     r < 0 ? strerror(-r) : NULL);
	if (r < 0)
		reply_error(call, r);
	else
		reply_modes(call, name, previous);
}

void kpold_method_set_mode(struct kpold_call *call)
{
	const char *name = kpold_call_string(call, "policy");
	uint32_t mode = parse_mode(call);

	if (!mode)
		return;
	if (!name) {
		kpold_call_error(call, "BadRequest", "\"policy\" is needed");
		return;
	}
	set_policies(call, name, mode);
}

/* An emergency switch works even when it cannot be kept. */
void kpold_method_set_global_mode(struct kpold_call *call)
{
	struct kpold_daemon *d = call->d;
	struct kpol_nl *nl = kpold_kernel_nl(d);
	uint32_t mode = parse_mode(call), previous = d->kernel.mode;
	int r;

	if (!mode)
		return;
	r = nl ? kpol_nl_mode_set(nl, mode) : -ENODEV;
	kpold_stream_control(d, call->uid, call->pid, "global-mode",
			     kpol_word(KPOL_WORDS_MODE, mode), r < 0 ? strerror(-r) : NULL);
	if (r < 0) {
		reply_error(call, r);
		return;
	}
	d->kernel.mode = mode;
	if (mode == KPOL_MODE_ENFORCE)
		kpold_guard_lift(d);
	if (kpol_manual_global_set(d->store, mode) < 0)
		kpold_log(LOG_WARNING, "cannot keep the global switch: %s",
			  kpol_store_error(d->store));
	kpol_jsonw_string(kpold_call_reply(call), "previous", kpol_word(KPOL_WORDS_MODE, previous));
}

/* kpolctl has asked the module itself, so that it works without us: here it gets into the history. */
void kpold_method_note_lock(struct kpold_call *call)
{
	kpold_stream_control(call->d, call->uid, call->pid, "lock", NULL, NULL);
	kpold_call_reply(call);
}
