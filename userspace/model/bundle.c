// SPDX-License-Identifier: GPL-2.0-or-later
/* The model's words and its end of life: who owns what is written in bundle.h, this frees it. */
#include "model/bundle.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

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

void kpol_pods_clear(struct kpol_pods *pods)
{
	kpol_strv_clear(&pods->namespaces);
	labels_free(pods->labels, pods->n_labels);
	exprs_free(pods->exprs, pods->n_exprs);
	*pods = (struct kpol_pods){ 0 };
}

static int copy_labels(struct kpol_pods *to, const struct kpol_pods *from)
{
	for (size_t i = 0; i < from->n_labels; i++) {
		struct kpol_label *label = kpol_append(&to->labels, &to->n_labels, sizeof(*label));

		if (!label)
			return -ENOMEM;
		label->key = strdup(from->labels[i].key);
		label->value = strdup(from->labels[i].value);
		if (!label->key || !label->value)
			return -ENOMEM;
	}
	return 0;
}

static int copy_exprs(struct kpol_pods *to, const struct kpol_pods *from)
{
	for (size_t i = 0; i < from->n_exprs; i++) {
		struct kpol_label_expr *expr = kpol_append(&to->exprs, &to->n_exprs, sizeof(*expr));

		if (!expr)
			return -ENOMEM;
		expr->not_in = from->exprs[i].not_in;
		expr->place = from->exprs[i].place;
		expr->key = strdup(from->exprs[i].key);
		if (!expr->key || kpol_strv_copy(&expr->values, &from->exprs[i].values) < 0)
			return -ENOMEM;
	}
	return 0;
}

int kpol_pods_copy(struct kpol_pods *to, const struct kpol_pods *from)
{
	*to = (struct kpol_pods){ .everywhere = from->everywhere,
				  .family = from->family,
				  .place = from->place };
	if (kpol_strv_copy(&to->namespaces, &from->namespaces) < 0 || copy_labels(to, from) < 0 ||
	    copy_exprs(to, from) < 0)
		return -ENOMEM;
	return 0;
}

static int compare_counts(size_t a, size_t b)
{
	return a < b ? -1 : a > b;
}

static int compare_lists(const struct kpol_strv *a, const struct kpol_strv *b)
{
	int r = compare_counts(a->n, b->n);

	for (size_t i = 0; i < a->n && r == 0; i++)
		r = strcmp(a->items[i], b->items[i]);
	return r;
}

static int compare_labels(const struct kpol_pods *a, const struct kpol_pods *b)
{
	int r = compare_counts(a->n_labels, b->n_labels);

	for (size_t i = 0; i < a->n_labels && r == 0; i++) {
		r = strcmp(a->labels[i].key, b->labels[i].key);
		if (r == 0)
			r = strcmp(a->labels[i].value, b->labels[i].value);
	}
	return r;
}

static int compare_exprs(const struct kpol_pods *a, const struct kpol_pods *b)
{
	int r = compare_counts(a->n_exprs, b->n_exprs);

	for (size_t i = 0; i < a->n_exprs && r == 0; i++) {
		r = strcmp(a->exprs[i].key, b->exprs[i].key);
		if (r == 0)
			r = compare_counts(a->exprs[i].not_in, b->exprs[i].not_in);
		if (r == 0)
			r = compare_lists(&a->exprs[i].values, &b->exprs[i].values);
	}
	return r;
}

int kpol_pods_compare(const struct kpol_pods *a, const struct kpol_pods *b)
{
	int r = compare_counts((size_t)a->family << 1 | a->everywhere,
			       (size_t)b->family << 1 | b->everywhere);

	if (r == 0)
		r = compare_lists(&a->namespaces, &b->namespaces);
	if (r == 0)
		r = compare_labels(a, b);
	return r ? r : compare_exprs(a, b);
}

static void pods_free(struct kpol_pods *pods, size_t n)
{
	for (size_t i = 0; i < n; i++)
		kpol_pods_clear(&pods[i]);
	free(pods);
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
	pods_free(item->pods, item->n_pods);
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
