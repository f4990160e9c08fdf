// SPDX-License-Identifier: GPL-2.0-or-later
/* What the live bundle says and nobody enforces, as the control socket shows it. */
#include "kpold/gap_json.h"

#include "base/cleanup.h"

/* "namespace/name", or "name" for host and cluster policies, as in every other list. */
static void json_policy(struct kpol_jsonw *w, const struct kpol_policy *policy)
{
	struct kpol_buffer name = { 0 };
	_cleanup_free_ char *text = NULL;

	if (policy->namespace)
		kpol_buffer_printf(&name, "%s/", policy->namespace);
	kpol_buffer_puts(&name, policy->name);
	text = kpol_buffer_take(&name);
	kpol_jsonw_string(w, "policy", text);
}

static void json_gap(struct kpol_jsonw *w, const char *file, const struct kpol_policy *policy,
		     const struct kpol_gap *gap)
{
	kpol_jsonw_object_begin(w, NULL);
	json_policy(w, policy);
	kpol_jsonw_string(w, "code", gap->code);
	kpol_jsonw_string(w, "file", file);
	kpol_jsonw_uint(w, "line", gap->place.line);
	kpol_jsonw_uint(w, "column", gap->place.column);
	kpol_jsonw_string(w, "message", gap->what);
	kpol_jsonw_object_end(w);
}

void kpold_json_gaps(struct kpol_jsonw *w, const char *key, const struct kpold_live *live)
{
	const struct kpol_bundle *bundle = live->bundle;

	kpol_jsonw_array_begin(w, key);
	for (size_t i = 0; bundle && i < bundle->n_policies; i++)
		for (size_t k = 0; k < bundle->policies[i].gaps.n; k++)
			json_gap(w, bundle->file, &bundle->policies[i],
				 &bundle->policies[i].gaps.items[k]);
	kpol_jsonw_array_end(w);
}

size_t kpold_gaps_count(const struct kpold_live *live)
{
	size_t n = 0;

	for (size_t i = 0; live->bundle && i < live->bundle->n_policies; i++)
		n += live->bundle->policies[i].gaps.n;
	return n;
}
