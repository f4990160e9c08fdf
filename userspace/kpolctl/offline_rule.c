// SPDX-License-Identifier: GPL-2.0-or-later
/* Compiled rules as the JSON objects of docs/control.md, in the words that the daemon writes. */
#include "base/cleanup.h"
#include "compile/rule_json.h"
#include "kpolctl/offline.h"

struct json_object *kpolctl_json_take(struct kpol_jsonw *w)
{
	_cleanup_free_ char *text = kpol_jsonw_take(w);

	return text ? json_tokener_parse(text) : NULL;
}

static void add_rule(struct kpol_jsonw *w, const struct kpol_ruleset *ruleset,
		     const struct kpol_rule *rule, const char *file)
{
	kpol_jsonw_object_begin(w, NULL);
	kpol_rule_row_json(w, ruleset, rule, file);
	kpol_jsonw_object_end(w);
}

struct json_object *kpolctl_offline_rule(const struct kpol_ruleset *ruleset,
					 const struct kpol_rule *rule, const char *file)
{
	struct kpol_jsonw w = { 0 };

	add_rule(&w, ruleset, rule, file);
	return kpolctl_json_take(&w);
}

struct json_object *kpolctl_offline_rules(const struct kpolctl_offline *offline)
{
	const struct kpol_ruleset *ruleset = offline->ruleset;
	struct kpol_jsonw w = { 0 };

	kpol_jsonw_array_begin(&w, NULL);
	for (size_t i = 0; i < ruleset->n_rules; i++)
		add_rule(&w, ruleset, &ruleset->rules[i], offline->bundle->file);
	kpol_jsonw_array_end(&w);
	return kpolctl_json_take(&w);
}
