// SPDX-License-Identifier: GPL-2.0-or-later
/* A rule object, shown in cells. */
#include "kpolctl/rule.h"

#include <linux/kpol.h>
#include <string.h>

#include "base/buffer.h"
#include "base/words.h"
#include "kpolctl/cleanup.h"
#include "kpolctl/field.h"

/* Adds the value of a key after @before; nothing if it is absent. */
static void add_field(struct kpol_buffer *out, struct json_object *rule, const char *key,
		      const char *before)
{
	struct json_object *value = kpolctl_field(rule, key);
	const char *text = value ? json_object_get_string(value) : "";

	if (!*text)
		return;
	kpol_buffer_puts(out, out->len ? before : "");
	kpol_buffer_puts(out, text);
}

/* " with sha256 of 9f86d081884c…" is enough to tell one from another; -o json has all of it. */
#define CONDITION_SHOWN 12

static void add_condition(struct kpol_buffer *out, struct json_object *rule, const char *key,
			  const char *word)
{
	struct json_object *list = kpolctl_field_array(rule, key);
	bool args = !strcmp(key, "allowedArgs");

	for (size_t i = 0; list && i < json_object_array_length(list); i++) {
		const char *text = json_object_get_string(json_object_array_get_idx(list, i));
		const char *colon = args ? NULL : strchr(text, ':');

		kpol_buffer_puts(out, i ? "," : " [");
		kpol_buffer_printf(out, "%s%s", i ? "" : word, i ? "" : " ");
		if (args)
			kpol_buffer_puts(out, *text ? text : "\"\"");
		else
			kpol_buffer_printf(out, "%.*s…", CONDITION_SHOWN, colon ? colon + 1 : text);
	}
	if (list && json_object_array_length(list))
		kpol_buffer_putc(out, ']');
}

char *kpolctl_rule_object(struct json_object *rule)
{
	struct kpol_buffer out = { 0 };

	add_field(&out, rule, "object", "");
	add_field(&out, rule, "protocol", " ");
	add_field(&out, rule, "peer", " ");
	add_field(&out, rule, "ports", " ");
	if (json_object_object_get_ex(rule, "pts", NULL))
		kpol_buffer_puts(&out, " [no terminal]");
	add_condition(&out, rule, "allowedArgs", "args");
	add_condition(&out, rule, "sha256", "sha256");
	add_condition(&out, rule, "fsVerity", "fs-verity");
	if (!out.len)
		kpol_buffer_putc(&out, '*');
	return kpol_buffer_take(&out);
}

/* Sets of operations that are said in one word; the larger ones first. */
static const struct {
	uint32_t ops;
	const char *word;
} sets[] = {
	{ KPOL_OPS_FILE, "any" },	 { KPOL_OPS_NETWORK, "any" },
	{ KPOL_OPS_PTRACE, "any" },	 { KPOL_OPS_CHANGE, "change" },
	{ KPOL_OPS_MOUNT, "any" },	 { KPOL_OPS_NAMESPACE, "any" },
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

static void add_op(struct kpol_buffer *out, const char *word, char *separator)
{
	kpol_buffer_putc(out, *separator);
	kpol_buffer_puts(out, word);
	*separator = ',';
}

char *kpolctl_rule_access(struct json_object *rule)
{
	uint32_t ops = read_ops(rule);
	struct kpol_buffer out = { 0 };
	char separator = ' ';

	kpol_buffer_puts(&out, kpolctl_field_string(rule, "class", "?"));
	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
		if ((ops & sets[i].ops) != sets[i].ops)
			continue;
		add_op(&out, sets[i].word, &separator);
		ops &= ~sets[i].ops;
	}
	for (uint32_t bit = 1; bit; bit <<= 1)
		if (ops & bit)
			add_op(&out, kpol_word(KPOL_WORDS_OP, bit), &separator);
	return kpol_buffer_take(&out);
}
