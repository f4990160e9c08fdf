// SPDX-License-Identifier: GPL-2.0-or-later
/* Changes as JSON, the same from the daemon and from the command line. */
#include "base/words.h"
#include "change/change.h"
#include "compile/rule_json.h"
#include "compile/set.h"

static const char *const kinds[] = {
	[KPOL_CHANGE_ADDED] = "added",	   [KPOL_CHANGE_REMOVED] = "removed",
	[KPOL_CHANGE_WIDENED] = "widened", [KPOL_CHANGE_NARROWED] = "narrowed",
	[KPOL_CHANGE_ACTION] = "action",   [KPOL_CHANGE_DEFAULT] = "default",
	[KPOL_CHANGE_MODE] = "mode",
};

static const char *const defaults[] = {
	[KPOL_DEFAULT_OPEN] = "allow",
	[KPOL_DEFAULT_AUDIT] = "audit",
	[KPOL_DEFAULT_WOULD_DENY] = "would-deny",
	[KPOL_DEFAULT_DENY] = "deny",
};

/* As docs/control.md has a rule object. */
static void add_rule(struct kpol_jsonw *w, const char *key, const struct kpol_rule *rule,
		     const struct kpol_side *side)
{
	if (!rule)
		return;
	kpol_jsonw_object_begin(w, key);
	kpol_rule_json(w, rule, kpol_rule_set_name(side->ruleset, rule));
	kpol_jsonw_string_if(w, "file", side->file);
	kpol_jsonw_uint(w, "line", rule->line);
	kpol_jsonw_object_end(w);
}

static const char *state_word(const struct kpol_change *change, uint8_t state)
{
	if (change->kind == KPOL_CHANGE_MODE)
		return kpol_word(KPOL_WORDS_MODE, state);
	return change->kind == KPOL_CHANGE_DEFAULT ? defaults[state]
						   : kpol_word(KPOL_WORDS_VERDICT, state);
}

static void add_change(const struct kpol_changes *changes, const struct kpol_change *change,
		       struct kpol_jsonw *w)
{
	kpol_jsonw_object_begin(w, NULL);
	kpol_jsonw_string(w, "risk", change->high ? "high" : "low");
	kpol_jsonw_string(w, "reason", change->reason);
	kpol_jsonw_string(w, "change", kinds[change->kind]);
	kpol_jsonw_string_if(w, "scope", change->scope);
	kpol_jsonw_string_if(w, "policy", change->policy);
	if (change->class)
		kpol_jsonw_string(w, "class", kpol_word(KPOL_WORDS_CLASS, change->class));
	kpol_jsonw_string_if(w, "sample", change->sample);
	kpol_jsonw_string(w, "before", state_word(change, change->before));
	kpol_jsonw_string(w, "after", state_word(change, change->after));
	add_rule(w, "old", change->old, &changes->old);
	add_rule(w, "new", change->new, &changes->new);
	kpol_jsonw_object_end(w);
}

void kpol_changes_json(const struct kpol_changes *changes, struct kpol_jsonw *w)
{
	kpol_jsonw_uint(w, "highRisk", changes->n_high);
	kpol_jsonw_array_begin(w, "items");
	for (size_t i = 0; i < changes->n; i++)
		add_change(changes, &changes->items[i], w);
	kpol_jsonw_array_end(w);
}
