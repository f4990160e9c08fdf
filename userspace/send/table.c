// SPDX-License-Identifier: GPL-2.0-or-later
/* All transports. */
#include <string.h>

#include "base/nearest.h"
#include "send/private.h"

static const struct kpol_send_transport *const transports[] = {
	&kpol_send_transport_journal, &kpol_send_transport_unix,
	&kpol_send_transport_udp,     &kpol_send_transport_tcp,
	&kpol_send_transport_tls,     &kpol_send_transport_file,
	&kpol_send_transport_stdout,  &kpol_send_transport_http,
	&kpol_send_transport_hec,     NULL,
};

const struct kpol_send_transport *const *kpol_send_transports(void)
{
	return transports;
}

const struct kpol_send_transport *kpol_send_transport_find(const char *name,
							   const char **ret_nearest)
{
	struct kpol_nearest_search search = { .word = name };

	for (size_t i = 0; transports[i]; i++) {
		if (strcmp(transports[i]->name, name) == 0)
			return transports[i];
		kpol_nearest_try(&search, transports[i]->name);
	}
	*ret_nearest = search.best;
	return NULL;
}
