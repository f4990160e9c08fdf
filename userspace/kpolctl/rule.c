// SPDX-License-Identifier: GPL-2.0-or-later
/* A rule object, shown in cells. */
#include "kpolctl/rule.h"

#include <linux/kpol.h>
#include <stdio.h>

#include "base/words.h"
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

/* Sets of operations that are said in one word; the larger ones first. */
static const struct {
	uint32_t ops;
	const char *word;
} sets[] = {
	{ KPOL_OPS_FILE, "any" },	 { KPOL_OPS_NETWORK, "any" },
	{ KPOL_OPS_PTRACE, "any" },	 { KPOL_OPS_CHANGE, "change" },
	{ KPOL_OPS_INGRESS, "ingress" }, { KPOL_OPS_EGRESS, "egress" },
};

static uint32_t read_ops(struct json_object *rule)
{
	struct json_object *words = kpolctl_field_array(rule, "ops");
	size_t n = words ? json_object_array_length(words) : 0;
	uint32_t ops = 0;

	for (size_t i = 0; i < n; i++) {
		struct json_object *word = json_object_array_get_idx(words, i);

		ops |= kpol_word_value(KPOL_WORDS_OP, json_object_get_string(word));
	}
	return ops;
}

static void print_op(FILE *out, const char *word, char *separator)
{
	fprintf(out, "%c%s", *separator, word);
	*separator = ',';
}

char *kpolctl_rule_access(struct json_object *rule)
{
	uint32_t ops = read_ops(rule);
	char *text = NULL, separator = ' ';
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		return NULL;
	fputs(kpolctl_field_string(rule, "class", "?"), out);
	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
		if ((ops & sets[i].ops) != sets[i].ops)
			continue;
		print_op(out, sets[i].word, &separator);
		ops &= ~sets[i].ops;
	}
	for (uint32_t bit = 1; bit; bit <<= 1)
		if (ops & bit)
			print_op(out, kpol_word(KPOL_WORDS_OP, bit), &separator);
	fclose(out);
	return text;
}
