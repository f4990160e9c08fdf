// SPDX-License-Identifier: GPL-2.0-or-later
/* A live policy as the control socket shows it. */
#include "kpold/policy_json.h"

#include "base/words.h"

static size_t count_rules(const struct kpol_ruleset *ruleset, uint32_t policy)
{
	size_t n = 0;

	for (size_t i = 0; i < ruleset->n_rules; i++)
		n += ruleset->rules[i].policy == policy;
	return n;
}

static void add_list(struct kpol_jsonw *w, const char *key, const struct kpol_strv *words)
{
	if (!words->n)
		return;
	kpol_jsonw_array_begin(w, key);
	for (size_t i = 0; i < words->n; i++)
		kpol_jsonw_string(w, NULL, words->items[i]);
	kpol_jsonw_array_end(w);
}

static void add_posture(struct kpol_jsonw *w, const struct kpol_postures *postures)
{
	const struct {
		const char *key;
		uint8_t posture;
	} rows[] = {
		{ "process", postures->process },
		{ "file", postures->file },
		{ "network", postures->network },
		{ "capabilities", postures->capabilities },
	};

	kpol_jsonw_object_begin(w, "posture");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		kpol_jsonw_string(w, rows[i].key, kpol_posture_word(rows[i].posture));
	kpol_jsonw_object_end(w);
}

static void add_document(struct kpol_jsonw *w, const struct kpol_bundle *bundle,
			 const struct kpol_policy *policy)
{
	const char *risk = kpol_risk_word(policy->risk);

	kpol_jsonw_string_if(w, "owner", policy->owner ? policy->owner : bundle->owner);
	kpol_jsonw_string_if(w, "contact", bundle->contact);
	if (policy->severity)
		kpol_jsonw_uint(w, "severity", policy->severity);
	kpol_jsonw_string_if(w, "risk", risk);
	kpol_jsonw_string_if(w, "message", policy->message);
	add_list(w, "tags", &policy->tags);
	add_list(w, "frameworks", policy->frameworks.n ? &policy->frameworks : &bundle->frameworks);
	add_posture(w, &policy->postures);
	kpol_jsonw_uint(w, "line", policy->place.line);
}

void kpold_json_policy(struct kpol_jsonw *w, const struct kpold_live *live, uint32_t id)
{
	const struct kpol_policy_row *row = kpold_live_policy(live, id);
	const struct kpol_policy *policy = kpold_live_source(live, id);

	kpol_jsonw_object_begin(w, NULL);
	kpol_jsonw_uint(w, "id", id);
	kpol_jsonw_string(w, "name", row->name);
	kpol_jsonw_string(w, "mode", kpol_word(KPOL_WORDS_MODE, row->mode));
	kpol_jsonw_uint(w, "rules", count_rules(live->ruleset, id));
	if (live->bundle) {
		kpol_jsonw_string(w, "bundle", live->bundle->name);
		kpol_jsonw_string(w, "file", live->bundle->file);
	}
	if (live->bundle && !policy)
		kpol_jsonw_string_if(w, "owner", live->bundle->owner);
	if (policy)
		add_document(w, live->bundle, policy);
	kpol_jsonw_object_end(w);
}
