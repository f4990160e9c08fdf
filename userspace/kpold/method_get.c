// SPDX-License-Identifier: GPL-2.0-or-later
/* Get: lists of what there is. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/words.h"
#include "compile/rule_json.h"
#include "kpold/gap_json.h"
#include "kpold/kernel.h"
#include "kpold/method.h"
#include "kpold/policy_json.h"
#include "kpold/rule_json.h"
#include "nl/dump.h"
#include "store/history.h"

static void get_policies(struct kpold_call *call)
{
	const struct kpold_live *live = &call->d->live;
	struct kpol_jsonw *w = kpold_call_reply(call);

	kpol_jsonw_array_begin(w, "items");
	for (uint32_t id = 1; live->ruleset && id <= live->ruleset->n_policies; id++)
		kpold_json_policy(w, live, id);
	kpol_jsonw_array_end(w);
}

static void get_rules(struct kpold_call *call)
{
	const struct kpold_live *live = &call->d->live;
	struct kpol_jsonw *w = kpold_call_reply(call);

	kpol_jsonw_array_begin(w, "items");
	for (size_t i = 0; live->ruleset && i < live->ruleset->n_rules; i++)
		kpold_json_rule(w, NULL, live->ruleset, &live->ruleset->rules[i],
				kpold_live_file(live));
	kpol_jsonw_array_end(w);
	kpol_jsonw_uint(w, "unenforced", kpold_gaps_count(live));
}

static void get_unenforced(struct kpold_call *call)
{
	kpold_json_gaps(kpold_call_reply(call), "items", &call->d->live);
}

/* What an enforced Allow rule in a class makes of it; the engine would say the same. */
static void json_allowlists(struct kpol_jsonw *w, const struct kpol_ruleset *ruleset,
			    uint32_t scope)
{
	uint32_t classes = 0;

	for (size_t i = 0; i < ruleset->n_rules; i++) {
		const struct kpol_rule *rule = &ruleset->rules[i];

		if (rule->scope == scope && rule->action == KPOL_ACTION_ALLOW &&
		    !(rule->flags & KPOL_RULE_DEFAULTS) &&
		    ruleset->policies[rule->policy - 1].mode == KPOL_MODE_ENFORCE)
			classes |= 1U << rule->class;
	}
	kpol_jsonw_array_begin(w, "allowlists");
	for (uint32_t class = 1; class <= KPOL_CLASS_MAX; class ++)
		if (classes & (1U << class))
			kpol_jsonw_string(w, NULL, kpol_word(KPOL_WORDS_CLASS, class));
	kpol_jsonw_array_end(w);
}

static void json_flags(struct kpol_jsonw *w, uint32_t flags)
{
	kpol_jsonw_array_begin(w, "flags");
	if (flags & KPOL_SCOPE_CONTAINER)
		kpol_jsonw_string(w, NULL, "container");
	if (flags & KPOL_SCOPE_HOST)
		kpol_jsonw_string(w, NULL, "host");
	kpol_jsonw_array_end(w);
}

static void json_scope(struct kpol_jsonw *w, const struct kpol_ruleset *ruleset, uint32_t id)
{
	const struct kpol_scope_row *scope = &ruleset->scopes[id - 1];

	kpol_jsonw_object_begin(w, NULL);
	kpol_jsonw_uint(w, "id", id);
	kpol_jsonw_string(w, "name", scope->name);
	json_allowlists(w, ruleset, id);
	kpol_jsonw_array_begin(w, "policies");
	for (size_t i = 0; i < scope->n_policies; i++)
		kpol_jsonw_string(w, NULL, ruleset->policies[scope->policies[i] - 1].name);
	kpol_jsonw_array_end(w);
	json_flags(w, scope->flags);
	kpol_jsonw_object_end(w);
}

static void get_scopes(struct kpold_call *call)
{
	const struct kpol_ruleset *ruleset = call->d->live.ruleset;
	struct kpol_jsonw *w = kpold_call_reply(call);

	kpol_jsonw_array_begin(w, "items");
	for (uint32_t id = 1; ruleset && id <= ruleset->n_scopes; id++)
		json_scope(w, ruleset, id);
	kpol_jsonw_array_end(w);
}

static void json_stored(struct kpol_jsonw *w, const struct kpold_live *live,
			const struct kpol_stored *stored)
{
	bool is_live = stored->id == live->stored;

	kpol_jsonw_object_begin(w, NULL);
	kpol_jsonw_int(w, "id", stored->id);
	kpol_jsonw_string(w, "name", stored->name);
	kpol_jsonw_string_if(w, "version", stored->version);
	kpol_jsonw_string(w, "state", is_live ? "live" : stored->good ? "good" : "unconfirmed");
	if (is_live)
		kpol_jsonw_uint(w, "generation", live->generation);
	kpold_json_time(w, "loadedAt", stored->loaded_at);
	kpol_jsonw_uint(w, "loadedBy", stored->uid);
	kpol_jsonw_string(w, "change", stored->change);
	kpol_jsonw_string(w, "file", stored->file);
	kpold_json_digest(w, "digest", stored->digest);
	kpol_jsonw_object_end(w);
}

static void get_bundles(struct kpold_call *call)
{
	struct kpol_stored *items;
	struct kpol_jsonw *w;
	size_t n;
	int r;

	r = kpol_history_list(call->d->store, &items, &n);
	if (r < 0) {
		kpold_call_errno(call, "cannot read the history", r);
		return;
	}
	w = kpold_call_reply(call);
	kpol_jsonw_array_begin(w, "items");
	for (size_t i = 0; i < n; i++) {
		json_stored(w, &call->d->live, &items[i]);
		kpol_stored_clear(&items[i]);
	}
	kpol_jsonw_array_end(w);
	free(items);
}

static void json_binding(struct kpol_jsonw *w, const struct kpold_daemon *d,
			 const struct kpol_binding_row *row)
{
	const struct kpol_workload *workload = NULL;
	const struct kpol_scope_row *scope = kpold_live_scope(&d->live, row->scope);

	if (row->kind == KPOL_BIND_ID)
		workload = kpold_workloads_find(&d->workloads, row->cgroup);
	kpol_jsonw_object_begin(w, NULL);
	kpol_jsonw_string(w, "kind", kpol_word(KPOL_WORDS_BIND, row->kind));
	if (row->kind == KPOL_BIND_ID)
		kpol_jsonw_uint(w, "cgroup", row->cgroup);
	kpol_jsonw_string_if(w, "path", row->path ? row->path : workload ? workload->cgroup : NULL);
	kpol_jsonw_string(w, "scope", scope ? scope->name : "?");
	kpol_jsonw_object_end(w);
}

static void get_bindings(struct kpold_call *call)
{
	const struct kpol_ruleset *ruleset = call->d->live.ruleset;
	struct kpol_jsonw *w = kpold_call_reply(call);

	kpol_jsonw_array_begin(w, "items");
	for (size_t i = 0; ruleset && i < ruleset->n_bindings; i++)
		json_binding(w, call->d, &ruleset->bindings[i]);
	kpol_jsonw_array_end(w);
}

static void json_hook(struct kpol_jsonw *w, const struct kpol_nl_hook *hook)
{
	kpol_jsonw_object_begin(w, NULL);
	kpol_jsonw_string(w, "name", hook->name);
	kpol_jsonw_string(w, "state", kpol_word(KPOL_WORDS_HOOK, hook->state));
	kpol_jsonw_string(w, "class",
			  hook->class ? kpol_word(KPOL_WORDS_CLASS, hook->class) : "module");
	kpol_ops_json(w, "ops", hook->ops);
	kpol_jsonw_object_end(w);
}

static void get_hooks(struct kpold_call *call)
{
	struct kpol_nl *nl = kpold_kernel_nl(call->d);
	_cleanup_free_ struct kpol_nl_hook *hooks = NULL;
	struct kpol_jsonw *w;
	size_t n;
	int r = nl ? kpol_nl_hooks_get(nl, &hooks, &n) : -ENODEV;

	if (r == -ENODEV) {
		kpold_call_error(call, "NoModule", "the kernel module is not loaded");
		return;
	}
	if (r < 0) {
		kpold_call_errno(call, "cannot read the hooks", r);
		return;
	}
	w = kpold_call_reply(call);
	kpol_jsonw_array_begin(w, "items");
	for (size_t i = 0; i < n; i++)
		json_hook(w, &hooks[i]);
	kpol_jsonw_array_end(w);
}

static void json_policies_of(struct kpol_jsonw *w, const struct kpol_ruleset *ruleset,
			     const struct kpol_scope_row *scope)
{
	bool enforced = false;

	kpol_jsonw_array_begin(w, "policies");
	for (size_t i = 0; scope && i < scope->n_policies; i++) {
		const struct kpol_policy_row *policy = &ruleset->policies[scope->policies[i] - 1];

		kpol_jsonw_string(w, NULL, policy->name);
		enforced |= policy->mode == KPOL_MODE_ENFORCE;
	}
	kpol_jsonw_array_end(w);
	if (scope && scope->n_policies)
		kpol_jsonw_string(w, "mode",
				  kpol_word(KPOL_WORDS_MODE,
					    enforced ? KPOL_MODE_ENFORCE : KPOL_MODE_OBSERVE));
}

static void json_pod(struct kpol_jsonw *w, const struct kpold_live *live,
		     const struct kpold_pod *pod)
{
	uint32_t id =
		pod->scope && live->ruleset ? kpold_ruleset_scope_id(live->ruleset, pod->scope) : 0;
	const struct kpol_scope_row *scope = kpold_live_scope(live, id);

	kpol_jsonw_object_begin(w, NULL);
	kpol_jsonw_string(w, "namespace", pod->namespace);
	kpol_jsonw_string(w, "name", pod->name);
	kpol_jsonw_string(w, "uid", pod->cgroup_uid);
	kpol_jsonw_string(w, "state", pod->gone ? "deleted" : pod->scope ? "bound" : "known");
	kpol_jsonw_string_if(w, "scope", pod->scope);
	json_policies_of(w, live->ruleset, scope);
	if (pod->scope)
		kpold_json_time(w, "boundSince", pod->bound_at);
	if (pod->violation) {
		kpold_json_time(w, "lastViolationAt", pod->violated_at);
		kpol_jsonw_string(w, "lastViolation", pod->violation);
	}
	kpol_jsonw_object_end(w);
}

static void get_pods(struct kpold_call *call)
{
	const struct kpold_pods *pods = &call->d->pods;
	struct kpol_jsonw *w;

	if (!call->d->kube) {
		kpold_call_error(call, "NotFound",
				 "kpold follows no Kubernetes here (kubernetes= in kpold.conf)");
		return;
	}
	w = kpold_call_reply(call);
	kpol_jsonw_array_begin(w, "items");
	for (size_t i = 0; i < pods->n; i++)
		json_pod(w, &call->d->live, &pods->items[i]);
	kpol_jsonw_array_end(w);
}

static const struct {
	const char *what;
	void (*get)(struct kpold_call *call);
} lists[] = {
	{ "policies", get_policies },	  { "rules", get_rules },	{ "scopes", get_scopes },
	{ "bundles", get_bundles },	  { "bindings", get_bindings }, { "hooks", get_hooks },
	{ "unenforced", get_unenforced }, { "pods", get_pods },
};

void kpold_method_get(struct kpold_call *call)
{
	const char *what = kpold_call_string(call, "what");

	for (size_t i = 0; what && i < sizeof(lists) / sizeof(lists[0]); i++)
		if (strcmp(lists[i].what, what) == 0) {
			lists[i].get(call);
			return;
		}
	kpold_call_error(call, "BadRequest",
			 "\"what\" is policies, rules, scopes, bundles, bindings, hooks, "
			 "unenforced or pods");
}
