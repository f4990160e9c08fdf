/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An event as everything after the daemon sees it: the kernel's numbers with the words added. */
#ifndef KPOL_FORMAT_EVENT_H
#define KPOL_FORMAT_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/kpol.h>

/**
 * struct kpol_event - one reported verdict
 *
 * Strings are NULL when unknown. They are borrowed: valid until the call that handed the event over
 * returns. @object and @source come from the workload: any byte but NUL; every format escapes them.
 * @time_ns: since 1970, UTC. @line: 0: none.
 * @cgroup_path: below the cgroup2 root. @tags, @frameworks: comma-separated. @risk: a word.
 */
struct kpol_event {
	uint64_t seq;
	uint64_t time_ns;
	uint64_t generation;
	uint64_t cgroup;
	uint32_t verdict;
	uint32_t reason;
	uint32_t class;
	uint32_t op;
	uint32_t count;
	uint32_t scope_id;
	uint32_t rule;
	uint32_t policy_id;
	uint32_t line;
	uint32_t pid, tgid, ppid, uid;
	bool has_task;
	bool cut;
	uint32_t family, socktype, protocol, port;
	uint8_t addr[16];
	uint8_t addr_len;
	unsigned int severity;
	const char *comm;
	const char *object;
	const char *source;
	const char *cgroup_path;
	const char *scope;
	const char *unit;
	const char *pod;
	const char *container;
	const char *namespace;
	const char *bundle;
	const char *bundle_version;
	const char *policy;
	const char *file;
	const char *message;
	const char *tags;
	const char *owner;
	const char *frameworks;
	const char *risk;
};

/**
 * kpol_event_sentence() - one line for people: what was denied, to whom, by which line
 * @event: the event.
 * @buf: result, cut at @size, control characters escaped.
 *
 * "denied exec /bin/sh by /usr/bin/payd (pid 312): payments.yaml:21 policy payments/payments-process, default deny"
 */
void kpol_event_sentence(const struct kpol_event *event, char *buf, unsigned long size);

#endif /* KPOL_FORMAT_EVENT_H */
