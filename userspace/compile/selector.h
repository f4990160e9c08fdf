/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a selector selects, and the name that says so. */
#ifndef KPOL_COMPILE_SELECTOR_H
#define KPOL_COMPILE_SELECTOR_H

#include "base/buffer.h"
#include "compile/compile.h"

/**
 * enum kpol_selects - how a policy finds its workloads
 * @KPOL_SELECTS_UNITS, @KPOL_SELECTS_CGROUPS, @KPOL_SELECTS_HOST: by what the kernel sees by
 * itself.
 * @KPOL_SELECTS_CONTAINERS: by what only the daemon knows: labels, namespace, container name.
 * @KPOL_SELECTS_BOTH: by unit and cgroup together: no pattern binding says that.
 * @KPOL_SELECTS_PENDING: pods or containers that nothing is known of.
 */
enum kpol_selects {
	KPOL_SELECTS_UNITS = 1,
	KPOL_SELECTS_CGROUPS,
	KPOL_SELECTS_HOST,
	KPOL_SELECTS_CONTAINERS,
	KPOL_SELECTS_BOTH,
	KPOL_SELECTS_PENDING,
};

enum kpol_selects kpol_selector_selects(const struct kpol_policy *policy);

/**
 * kpol_selector_name() - "unit:payd.service", "labels:app=web@default", "host"
 *
 * Policies with equal names have equal selectors: what could be taken for a separator is written as
 * %NN. Return: to free(), NULL: no memory.
 */
char *kpol_selector_name(const struct kpol_policy *policy);

/** kpol_selector_add_word() - append a word of a name, with what could be taken for a separator as %NN. */
void kpol_selector_add_word(struct kpol_buffer *name, const char *word);

/** kpol_selector_add_expr() - append "key in (a,b)" or "key notin (a,b)". */
void kpol_selector_add_expr(struct kpol_buffer *name, const struct kpol_label_expr *expr);

/** kpol_name_bound() - give a name of more than KPOL_NAME_MAX bytes a hash of it for its end. */
void kpol_name_bound(struct kpol_buffer *name);

/** kpol_expr_matches() - KubeArmor's keys "namespace" and "label" included. @namespace: NULL: none. */
bool kpol_expr_matches(const struct kpol_label_expr *expr, const char *namespace,
		       const struct kpol_label *labels, size_t n_labels);

/** kpol_workload_is_container() - does it run in a container or pod? */
bool kpol_workload_is_container(const struct kpol_workload *workload);

/** kpol_cgroup_is_pattern() - has this cgroup selector wildcards? */
bool kpol_cgroup_is_pattern(const char *cgroup);

/** kpol_cgroup_matches() - does the selector match @path itself, not through an ancestor? */
bool kpol_cgroup_matches(const char *selector, const char *path, size_t path_len);

/**
 * kpol_cgroup_slices() - where the last component begins that may be a unit
 *
 * A unit is a cgroup with only slices above it: what a service or container makes below its own
 * cgroup is no unit, whatever its name. Return: offset of the slash before that component.
 */
size_t kpol_cgroup_slices(const char *path);

#endif /* KPOL_COMPILE_SELECTOR_H */
