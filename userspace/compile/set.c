// SPDX-License-Identifier: GPL-2.0-or-later
/* An address set: the pods that a network rule names by their labels. */
#include "compile/set.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buffer.h"
#include "base/cleanup.h"
#include "compile/selector.h"

static bool has_label(const struct kpol_label *wanted, const struct kpol_label *labels, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(labels[i].key, wanted->key))
			return !strcmp(labels[i].value, wanted->value);
	return false;
}

static bool pods_match(const struct kpol_pods *pods, const char *namespace,
		       const struct kpol_label *labels, size_t n_labels)
{
	if (!pods->everywhere && (!namespace || !kpol_strv_has(&pods->namespaces, namespace)))
		return false;
	for (size_t i = 0; i < pods->n_labels; i++)
		if (!has_label(&pods->labels[i], labels, n_labels))
			return false;
	for (size_t i = 0; i < pods->n_exprs; i++)
		if (!kpol_expr_matches(&pods->exprs[i], namespace, labels, n_labels))
			return false;
	return true;
}

bool kpol_set_matches(const struct kpol_set_row *set, const char *namespace,
		      const struct kpol_label *labels, size_t n_labels)
{
	return set->is_known && pods_match(&set->pods, namespace, labels, n_labels);
}

static void add_labels(struct kpol_buffer *name, const struct kpol_pods *pods)
{
	const char *before = "labels:";

	for (size_t i = 0; i < pods->n_labels; i++, before = ",") {
		kpol_buffer_puts(name, before);
		kpol_selector_add_word(name, pods->labels[i].key);
		kpol_buffer_putc(name, '=');
		kpol_selector_add_word(name, pods->labels[i].value);
	}
	for (size_t i = 0; i < pods->n_exprs; i++, before = ",") {
		kpol_buffer_puts(name, before);
		kpol_selector_add_expr(name, &pods->exprs[i]);
	}
	if (!name->len)
		kpol_buffer_puts(name, "all");
}

char *kpol_set_name(const struct kpol_pods *pods)
{
	struct kpol_buffer name = { 0 };

	add_labels(&name, pods);
	kpol_buffer_putc(&name, '@');
	if (pods->everywhere)
		kpol_buffer_putc(&name, '*');
	for (size_t i = 0; !pods->everywhere && i < pods->namespaces.n; i++) {
		if (i)
			kpol_buffer_putc(&name, ',');
		kpol_selector_add_word(&name, pods->namespaces.items[i]);
	}
	kpol_name_bound(&name);
	return kpol_buffer_take(&name);
}

uint32_t kpol_set_find(const struct kpol_ruleset *ruleset, const char *name)
{
	for (size_t i = 0; i < ruleset->n_sets; i++)
		if (!strcmp(ruleset->sets[i].name, name))
			return (uint32_t)i + 1;
	return 0;
}

int kpol_set_get(struct kpol_ruleset *ruleset, const struct kpol_pods *pods, uint32_t *ret_id)
{
	_cleanup_free_ char *name = kpol_set_name(pods);
	struct kpol_set_row *set;

	if (!name)
		return -ENOMEM;
	*ret_id = kpol_set_find(ruleset, name);
	if (*ret_id)
		return 0;
	if (ruleset->n_sets == KPOL_SETS_MAX)
		return -E2BIG;
	set = kpol_append(&ruleset->sets, &ruleset->n_sets, sizeof(*set));
	if (!set)
		return -ENOMEM;
	set->name = TAKE_PTR(name);
	set->is_known = true;
	*ret_id = (uint32_t)ruleset->n_sets;
	return kpol_pods_copy(&set->pods, pods);
}

int kpol_set_ids(const struct kpol_ruleset *ruleset, const char *namespace,
		 const struct kpol_label *labels, size_t n_labels, uint32_t **ret_ids,
		 size_t *ret_n)
{
	uint32_t *ids = calloc(ruleset->n_sets + 1, sizeof(*ids));
	size_t n = 0;

	if (!ids)
		return -ENOMEM;
	for (size_t i = 0; i < ruleset->n_sets; i++)
		if (kpol_set_matches(&ruleset->sets[i], namespace, labels, n_labels))
			ids[n++] = (uint32_t)i + 1;
	*ret_ids = ids;
	*ret_n = n;
	return 0;
}

const char *kpol_rule_set_name(const struct kpol_ruleset *ruleset, const struct kpol_rule *rule)
{
	return rule->set && rule->set <= ruleset->n_sets ? ruleset->sets[rule->set - 1].name : NULL;
}
