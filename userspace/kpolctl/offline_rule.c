// SPDX-License-Identifier: GPL-2.0-or-later
/* A compiled rule as the JSON object of docs/control.md. */
#include <arpa/inet.h>
#include <stdio.h>

#include "base/words.h"
#include "kpolctl/offline.h"

/* @key: a constant that @object does not have yet: neither is copied nor looked for. */
static void add(struct json_object *object, const char *key, struct json_object *value)
{
	json_object_object_add_ex(object, key, value,
				  JSON_C_OBJECT_ADD_KEY_IS_NEW | JSON_C_OBJECT_ADD_CONSTANT_KEY);
}

static void add_string(struct json_object *object, const char *key, const char *value)
{
	if (value)
		add(object, key, json_object_new_string(value));
}

static struct json_object *op_words(uint32_t ops)
{
	struct json_object *array = json_object_new_array_ext(1);

	for (uint32_t bit = 1; bit; bit <<= 1)
		if (ops & bit)
			json_object_array_add(
				array, json_object_new_string(kpol_word(KPOL_WORDS_OP, bit)));
	return array;
}

/* "" is the root, and a directory is shown as people write it. */
static void add_object(struct json_object *object, const struct kpol_rule *rule)
{
	char text[KPOL_PATH_MAX + 4];

	if (!rule->object)
		return;
	snprintf(text, sizeof(text), "%s%s", rule->object,
		 rule->match == KPOL_MATCH_DIR ? "/" : "");
	add_string(object, "object", text);
	if (rule->flags & KPOL_RULE_RECURSIVE)
		json_object_object_add(object, "recursive", json_object_new_boolean(true));
}

static void add_peer(struct json_object *object, const struct kpol_rule *rule)
{
	char address[INET6_ADDRSTRLEN] = "", text[INET6_ADDRSTRLEN + 16];

	if (rule->family) {
		inet_ntop(rule->family, rule->addr, address, sizeof(address));
		snprintf(text, sizeof(text), "%s/%u", address, rule->prefix);
		add_string(object, "peer", text);
	}
	if (rule->port_last) {
		snprintf(text, sizeof(text), rule->port_first == rule->port_last ? "%u" : "%u-%u",
			 rule->port_first, rule->port_last);
		add_string(object, "ports", text);
	}
	if (rule->protocol)
		add_string(object, "protocol", kpol_word(KPOL_WORDS_PROTOCOL, rule->protocol));
}

struct json_object *kpolctl_offline_rule(const struct kpolctl_offline *offline, uint32_t id)
{
	const struct kpol_ruleset *ruleset = offline->ruleset;
	const struct kpol_rule *rule = id ? &ruleset->rules[id - 1] : NULL;
	struct json_object *object;

	if (!rule)
		return NULL;
	object = json_object_new_object();
	add(object, "id", json_object_new_int64(id));
	add_string(object, "scope", ruleset->scopes[rule->scope - 1].name);
	add_string(object, "policy", ruleset->policies[rule->policy - 1].name);
	add_string(object, "class", kpol_word(KPOL_WORDS_CLASS, rule->class));
	add(object, "ops", op_words(rule->ops));
	add_string(object, "match", kpol_word(KPOL_WORDS_MATCH, rule->match));
	add_object(object, rule);
	add_string(object, "source", rule->source);
	if (rule->match == KPOL_MATCH_PEER)
		add_peer(object, rule);
	add_string(object, "action", kpol_word(KPOL_WORDS_ACTION, rule->action));
	if (rule->flags & KPOL_RULE_OWNER)
		json_object_object_add(object, "ownerOnly", json_object_new_boolean(true));
	add_string(object, "file", offline->bundle->file);
	add(object, "line", json_object_new_int64(rule->line));
	return object;
}
