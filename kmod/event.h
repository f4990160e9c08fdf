/* SPDX-License-Identifier: GPL-2.0-only */
/* Events: what was reported, counted, folded and queued for the daemon. */
#ifndef KPOL_EVENT_H
#define KPOL_EVENT_H

#include <linux/sched.h>
#include <linux/types.h>
#include <linux/kpol.h>

/**
 * struct kpol_event - one record
 *
 * Numbers as enum kpol_a_event. @has_task: pid to comm are meaningful (not so in softirq). @ports and
 * addresses as struct kpol_access. Strings are cut at the sizes below, which sets @cut.
 */
struct kpol_event {
	u64 seq;
	u64 time;
	u64 generation;
	u64 cgroup;
	u32 verdict;
	u32 reason;
	u32 class;
	u32 op;
	u32 count;
	u32 scope;
	u32 rule;
	u32 policy;
	u32 line;
	u32 pid;
	u32 tgid;
	u32 ppid;
	u32 uid;
	bool has_task;
	bool has_addr;
	bool cut;
	u8 family;
	u8 socktype;
	u8 protocol;
	u16 port;
	u16 object_len;
	u16 source_len;
	u8 addr[16];
	char comm[TASK_COMM_LEN];
	char source[KPOL_EVENT_SOURCE_MAX + 1];
	char object[KPOL_EVENT_OBJECT_MAX + 1];
};

/* Numbers for STATUS_GET, indexed by enum kpol_class. */
struct kpol_event_counts {
	u64 denied[KPOL_CLASS_MAX + 1];
	u64 would_deny[KPOL_CLASS_MAX + 1];
	u64 audited[KPOL_CLASS_MAX + 1];
};

/**
 * kpol_event_report() - count an event, fold it into an equal one, or queue it
 * @event: complete but for seq and time; copied. @count is 1.
 *
 * Losing it, or another for it, changes nothing else: see kpol_queue_put().
 *
 * Context: any but NMI; takes raw spinlocks; does not sleep or allocate.
 */
void kpol_event_report(struct kpol_event *event);

void kpol_event_counts(struct kpol_event_counts *ret);

#endif /* KPOL_EVENT_H */
