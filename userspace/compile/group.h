/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Groups: policies of a bundle with equal selectors, which therefore always go together. */
#ifndef KPOL_COMPILE_GROUP_H
#define KPOL_COMPILE_GROUP_H

#include "compile/selector.h"

/**
 * struct kpol_group - one selector
 * @policy: the first policy that has it.
 * @ids: of its policies, ascending.
 */
struct kpol_group {
	char *name;
	enum kpol_selects selects;
	const struct kpol_policy *policy;
	uint32_t *ids;
	size_t n_ids;
};

/** struct kpol_words_index - words of selectors with their groups, sorted by word; equal words side
 * by side. */
struct kpol_words_index {
	struct kpol_group_word {
		const char *word;
		uint32_t group;
	} * items;
	size_t n;
	size_t n_distinct;
};

/**
 * struct kpol_groups - sorted by name; end with kpol_groups_clear()
 * @words: unit names and cgroups without wildcards: they find their group by lookup.
 * @globs: cgroup patterns: each is tried once, however many groups have it.
 * @asked: the groups that have to be asked one by one.
 */
struct kpol_groups {
	struct kpol_group *items;
	size_t n;
	struct kpol_words_index words;
	struct kpol_words_index globs;
	uint32_t *asked;
	size_t n_asked;
};

/** struct kpol_set - indexes of groups, ascending; end with free(). */
struct kpol_set {
	uint32_t *groups;
	size_t n;
};

/** kpol_groups_find() - sort the policies of a bundle into groups. Return: 0 or -ENOMEM. */
int kpol_groups_find(const struct kpol_bundle *bundle, struct kpol_groups *ret);

/**
 * kpol_groups_match() - every group whose policies are for this workload
 * @host: the workload of the host itself, for node labels; NULL: unknown, every host policy counts.
 *
 * Return: 0 or -ENOMEM.
 */
int kpol_groups_match(const struct kpol_groups *groups, const struct kpol_workload *workload,
		      const struct kpol_workload *host, struct kpol_set *ret);

/** kpol_groups_add_cgroup() - add every group that selects by this very cgroup pattern. Return: 0
 * or -ENOMEM. */
int kpol_groups_add_cgroup(const struct kpol_groups *groups, const char *pattern,
			   struct kpol_set *set);

void kpol_groups_clear(struct kpol_groups *groups);

#endif /* KPOL_COMPILE_GROUP_H */
