/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A record in the bytes a transport sends, and the formats that make it. */
#ifndef KPOL_FORMAT_PAYLOAD_H
#define KPOL_FORMAT_PAYLOAD_H

#include <sys/types.h>
#include <sys/uio.h>

#include "format/record.h"

#define KPOL_PAYLOAD_PARTS 48

/**
 * struct kpol_payload - zero-initialise, end with kpol_payload_clear()
 * @parts: each one field of the journal, or a whole datagram; they point into @bytes.
 */
struct kpol_payload {
	struct kpol_buffer bytes;
	struct iovec parts[KPOL_PAYLOAD_PARTS];
	int n_parts;
};

/**
 * struct kpol_sender - who we are, for formats that say so
 * @enterprise: private enterprise number of the structured data's id.
 * @sequence: of this message on this exporter, 1 to 2^31 - 1 (RFC 5424, 7.3.1).
 * @uptime_cs: hundredths of a second since we started.
 * @boot_id: 32 hex digits, /proc/sys/kernel/random/boot_id without dashes; NULL: unknown, then
 * records have no id.
 */
struct kpol_sender {
	const char *host;
	pid_t pid;
	unsigned int enterprise;
	uint32_t sequence;
	uint64_t uptime_cs;
	const char *boot_id;
};

/** kpol_format_journal() - native fields of the journal; catalog in dist/kpol.catalog. Return: 0 or
 * -ENOMEM. */
int kpol_format_journal(const struct kpol_record *record, const struct kpol_sender *sender,
			struct kpol_payload *ret);

/* What a receiver may cut beyond 2 KiB (RFC 5424, 6.1) is the sentence, which repeats the data. */
#define KPOL_RFC5424_MAX 8192

/** kpol_format_rfc5424() - one syslog message of at most KPOL_RFC5424_MAX bytes. Return: 0 or
 * -ENOMEM. */
int kpol_format_rfc5424(const struct kpol_record *record, const struct kpol_sender *sender,
			struct kpol_payload *ret);

/*
 * The others are one line of printable UTF-8 each, without its end. What a workload may choose is
 * quoted by kpol_text_quote_to() before the format's own escapes, but in kpol_format_json(). All
 * return 0 or -ENOMEM. docs/events.md has an example of each and what becomes of which field.
 */

/** kpol_format_json() - kpol_record_json() with an id, a host, and the bytes of what is no UTF-8. */
int kpol_format_json(const struct kpol_record *record, const struct kpol_sender *sender,
		     struct kpol_payload *ret);

/** kpol_format_cef() - ArcSight's Common Event Format, version 0. */
int kpol_format_cef(const struct kpol_record *record, const struct kpol_sender *sender,
		    struct kpol_payload *ret);

/** kpol_format_leef() - QRadar's Log Event Extended Format 2.0. */
int kpol_format_leef(const struct kpol_record *record, const struct kpol_sender *sender,
		     struct kpol_payload *ret);

/** kpol_format_ecs() - Elastic Common Schema. */
int kpol_format_ecs(const struct kpol_record *record, const struct kpol_sender *sender,
		    struct kpol_payload *ret);

/** kpol_format_ocsf() - Open Cybersecurity Schema Framework. */
int kpol_format_ocsf(const struct kpol_record *record, const struct kpol_sender *sender,
		     struct kpol_payload *ret);

/** kpol_format_kubearmor() - alerts and messages as KubeArmor's clients read them. */
int kpol_format_kubearmor(const struct kpol_record *record, const struct kpol_sender *sender,
			  struct kpol_payload *ret);

void kpol_payload_clear(struct kpol_payload *payload);

#endif /* KPOL_FORMAT_PAYLOAD_H */
