// SPDX-License-Identifier: GPL-2.0-or-later
/* Which groups a workload belongs to. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "compile/group.h"

static int add_group(struct kpol_set *set, uint32_t group)
{
	uint32_t *slot = kpol_append(&set->groups, &set->n, sizeof(*slot));

	if (!slot)
		return -ENOMEM;
	*slot = group;
	return 0;
}

static int compare_text(const char *word, const char *text, size_t len)
{
	int r = strncmp(word, text, len);

	return r ? r : word[len] != '\0';
}

/* The groups of one word, found by bisection. */
static int add_word_groups(const struct kpol_words_index *index, const char *text, size_t len,
			   struct kpol_set *set)
{
	size_t low = 0, high = index->n;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (compare_text(index->items[middle].word, text, len) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < index->n && !compare_text(index->items[low].word, text, len); low++)
		if (add_group(set, index->items[low].group) < 0)
			return -ENOMEM;
	return 0;
}

/* All groups whose pattern matches this very cgroup. */
static int add_glob_groups(const struct kpol_words_index *globs, const char *path, size_t len,
			   struct kpol_set *set)
{
	bool matches = false;

	for (size_t i = 0; i < globs->n; i++) {
		const char *pattern = globs->items[i].word;

		if (!i || strcmp(globs->items[i - 1].word, pattern))
			matches = kpol_cgroup_matches(pattern, path, len);
		if (matches && add_group(set, globs->items[i].group) < 0)
			return -ENOMEM;
	}
	return 0;
}

/*
 * From the top down, as the kernel resolves it: a cgroup by its path anywhere, a unit below slices
 * only, a pattern at the topmost cgroup that anything claims. So nobody who may make cgroups below
 * its own can come by another policy through a name.
 */
static int match_path(const struct kpol_groups *groups, const char *path, struct kpol_set *set)
{
	size_t start = 0, len, last_unit = kpol_cgroup_slices(path);

	for (; path[start] && path[start + 1]; start += len + 1) {
		bool claimed = set->n > 0;

		len = strcspn(path + start + 1, "/");
		if (add_word_groups(&groups->words, path, start + 1 + len, set) < 0)
			return -ENOMEM;
		if (start <= last_unit &&
		    add_word_groups(&groups->words, path + start + 1, len, set) < 0)
			return -ENOMEM;
		if (!claimed && add_glob_groups(&groups->globs, path, start + 1 + len, set) < 0)
			return -ENOMEM;
	}
	return 0;
}

static int match_words(const struct kpol_groups *groups, const struct kpol_workload *workload,
		       struct kpol_set *set)
{
	if (workload->role != KPOL_ROLE_ORDINARY)
		return 0;
	if (workload->cgroup)
		return match_path(groups, workload->cgroup, set);
	if (!workload->unit)
		return 0;
	return add_word_groups(&groups->words, workload->unit, strlen(workload->unit), set);
}

/* A host policy is asked about the host, whatever runs on it. */
static bool group_matches(const struct kpol_group *group, const struct kpol_workload *workload,
			  const struct kpol_workload *host)
{
	if (group->selects != KPOL_SELECTS_HOST)
		return kpol_selector_matches(group->policy, workload);
	return !kpol_workload_is_container(workload) &&
	       (!host || kpol_selector_matches(group->policy, host));
}

static int match_asked(const struct kpol_groups *groups, const struct kpol_workload *workload,
		       const struct kpol_workload *host, struct kpol_set *set)
{
	for (size_t i = 0; i < groups->n_asked; i++) {
		uint32_t number = groups->asked[i];

		if (group_matches(&groups->items[number], workload, host) &&
		    add_group(set, number) < 0)
			return -ENOMEM;
	}
	return 0;
}

static int compare_numbers(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static void set_normalise(struct kpol_set *set)
{
	size_t n = 0;

	if (set->n < 2)
		return;
	qsort(set->groups, set->n, sizeof(*set->groups), compare_numbers);
	for (size_t i = 0; i < set->n; i++)
		if (!i || set->groups[i] != set->groups[i - 1])
			set->groups[n++] = set->groups[i];
	set->n = n;
}

int kpol_groups_match(const struct kpol_groups *groups, const struct kpol_workload *workload,
		      const struct kpol_workload *host, struct kpol_set *ret)
{
	struct kpol_set set = { 0 };

	if (match_words(groups, workload, &set) < 0 ||
	    match_asked(groups, workload, host, &set) < 0) {
		free(set.groups);
		return -ENOMEM;
	}
	set_normalise(&set);
	*ret = set;
	return 0;
}

int kpol_groups_add_cgroup(const struct kpol_groups *groups, const char *pattern,
			   struct kpol_set *set)
{
	if (add_word_groups(&groups->globs, pattern, strlen(pattern), set) < 0)
		return -ENOMEM;
	set_normalise(set);
	return 0;
}
