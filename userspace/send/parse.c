// SPDX-License-Identifier: GPL-2.0-or-later
/* What the values of transports' settings look like. */
#include "send/parse.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

static int refuse(char *problem, size_t size, const char *wanted)
{
	snprintf(problem, size, "%s", wanted);
	return -EINVAL;
}

static void *field_of(const struct kpol_send_setting *row, struct kpol_send_settings *settings)
{
	return (char *)settings + row->offset;
}

static int keep(char **field, const char *value, size_t len)
{
	char *copy = strndup(value, len);

	if (!copy)
		return -ENOMEM;
	free(*field);
	*field = copy;
	return 0;
}

static bool is_plain(const char *value)
{
	for (; *value; value++)
		if ((unsigned char)*value < ' ' || *value == 0x7f)
			return false;
	return true;
}

/* Digits alone, up to the largest number that a row may have. */
static bool read_number(const char *text, char **ret_end, uint64_t *ret)
{
	errno = 0;
	if (!isdigit((unsigned char)text[0]))
		return false;
	*ret = strtoull(text, ret_end, 10);
	return errno == 0;
}

/* A name or an address; curl gets it as a part of an URL, so nothing that means something there. */
static bool is_host(const char *host, size_t len, bool brackets)
{
	static const char name[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";

	if (len == 0 || len > 253)
		return false;
	return strspn(host, brackets ? "0123456789abcdefABCDEF:." : name) >= len;
}

static int split_address(const char *value, const char **ret_host, size_t *ret_len,
			 const char **ret_port)
{
	bool brackets = value[0] == '[';
	const char *host = value + brackets, *end = brackets ? strchr(host, ']') : NULL;

	if (brackets && !end)
		return -EINVAL;
	if (!end)
		end = strchrnul(host, ':');
	if (!is_host(host, (size_t)(end - host), brackets))
		return -EINVAL;
	*ret_host = host;
	*ret_len = (size_t)(end - host);
	*ret_port = end + brackets;
	return 0;
}

KPOL_SEND_PARSER(address)
{
	static const char wanted[] = "must be host:port, or [address]:port for IPv6";
	uint64_t port = row->min;
	const char *host, *rest;
	char *end;
	size_t len;
	int r;

	if (split_address(value, &host, &len, &rest) < 0)
		return refuse(problem, size, wanted);
	if (rest[0] == ':' && (!read_number(rest + 1, &end, &port) || *end))
		return refuse(problem, size, wanted);
	if ((rest[0] && rest[0] != ':') || port == 0 || port > 65535)
		return refuse(problem, size, wanted);
	r = keep(&settings->host, host, len);
	if (r == 0)
		r = keep(&settings->address_text, value, strlen(value));
	if (r == 0)
		settings->port = port;
	return r;
}

/* Inside of the host's part a user would be a secret in a place that is shown. */
static bool is_url(const char *value)
{
	const char *host;
	size_t len;

	if (strncmp(value, "https://", 8) != 0 && strncmp(value, "http://", 7) != 0)
		return false;
	host = strstr(value, "://") + 3;
	len = strcspn(host, "/?#");
	return len > 0 && !memchr(host, '@', len) && !strpbrk(value, " #\\\"<>") && is_plain(value);
}

KPOL_SEND_PARSER(url)
{
	if (!is_url(value))
		return refuse(
			problem, size,
			"must be https://host/path or http://host/path; a user and a password "
			"do not belong there, give a token-file");
	return keep(field_of(row, settings), value, strlen(value));
}

KPOL_SEND_PARSER(host)
{
	if (!is_host(value, strlen(value), false) && !is_host(value, strlen(value), true))
		return refuse(problem, size, "must be a host's name or address");
	return keep(field_of(row, settings), value, strlen(value));
}

KPOL_SEND_PARSER(path)
{
	if (value[0] != '/' || !is_plain(value))
		return refuse(problem, size, "must be an absolute path");
	return keep(field_of(row, settings), value, strlen(value));
}

static bool is_credential(const char *value)
{
	static const char prefix[] = "credential:";
	size_t len = sizeof(prefix) - 1;

	return strncmp(value, prefix, len) == 0 && value[len] && value[len] != '.' &&
	       !strchr(value + len, '/');
}

KPOL_SEND_PARSER(secret)
{
	if ((value[0] != '/' && !is_credential(value)) || !is_plain(value))
		return refuse(problem, size,
			      "must be the absolute path of a file, or credential:NAME for what "
			      "LoadCredential= of the unit names");
	return keep(field_of(row, settings), value, strlen(value));
}

KPOL_SEND_PARSER(text)
{
	if (!value[0] || !is_plain(value) || strlen(value) > 255)
		return refuse(problem, size, "must be a short text on one line");
	return keep(field_of(row, settings), value, strlen(value));
}

KPOL_SEND_PARSER(word)
{
	size_t n = 0;

	for (; row->words[n]; n++) {
		if (strcmp(row->words[n], value) == 0) {
			*(uint64_t *)field_of(row, settings) = n;
			return 0;
		}
	}
	snprintf(problem, size, "must be ");
	for (size_t i = 0; i < n; i++) {
		size_t at = strlen(problem);

		snprintf(problem + at, size - at, "%s%s", i ? " or " : "", row->words[i]);
	}
	return -EINVAL;
}

/** struct unit - a suffix and what it multiplies by. */
struct unit {
	const char *suffix;
	uint64_t factor;
};

static const struct unit time_units[] = {
	{ "ms", 1000 }, { "s", 1000000 }, { "m", 60000000 }, { NULL, 0 }
};
static const struct unit size_units[] = {
	{ "", 1 }, { "K", 1ULL << 10 }, { "M", 1ULL << 20 }, { "G", 1ULL << 30 }, { NULL, 0 }
};
static const struct unit no_units[] = { { "", 1 }, { NULL, 0 } };

static int parse_units(const struct kpol_send_setting *row, const char *value,
		       struct kpol_send_settings *settings, const struct unit *units)
{
	uint64_t n;
	char *end;

	if (!read_number(value, &end, &n))
		return -EINVAL;
	for (; units->suffix; units++) {
		if (strcmp(units->suffix, end) != 0)
			continue;
		if (n > UINT64_MAX / units->factor || n * units->factor < row->min ||
		    n * units->factor > row->max)
			return -EINVAL;
		*(uint64_t *)field_of(row, settings) = n * units->factor;
		return 0;
	}
	return -EINVAL;
}

KPOL_SEND_PARSER(time)
{
	if (parse_units(row, value, settings, time_units) == 0)
		return 0;
	snprintf(problem, size, "must be a time from %llums to %llus, such as 10s",
		 (unsigned long long)row->min / 1000, (unsigned long long)row->max / 1000000);
	return -EINVAL;
}

KPOL_SEND_PARSER(size)
{
	if (parse_units(row, value, settings, size_units) == 0)
		return 0;
	snprintf(problem, size, "must be a size from %lluK, such as 100M",
		 (unsigned long long)row->min >> 10);
	return -EINVAL;
}

KPOL_SEND_PARSER(number)
{
	if (parse_units(row, value, settings, no_units) == 0)
		return 0;
	snprintf(problem, size, "must be a number from %llu to %llu", (unsigned long long)row->min,
		 (unsigned long long)row->max);
	return -EINVAL;
}

/* Who may read what was denied may read what people do: nobody else. */
KPOL_SEND_PARSER(mode)
{
	if (strcmp(value, "0600") != 0 && strcmp(value, "0640") != 0)
		return refuse(problem, size, "must be 0600 or 0640");
	*(uint64_t *)field_of(row, settings) = strtoull(value, NULL, 8);
	return 0;
}
