// SPDX-License-Identifier: GPL-2.0-or-later
/* A record as KubeArmor would tell it: an alert, or a message of the daemon (feeder.Alert and
 * feeder.Message of its protobuf, in the JSON that karmor and the relay print).
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include "base/words.h"
#include "format/line.h"
#include "format/summary.h"

/** struct row - a word of KubeArmor's for a class of ours; what it has none for is a system call. */
static const struct {
	uint32_t class;
	const char *operation;
} operations[] = {
	{ KPOL_CLASS_PROCESS, "Process" },
	{ KPOL_CLASS_LIBRARY, "File" },
	{ KPOL_CLASS_FILE, "File" },
	{ KPOL_CLASS_NETWORK, "Network" },
	{ KPOL_CLASS_CAPABILITY, "Capabilities" },
};

static const char *operation_of(const struct kpol_event *event)
{
	for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++)
		if (operations[i].class == event->class)
			return operations[i].operation;
	return "Syscall";
}

static const char *action_of(const struct kpol_event *event)
{
	switch (event->verdict) {
	case KPOL_VERDICT_DENY:
		return "Block";
	case KPOL_VERDICT_WOULD_DENY:
		return "Audit (Block)";
	case KPOL_VERDICT_AUDIT:
		return "Audit";
	default:
		return "Allow";
	}
}

static bool is_contained(const struct kpol_event *event)
{
	return event->pod || event->container;
}

static void add_head(struct kpol_jsonw *w, const struct kpol_summary *summary)
{
	kpol_jsonw_uint(w, "Timestamp", summary->time_ns / 1000000000);
	kpol_jsonw_string(w, "UpdatedTime", summary->time);
	kpol_line_string(w, "HostName", summary->host);
}

/* Ours are the pids of the host. In a container KubeArmor's PID is that of the container's own
 * namespace, which is not known.
 */
static void add_task(struct kpol_jsonw *w, const struct kpol_event *event)
{
	if (!event->has_task)
		return;
	kpol_jsonw_uint(w, "HostPPID", event->ppid);
	kpol_jsonw_uint(w, "HostPID", kpol_event_pid(event));
	if (!is_contained(event)) {
		kpol_jsonw_uint(w, "PPID", event->ppid);
		kpol_jsonw_uint(w, "PID", kpol_event_pid(event));
	}
	kpol_jsonw_uint(w, "UID", event->uid);
}

/* Of an exec KubeArmor's process is the program that was to run, and its parent the one that asked. */
static void add_programs(struct kpol_jsonw *w, const struct kpol_event *event)
{
	if (event->op == KPOL_OP_EXEC) {
		kpol_line_string(w, "ParentProcessName", event->source);
		kpol_line_string(w, "ProcessName", event->object);
	} else {
		kpol_line_string(w, "ProcessName", event->source);
	}
}

/* Ours are named NAMESPACE/NAME. */
static const char *policy_name(const struct kpol_event *event)
{
	const char *slash = event->policy ? strchr(event->policy, '/') : NULL;

	if (!event->policy)
		return event->reason == KPOL_REASON_RULE ? NULL : "DefaultPosture";
	return slash ? slash + 1 : event->policy;
}

static void add_policy(struct kpol_jsonw *w, const struct kpol_event *event)
{
	char severity[16];

	snprintf(severity, sizeof(severity), "%u", event->severity);
	kpol_line_string(w, "PolicyName", policy_name(event));
	kpol_line_string(w, "Severity", event->severity ? severity : NULL);
	kpol_line_string(w, "Tags", event->tags);
	kpol_line_words(w, "ATags", event->tags);
	kpol_line_string(w, "Message", event->message);
	kpol_jsonw_string(w, "Type", is_contained(event) ? "MatchedPolicy" : "MatchedHostPolicy");
}

static void add_pair(struct kpol_buffer *out, const char *key, const char *value)
{
	if (value[0])
		kpol_buffer_printf(out, "%s%s=%s", out->len ? " " : "", key, value);
}

static void add_peer(struct kpol_jsonw *w, const struct kpol_event *event)
{
	char address[INET6_ADDRSTRLEN], protocol[16], port[16] = "";
	bool is_local = event->op & (KPOL_OP_BIND | KPOL_OP_LISTEN);
	struct kpol_buffer out = { 0 };

	kpol_event_address(event, address);
	kpol_event_protocol(event, protocol);
	if (event->port)
		snprintf(port, sizeof(port), "%u", event->port);
	for (char *c = protocol; *c; c++)
		*c = (char)toupper((unsigned char)*c);
	add_pair(&out, is_local ? "ip" : "remoteip", address);
	add_pair(&out, "port", port);
	add_pair(&out, "protocol", protocol);
	kpol_line_string(w, "Resource", out.text);
	w->out.failed |= out.failed;
	kpol_buffer_clear(&out);
}

static void add_object(struct kpol_jsonw *w, const struct kpol_event *event)
{
	const char *op = kpol_word(KPOL_WORDS_OP, event->op);
	char data[32];

	snprintf(data, sizeof(data), "op=%s", op);
	kpol_line_string(w, "Source", event->source);
	kpol_jsonw_string(w, "Operation", operation_of(event));
	if (event->class == KPOL_CLASS_NETWORK && !event->object)
		add_peer(w, event);
	else
		kpol_line_string(w, "Resource", event->object);
	kpol_jsonw_string(w, "Data", data);
	kpol_jsonw_object_begin(w, "EventData");
	kpol_jsonw_string(w, "Op", op);
	kpol_jsonw_object_end(w);
}

static void add_alert(struct kpol_jsonw *w, const struct kpol_event *event)
{
	kpol_line_string(w, "NamespaceName", event->namespace);
	kpol_line_string(w, "PodName", event->pod);
	kpol_line_string(w, "ContainerName", event->container);
	add_task(w, event);
	add_programs(w, event);
	add_policy(w, event);
	add_object(w, event);
	kpol_jsonw_string(w, "Enforcer", "kpol");
	kpol_jsonw_string(w, "Action", action_of(event));
	kpol_jsonw_string(w, "Result",
			  event->verdict == KPOL_VERDICT_DENY ? "Permission denied" : "Passed");
}

/* KubeArmor's one way to say that alerts are missing from the stream of alerts. */
static void add_lost(struct kpol_jsonw *w, const struct kpol_summary *summary)
{
	kpol_jsonw_string(w, "Type", "SystemEvent");
	kpol_jsonw_string(w, "Operation", "AlertThreshold");
	kpol_jsonw_string(w, "Enforcer", "kpol");
	kpol_jsonw_string(w, "Message", summary->sentence);
}

/* Its daemon speaks of itself in messages, which are no alerts. */
static void add_message(struct kpol_jsonw *w, const struct kpol_record *record,
			const struct kpol_summary *summary)
{
	kpol_jsonw_string(w, "Type", "Message");
	kpol_jsonw_string(w, "Level", kpol_record_priority(record) == LOG_NOTICE ? "INFO" : "WARN");
	kpol_jsonw_string(w, "Message", summary->sentence);
}

int kpol_format_kubearmor(const struct kpol_record *record, const struct kpol_sender *sender,
			  struct kpol_payload *ret)
{
	struct kpol_jsonw w = { 0 };
	struct kpol_summary summary;

	kpol_summary_make(record, sender, &summary);
	kpol_jsonw_object_begin(&w, NULL);
	add_head(&w, &summary);
	if (record->kind == KPOL_RECORD_VERDICT)
		add_alert(&w, record->event);
	else if (record->kind == KPOL_RECORD_LOST)
		add_lost(&w, &summary);
	else
		add_message(&w, record, &summary);
	kpol_jsonw_object_end(&w);
	return kpol_payload_line(ret, &w);
}
