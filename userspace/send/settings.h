/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a transport has to be told: one struct for all of them, filled by the rows that each has. */
#ifndef KPOL_SEND_SETTINGS_H
#define KPOL_SEND_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"

struct kpol_send_transport;
struct kpol_send_setting;

enum kpol_framing { KPOL_FRAMING_OCTETS, KPOL_FRAMING_LF };
enum kpol_body { KPOL_BODY_NDJSON, KPOL_BODY_ARRAY };
enum kpol_sync { KPOL_SYNC_NO, KPOL_SYNC_BATCH };

/**
 * struct kpol_send_settings - strings owned, NULL where nothing was said
 * @host, @port: of @address. @address_text: both, as given.
 * @retry_min_us, @retry_max_us: between tries.
 * @max_files: with the one being written.
 * @set: bit per row of the transport's table that was given.
 */
struct kpol_send_settings {
	char *host;
	char *address_text;
	uint64_t port;
	uint64_t framing;
	uint64_t connect_timeout_us, send_timeout_us;
	uint64_t retry_min_us, retry_max_us;
	char *server_name;
	char *ca_file, *cert_file, *key_file;
	char *token_file;
	char *url;
	uint64_t body;
	char *index, *source, *source_type;
	char *path;
	uint64_t max_size, max_files, mode, sync;
	uint64_t set;
};

/**
 * struct kpol_send_setting - one row
 * @parse: writes to the field of @settings at @offset. Return: 0; -EINVAL with what is wanted in
 * @problem ("must be …"); -ENOMEM.
 * @min, @max: of numbers, sizes and times. @words: of a choice, NULL-ended; the field is the index.
 * @fallback: what is parsed if nothing is said; NULL: nothing is set. @required: must be given.
 * @sentence: what it is, for people.
 */
struct kpol_send_setting {
	const char *name;
	int (*parse)(const struct kpol_send_setting *row, const char *value,
		     struct kpol_send_settings *settings, char *problem, size_t size);
	size_t offset;
	uint64_t min, max;
	const char *const *words;
	const char *fallback;
	bool required;
	const char *sentence;
};

/** kpol_send_settings_init() - the transport's defaults. Return: 0 or -ENOMEM. */
int kpol_send_settings_init(struct kpol_send_settings *settings,
			    const struct kpol_send_transport *transport);

/**
 * kpol_send_settings_set() - one key and value
 * @file, @line: where it comes from, for @diags.
 *
 * Return: 0, -EINVAL with @diags, -ENOMEM.
 */
int kpol_send_settings_set(struct kpol_send_settings *settings,
			   const struct kpol_send_transport *transport, const char *file,
			   unsigned int line, const char *key, const char *value,
			   struct kpol_diags *diags);

/** kpol_send_settings_check() - are they whole, and do they fit together? Return: as above. */
int kpol_send_settings_check(const struct kpol_send_settings *settings,
			     const struct kpol_send_transport *transport, const char *file,
			     unsigned int line, struct kpol_diags *diags);

void kpol_send_settings_clear(struct kpol_send_settings *settings);

#endif /* KPOL_SEND_SETTINGS_H */
