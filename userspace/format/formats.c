// SPDX-License-Identifier: GPL-2.0-or-later
/* The formats that an exporter may have, by name. */
#include "format/formats.h"

#include <string.h>

#include "base/nearest.h"

static const struct kpol_format formats[] = {
	{ "journal", kpol_format_journal, NULL, "fields of systemd's journal" },
	{ "rfc5424", kpol_format_rfc5424, "text/plain", "syslog with structured data" },
	{ "json", kpol_format_json, "application/json", "our own, with all that is known" },
	{ "ocsf", kpol_format_ocsf, "application/json",
	  "Open Cybersecurity Schema Framework 1.8.0: Amazon Security Lake, Splunk and others" },
	{ "ecs", kpol_format_ecs, "application/json",
	  "Elastic Common Schema 9.4.0: Elasticsearch, OpenSearch" },
	{ "cef", kpol_format_cef, "text/plain",
	  "Common Event Format 0: ArcSight, Microsoft Sentinel and others" },
	{ "leef", kpol_format_leef, "text/plain", "Log Event Extended Format 2.0: IBM QRadar" },
	{ "kubearmor", kpol_format_kubearmor, "application/json",
	  "alerts as KubeArmor's clients read them" },
	{ NULL, NULL, NULL, NULL },
};

const struct kpol_format *kpol_formats(void)
{
	return formats;
}

const struct kpol_format *kpol_format_find(const char *name, const char **ret_nearest)
{
	struct kpol_nearest_search search = { .word = name };

	for (const struct kpol_format *format = formats; format->name; format++) {
		if (strcmp(format->name, name) == 0)
			return format;
		kpol_nearest_try(&search, format->name);
	}
	*ret_nearest = search.best;
	return NULL;
}
