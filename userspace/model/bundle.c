// SPDX-License-Identifier: GPL-2.0-or-later
/* The model's words and its end of life: who owns what is written in bundle.h, this frees it. */
#include "model/bundle.h"

#include <stdlib.h>

const char *kpol_risk_word(enum kpol_risk risk)
{
	static const char *const words[] = { [KPOL_RISK_LOW] = "low",
					     [KPOL_RISK_MEDIUM] = "medium",
					     [KPOL_RISK_HIGH] = "high",
					     [KPOL_RISK_CRITICAL] = "critical" };

	return risk <= KPOL_RISK_CRITICAL ? words[risk] : NULL;
}

static void labels_free(struct kpol_label *labels, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(labels[i].key);
		free(labels[i].value);
	}
	free(labels);
}

static void exprs_free(struct kpol_label_expr *exprs, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(exprs[i].key);
		kpol_strv_clear(&exprs[i].values);
	}
	free(exprs);
}

static void selector_clear(struct kpol_selector *selector)
{
	labels_free(selector->labels, selector->n_labels);
	exprs_free(selector->exprs, selector->n_exprs);
	kpol_strv_clear(&selector->units);
	kpol_strv_clear(&selector->cgroups);
	kpol_strv_clear(&selector->containers);
}

static void item_clear(struct kpol_item *item)
{
	free(item->object);
	kpol_strv_clear(&item->sources);
	free(item->peers);
	free(item->ports);
	labels_free(item->labels, item->n_labels);
	kpol_strv_clear(&item->args);
	kpol_strv_clear(&item->digests);
	kpol_strv_clear(&item->tags);
	free(item->message);
}

static void deferred_clear(struct kpol_deferred *deferred)
{
	kpol_strv_clear(&deferred->objects);
	free(deferred->path);
	kpol_strv_clear(&deferred->sources);
	kpol_strv_clear(&deferred->tags);
	free(deferred->message);
}

void kpol_gaps_clear(struct kpol_gaps *gaps)
{
	for (size_t i = 0; i < gaps->n; i++)
		free(gaps->items[i].what);
	free(gaps->items);
	*gaps = (struct kpol_gaps){ 0 };
}

static void silences_clear(struct kpol_silences *silences)
{
	for (size_t i = 0; i < silences->n; i++) {
		free(silences->items[i].code);
		free(silences->items[i].object);
		free(silences->items[i].reason);
	}
	free(silences->items);
}

static void policy_clear(struct kpol_policy *policy)
{
	free(policy->name);
	free(policy->namespace);
	free(policy->owner);
	free(policy->message);
	kpol_strv_clear(&policy->tags);
	selector_clear(&policy->selector);
	silences_clear(&policy->silences);
	for (size_t i = 0; i < policy->n_items; i++)
		item_clear(&policy->items[i]);
	free(policy->items);
	kpol_strv_clear(&policy->frameworks);
	for (size_t i = 0; i < policy->n_deferred; i++)
		deferred_clear(&policy->deferred[i]);
	free(policy->deferred);
	kpol_gaps_clear(&policy->gaps);
}

void kpol_bundle_free(struct kpol_bundle *bundle)
{
	if (!bundle)
		return;
	for (size_t i = 0; i < bundle->n_policies; i++)
		policy_clear(&bundle->policies[i]);
	free(bundle->policies);
	kpol_strv_clear(&bundle->frameworks);
	silences_clear(&bundle->silences);
	free(bundle->name);
	free(bundle->version);
	free(bundle->owner);
	free(bundle->contact);
	free(bundle->change);
	free(bundle->file);
	free(bundle->text);
	free(bundle);
}
