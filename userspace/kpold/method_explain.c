// SPDX-License-Identifier: GPL-2.0-or-later
/* Explain: what would be decided for a running task, and by which rule. */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/words.h"
#include "compile/explain.h"
#include "kpold/kernel.h"
#include "kpold/method.h"
#include "kpold/rule_json.h"
#include "nl/control.h"

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
	access->terminal = kpold_call_bool(call, "terminal");
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

static void answer(struct kpold_call *call, const struct kpol_access *access)
{
	_cleanup_(kpol_table_freep) struct kpol_table *table = NULL;
	const struct kpold_live *live = &call->d->live;
	struct kpol_explain explain = { .ruleset = live->ruleset,
					.access = access,
					.file = kpold_live_file(live),
					.held_back = call->d->kernel.mode != KPOL_MODE_ENFORCE };
	struct kpol_table_error error;
	struct kpol_jsonw *w;
	int r = kpol_ruleset_table(live->ruleset, &error, &table);

	if (r == 0) {
		explain.table = table;
		w = kpold_call_reply(call);
		kpol_jsonw_string_if(w, "source", access->source);
		r = kpol_explain_json(&explain, w);
	}
	if (r < 0)
		kpold_call_errno(call, "cannot build the table", r);
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
