// SPDX-License-Identifier: GPL-2.0-or-later
/* The settings of a transport, by its rows. */
#include "send/settings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "send/transport.h"

#define CODE "KPOLD001"

static int parse(const struct kpol_send_setting *row, const char *value,
		 struct kpol_send_settings *settings)
{
	char problem[256];

	return row->parse(row, value, settings, problem, sizeof(problem));
}

int kpol_send_settings_init(struct kpol_send_settings *settings,
			    const struct kpol_send_transport *transport)
{
	memset(settings, 0, sizeof(*settings));
	for (const struct kpol_send_setting *row = transport->settings; row->name; row++) {
		int r = row->fallback ? parse(row, row->fallback, settings) : 0;

		if (r < 0)
			return r;
	}
	return 0;
}

static int unknown_key(const struct kpol_send_transport *transport, const char *file,
		       unsigned int line, const char *key, struct kpol_diags *diags)
{
	struct kpol_nearest_search search = { .word = key };

	for (const struct kpol_send_setting *row = transport->settings; row->name; row++)
		kpol_nearest_try(&search, row->name);
	if (search.best)
		return kpol_diag_add(diags, KPOL_ERROR, CODE, file, line, 0,
				     "%s has no setting \"%s\" (did you mean \"%s\"?)",
				     transport->name, key, search.best);
	return kpol_diag_add(diags, KPOL_ERROR, CODE, file, line, 0, "%s has no setting \"%s\"",
			     transport->name, key);
}

int kpol_send_settings_set(struct kpol_send_settings *settings,
			   const struct kpol_send_transport *transport, const char *file,
			   unsigned int line, const char *key, const char *value,
			   struct kpol_diags *diags)
{
	const struct kpol_send_setting *row = transport->settings;
	char problem[256];
	int r;

	while (row->name && strcmp(row->name, key) != 0)
		row++;
	if (!row->name)
		return unknown_key(transport, file, line, key, diags);
	r = row->parse(row, value, settings, problem, sizeof(problem));
	if (r == -EINVAL)
		return kpol_diag_add(diags, KPOL_ERROR, CODE, file, line, 0, "%s %s, not \"%s\"",
				     key, problem, value);
	if (r == 0)
		settings->set |= 1ULL << (row - transport->settings);
	return r;
}

static int check_required(const struct kpol_send_settings *settings,
			  const struct kpol_send_transport *transport, const char *file,
			  unsigned int line, struct kpol_diags *diags)
{
	int result = 0;

	for (const struct kpol_send_setting *row = transport->settings; row->name; row++) {
		int r;

		if (!row->required || settings->set & 1ULL << (row - transport->settings))
			continue;
		r = kpol_diag_add(diags, KPOL_ERROR, CODE, file, line, 0, "%s wants %s: %s",
				  transport->name, row->name, row->sentence);
		result = result ? result : r;
	}
	return result;
}

int kpol_send_settings_check(const struct kpol_send_settings *settings,
			     const struct kpol_send_transport *transport, const char *file,
			     unsigned int line, struct kpol_diags *diags)
{
	int r = check_required(settings, transport, file, line, diags);

	if (r < 0)
		return r;
	if (!settings->cert_file != !settings->key_file)
		return kpol_diag_add(diags, KPOL_ERROR, CODE, file, line, 0,
				     "certificate and key go together: one of them is missing");
	if (settings->retry_min_us > settings->retry_max_us)
		return kpol_diag_add(diags, KPOL_ERROR, CODE, file, line, 0,
				     "retry-min is more than retry-max");
	if (settings->token_file && settings->url && strncmp(settings->url, "http://", 7) == 0)
		return kpol_diag_add(diags, KPOL_WARNING, CODE, file, line, 0,
				     "the token is sent to %s readable on the way: use https://",
				     settings->url);
	return 0;
}

void kpol_send_settings_clear(struct kpol_send_settings *settings)
{
	char *const strings[] = { settings->host,	 settings->address_text,
				  settings->server_name, settings->ca_file,
				  settings->cert_file,	 settings->key_file,
				  settings->token_file,	 settings->url,
				  settings->index,	 settings->source,
				  settings->source_type, settings->path };

	for (size_t i = 0; i < sizeof(strings) / sizeof(strings[0]); i++)
		free(strings[i]);
	memset(settings, 0, sizeof(*settings));
}
