// SPDX-License-Identifier: GPL-2.0-or-later
/* A record in Elastic Common Schema: a JSON document that Elasticsearch takes as it is. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/words.h"
#include "format/line.h"
#include "format/summary.h"

/* A field that a later version adds is no loss, one that changes would be: pinned. */
#define ECS_VERSION "9.4.0"

/* ECS knows denials ("denied") in the category of intrusion detection, host-based as well; what was
 * tried is the second category with a type that it expects there.
 */
#define CATEGORY "intrusion_detection"

/** struct row - what an operation is. One bit of @ops is enough; the first row that fits counts. */
static const struct row {
	uint32_t ops;
	const char *category;
	const char *type;
} rows[] = {
	{ KPOL_OP_EXEC, "process", "start" },
	{ KPOL_OP_MAP, "library", "start" },
	{ KPOL_OP_READ, "file", "access" },
	{ KPOL_OP_CREATE | KPOL_OP_LINK, "file", "creation" },
	{ KPOL_OP_UNLINK, "file", "deletion" },
	{ KPOL_OPS_CHANGE, "file", "change" },
	{ KPOL_OPS_EGRESS | KPOL_OP_ACCEPT | KPOL_OP_UNIX, "network", "connection" },
	{ KPOL_OPS_NETWORK, "network", "start" },
	{ KPOL_OPS_PTRACE | KPOL_OP_PERF, "process", "access" },
	{ KPOL_OP_LOAD, "driver", "start" },
	{ KPOL_OP_PROTECT | KPOL_OPS_NAMESPACE | KPOL_OP_KILL, "process", "change" },
	{ KPOL_OPS_MOUNT, "host", "change" },
	{ KPOL_OP_CAPABLE | KPOL_OP_BPF, "process", "info" },
	{ UINT32_MAX, "host", "info" },
};

static const struct row *find_row(uint32_t op)
{
	size_t i = 0;

	while (i < sizeof(rows) / sizeof(rows[0]) - 1 && !(rows[i].ops & op))
		i++;
	return &rows[i];
}

static void add_list(struct kpol_jsonw *w, const char *key, const char *a, const char *b)
{
	kpol_jsonw_array_begin(w, key);
	kpol_jsonw_string(w, NULL, a);
	if (b)
		kpol_jsonw_string(w, NULL, b);
	kpol_jsonw_array_end(w);
}

static void add_kind(struct kpol_jsonw *w, const struct kpol_record *record)
{
	const struct row *row;
	bool denied;

	if (record->kind == KPOL_RECORD_VERDICT) {
		denied = record->event->verdict == KPOL_VERDICT_DENY;
		row = find_row(record->event->op);
		kpol_jsonw_string(w, "kind", denied ? "alert" : "event");
		add_list(w, "category", CATEGORY, row->category);
		add_list(w, "type", row->type, denied ? "denied" : "allowed");
	} else if (record->kind == KPOL_RECORD_LOST) {
		/* "Event data may be missing": the one kind that says so. */
		kpol_jsonw_string(w, "kind", "pipeline_error");
	} else {
		kpol_jsonw_string(w, "kind", "event");
		add_list(w, "category", "configuration", NULL);
		add_list(w, "type", "change", NULL);
	}
}

static void add_event_set(struct kpol_jsonw *w, const struct kpol_record *record,
			  const struct kpol_summary *summary)
{
	kpol_jsonw_object_begin(w, "event");
	add_kind(w, record);
	kpol_line_string(w, "action", summary->code);
	kpol_line_string(w, "code", summary->code);
	kpol_jsonw_string(w, "outcome", summary->outcome);
	kpol_line_string(w, "id", summary->id);
	kpol_jsonw_string(w, "provider", "kpol");
	kpol_jsonw_string(w, "dataset", "kpol.events");
	kpol_jsonw_uint(w, "severity", summary->severity);
	if (record->kind == KPOL_RECORD_VERDICT) {
		kpol_jsonw_uint(w, "sequence", record->event->seq);
		kpol_jsonw_string(w, "reason", kpol_word(KPOL_WORDS_REASON, record->event->reason));
	} else if (record->kind == KPOL_RECORD_CONTROL) {
		kpol_line_string(w, "reason", record->outcome);
	}
	kpol_jsonw_object_end(w);
}

static void add_source(struct kpol_jsonw *w, const struct kpol_event *event)
{
	kpol_line_string(w, "name", event->comm);
	kpol_line_string(w, "executable", event->source);
}

static void add_process(struct kpol_jsonw *w, const struct kpol_event *event)
{
	char uid[16];

	if (!event->has_task && !event->comm && !event->source)
		return;
	kpol_jsonw_object_begin(w, "process");
	add_source(w, event);
	if (event->has_task) {
		kpol_jsonw_uint(w, "pid", kpol_event_pid(event));
		kpol_jsonw_object_begin(w, "parent");
		kpol_jsonw_uint(w, "pid", event->ppid);
		kpol_jsonw_object_end(w);
	}
	kpol_jsonw_object_end(w);
	if (!event->has_task)
		return;
	snprintf(uid, sizeof(uid), "%u", event->uid);
	kpol_jsonw_object_begin(w, "user");
	kpol_jsonw_string(w, "id", uid);
	kpol_jsonw_object_end(w);
}

static void add_directory(struct kpol_jsonw *w, const char *path)
{
	size_t n = (size_t)(kpol_path_name(path) - path);
	char *directory;

	if (n == 0)
		return;
	directory = strndup(path, n > 1 ? n - 1 : n);
	w->out.failed |= !directory;
	kpol_line_string(w, "directory", directory);
	free(directory);
}

static void add_object(struct kpol_jsonw *w, const struct kpol_event *event)
{
	const char *path = kpol_event_path(event);

	if (!path)
		return;
	kpol_jsonw_object_begin(w, event->op == KPOL_OP_MAP ? "dll" : "file");
	kpol_line_string(w, "path", path);
	kpol_line_string(w, "name", kpol_path_name(path));
	if (event->op != KPOL_OP_MAP)
		add_directory(w, path);
	kpol_jsonw_object_end(w);
}

static void add_endpoint(struct kpol_jsonw *w, const char *key, const char *address, uint32_t port)
{
	if (!address[0] && !port)
		return;
	kpol_jsonw_object_begin(w, key);
	kpol_line_string(w, "address", address);
	kpol_line_string(w, "ip", address);
	kpol_line_uint_if(w, "port", port);
	kpol_jsonw_object_end(w);
}

static void add_network_set(struct kpol_jsonw *w, const struct kpol_event *event)
{
	char protocol[16];

	kpol_event_protocol(event, protocol);
	kpol_jsonw_object_begin(w, "network");
	kpol_line_string(w, "transport", strcmp(protocol, "icmpv6") ? protocol : "ipv6-icmp");
	if (event->addr_len == 4 || event->addr_len == 16)
		kpol_jsonw_string(w, "type", event->addr_len == 4 ? "ipv4" : "ipv6");
	if (event->op & KPOL_OPS_EGRESS)
		kpol_jsonw_string(w, "direction", "egress");
	else if (event->op & KPOL_OPS_INGRESS)
		kpol_jsonw_string(w, "direction", "ingress");
	kpol_jsonw_object_end(w);
}

static void add_network(struct kpol_jsonw *w, const struct kpol_event *event)
{
	char address[INET6_ADDRSTRLEN];

	if (event->class != KPOL_CLASS_NETWORK || event->op == KPOL_OP_UNIX)
		return;
	kpol_event_address(event, address);
	add_network_set(w, event);
	/* An incoming connection: the address is the peer's, the port is ours. */
	if (event->op == KPOL_OP_ACCEPT) {
		add_endpoint(w, "source", address, 0);
		add_endpoint(w, "destination", "", event->port);
	} else {
		add_endpoint(w, "destination", address, event->port);
	}
}

static void add_rule(struct kpol_jsonw *w, const struct kpol_event *event)
{
	char id[16];

	if (!event->policy && !event->bundle && !event->rule)
		return;
	kpol_jsonw_object_begin(w, "rule");
	snprintf(id, sizeof(id), "%u", event->rule);
	kpol_line_string(w, "id", event->rule ? id : NULL);
	kpol_line_string(w, "name", event->policy);
	kpol_line_string(w, "ruleset", event->bundle);
	kpol_line_string(w, "version", event->bundle_version);
	kpol_line_string(w, "description", event->message);
	kpol_jsonw_object_end(w);
}

static void add_workload(struct kpol_jsonw *w, const struct kpol_event *event)
{
	if (event->container) {
		kpol_jsonw_object_begin(w, "container");
		kpol_line_string(w, "name", event->container);
		kpol_jsonw_object_end(w);
	}
	if (!event->pod)
		return;
	kpol_jsonw_object_begin(w, "orchestrator");
	kpol_jsonw_string(w, "type", "kubernetes");
	kpol_line_string(w, "namespace", event->namespace);
	kpol_jsonw_object_begin(w, "resource");
	kpol_jsonw_string(w, "type", "pod");
	kpol_line_string(w, "name", event->pod);
	kpol_jsonw_object_end(w);
	kpol_jsonw_object_end(w);
}

/* What ECS has no field for: our own set, by the names of docs/control.md. */
static void add_own(struct kpol_jsonw *w, const struct kpol_event *event)
{
	kpol_jsonw_object_begin(w, "kpol");
	kpol_jsonw_string(w, "verdict", kpol_word(KPOL_WORDS_VERDICT, event->verdict));
	kpol_jsonw_string(w, "class", kpol_word(KPOL_WORDS_CLASS, event->class));
	kpol_jsonw_string(w, "op", kpol_word(KPOL_WORDS_OP, event->op));
	kpol_jsonw_uint(w, "count", event->count);
	kpol_jsonw_uint(w, "generation", event->generation);
	kpol_line_string(w, "object", event->object);
	if (event->cut)
		kpol_jsonw_bool(w, "cut", true);
	kpol_line_string(w, "cgroup", event->cgroup_path);
	kpol_line_string(w, "scope", event->scope);
	kpol_line_string(w, "unit", event->unit);
	kpol_line_string(w, "file", event->file);
	kpol_line_uint_if(w, "line", event->line);
	kpol_line_string(w, "owner", event->owner);
	kpol_line_words(w, "frameworks", event->frameworks);
	kpol_line_string(w, "risk", event->risk);
	kpol_jsonw_object_end(w);
}

static void add_verdict(struct kpol_jsonw *w, const struct kpol_event *event)
{
	kpol_line_words(w, "tags", event->tags);
	add_process(w, event);
	add_object(w, event);
	add_network(w, event);
	add_rule(w, event);
	add_workload(w, event);
	add_own(w, event);
}

static void add_lost(struct kpol_jsonw *w, const struct kpol_record *record)
{
	kpol_jsonw_object_begin(w, "kpol");
	kpol_jsonw_uint(w, "first", record->first);
	kpol_jsonw_uint(w, "last", record->last);
	kpol_jsonw_object_end(w);
}

static void add_control(struct kpol_jsonw *w, const struct kpol_record *record)
{
	char uid[16];

	snprintf(uid, sizeof(uid), "%u", record->uid);
	kpol_jsonw_object_begin(w, "user");
	kpol_jsonw_string(w, "id", uid);
	kpol_jsonw_object_end(w);
	if (record->pid) {
		kpol_jsonw_object_begin(w, "process");
		kpol_jsonw_uint(w, "pid", record->pid);
		kpol_jsonw_object_end(w);
	}
	if (record->bundle) {
		kpol_jsonw_object_begin(w, "rule");
		kpol_line_string(w, "ruleset", record->bundle);
		kpol_jsonw_object_end(w);
	}
	kpol_jsonw_object_begin(w, "kpol");
	kpol_line_string(w, "action", record->action);
	kpol_line_string(w, "detail", record->detail);
	kpol_jsonw_uint(w, "generation", record->generation);
	kpol_jsonw_object_end(w);
}

static void add_base(struct kpol_jsonw *w, const struct kpol_sender *sender,
		     const struct kpol_summary *summary)
{
	kpol_jsonw_string(w, "@timestamp", summary->time);
	kpol_jsonw_object_begin(w, "ecs");
	kpol_jsonw_string(w, "version", ECS_VERSION);
	kpol_jsonw_object_end(w);
	kpol_jsonw_string(w, "message", summary->sentence);
	kpol_jsonw_object_begin(w, "host");
	kpol_line_string(w, "hostname", summary->host);
	kpol_line_string(w, "name", summary->host);
	if (sender->boot_id) {
		kpol_jsonw_object_begin(w, "boot");
		kpol_line_string(w, "id", sender->boot_id);
		kpol_jsonw_object_end(w);
	}
	kpol_jsonw_object_end(w);
	kpol_jsonw_object_begin(w, "agent");
	kpol_jsonw_string(w, "type", "kpold");
	kpol_jsonw_string(w, "version", KPOL_VERSION);
	kpol_jsonw_object_end(w);
}

int kpol_format_ecs(const struct kpol_record *record, const struct kpol_sender *sender,
		    struct kpol_payload *ret)
{
	struct kpol_jsonw w = { 0 };
	struct kpol_summary summary;

	kpol_summary_make(record, sender, &summary);
	kpol_jsonw_object_begin(&w, NULL);
	add_base(&w, sender, &summary);
	add_event_set(&w, record, &summary);
	if (record->kind == KPOL_RECORD_VERDICT)
		add_verdict(&w, record->event);
	else if (record->kind == KPOL_RECORD_LOST)
		add_lost(&w, record);
	else
		add_control(&w, record);
	kpol_jsonw_object_end(&w);
	return kpol_payload_line(ret, &w);
}
