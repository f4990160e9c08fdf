// SPDX-License-Identifier: GPL-2.0-or-later
/* Bind and Unbind: a unit or cgroup put into a scope by hand. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/words.h"
#include "kpold/apply.h"
#include "kpold/kernel.h"
#include "kpold/method.h"
#include "kpold/overlay.h"
#include "kpold/stream.h"
#include "store/manual.h"

static const char *parse_target(struct kpold_call *call, struct kpol_binding_row *ret)
{
	const char *target = kpold_call_string(call, "target");

	if (target && kpold_target_parse(target, ret) == 0)
		return target;
	kpold_call_error(call, "BadRequest", "\"target\" is \"unit:NAME\" or \"cgroup:/PATH\"");
	return NULL;
}

static const char *target_cgroup(const struct kpold_daemon *d, const struct kpol_binding_row *row)
{
	const struct kpol_workload *workload;

	if (row->kind == KPOL_BIND_PATH)
		return row->path;
	workload = kpold_workloads_find_unit(&d->workloads, row->path);
	return workload ? workload->cgroup : NULL;
}

static void scope_not_found(struct kpold_call *call, const char *scope)
{
	const struct kpol_ruleset *ruleset = call->d->live.ruleset;
	size_t n = ruleset ? ruleset->n_scopes : 0;
	_cleanup_free_ const char **names = calloc(n + 1, sizeof(*names));
	struct kpol_jsonw *w;

	for (size_t i = 0; names && i < n; i++)
		names[i] = ruleset->scopes[i].name;
	w = kpold_call_error(call, "NotFound", "there is no scope \"%s\"%s", scope,
			     ruleset ? "" : ": no bundle is loaded");
	kpol_jsonw_string_if(w, "suggestion", names ? kpol_nearest(names, scope) : NULL);
}

static void reply(struct kpold_call *call, const struct kpol_binding_row *row, const char *scope)
{
	struct kpol_jsonw *w = kpold_call_reply(call);

	kpol_jsonw_string(w, "cgroup", target_cgroup(call->d, row));
	kpol_jsonw_string_if(w, "scope", scope);
}

static void reply_error(struct kpold_call *call, int r)
{
	const struct kpol_nl *nl = kpold_kernel_nl(call->d);

	if (r == -ENODEV || !nl)
		kpold_call_error(call, "NoModule", "the kernel module is not loaded");
	else
		kpold_call_error(call, "Kernel", "the kernel module refused: %s",
				 kpol_nl_last_error(nl)->message[0]
					 ? kpol_nl_last_error(nl)->message
					 : strerror(-r));
}

static void tell(struct kpold_call *call, const char *action, const char *target, const char *scope,
		 int r)
{
	char detail[1024];

	snprintf(detail, sizeof(detail), "%s%s%s", target, scope ? " to " : "", scope ? scope : "");
	kpold_stream_control(call->d, call->uid, call->pid, action, detail,
			     r < 0 ? strerror(-r) : NULL);
}

void kpold_method_bind(struct kpold_call *call)
{
	struct kpold_daemon *d = call->d;
	struct kpol_binding_row row = { 0 };
	const char *scope = kpold_call_string(call, "scope");
	const char *target = parse_target(call, &row);
	int r;

	if (!target)
		return;
	if (!scope || !kpold_ruleset_scope_id(d->live.ruleset, scope)) {
		scope_not_found(call, scope ? scope : "");
		return;
	}
	r = kpol_manual_bind_set(d->store, target, scope);
	if (r < 0) {
		kpold_call_error(call, "Internal", "the binding cannot be kept: %s",
				 kpol_store_error(d->store));
		return;
	}
	r = kpold_apply_workloads(d);
	if (r < 0) {
		(void)kpol_manual_bind_del(d->store, target);
		reply_error(call, r);
	} else {
		reply(call, &row, scope);
	}
	tell(call, "bind", target, scope, r);
}

void kpold_method_unbind(struct kpold_call *call)
{
	struct kpold_daemon *d = call->d;
	struct kpol_binding_row row = { 0 };
	const char *target = parse_target(call, &row);
	int r;

	if (!target)
		return;
	r = kpol_manual_bind_del(d->store, target);
	if (r == -ENOENT) {
		kpold_call_error(call, "NotFound", "%s was not bound by hand", target);
		return;
	}
	if (r == 0)
		r = kpold_apply_workloads(d);
	if (r < 0)
		reply_error(call, r);
	else
		reply(call, &row, NULL);
	tell(call, "unbind", target, NULL, r);
}
