/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A record: one thing worth telling the outside, be it a verdict, a loss or somebody's doing. */
#ifndef KPOL_FORMAT_RECORD_H
#define KPOL_FORMAT_RECORD_H

#include "base/jsonw.h"
#include "format/event.h"

enum kpol_record_kind {
	KPOL_RECORD_VERDICT = 1,
	KPOL_RECORD_LOST, /* events @first to @last never arrived */
	KPOL_RECORD_CONTROL, /* somebody changed what is enforced, or tried to */
};

/**
 * struct kpol_record - all strings borrowed, escaped by the formats
 * @event: of a verdict.
 * @action: of a control record: "load", "rollback", "mode", "global-mode", "bind", "unbind",
 *"adopt", "resend". @outcome: "ok", or why not. @uid, @pid: who; pid 0: the daemon itself.
 */
struct kpol_record {
	enum kpol_record_kind kind;
	const struct kpol_event *event;
	uint64_t time_ns;
	uint64_t first, last;
	const char *action;
	const char *detail;
	const char *outcome;
	const char *bundle;
	uint64_t generation;
	uint32_t uid, pid;
};

/** kpol_record_sentence() - one line for people; cut at @size, printable throughout. */
void kpol_record_sentence(const struct kpol_record *record, char *buf, size_t size);

/** kpol_sentence_end() - move a sentence to @buf, cut between characters with "…"; clears @out. */
void kpol_sentence_end(struct kpol_buffer *out, char *buf, size_t size);

/** kpol_record_json() - as docs/control.md has it: one member "event", "lost" or "control". */
void kpol_record_json(const struct kpol_record *record, struct kpol_jsonw *w);

/** kpol_record_priority() - syslog severity: 2 would be tampering, 4 a denial, 5 the rest, 3 a
 * loss. */
int kpol_record_priority(const struct kpol_record *record);

/** kpol_event_address() - "10.0.0.7" or "" when there is none. @buf: INET6_ADDRSTRLEN bytes. */
void kpol_event_address(const struct kpol_event *event, char *buf);

/** kpol_event_protocol() - "tcp", or the number; "" when there is none. @buf: 16 bytes. */
void kpol_event_protocol(const struct kpol_event *event, char *buf);

/** kpol_time_format() - RFC 3339 UTC with microseconds. @buf: KPOL_TIME_SIZE bytes. */
#define KPOL_TIME_SIZE 40
void kpol_time_format(uint64_t time_ns, char *buf);

#endif /* KPOL_FORMAT_RECORD_H */
