// SPDX-License-Identifier: GPL-2.0-or-later
/* OCSF's objects: process, file, device and the others that an event is told with. */
#include "format/ocsf_object.h"

#include <arpa/inet.h>
#include <stdio.h>

#include "base/words.h"
#include "format/line.h"

enum file_type { FILE_UNKNOWN = 0, FILE_SOCKET = 5, FILE_EXECUTABLE = 8 };
enum load_type { LOAD_MAPPED = 4 };
enum direction { DIRECTION_UNKNOWN, DIRECTION_INBOUND, DIRECTION_OUTBOUND };
enum os_type { OS_LINUX = 200 };

static void add_user(struct kpol_jsonw *w, uint32_t id)
{
	char uid[16];

	snprintf(uid, sizeof(uid), "%u", id);
	kpol_jsonw_object_begin(w, "user");
	kpol_jsonw_string(w, "uid", uid);
	kpol_jsonw_object_end(w);
}

/* A file must have a name: the operation's word where the kernel knew no path. */
static void add_file(struct kpol_jsonw *w, const char *path, const char *otherwise,
		     enum file_type type)
{
	kpol_jsonw_object_begin(w, "file");
	kpol_line_string(w, "name", path && path[0] ? kpol_path_name(path) : otherwise);
	kpol_line_string(w, "path", path);
	kpol_jsonw_uint(w, "type_id", type);
	kpol_jsonw_object_end(w);
}

static void add_container(struct kpol_jsonw *w, const struct kpol_event *event)
{
	if (!event->container || !event->container[0])
		return;
	kpol_jsonw_object_begin(w, "container");
	kpol_line_string(w, "name", event->container);
	if (event->pod)
		kpol_jsonw_string(w, "orchestrator", "Kubernetes");
	kpol_jsonw_object_end(w);
}

static void add_process(struct kpol_jsonw *w, const struct kpol_event *event, const char *program,
			const char *name)
{
	kpol_jsonw_object_begin(w, "process");
	kpol_jsonw_uint(w, "pid", kpol_event_pid(event));
	kpol_line_string(w, "name", name);
	if (program && program[0])
		add_file(w, program, NULL, FILE_EXECUTABLE);
	kpol_jsonw_object_begin(w, "parent_process");
	kpol_jsonw_uint(w, "pid", event->ppid);
	kpol_jsonw_object_end(w);
	add_user(w, event->uid);
	add_container(w, event);
	kpol_jsonw_object_end(w);
}

void kpol_ocsf_device(struct kpol_jsonw *w, const struct kpol_sender *sender,
		      const struct kpol_summary *summary)
{
	kpol_jsonw_object_begin(w, "device");
	kpol_line_string(w, "hostname", summary->host);
	kpol_jsonw_uint(w, "type_id", 0);
	kpol_line_string(w, "boot_uid", sender->boot_id);
	kpol_jsonw_object_begin(w, "os");
	kpol_jsonw_string(w, "name", "Linux");
	kpol_jsonw_uint(w, "type_id", OS_LINUX);
	kpol_jsonw_object_end(w);
	kpol_jsonw_object_end(w);
}

void kpol_ocsf_actor(struct kpol_jsonw *w, const struct kpol_event *event)
{
	if (!event->has_task)
		return;
	kpol_jsonw_object_begin(w, "actor");
	add_process(w, event, event->source, event->comm);
	add_user(w, event->uid);
	kpol_jsonw_object_end(w);
}

void kpol_ocsf_caller(struct kpol_jsonw *w, const struct kpol_record *record)
{
	kpol_jsonw_object_begin(w, "actor");
	if (record->pid) {
		kpol_jsonw_object_begin(w, "process");
		kpol_jsonw_uint(w, "pid", record->pid);
		kpol_jsonw_object_end(w);
	} else {
		kpol_jsonw_string(w, "app_name", "kpold");
	}
	add_user(w, record->uid);
	kpol_jsonw_object_end(w);
}

static void add_endpoint(struct kpol_jsonw *w, const char *key, const char *host,
			 const char *address, uint32_t port)
{
	kpol_jsonw_object_begin(w, key);
	kpol_line_string(w, "hostname", host);
	kpol_line_string(w, "ip", address);
	kpol_line_uint_if(w, "port", port);
	kpol_jsonw_object_end(w);
}

static void add_connection(struct kpol_jsonw *w, const struct kpol_event *event)
{
	enum direction direction = DIRECTION_UNKNOWN;
	char protocol[16];

	if (event->op & KPOL_OPS_EGRESS)
		direction = DIRECTION_OUTBOUND;
	else if (event->op & KPOL_OPS_INGRESS)
		direction = DIRECTION_INBOUND;
	kpol_event_protocol(event, protocol);
	kpol_jsonw_object_begin(w, "connection_info");
	kpol_jsonw_uint(w, "direction_id", direction);
	kpol_line_string(w, "protocol_name", protocol);
	kpol_line_uint_if(w, "protocol_num", event->protocol);
	if (event->addr_len == 4 || event->addr_len == 16)
		kpol_jsonw_uint(w, "protocol_ver_id", event->addr_len == 4 ? 4 : 6);
	kpol_jsonw_object_end(w);
}

/* One end is this machine, the other has the address, if there is one. Of an incoming connection
 * the port is ours; what is bound is ours altogether.
 */
static void add_network(struct kpol_jsonw *w, const struct kpol_event *event, const char *host)
{
	char address[INET6_ADDRSTRLEN];

	kpol_event_address(event, address);
	add_connection(w, event);
	if (event->op == KPOL_OP_ACCEPT) {
		if (address[0])
			add_endpoint(w, "src_endpoint", NULL, address, 0);
		add_endpoint(w, "dst_endpoint", host, NULL, event->port);
	} else if (event->op & KPOL_OPS_INGRESS) {
		add_endpoint(w, "dst_endpoint", host, address, event->port);
	} else {
		add_endpoint(w, "src_endpoint", host, NULL, 0);
		if (address[0])
			add_endpoint(w, "dst_endpoint", NULL, address, event->port);
	}
}

static void add_kernel(struct kpol_jsonw *w, const struct kpol_event *event)
{
	const char *op = kpol_word(KPOL_WORDS_OP, event->op);

	kpol_jsonw_object_begin(w, "kernel");
	kpol_line_string(w, "name", event->object && event->object[0] ? event->object : op);
	kpol_jsonw_uint(w, "type_id", KPOL_OCSF_OTHER);
	kpol_jsonw_string(w, "type", kpol_word(KPOL_WORDS_CLASS, event->class));
	kpol_jsonw_object_end(w);
}

/* What OCSF has as a file is no path in the classes whose objects are words: then it is its name. */
static void add_object_file(struct kpol_jsonw *w, const struct kpol_event *event)
{
	const char *op = kpol_word(KPOL_WORDS_OP, event->op);
	const char *word = event->object && event->object[0] ? event->object : op;

	add_file(w, kpol_event_path(event), word,
		 event->op == KPOL_OP_UNIX ? FILE_SOCKET : FILE_UNKNOWN);
}

static void add_module(struct kpol_jsonw *w, const struct kpol_event *event)
{
	kpol_jsonw_object_begin(w, "module");
	add_object_file(w, event);
	kpol_jsonw_uint(w, "load_type_id", LOAD_MAPPED);
	kpol_jsonw_object_end(w);
}

void kpol_ocsf_target(struct kpol_jsonw *w, enum kpol_ocsf_class_uid class,
		      const struct kpol_event *event, const struct kpol_summary *summary)
{
	switch (class) {
	case KPOL_OCSF_PROCESS:
		/* An exec keeps the pid. The name would have been another. */
		add_process(w, event, event->object, NULL);
		break;
	case KPOL_OCSF_MEMORY:
		add_process(w, event, event->source, event->comm);
		break;
	case KPOL_OCSF_FILE:
		add_object_file(w, event);
		break;
	case KPOL_OCSF_MODULE:
		add_module(w, event);
		break;
	case KPOL_OCSF_KERNEL_EXTENSION:
		kpol_jsonw_object_begin(w, "driver");
		add_object_file(w, event);
		kpol_jsonw_object_end(w);
		break;
	case KPOL_OCSF_NETWORK:
		add_network(w, event, summary->host);
		break;
	case KPOL_OCSF_KERNEL:
		add_kernel(w, event);
		break;
	default:
		break;
	}
}
