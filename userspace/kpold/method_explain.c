// SPDX-License-Identifier: GPL-2.0-or-later
/* Explain: what would be decided for a running task, and by which rule. */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/words.h"
#include "compile/candidate.h"
#include "engine/decide.h"
#include "kpold/kernel.h"
#include "kpold/method.h"
#include "kpold/rule_json.h"
#include "nl/control.h"

#define CANDIDATES_MAX 64

DEFINE_CLEANUP(struct kpol_table *, kpol_table_free)

static uint32_t op_class(uint32_t op)
{
	for (uint32_t class = 1; class <= KPOL_CLASS_MAX; class ++)
		if (kpol_class_ops(class) & op)
			return class;
	return 0;
}

static int parse_peer(const char *peer, struct kpol_access *access)
{
	if (inet_pton(AF_INET, peer, access->addr) == 1)
		access->family = AF_INET;
	else if (inet_pton(AF_INET6, peer, access->addr) == 1)
		access->family = AF_INET6;
	else
		return -EINVAL;
	access->has_addr = true;
	return 0;
}

static int parse_network(struct kpold_call *call, struct kpol_access *access)
{
	const char *peer = kpold_call_string(call, "peer");
	const char *protocol = kpold_call_string(call, "protocol");
	int64_t port = kpold_call_int(call, "port", 0);

	access->family = AF_INET;
	if ((peer && parse_peer(peer, access) < 0) || port < 0 || port > 65535) {
		kpold_call_error(call, "BadRequest",
				 "\"peer\" is an address and \"port\" 0 to 65535");
		return -EINVAL;
	}
	access->port = (u16)port;
	access->protocol = (u8)kpol_word_value(KPOL_WORDS_PROTOCOL, protocol ? protocol : "tcp");
	access->socktype = access->protocol == IPPROTO_UDP ? SOCK_DGRAM : SOCK_STREAM;
	return 0;
}

static int parse_access(struct kpold_call *call, struct kpol_access *access)
{
	const char *op = kpold_call_string(call, "op");

	access->op = op ? kpol_word_value(KPOL_WORDS_OP, op) : 0;
	access->class = (u8)op_class(access->op);
	if (!access->class) {
		kpold_call_error(call, "BadRequest", "\"op\" is an operation, such as \"exec\"");
		return -EINVAL;
	}
	access->object = kpold_call_string(call, "object");
	access->object_len = access->object ? (u16)strnlen(access->object, KPOL_PATH_MAX) : 0;
	access->owner = kpold_call_bool(call, "owner");
	return access->class == KPOL_CLASS_NETWORK ? parse_network(call, access) : 0;
}

static int find_task(struct kpold_call *call, struct kpol_nl_task *task)
{
	struct kpol_nl *nl = kpold_kernel_nl(call->d);
	int64_t pid = kpold_call_int(call, "pid", 0);
	int r;

	if (pid <= 0 || pid > INT32_MAX) {
		kpold_call_error(call, "BadRequest", "\"pid\" is needed");
		return -EINVAL;
	}
	r = nl ? kpol_nl_task_get(nl, (uint32_t)pid, task) : -ENODEV;
	if (r == -ENODEV)
		kpold_call_error(call, "NoModule", "the kernel module is not loaded");
	else if (r == -ESRCH || r == -ENOENT)
		kpold_call_error(call, "NotFound", "there is no process %lld", (long long)pid);
	else if (r < 0)
		kpold_call_errno(call, "cannot ask for the process", r);
	return r;
}

static void json_text(struct kpol_jsonw *w, const char *key, struct kpol_buffer *buffer)
{
	_cleanup_free_ char *text = kpol_buffer_take(buffer);

	kpol_jsonw_string_if(w, key, text);
}

static void json_candidate(struct kpol_jsonw *w, const struct kpold_live *live,
			   const struct kpol_candidates *list, size_t index)
{
	const struct kpol_rule *rule = list->items[index].rule;
	uint8_t mode = live->ruleset->policies[rule->policy - 1].mode;
	struct kpol_buffer rank = { 0 }, why = { 0 };

	kpold_json_rule_open(w, NULL, live->ruleset, rule, kpold_live_file(live));
	kpol_jsonw_string(w, "mode", kpol_word(KPOL_WORDS_MODE, mode));
	kpol_jsonw_string_if(w, "decides", kpol_candidate_say(list, index));
	kpol_candidate_rank(&list->items[index], &rank);
	json_text(w, "rank", &rank);
	kpol_candidate_why(list, index, &why);
	json_text(w, "why", &why);
	kpol_jsonw_object_end(w);
}

static void json_candidates(struct kpol_jsonw *w, const struct kpold_live *live,
			    const struct kpol_candidates *list)
{
	kpol_jsonw_array_begin(w, "candidates");
	for (size_t i = 0; i < list->n && i < CANDIDATES_MAX; i++)
		json_candidate(w, live, list, i);
	kpol_jsonw_array_end(w);
}

static void json_decision(struct kpol_jsonw *w, const struct kpold_live *live,
			  const struct kpol_decision *d, uint32_t mode)
{
	const struct kpol_ruleset *ruleset = live->ruleset;
	uint32_t rule = d->rule ? d->rule : d->would_rule ? d->would_rule : d->audit_rule;
	uint32_t policy = d->policy ? d->policy : d->would_policy ? d->would_policy : d->watched;
	bool guarded = d->deny ? d->guarded : d->would_guarded;
	bool sealed = d->deny ? d->sealed : d->would_deny ? d->would_sealed : d->watched;
	bool deny = d->deny && mode == KPOL_MODE_ENFORCE;

	kpol_jsonw_string(w, "verdict",
			  deny				? "denied"
			  : d->would_deny || d->deny	? "would-deny"
			  : d->audit_rule || d->watched ? "audited"
							: "allowed");
	kpol_jsonw_string(w, "wouldBe", d->would_deny ? "denied" : "allowed");
	if (d->deny || d->would_deny || d->watched)
		kpol_jsonw_string(w, "reason",
				  rule && !guarded    ? "rule"
				  : sealed || guarded ? "sealed"
						      : "default");
	if (rule)
		kpold_json_rule(w, "rule", ruleset, &ruleset->rules[rule - 1],
				kpold_live_file(live));
	else if (policy)
		kpol_jsonw_string(w, "policy", ruleset->policies[policy - 1].name);
	if (d->would_rule && d->would_rule != rule)
		kpold_json_rule(w, "wouldRule", ruleset, &ruleset->rules[d->would_rule - 1],
				kpold_live_file(live));
}

static void answer(struct kpold_call *call, const struct kpol_access *access)
{
	_cleanup_(kpol_table_freep) struct kpol_table *table = NULL;
	_cleanup_(kpol_candidates_clear) struct kpol_candidates candidates = { 0 };
	const struct kpold_live *live = &call->d->live;
	struct kpol_table_error error;
	struct kpol_decision decision;
	struct kpol_jsonw *w;
	int r;

	r = kpol_ruleset_table(live->ruleset, &error, &table);
	if (r == 0)
		r = kpol_candidates_find(live->ruleset, table, access, &candidates);
	if (r < 0) {
		kpold_call_errno(call, "cannot build the table", r);
		return;
	}
	kpol_decide(table, access, &decision);
	w = kpold_call_reply(call);
	kpol_jsonw_string(w, "scope", live->ruleset->scopes[access->scope - 1].name);
	json_decision(w, live, &decision, call->d->kernel.mode);
	kpol_jsonw_string_if(w, "source", access->source);
	json_candidates(w, live, &candidates);
}

/* Nothing confines the task, now or not yet. */
static void answer_free(struct kpold_call *call, const struct kpol_nl_task *task)
{
	struct kpol_jsonw *w = kpold_call_reply(call);

	kpol_jsonw_null(w, "scope");
	kpol_jsonw_string(w, "verdict", "allowed");
	kpol_jsonw_string(w, "wouldBe", "allowed");
	kpol_jsonw_bool(w, "entering", task->entering);
	kpol_jsonw_array_begin(w, "candidates");
	kpol_jsonw_array_end(w);
}

void kpold_method_explain(struct kpold_call *call)
{
	struct kpol_access access = { 0 };
	struct kpol_nl_task task;
	const char *source = kpold_call_string(call, "source");

	if (parse_access(call, &access) < 0 || find_task(call, &task) < 0)
		return;
	/* For exec the source is the program that calls execve, which is this task's. */
	access.source = source ? source : task.source[0] ? task.source : NULL;
	access.source_len = access.source ? (u16)strnlen(access.source, KPOL_PATH_MAX) : 0;
	access.scope = task.scope;
	if (!kpold_live_scope(&call->d->live, task.scope) || task.entering)
		answer_free(call, &task);
	else
		answer(call, &access);
}
