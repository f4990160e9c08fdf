/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The exporters: each a format and a transport, with what became of its records. */
#ifndef KPOLD_EXPORT_H
#define KPOLD_EXPORT_H

#include "format/record.h"
#include "kpold/config.h"

struct kpold_exporters;

/**
 * struct kpold_exporter_state - for Status
 * @error: of the last failure, "" if the last record got through.
 */
struct kpold_exporter_state {
	const char *name;
	uint64_t sent, failed;
	char error[128];
};

/** kpold_exporters_new() - those named in @config. Return: 0 or a negative errno. */
int kpold_exporters_new(const struct kpold_config *config, struct kpold_exporters **ret);

void kpold_exporters_free(struct kpold_exporters *exporters);

/** kpold_exporters_send() - to all; a failing one does not keep the others. */
void kpold_exporters_send(struct kpold_exporters *exporters, const struct kpol_record *record);

/** kpold_exporters_state() - of number @i, from 0; NULL: there are no more. */
const struct kpold_exporter_state *kpold_exporters_state(const struct kpold_exporters *exporters,
							 size_t i);

#endif /* KPOLD_EXPORT_H */
