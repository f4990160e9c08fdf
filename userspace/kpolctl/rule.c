// SPDX-License-Identifier: GPL-2.0-or-later
/* A rule object, shown in cells. */
#include "kpolctl/rule.h"

#include <stdio.h>

#include "kpolctl/cleanup.h"
#include "kpolctl/field.h"

/* Prints the value of a key after @before; nothing if it is absent. */
static void print_field(FILE *out, struct json_object *rule, const char *key, const char *before)
{
	struct json_object *value = kpolctl_field(rule, key);
	const char *text = value ? json_object_get_string(value) : "";

	if (*text)
		fprintf(out, "%s%s", ftell(out) ? before : "", text);
}

char *kpolctl_rule_object(struct json_object *rule)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		return NULL;
	print_field(out, rule, "object", "");
	print_field(out, rule, "protocol", " ");
	print_field(out, rule, "peer", " ");
	print_field(out, rule, "ports", " ");
	if (!ftell(out))
		fputc('*', out);
	fclose(out);
	return text;
}

char *kpolctl_rule_access(struct json_object *rule)
{
	struct json_object *ops = kpolctl_field_array(rule, "ops");
	size_t len = 0, n = ops ? json_object_array_length(ops) : 0;
	char *text = NULL;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		return NULL;
	fputs(kpolctl_field_string(rule, "class", "?"), out);
	for (size_t i = 0; i < n; i++)
		fprintf(out, "%c%s", i ? ',' : ' ',
			json_object_get_string(json_object_array_get_idx(ops, i)));
	fclose(out);
	return text;
}
