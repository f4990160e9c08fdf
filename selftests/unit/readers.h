/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Strict readers of the formats, as a receiver would have them: what they do not know they refuse. */
#ifndef KPOL_UNIT_READERS_H
#define KPOL_UNIT_READERS_H

#include <ctype.h>
#include <json.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define READING_MAX 256

/** struct reading - what was read: keys (of JSON the path, "a.b.0") with their values. */
struct reading {
	struct {
		char *key;
		char *value;
		enum json_type type;
	} items[READING_MAX];
	size_t n;
};

static inline void reading_clear(struct reading *reading)
{
	for (size_t i = 0; i < reading->n; i++) {
		free(reading->items[i].key);
		free(reading->items[i].value);
	}
	reading->n = 0;
}

static inline ssize_t reading_find(const struct reading *reading, const char *key)
{
	for (size_t i = 0; i < reading->n; i++)
		if (strcmp(reading->items[i].key, key) == 0)
			return (ssize_t)i;
	return -1;
}

static inline const char *reading_value(const struct reading *reading, const char *key)
{
	ssize_t i = reading_find(reading, key);

	return i < 0 ? NULL : reading->items[i].value;
}

/* Takes both strings. Return: false: a key comes twice, or there are too many. */
static inline bool reading_add(struct reading *reading, char *key, char *value, enum json_type type)
{
	if (!key || !value || reading->n == READING_MAX || reading_find(reading, key) >= 0) {
		free(key);
		free(value);
		return false;
	}
	reading->items[reading->n].key = key;
	reading->items[reading->n].value = value;
	reading->items[reading->n++].type = type;
	return true;
}

static inline bool flatten(struct reading *reading, const char *path, struct json_object *json)
{
	enum json_type type = json_object_get_type(json);
	bool good = true;
	char below[256];

	if (type == json_type_object) {
		json_object_object_foreach(json, key, value)
		{
			snprintf(below, sizeof(below), "%s%s%s", path, path[0] ? "." : "", key);
			good &= flatten(reading, below, value);
		}
		return good;
	}
	if (type == json_type_array) {
		for (size_t i = 0; i < json_object_array_length(json); i++) {
			snprintf(below, sizeof(below), "%s.%zu", path, i);
			good &= flatten(reading, below, json_object_array_get_idx(json, i));
		}
		return good;
	}
	return reading_add(reading, strdup(path), strdup(json_object_get_string(json) ?: ""), type);
}

/* One object and nothing behind it, UTF-8 throughout, and no control character, which json-c takes. */
static inline bool read_json(const char *text, struct reading *reading)
{
	struct json_tokener *tokener;
	struct json_object *json;
	bool good;

	for (const char *at = text; *at; at++)
		if ((unsigned char)*at < ' ')
			return false;
	tokener = json_tokener_new();
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	json = json_tokener_parse_ex(tokener, text, (int)strlen(text) + 1);
	good = json_object_is_type(json, json_type_object) &&
	       json_tokener_get_parse_end(tokener) == strlen(text) && flatten(reading, "", json);
	json_object_put(json);
	json_tokener_free(tokener);
	return good;
}

/* The text up to @end, which is passed; a backslash before one of @escapable is taken away.
 * Return: to free(); NULL: no end, or another backslash.
 */
static inline char *read_escaped(const char **at, char end, const char *escapable)
{
	char *value = calloc(1, strlen(*at) + 1), *to = value;

	for (; **at && **at != end; (*at)++) {
		if (**at == '\\' && (!*++*at || !strchr(escapable, **at))) {
			free(value);
			return NULL;
		}
		*to++ = **at;
	}
	if (**at == end && end)
		(*at)++;
	return value;
}

/* NAME|..., @names in order. */
static inline bool read_header(const char **at, const char *const *names, const char *escapable,
			       struct reading *reading)
{
	for (; *names; names++)
		if (!strchr(*at, '|') ||
		    !reading_add(reading, strdup(*names), read_escaped(at, '|', escapable),
				 json_type_string))
			return false;
	return true;
}

/* Where the value that begins here ends: at the last space before the next "=" without a backslash. */
static inline const char *cef_value_end(const char *value)
{
	const char *space = NULL;

	for (const char *at = value; *at; at++) {
		if (*at == '\\' && at[1])
			at++;
		else if (*at == ' ')
			space = at;
		else if (*at == '=')
			return space;
	}
	return value + strlen(value);
}

static inline bool read_cef_pair(const char **at, struct reading *reading)
{
	size_t n = strspn(*at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
	const char *end, *value = *at + n + 1;
	char *key, *raw;
	const char *rest;
	bool good;

	if (n == 0 || (*at)[n] != '=')
		return false;
	end = cef_value_end(value);
	if (!end || end == value || value[0] == ' ' || end[-1] == ' ')
		return false;
	key = strndup(*at, n);
	raw = strndup(value, (size_t)(end - value));
	rest = raw;
	good = reading_add(reading, key, read_escaped(&rest, '\0', "\\=nr"), json_type_string);
	free(raw);
	*at = *end ? end + 1 : end;
	return good;
}

static inline bool read_cef(const char *text, struct reading *reading)
{
	static const char *const names[] = { "version", "vendor", "product",  "product_version",
					     "class",	"name",	  "severity", NULL };

	if (!read_header(&text, names, "|\\", reading) ||
	    strcmp(reading_value(reading, "version"), "CEF:0") != 0)
		return false;
	while (*text)
		if (!read_cef_pair(&text, reading))
			return false;
	return true;
}

static inline bool read_leef(const char *text, struct reading *reading)
{
	static const char *const names[] = { "version",	 "vendor",    "product", "product_version",
					     "event id", "delimiter", NULL };
	const char *delimiter;

	if (!read_header(&text, names, "", reading) ||
	    strcmp(reading_value(reading, "version"), "LEEF:2.0") != 0)
		return false;
	delimiter = reading_value(reading, "delimiter");
	if (strlen(delimiter) != 1)
		return false;
	while (*text) {
		size_t n = strcspn(text, delimiter), key = strcspn(text, "=");

		if (key == 0 || key + 1 >= n || text[key + 1] == ' ' || text[n - 1] == ' ' ||
		    !reading_add(reading, strndup(text, key), strndup(text + key + 1, n - key - 1),
				 json_type_string))
			return false;
		text += n + (text[n] != '\0');
	}
	return true;
}

/* Undo kpol_text_quote_to(). Return: to free(); NULL: it is nothing that it would have written. */
static inline char *unquote(const char *text)
{
	char *plain = calloc(1, strlen(text) + 1), *to = plain;

	for (; *text; text++) {
		unsigned int byte;

		if (*text != '\\') {
			*to++ = *text;
		} else if (text[1] == '\\') {
			*to++ = *++text;
		} else if (text[1] == 'x' && isxdigit(text[2]) && isxdigit(text[3])) {
			sscanf(text + 2, "%2x", &byte);
			*to++ = (char)byte;
			text += 3;
		} else {
			free(plain);
			return NULL;
		}
	}
	return plain;
}

/* Return: to free(). */
static inline char *unhex(const char *hex)
{
	char *plain = calloc(1, strlen(hex) / 2 + 1);
	unsigned int byte;

	for (size_t i = 0; hex[2 * i] && hex[2 * i + 1]; i++) {
		sscanf(hex + 2 * i, "%2x", &byte);
		plain[i] = (char)byte;
	}
	return plain;
}

#endif /* KPOL_UNIT_READERS_H */
