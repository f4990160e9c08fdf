/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the values of transports' settings look like. */
#ifndef KPOL_SEND_PARSE_H
#define KPOL_SEND_PARSE_H

#include "send/settings.h"

/* All as the member parse of struct kpol_send_setting. */
#define KPOL_SEND_PARSER(name)                                                             \
	int kpol_send_parse_##name(const struct kpol_send_setting *row, const char *value, \
				   struct kpol_send_settings *settings, char *problem,     \
				   size_t size)

/** "host:6514", "[::1]:514", or a host alone if the row has a port in @min. */
KPOL_SEND_PARSER(address);
/** "https://host/path", "http://…"; no user, no password, no fragment. */
KPOL_SEND_PARSER(url);
/** a host's name or address. */
KPOL_SEND_PARSER(host);
/** an absolute path. */
KPOL_SEND_PARSER(path);
/** an absolute path, or "credential:NAME" for $CREDENTIALS_DIRECTORY/NAME. */
KPOL_SEND_PARSER(secret);
/** a text without control characters. */
KPOL_SEND_PARSER(text);
/** one of the row's words. */
KPOL_SEND_PARSER(word);
/** "500ms", "10s", "5m"; microseconds in the field. */
KPOL_SEND_PARSER(time);
/** "65536", "64K", "100M", "1G". */
KPOL_SEND_PARSER(size);
KPOL_SEND_PARSER(number);
/** "0600" or "0640". */
KPOL_SEND_PARSER(mode);

#endif /* KPOL_SEND_PARSE_H */
