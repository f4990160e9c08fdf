// SPDX-License-Identifier: GPL-2.0-or-later
/* OCSF's classes and activities, and which of them a record is. */
#include "format/ocsf_class.h"

#include <string.h>

#define SYSTEM_CLASS(uid, caption)                 \
	{                                          \
		uid, 1, caption, "System Activity" \
	}

static const struct kpol_ocsf_class classes[] = {
	SYSTEM_CLASS(KPOL_OCSF_FILE, "File System Activity"),
	SYSTEM_CLASS(KPOL_OCSF_KERNEL_EXTENSION, "Kernel Extension Activity"),
	SYSTEM_CLASS(KPOL_OCSF_KERNEL, "Kernel Activity"),
	SYSTEM_CLASS(KPOL_OCSF_MEMORY, "Memory Activity"),
	SYSTEM_CLASS(KPOL_OCSF_MODULE, "Module Activity"),
	SYSTEM_CLASS(KPOL_OCSF_PROCESS, "Process Activity"),
	SYSTEM_CLASS(KPOL_OCSF_EVENT_LOG, "Event Log Activity"),
	{ KPOL_OCSF_ENTITY, 3, "Entity Management", "Identity & Access Management" },
	{ KPOL_OCSF_NETWORK, 4, "Network Activity", "Network Activity" },
	{ KPOL_OCSF_BASE, 0, "Base Event", "Uncategorized" },
};

/**
 * struct row - what an operation of a class is to OCSF
 *
 * It is what was tried; that it was denied is in action_id. Ptrace and signals are no Process
 * Activity, because that class asks for the pid of the other process, which an event does not have:
 * they are calls of the kernel, as is what else OCSF has no class for.
 */
static const struct row {
	uint32_t class;
	uint32_t op;
	enum kpol_ocsf_class_uid uid;
	unsigned int activity;
	const char *caption;
} rows[] = {
	{ KPOL_CLASS_PROCESS, KPOL_OP_EXEC, KPOL_OCSF_PROCESS, 1, "Launch" },
	{ KPOL_CLASS_LIBRARY, KPOL_OP_MAP, KPOL_OCSF_MODULE, 1, "Load" },
	{ KPOL_CLASS_LIBRARY, KPOL_OP_PROTECT, KPOL_OCSF_MEMORY, 2, "Modify Page" },
	{ KPOL_CLASS_FILE, KPOL_OP_READ, KPOL_OCSF_FILE, 14, "Open" },
	{ KPOL_CLASS_FILE, KPOL_OP_WRITE, KPOL_OCSF_FILE, 3, "Update" },
	{ KPOL_CLASS_FILE, KPOL_OP_CREATE, KPOL_OCSF_FILE, 1, "Create" },
	{ KPOL_CLASS_FILE, KPOL_OP_UNLINK, KPOL_OCSF_FILE, 4, "Delete" },
	{ KPOL_CLASS_FILE, KPOL_OP_RENAME, KPOL_OCSF_FILE, 5, "Rename" },
	{ KPOL_CLASS_FILE, KPOL_OP_LINK, KPOL_OCSF_FILE, 1, "Create" },
	{ KPOL_CLASS_FILE, KPOL_OP_TRUNCATE, KPOL_OCSF_FILE, 3, "Update" },
	{ KPOL_CLASS_FILE, KPOL_OP_SETATTR, KPOL_OCSF_FILE, 6, "Set Attributes" },
	{ KPOL_CLASS_FILE, KPOL_OP_XATTR, KPOL_OCSF_FILE, 6, "Set Attributes" },
	{ KPOL_CLASS_NETWORK, KPOL_OP_SOCKET, KPOL_OCSF_NETWORK, KPOL_OCSF_OTHER, "Socket" },
	{ KPOL_CLASS_NETWORK, KPOL_OP_CONNECT, KPOL_OCSF_NETWORK, 1, "Open" },
	{ KPOL_CLASS_NETWORK, KPOL_OP_SEND, KPOL_OCSF_NETWORK, 6, "Traffic" },
	{ KPOL_CLASS_NETWORK, KPOL_OP_BIND, KPOL_OCSF_NETWORK, 7, "Listen" },
	{ KPOL_CLASS_NETWORK, KPOL_OP_LISTEN, KPOL_OCSF_NETWORK, 7, "Listen" },
	{ KPOL_CLASS_NETWORK, KPOL_OP_ACCEPT, KPOL_OCSF_NETWORK, 1, "Open" },
	{ KPOL_CLASS_NETWORK, KPOL_OP_UNIX, KPOL_OCSF_FILE, 14, "Open" },
	{ KPOL_CLASS_PTRACE, KPOL_OP_TRACE, KPOL_OCSF_KERNEL, 4, "Invoke" },
	{ KPOL_CLASS_PTRACE, KPOL_OP_TRACEME, KPOL_OCSF_KERNEL, 4, "Invoke" },
	{ KPOL_CLASS_CAPABILITY, KPOL_OP_CAPABLE, KPOL_OCSF_KERNEL, 4, "Invoke" },
	{ KPOL_CLASS_MOUNT, KPOL_OP_MOUNT, KPOL_OCSF_FILE, 12, "Mount" },
	{ KPOL_CLASS_MOUNT, KPOL_OP_UMOUNT, KPOL_OCSF_FILE, 13, "Unmount" },
	{ KPOL_CLASS_MOUNT, KPOL_OP_PIVOT, KPOL_OCSF_KERNEL, 4, "Invoke" },
	{ KPOL_CLASS_NAMESPACE, KPOL_OP_USERNS, KPOL_OCSF_KERNEL, 4, "Invoke" },
	{ KPOL_CLASS_NAMESPACE, KPOL_OP_CHROOT, KPOL_OCSF_KERNEL, 4, "Invoke" },
	{ KPOL_CLASS_NAMESPACE, KPOL_OP_RING, KPOL_OCSF_KERNEL, 4, "Invoke" },
	{ KPOL_CLASS_BPF, KPOL_OP_BPF, KPOL_OCSF_KERNEL, 4, "Invoke" },
	{ KPOL_CLASS_MODULE, KPOL_OP_LOAD, KPOL_OCSF_KERNEL_EXTENSION, 1, "Load" },
	{ KPOL_CLASS_PERF, KPOL_OP_PERF, KPOL_OCSF_KERNEL, 4, "Invoke" },
	{ KPOL_CLASS_SIGNAL, KPOL_OP_KILL, KPOL_OCSF_KERNEL, 4, "Invoke" },
};

/* What somebody does to the policy. The rest of their words are other activities: OCSF's "enable" is
 * of a policy's own life, and none is "bind a workload to it".
 */
static const struct {
	const char *action;
	unsigned int activity;
	const char *caption;
} changes[] = {
	{ "load", 10, "Activate" },
	{ "rollback", 10, "Activate" },
	{ "mode", 3, "Update" },
	{ "global-mode", 3, "Update" },
};

static const struct kpol_ocsf_class *find_class(enum kpol_ocsf_class_uid uid)
{
	size_t i = 0;

	while (i < sizeof(classes) / sizeof(classes[0]) - 1 && classes[i].uid != uid)
		i++;
	return &classes[i];
}

static void set(struct kpol_ocsf_activity *ret, enum kpol_ocsf_class_uid uid, unsigned int id,
		const char *caption)
{
	ret->class = find_class(uid);
	ret->id = id;
	ret->caption = caption;
}

/* All classes of system activities ask who it was. Only in a network interrupt is that nobody. */
static bool fits(const struct row *row, const struct kpol_event *event)
{
	return row->class == event->class && row->op == event->op &&
	       (event->has_task || row->uid == KPOL_OCSF_NETWORK);
}

static void of_event(const struct kpol_event *event, struct kpol_ocsf_activity *ret)
{
	set(ret, KPOL_OCSF_BASE, KPOL_OCSF_OTHER, "Access");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (fits(&rows[i], event))
			set(ret, rows[i].uid, rows[i].activity, rows[i].caption);
}

/* Entity Management has the policy as what is managed and tells who did it. Application Lifecycle, the
 * other candidate, is about programs that are installed and started.
 */
static void of_control(const struct kpol_record *record, struct kpol_ocsf_activity *ret)
{
	set(ret, KPOL_OCSF_ENTITY, KPOL_OCSF_OTHER, record->action);
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++)
		if (strcmp(changes[i].action, record->action) == 0)
			set(ret, KPOL_OCSF_ENTITY, changes[i].activity, changes[i].caption);
}

void kpol_ocsf_activity(const struct kpol_record *record, struct kpol_ocsf_activity *ret)
{
	switch (record->kind) {
	case KPOL_RECORD_VERDICT:
		of_event(record->event, ret);
		break;
	case KPOL_RECORD_LOST:
		/* What becomes of a log is Event Log Activity; a Detection Finding would say that
		 * somebody was found doing something.
		 */
		set(ret, KPOL_OCSF_EVENT_LOG, KPOL_OCSF_OTHER, "Lose");
		break;
	default:
		of_control(record, ret);
	}
}
