// SPDX-License-Identifier: GPL-2.0-or-later
/* What the kernel enforces now, with everything the daemon knows about it. */
#include "kpold/live.h"

#include <string.h>

void kpold_live_clear(struct kpold_live *live)
{
	kpol_ruleset_free(live->ruleset);
	if (!live->bundle_shared)
		kpol_bundle_free(live->bundle);
	memset(live, 0, sizeof(*live));
}

const struct kpol_policy_row *kpold_live_policy(const struct kpold_live *live, uint32_t id)
{
	if (!live->ruleset || id == 0 || id > live->ruleset->n_policies)
		return NULL;
	return &live->ruleset->policies[id - 1];
}

const struct kpol_scope_row *kpold_live_scope(const struct kpold_live *live, uint32_t id)
{
	if (!live->ruleset || id == 0 || id > live->ruleset->n_scopes)
		return NULL;
	return &live->ruleset->scopes[id - 1];
}

/* "namespace/name", or "name" for host and cluster policies: how the compiler names its rows. */
static bool is_named(const struct kpol_policy *policy, const char *row)
{
	size_t len = policy->namespace ? strlen(policy->namespace) : 0;

	if (len == 0)
		return strcmp(row, policy->name) == 0;
	return strncmp(row, policy->namespace, len) == 0 && row[len] == '/' &&
	       strcmp(row + len + 1, policy->name) == 0;
}

const struct kpol_policy *kpold_live_source(const struct kpold_live *live, uint32_t id)
{
	const struct kpol_policy_row *row = kpold_live_policy(live, id);

	if (!row || !live->bundle)
		return NULL;
	if (id <= live->bundle->n_policies && is_named(&live->bundle->policies[id - 1], row->name))
		return &live->bundle->policies[id - 1];
	for (size_t i = 0; i < live->bundle->n_policies; i++)
		if (is_named(&live->bundle->policies[i], row->name))
			return &live->bundle->policies[i];
	return NULL;
}

const struct kpol_item *kpold_live_item(const struct kpold_live *live, uint32_t id)
{
	const struct kpol_policy *policy;
	uint32_t item;

	if (!live->items_known || !live->ruleset || id == 0 || id > live->ruleset->n_rules)
		return NULL;
	policy = kpold_live_source(live, live->ruleset->rules[id - 1].policy);
	item = live->ruleset->items[id - 1];
	return policy && item < policy->n_items ? &policy->items[item] : NULL;
}

const char *kpold_live_file(const struct kpold_live *live)
{
	return live->bundle ? live->bundle->file : NULL;
}

uint32_t kpold_ruleset_scope_id(const struct kpol_ruleset *ruleset, const char *name)
{
	for (size_t i = 0; ruleset && i < ruleset->n_scopes; i++)
		if (strcmp(ruleset->scopes[i].name, name) == 0)
			return (uint32_t)i + 1;
	return 0;
}
