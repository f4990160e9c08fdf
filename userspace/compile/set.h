/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An address set: the pods that a network rule names by their labels. */
#ifndef KPOL_COMPILE_SET_H
#define KPOL_COMPILE_SET_H

#include "compile/ruleset.h"
#include "model/bundle.h"

/**
 * kpol_set_matches() - is a pod one that the set is about?
 * @set: compiled; one that was read back from the module is about none, for it has a name only.
 * @namespace: of the pod; NULL: it has none, and is in no set that names one.
 */
bool kpol_set_matches(const struct kpol_set_row *set, const char *namespace,
		      const struct kpol_label *labels, size_t n_labels);

/**
 * kpol_set_name() - "labels:app=web@shop", "all@*"
 *
 * Equal names are equal selectors, but for very long ones, which end in a hash. Return: to free(), NULL: no memory.
 */
char *kpol_set_name(const struct kpol_pods *pods);

/**
 * kpol_set_get() - the id of the set of these pods, which is added where it is not there yet
 * @ret_id: counts from 1.
 *
 * Return: 0; -E2BIG: it would be more than KPOL_SETS_MAX; -ENOMEM.
 */
int kpol_set_get(struct kpol_ruleset *ruleset, const struct kpol_pods *pods, uint32_t *ret_id);

/**
 * kpol_set_ids() - the sets of a ruleset that a pod is in, as kpol_access::sets wants them
 * @ret_ids: to free().
 *
 * Return: 0 or -ENOMEM.
 */
int kpol_set_ids(const struct kpol_ruleset *ruleset, const char *namespace,
		 const struct kpol_label *labels, size_t n_labels, uint32_t **ret_ids,
		 size_t *ret_n);

/** kpol_rule_set_name() - of the set that a rule of @ruleset names; NULL: it names none. */
const char *kpol_rule_set_name(const struct kpol_ruleset *ruleset, const struct kpol_rule *rule);

/** kpol_set_find() - the id of the set of this name, 0: there is none. */
uint32_t kpol_set_find(const struct kpol_ruleset *ruleset, const char *name);

#endif /* KPOL_COMPILE_SET_H */
