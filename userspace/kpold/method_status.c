// SPDX-License-Identifier: GPL-2.0-or-later
/* Status: how daemon, module and exporters are, and what is wrong with them. */
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/words.h"
#include "kpold/export.h"
#include "kpold/gap_json.h"
#include "kpold/guard.h"
#include "kpold/kernel.h"
#include "kpold/kube.h"
#include "kpold/method.h"
#include "kpold/rule_json.h"
#include "nl/dump.h"
#include "store/history.h"

static void json_daemon(struct kpol_jsonw *w, const struct kpold_daemon *d)
{
	kpol_jsonw_object_begin(w, "daemon");
	kpol_jsonw_string(w, "version", KPOL_VERSION);
	kpol_jsonw_int(w, "pid", getpid());
	kpold_json_time(w, "since", d->since);
	kpol_jsonw_bool(w, "adopted", d->live.adopted);
	kpol_jsonw_object_end(w);
}

static void json_verdicts(struct kpol_jsonw *w, const struct kpol_nl_status *status)
{
	kpol_jsonw_array_begin(w, "verdicts");
	for (uint32_t class = 1; class <= KPOL_CLASS_MAX; class ++) {
		const struct kpol_nl_count *count = &status->verdicts[class];

		kpol_jsonw_object_begin(w, NULL);
		kpol_jsonw_string(w, "class", kpol_word(KPOL_WORDS_CLASS, class));
		kpol_jsonw_uint(w, "denied", count->denied);
		kpol_jsonw_uint(w, "wouldDeny", count->would_deny);
		kpol_jsonw_uint(w, "audited", count->audited);
		kpol_jsonw_uint(w, "dropped", status->dropped[class]);
		kpol_jsonw_object_end(w);
	}
	kpol_jsonw_array_end(w);
}

static void json_module(struct kpol_jsonw *w, const struct kpol_nl_status *status)
{
	const struct {
		const char *key;
		uint64_t value;
	} numbers[] = {
		{ "generation", status->generation },
		{ "rules", status->rules },
		{ "policies", status->policies },
		{ "scopes", status->scopes },
		{ "bindings", status->bindings },
		{ "hooks", status->hooks },
		{ "hooksKnown", status->hooks_known },
		{ "hooksLost", status->hooks_lost },
		{ "entering", status->entering },
		{ "untraced", status->untraced },
		{ "memory", status->memory },
		{ "strings", status->strings },
		{ "eventSeq", status->event_seq },
		{ "eventQueued", status->event_queued },
		{ "eventCapacity", status->event_capacity },
		{ "subscriber", status->subscriber },
	};

	kpol_jsonw_object_begin(w, "module");
	kpol_jsonw_string(w, "version", status->version);
	kpol_jsonw_string(w, "mode", kpol_word(KPOL_WORDS_MODE, status->mode));
	if (status->boot_mode)
		kpol_jsonw_string(w, "bootMode", kpol_word(KPOL_WORDS_MODE, status->boot_mode));
	kpol_jsonw_bool(w, "locked", status->locked);
	kpol_jsonw_string(w, "bundle", status->bundle);
	kpold_json_digest(w, "digest", status->digest);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		kpol_jsonw_uint(w, numbers[i].key, numbers[i].value);
	json_verdicts(w, status);
	kpol_jsonw_object_end(w);
}

static void json_bundle(struct kpol_jsonw *w, const struct kpold_live *live)
{
	if (!live->bundle)
		return;
	kpol_jsonw_object_begin(w, "bundle");
	kpol_jsonw_string(w, "name", live->bundle->name);
	kpol_jsonw_string_if(w, "version", live->bundle->version);
	kpol_jsonw_string(w, "file", live->bundle->file);
	kpold_json_time(w, "loadedAt", live->loaded_at);
	kpol_jsonw_uint(w, "loadedBy", live->loaded_by);
	kpol_jsonw_object_end(w);
}

static uint64_t count_sent(const struct kpold_daemon *d)
{
	const struct kpold_exporter_state *state;
	uint64_t sent = 0;

	for (size_t i = 0; (state = kpold_exporters_state(d->exporters, i)); i++)
		sent += state->sent;
	return sent;
}

static void json_events(struct kpol_jsonw *w, const struct kpold_daemon *d)
{
	const struct kpold_kernel *kernel = &d->kernel;

	kpol_jsonw_object_begin(w, "events");
	kpol_jsonw_uint(w, "seen", kernel->seen);
	kpol_jsonw_uint(w, "exported", count_sent(d));
	kpol_jsonw_uint(w, "lost", kernel->lost);
	kpol_jsonw_uint(w, "damaged", kernel->damaged);
	kpol_jsonw_uint(w, "overruns",
			kernel->events ? kpol_nl_events_overruns(kernel->events) : 0);
	kpol_jsonw_uint(w, "lastSeq", kernel->last_seq);
	kpol_jsonw_object_end(w);
}

static void json_exporters(struct kpol_jsonw *w, const struct kpold_daemon *d)
{
	const struct kpold_exporter_state *state;

	kpol_jsonw_array_begin(w, "exporters");
	for (size_t i = 0; (state = kpold_exporters_state(d->exporters, i)); i++) {
		kpol_jsonw_object_begin(w, NULL);
		kpol_jsonw_string(w, "name", state->name);
		kpol_jsonw_string(w, "state", state->error[0] ? "failing" : "ok");
		kpol_jsonw_uint(w, "sent", state->sent);
		kpol_jsonw_uint(w, "failed", state->failed);
		kpol_jsonw_string_if(w, "lastError", state->error[0] ? state->error : NULL);
		kpol_jsonw_object_end(w);
	}
	kpol_jsonw_array_end(w);
}

static bool digest_matches(const struct kpold_daemon *d, const struct kpol_nl_status *status)
{
	uint8_t digest[KPOL_DIGEST_LEN];

	return d->live.ruleset && kpol_ruleset_digest(d->live.ruleset, digest) == 0 &&
	       memcmp(digest, status->digest, sizeof(digest)) == 0;
}

/* A hook that this kernel does not have at all is no fault: rules that need it are refused. */
static bool any_hook_failed(const struct kpold_daemon *d)
{
	_cleanup_free_ struct kpol_nl_hook *hooks = NULL;
	size_t n = 0;

	if (kpol_nl_hooks_get(d->kernel.nl, &hooks, &n) < 0)
		return false;
	for (size_t i = 0; i < n; i++)
		if (hooks[i].state == KPOL_HOOK_FAILED)
			return true;
	return false;
}

static void module_problems(struct kpol_jsonw *w, const struct kpold_daemon *d,
			    const struct kpol_nl_status *status)
{
	if (status->mode != KPOL_MODE_ENFORCE)
		kpol_jsonw_string(
			w, NULL,
			status->mode == KPOL_MODE_OBSERVE
				? "the global switch is observe: nothing is denied"
				: "the global switch is off: nothing is denied or reported");
	if (status->hooks_lost)
		kpol_jsonw_string(w, NULL,
				  "hooks do not fire any more, so what they should judge goes "
				  "unjudged: kpolctl get hooks says which");
	if (any_hook_failed(d))
		kpol_jsonw_string(w, NULL,
				  "a hook failed its self-test: kpolctl get hooks says which");
	if (status->generation && !digest_matches(d, status))
		kpol_jsonw_string(w, NULL, "the kernel's ruleset is not the one the daemon sent");
	if (status->generation && !d->live.bundle)
		kpol_jsonw_string(
			w, NULL, "the live ruleset was not loaded from a bundle that is kept here");
	if (status->untraced)
		kpol_jsonw_string(w, NULL,
				  "some entering tasks could not be recorded and were judged as "
				  "confined");
}

static void json_problems(struct kpol_jsonw *w, const struct kpold_daemon *d,
			  const struct kpol_nl_status *status)
{
	kpol_jsonw_array_begin(w, "problems");
	if (status)
		module_problems(w, d, status);
	else
		kpol_jsonw_string(w, NULL, "the kernel module is not loaded: nothing is enforced");
	if (d->trouble[0])
		kpol_jsonw_string(w, NULL, d->trouble);
	if (kpold_guard_holds(d))
		kpol_jsonw_string(
			w, NULL,
			"the boot before this one enforced and did not last: the boot guard "
			"observes until kpolctl resume");
	if (d->store_trouble[0])
		kpol_jsonw_string(w, NULL, d->store_trouble);
	if (d->kernel.lost)
		kpol_jsonw_string(w, NULL, "events were lost since the daemon started");
	kpold_kube_problems(w, d->kube);
	if (!d->workloads_known)
		kpol_jsonw_string(w, NULL,
				  "no cgroup2 hierarchy was found: workloads are not known");
	kpol_jsonw_array_end(w);
}

void kpold_method_status(struct kpold_call *call)
{
	struct kpold_daemon *d = call->d;
	struct kpol_nl_status status;
	bool known = kpold_kernel_check(d, &status) == 0;
	struct kpol_jsonw *w = kpold_call_reply(call);

	kpold_daemon_check_store(d);
	json_daemon(w, d);
	if (known)
		json_module(w, &status);
	json_bundle(w, &d->live);
	if (known)
		kpol_jsonw_bool(w, "digestMatches", digest_matches(d, &status));
	json_events(w, d);
	json_exporters(w, d);
	kpold_kube_json(w, d->kube);
	kpold_json_gaps(w, "unenforced", &d->live);
	json_problems(w, d, known ? &status : NULL);
}
