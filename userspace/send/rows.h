/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rows of settings that several transports have. */
#ifndef KPOL_SEND_ROWS_H
#define KPOL_SEND_ROWS_H

#include "send/parse.h"

#define KPOL_FIELD(member) offsetof(struct kpol_send_settings, member)

#define KPOL_SETTING_ADDRESS(standard_port, text)                                \
	{                                                                        \
		"address", kpol_send_parse_address, KPOL_FIELD(host),            \
			.min = standard_port, .required = true, .sentence = text \
	}

#define KPOL_SETTING_SERVER_NAME                                                            \
	{                                                                                   \
		"server-name", kpol_send_parse_host, KPOL_FIELD(server_name),               \
			.sentence = "the name that must be in the receiver's certificate, " \
				    "if it is not the host of its address"                  \
	}

/* clang-format off */
#define KPOL_SETTINGS_TRUST                                                             \
	{ "ca-file", kpol_send_parse_secret, KPOL_FIELD(ca_file),                       \
	  .sentence = "authorities that may have signed the receiver's certificate, in "  \
		      "PEM; without it those of the machine" },                         \
	{ "certificate", kpol_send_parse_secret, KPOL_FIELD(cert_file),                 \
	  .sentence = "our own certificate, in PEM, for receivers that want one" },     \
	{ "key", kpol_send_parse_secret, KPOL_FIELD(key_file),                          \
	  .sentence = "the key of our certificate, in PEM" }

#define KPOL_SETTINGS_RETRY                                                             \
	{ "retry-min", kpol_send_parse_time, KPOL_FIELD(retry_min_us), 1000, 60000000,  \
	  .fallback = "1s", .sentence = "wait at least as long after a failure" },      \
	{ "retry-max", kpol_send_parse_time, KPOL_FIELD(retry_max_us), 1000,            \
	  3600000000ULL, .fallback = "60s",                                             \
	  .sentence = "and, doubling from failure to failure, at most as long" }

#define KPOL_SETTINGS_PATIENCE                                                          \
	{ "connect-timeout", kpol_send_parse_time, KPOL_FIELD(connect_timeout_us),      \
	  10000, 300000000, .fallback = "10s",                                          \
	  .sentence = "from the look-up of the name to the end of the handshake" },     \
	{ "send-timeout", kpol_send_parse_time, KPOL_FIELD(send_timeout_us),            \
	  10000, 300000000, .fallback = "30s",                                          \
	  .sentence = "without an answer or a byte taken" },                            \
	KPOL_SETTINGS_RETRY
/* clang-format on */

#endif /* KPOL_SEND_ROWS_H */
