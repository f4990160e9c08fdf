// SPDX-License-Identifier: GPL-2.0-or-later
/* What a rule matches and does, as members of the rule object of docs/control.md. */
#include "compile/rule_json.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "base/words.h"
#include "compile/set.h"
#include "engine/condition.h"

void kpol_ops_json(struct kpol_jsonw *w, const char *key, uint32_t ops)
{
	kpol_jsonw_array_begin(w, key);
	for (unsigned int bit = 0; bit < 32; bit++)
		if (ops & (1U << bit))
			kpol_jsonw_string(w, NULL, kpol_word(KPOL_WORDS_OP, 1U << bit));
	kpol_jsonw_array_end(w);
}

static void put_peer(struct kpol_jsonw *w, const struct kpol_rule *rule, const char *set)
{
	char text[INET6_ADDRSTRLEN + 8], address[INET6_ADDRSTRLEN];

	if (rule->class != KPOL_CLASS_NETWORK)
		return;
	if (rule->set) {
		kpol_jsonw_string(w, "peer", set ? set : "?");
		if (rule->family)
			kpol_jsonw_string(w, "family", rule->family == AF_INET ? "ipv4" : "ipv6");
	} else if (rule->prefix && inet_ntop(rule->family, rule->addr, address, sizeof(address))) {
		snprintf(text, sizeof(text), "%s/%u", address, rule->prefix);
		kpol_jsonw_string(w, "peer", text);
	} else if (rule->family) {
		kpol_jsonw_string(w, "peer", rule->family == AF_INET ? "0.0.0.0/0" : "::/0");
	}
	if (rule->port_last) {
		snprintf(text, sizeof(text), rule->port_first == rule->port_last ? "%u" : "%u-%u",
			 rule->port_first, rule->port_last);
		kpol_jsonw_string(w, "ports", text);
	}
	if (rule->protocol)
		kpol_jsonw_string(w, "protocol", kpol_word(KPOL_WORDS_PROTOCOL, rule->protocol));
}

static void put_object(struct kpol_jsonw *w, const struct kpol_rule *rule)
{
	bool directory = rule->match == KPOL_MATCH_DIR;
	char text[KPOL_PATH_MAX + 4];

	if (!rule->object)
		return;
	/* "" is the root, and a directory is shown as people write it. */
	snprintf(text, sizeof(text), "%s%s", rule->object, directory ? "/" : "");
	kpol_jsonw_string(w, "object", text);
	if (rule->flags & KPOL_RULE_RECURSIVE)
		kpol_jsonw_bool(w, "recursive", true);
}

static void put_record(struct kpol_jsonw *w, const struct kpol_condition_record *record)
{
	char text[KPOL_ARG_MAX + 1];
	size_t at = 0;

	if (record->kind == KPOL_CONDITION_ARG) {
		memcpy(text, record->bytes, record->len);
		text[record->len] = '\0';
		kpol_jsonw_string(w, NULL, text);
		return;
	}
	if (record->kind != KPOL_CONDITION_SHA256)
		at = (size_t)sprintf(text, "sha%u:", record->len * 8U);
	for (size_t i = 0; i < record->len; i++)
		sprintf(text + at + 2 * i, "%02x", record->bytes[i]);
	kpol_jsonw_string(w, NULL, text);
}

/* Of a rule's condition what is about @fact, as the policy has it. */
static void put_condition(struct kpol_jsonw *w, const struct kpol_rule *rule, const char *key,
			  u32 fact)
{
	static const u8 facts[] = { [KPOL_CONDITION_ARG] = KPOL_FACT_ARGS,
				    [KPOL_CONDITION_SHA256] = KPOL_FACT_SHA256,
				    [KPOL_CONDITION_VERITY_SHA256] = KPOL_FACT_VERITY,
				    [KPOL_CONDITION_VERITY_SHA512] = KPOL_FACT_VERITY };
	struct kpol_condition_record record;
	u32 at = 0;

	if (!(kpol_condition_asks(rule) & fact))
		return;
	kpol_jsonw_array_begin(w, key);
	while (kpol_condition_next(rule, &at, &record))
		if (facts[record.kind] == fact)
			put_record(w, &record);
	kpol_jsonw_array_end(w);
}

void kpol_rule_json(struct kpol_jsonw *w, const struct kpol_rule *rule, const char *set)
{
	kpol_jsonw_string(w, "class", kpol_word(KPOL_WORDS_CLASS, rule->class));
	kpol_ops_json(w, "ops", rule->ops);
	kpol_jsonw_string(w, "match", kpol_word(KPOL_WORDS_MATCH, rule->match));
	put_object(w, rule);
	kpol_jsonw_string_if(w, "source", rule->source);
	kpol_jsonw_string(w, "action", kpol_word(KPOL_WORDS_ACTION, rule->action));
	if (rule->flags & KPOL_RULE_OWNER)
		kpol_jsonw_bool(w, "ownerOnly", true);
	if (rule->flags & KPOL_RULE_NO_TERMINAL)
		kpol_jsonw_bool(w, "pts", false);
	put_condition(w, rule, "allowedArgs", KPOL_FACT_ARGS);
	put_condition(w, rule, "sha256", KPOL_FACT_SHA256);
	put_condition(w, rule, "fsVerity", KPOL_FACT_VERITY);
	if (rule->flags & KPOL_RULE_DEFAULTS)
		kpol_jsonw_string(w, "posture",
				  rule->flags & KPOL_RULE_DEFAULT_AUDIT ? "audit" : "allow");
	put_peer(w, rule, set);
}

void kpol_rule_row_json(struct kpol_jsonw *w, const struct kpol_ruleset *ruleset,
			const struct kpol_rule *rule, const char *file)
{
	kpol_jsonw_uint(w, "id", rule->id);
	kpol_jsonw_string(w, "scope", ruleset->scopes[rule->scope - 1].name);
	kpol_jsonw_string(w, "policy", ruleset->policies[rule->policy - 1].name);
	kpol_rule_json(w, rule, kpol_rule_set_name(ruleset, rule));
	kpol_jsonw_string_if(w, "file", file);
	kpol_jsonw_uint(w, "line", rule->line);
}
