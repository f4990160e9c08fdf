// SPDX-License-Identifier: GPL-2.0-or-later
/* What nobody here reads, cut out of an object's text. */
#include "k8s/trim.h"

#include <string.h>

/* Behind the string that begins at @at. */
static char *skip_string(char *at, const char *end)
{
	for (at++; at < end && *at != '"'; at++)
		if (*at == '\\')
			at++;
	return at < end ? at + 1 : (char *)end;
}

/* At the bracket that closes the one at @at; NULL: there is none. */
static char *find_close(char *at, const char *end)
{
	size_t depth = 0;

	while (at < end) {
		if (*at == '"') {
			at = skip_string(at, end);
			continue;
		}
		if (*at == '[' || *at == '{')
			depth++;
		if ((*at == ']' || *at == '}') && --depth == 0)
			return at;
		at++;
	}
	return NULL;
}

size_t kpol_k8s_trim(char *text, size_t len)
{
	static const char key[] = "\"managedFields\":[";
	char *at = memmem(text, len, key, strlen(key));
	char *open = at ? at + strlen(key) - 1 : NULL;
	char *close = open ? find_close(open, text + len) : NULL;

	if (!close)
		return len;
	memmove(open + 1, close, (size_t)(text + len - close) + 1);
	return len - (size_t)(close - open - 1);
}
