// SPDX-License-Identifier: GPL-2.0-or-later
/* The exporters: each a format and a transport, with what became of its records. */
#include "kpold/export.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "format/payload.h"
#include "kpold/log.h"
#include "send/local.h"

/** struct kind - one row: a name in the configuration. */
static const struct kind {
	const char *name;
	int (*format)(const struct kpol_record *record, const struct kpol_sender *sender,
		      struct kpol_payload *ret);
	const struct kpol_local *transport;
} kinds[] = {
	{ "journal", kpol_format_journal, &kpol_local_journal },
	{ "syslog", kpol_format_rfc5424, &kpol_local_datagram },
};

/** struct exporter - @failing: said so in the log already. */
struct exporter {
	const struct kind *kind;
	void *transport;
	uint32_t sequence;
	bool failing;
	struct kpold_exporter_state state;
};

struct kpold_exporters {
	struct exporter *items;
	size_t n;
	char host[256];
	unsigned int enterprise;
	struct timespec since;
};

static const struct kind *find_kind(const char *name)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	return NULL;
}

static int add_exporter(struct kpold_exporters *exporters, const struct kpold_config *config,
			const char *name)
{
	const struct kind *kind = find_kind(name);
	struct exporter *exporter;

	if (!kind)
		return -EINVAL;
	exporter = kpol_append(&exporters->items, &exporters->n, sizeof(*exporter));
	if (!exporter)
		return -ENOMEM;
	exporter->kind = kind;
	exporter->state.name = kind->name;
	return kind->transport->open(config->syslog_socket, &exporter->transport);
}

int kpold_exporters_new(const struct kpold_config *config, struct kpold_exporters **ret)
{
	struct kpold_exporters *exporters = calloc(1, sizeof(*exporters));
	int r = 0;

	if (!exporters)
		return -ENOMEM;
	gethostname(exporters->host, sizeof(exporters->host) - 1);
	exporters->enterprise = config->enterprise;
	clock_gettime(CLOCK_MONOTONIC, &exporters->since);
	for (size_t i = 0; i < config->exporters.n && r == 0; i++)
		r = add_exporter(exporters, config, config->exporters.items[i]);
	if (r < 0) {
		kpold_exporters_free(exporters);
		return r;
	}
	*ret = exporters;
	return 0;
}

void kpold_exporters_free(struct kpold_exporters *exporters)
{
	if (!exporters)
		return;
	for (size_t i = 0; i < exporters->n; i++)
		if (exporters->items[i].kind)
			exporters->items[i].kind->transport->close(exporters->items[i].transport);
	free(exporters->items);
	free(exporters);
}

static uint64_t uptime_cs(const struct kpold_exporters *exporters)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)((now.tv_sec - exporters->since.tv_sec) * 100 +
			  (now.tv_nsec - exporters->since.tv_nsec) / 10000000);
}

/* Said once when it begins and once when it ends: a full disk must not fill the log as well. */
static void account(struct exporter *exporter, int r)
{
	if (r == 0) {
		exporter->state.sent++;
		exporter->state.error[0] = '\0';
		if (exporter->failing)
			kpold_log(LOG_NOTICE, "exporter %s works again", exporter->kind->name);
		exporter->failing = false;
		return;
	}
	exporter->state.failed++;
	snprintf(exporter->state.error, sizeof(exporter->state.error), "%s", strerror(-r));
	if (!exporter->failing)
		kpold_log(LOG_WARNING, "exporter %s cannot send: %s", exporter->kind->name,
			  exporter->state.error);
	exporter->failing = true;
}

static int send_record(struct kpold_exporters *exporters, struct exporter *exporter,
		       const struct kpol_record *record)
{
	_cleanup_(kpol_payload_clear) struct kpol_payload payload = { 0 };
	struct kpol_sender sender = { .host = exporters->host,
				      .pid = getpid(),
				      .enterprise = exporters->enterprise,
				      .uptime_cs = uptime_cs(exporters) };
	int r;

	/* Counts up even when sending fails: a gap tells the receiver. */
	exporter->sequence = exporter->sequence == INT32_MAX ? 1 : exporter->sequence + 1;
	sender.sequence = exporter->sequence;
	r = exporter->kind->format(record, &sender, &payload);
	if (r < 0)
		return r;
	return exporter->kind->transport->send(exporter->transport, payload.parts, payload.n_parts);
}

void kpold_exporters_send(struct kpold_exporters *exporters, const struct kpol_record *record)
{
	for (size_t i = 0; i < exporters->n; i++)
		account(&exporters->items[i], send_record(exporters, &exporters->items[i], record));
}

const struct kpold_exporter_state *kpold_exporters_state(const struct kpold_exporters *exporters,
							 size_t i)
{
	return i < exporters->n ? &exporters->items[i].state : NULL;
}
