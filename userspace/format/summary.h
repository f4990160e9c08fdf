/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The summary of a record: the few facts that every format leads with. */
#ifndef KPOL_FORMAT_SUMMARY_H
#define KPOL_FORMAT_SUMMARY_H

#include "format/payload.h"

/* A boot's 32 digits, a word, two 64-bit numbers. */
#define KPOL_RECORD_ID_SIZE 96

/**
 * struct kpol_summary - borrowed from the record and the sender
 * @id: the same whenever and however often the record is sent, and no other's; "" without a boot id.
 * @code: of the kind of thing that happened: "exec-denied", "events-lost", "control-load";
 * letters, digits, dashes and "?".
 * @outcome: "success" or "failure" of what was tried. @severity: 1 to 10, the policy's own if it
 * has one. @host: "-" if unknown. @time: RFC 3339. @sentence: for people, printable.
 */
struct kpol_summary {
	char id[KPOL_RECORD_ID_SIZE];
	char code[64];
	char time[KPOL_TIME_SIZE];
	char sentence[2048];
	const char *outcome;
	const char *host;
	uint64_t time_ns;
	unsigned int severity;
};

/** kpol_summary_make() - all of it. */
void kpol_summary_make(const struct kpol_record *record, const struct kpol_sender *sender,
		       struct kpol_summary *ret);

/** kpol_event_pid() - of the process, 0 when no task did it. */
uint32_t kpol_event_pid(const struct kpol_event *event);

/** kpol_path_name() - what is behind the last slash, all of it if there is none or it ends so. */
const char *kpol_path_name(const char *path);

/**
 * kpol_event_path() - the event's object if it is a path
 *
 * Return: NULL: there is none, or it is a word ("net_raw"), or an address.
 */
const char *kpol_event_path(const struct kpol_event *event);

#endif /* KPOL_FORMAT_SUMMARY_H */
