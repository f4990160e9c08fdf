// SPDX-License-Identifier: GPL-2.0-or-later
/* Rows of a ruleset and findings as the control socket shows them. */
#include "kpold/rule_json.h"

#include <arpa/inet.h>
#include <stdio.h>

#include "base/words.h"
#include "format/record.h"

void kpold_json_ops(struct kpol_jsonw *w, const char *key, uint32_t ops)
{
	kpol_jsonw_array_begin(w, key);
	for (unsigned int bit = 0; bit < 32; bit++)
		if (ops & (1U << bit))
			kpol_jsonw_string(w, NULL, kpol_word(KPOL_WORDS_OP, 1U << bit));
	kpol_jsonw_array_end(w);
}

static void json_network(struct kpol_jsonw *w, const struct kpol_rule *rule)
{
	char text[INET6_ADDRSTRLEN + 8], address[INET6_ADDRSTRLEN];

	if (rule->class != KPOL_CLASS_NETWORK)
		return;
	if (rule->prefix && inet_ntop(rule->family, rule->addr, address, sizeof(address))) {
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

static void json_object(struct kpol_jsonw *w, const struct kpol_rule *rule)
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

void kpold_json_rule_open(struct kpol_jsonw *w, const char *key, const struct kpol_ruleset *ruleset,
			  const struct kpol_rule *rule, const char *file)
{
	kpol_jsonw_object_begin(w, key);
	kpol_jsonw_uint(w, "id", rule->id);
	kpol_jsonw_string(w, "scope", ruleset->scopes[rule->scope - 1].name);
	kpol_jsonw_string(w, "policy", ruleset->policies[rule->policy - 1].name);
	kpol_jsonw_string(w, "class", kpol_word(KPOL_WORDS_CLASS, rule->class));
	kpold_json_ops(w, "ops", rule->ops);
	kpol_jsonw_string(w, "match", kpol_word(KPOL_WORDS_MATCH, rule->match));
	json_object(w, rule);
	kpol_jsonw_string_if(w, "source", rule->source);
	kpol_jsonw_string(w, "action", kpol_word(KPOL_WORDS_ACTION, rule->action));
	if (rule->flags & KPOL_RULE_OWNER)
		kpol_jsonw_bool(w, "ownerOnly", true);
	json_network(w, rule);
	kpol_jsonw_string_if(w, "file", file);
	kpol_jsonw_uint(w, "line", rule->line);
}

void kpold_json_rule(struct kpol_jsonw *w, const char *key, const struct kpol_ruleset *ruleset,
		     const struct kpol_rule *rule, const char *file)
{
	kpold_json_rule_open(w, key, ruleset, rule, file);
	kpol_jsonw_object_end(w);
}

size_t kpold_json_rules(struct kpol_jsonw *w, const char *key, const struct kpol_ruleset *ruleset,
			const size_t *indexes, size_t n, const char *file)
{
	size_t i = 0;

	kpol_jsonw_array_begin(w, key);
	for (; i < n && w->out.len < KPOLD_LIST_BYTES_MAX; i++)
		kpold_json_rule(w, NULL, ruleset, &ruleset->rules[indexes[i]], file);
	kpol_jsonw_array_end(w);
	return n - i;
}

static void json_diag(struct kpol_jsonw *w, const struct kpol_diag *diag)
{
	static const char *const severities[] = {
		[KPOL_ERROR] = "error",
		[KPOL_WARNING] = "warning",
		[KPOL_NOTE] = "note",
	};

	kpol_jsonw_object_begin(w, NULL);
	kpol_jsonw_string(w, "severity", severities[diag->severity]);
	kpol_jsonw_string(w, "code", diag->code);
	kpol_jsonw_string_if(w, "file", diag->file);
	kpol_jsonw_uint(w, "line", diag->line);
	kpol_jsonw_uint(w, "column", diag->column);
	kpol_jsonw_string(w, "message", diag->message);
	kpol_jsonw_object_end(w);
}

void kpold_json_diags(struct kpol_jsonw *w, const struct kpol_diags *diags)
{
	kpol_jsonw_array_begin(w, "diagnostics");
	for (size_t i = 0; i < diags->n; i++)
		json_diag(w, &diags->items[i]);
	kpol_jsonw_array_end(w);
}

void kpold_json_digest(struct kpol_jsonw *w, const char *key, const uint8_t digest[KPOL_DIGEST_LEN])
{
	char hex[2 * KPOL_DIGEST_LEN + 1];

	for (size_t i = 0; i < KPOL_DIGEST_LEN; i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	kpol_jsonw_string(w, key, hex);
}

void kpold_json_time(struct kpol_jsonw *w, const char *key, int64_t us)
{
	char text[KPOL_TIME_SIZE];

	if (us <= 0)
		return;
	kpol_time_format((uint64_t)us * 1000, text);
	kpol_jsonw_string(w, key, text);
}
