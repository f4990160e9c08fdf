// SPDX-License-Identifier: GPL-2.0-or-later
/* Groups: policies of a bundle with equal selectors. */
#include "compile/group.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"

/* A word that finds its group without asking every group: a unit's name or a cgroup without
 * wildcards. */
struct kpol_group_word {
	const char *word;
	uint32_t group;
};

struct named {
	char *name;
	uint32_t index;
};

static int compare_named(const void *a, const void *b)
{
	const struct named *x = a, *y = b;
	int r = strcmp(x->name, y->name);

	return r ? r : x->index < y->index ? -1 : x->index > y->index;
}

static int append_policy(const struct kpol_bundle *bundle, struct named *named,
			 struct kpol_groups *groups)
{
	struct kpol_group *last = groups->n ? &groups->items[groups->n - 1] : NULL;
	uint32_t *id;

	if (!last || strcmp(last->name, named->name)) {
		last = kpol_append(&groups->items, &groups->n, sizeof(*last));
		if (!last)
			return -ENOMEM;
		last->name = TAKE_PTR(named->name);
		last->policy = &bundle->policies[named->index];
		last->selects = kpol_selector_selects(last->policy);
	}
	id = kpol_append(&last->ids, &last->n_ids, sizeof(*id));
	if (!id)
		return -ENOMEM;
	*id = named->index + 1;
	return 0;
}

static void named_free(struct named *named, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(named[i].name);
	free(named);
}

static int group_policies(const struct kpol_bundle *bundle, struct kpol_groups *groups)
{
	size_t n = bundle->n_policies;
	struct named *named = calloc(n + 1, sizeof(*named));
	int r = named ? 0 : -ENOMEM;

	for (size_t i = 0; i < n && r == 0; i++) {
		named[i].index = (uint32_t)i;
		named[i].name = kpol_selector_name(&bundle->policies[i]);
		r = named[i].name ? 0 : -ENOMEM;
	}
	if (r == 0)
		qsort(named, n, sizeof(*named), compare_named);
	for (size_t i = 0; i < n && r == 0; i++)
		r = append_policy(bundle, &named[i], groups);
	if (named)
		named_free(named, n);
	return r;
}

static int add_words(struct kpol_groups *groups, const struct kpol_strv *words, uint32_t group)
{
	struct kpol_group_word *word;

	for (size_t i = 0; i < words->n; i++) {
		word = kpol_append(&groups->words, &groups->n_words, sizeof(*word));
		if (!word)
			return -ENOMEM;
		*word = (struct kpol_group_word){ words->items[i], group };
	}
	return 0;
}

static int compare_words(const void *a, const void *b)
{
	const struct kpol_group_word *x = a, *y = b;

	return strcmp(x->word, y->word);
}

static bool has_pattern(const struct kpol_group *group)
{
	const struct kpol_strv *cgroups = &group->policy->selector.cgroups;

	for (size_t i = 0; i < cgroups->n; i++)
		if (kpol_cgroup_is_pattern(cgroups->items[i]))
			return true;
	return false;
}

static int add_number(uint32_t **numbers, size_t *n, uint32_t number)
{
	uint32_t *slot = kpol_append(numbers, n, sizeof(*slot));

	if (!slot)
		return -ENOMEM;
	*slot = number;
	return 0;
}

static int index_group(struct kpol_groups *groups, uint32_t number)
{
	const struct kpol_group *group = &groups->items[number];
	const struct kpol_selector *selector = &group->policy->selector;

	if (group->selects == KPOL_SELECTS_UNITS)
		return add_words(groups, &selector->units, number);
	if (group->selects != KPOL_SELECTS_CGROUPS || has_pattern(group))
		return add_number(&groups->asked, &groups->n_asked, number);
	return add_words(groups, &selector->cgroups, number);
}

static int index_groups(struct kpol_groups *groups)
{
	int r = 0;

	for (size_t i = 0; i < groups->n && r == 0; i++)
		r = index_group(groups, (uint32_t)i);
	if (groups->n_words > 1)
		qsort(groups->words, groups->n_words, sizeof(*groups->words), compare_words);
	return r;
}

int kpol_groups_find(const struct kpol_bundle *bundle, struct kpol_groups *ret)
{
	int r = group_policies(bundle, ret);

	return r < 0 ? r : index_groups(ret);
}

static int compare_text_len(const char *word, const char *text, size_t len)
{
	int r = strncmp(word, text, len);

	return r ? r : word[len] != '\0';
}

static int add_word_groups(const struct kpol_groups *groups, const char *text, size_t len,
			   struct kpol_set *set)
{
	size_t low = 0, high = groups->n_words;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (compare_text_len(groups->words[middle].word, text, len) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < groups->n_words && !compare_text_len(groups->words[low].word, text, len);
	     low++)
		if (add_number(&set->groups, &set->n, groups->words[low].group) < 0)
			return -ENOMEM;
	return 0;
}

/* For each ancestor and itself: its path as a cgroup, its last component as a unit. */
static int match_words(const struct kpol_groups *groups, const struct kpol_workload *workload,
		       struct kpol_set *set)
{
	const char *path = workload->cgroup;
	size_t start = 1;

	if (workload->unit &&
	    add_word_groups(groups, workload->unit, strlen(workload->unit), set) < 0)
		return -ENOMEM;
	for (size_t end = 1; path && path[0] && path[end - 1]; end++) {
		if (path[end] && path[end] != '/')
			continue;
		if (add_word_groups(groups, path, end, set) < 0 ||
		    add_word_groups(groups, path + start, end - start, set) < 0)
			return -ENOMEM;
		start = end + 1;
	}
	return 0;
}

static bool host_matches(const struct kpol_group *group, const struct kpol_workload *workload,
			 const struct kpol_workload *host)
{
	if (kpol_workload_is_container(workload))
		return false;
	return !host || kpol_selector_matches(group->policy, host);
}

static bool group_matches(const struct kpol_group *group, const struct kpol_workload *workload,
			  const struct kpol_workload *host)
{
	if (group->selects == KPOL_SELECTS_HOST)
		return host_matches(group, workload, host);
	return kpol_selector_matches(group->policy, workload);
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
	int r = match_words(groups, workload, &set);

	for (size_t i = 0; i < groups->n_asked && r == 0; i++)
		if (group_matches(&groups->items[groups->asked[i]], workload, host))
			r = add_number(&set.groups, &set.n, groups->asked[i]);
	if (r < 0) {
		free(set.groups);
		return r;
	}
	set_normalise(&set);
	*ret = set;
	return 0;
}

int kpol_groups_add_cgroup(const struct kpol_groups *groups, const char *pattern,
			   struct kpol_set *set)
{
	for (size_t i = 0; i < groups->n_asked; i++) {
		const struct kpol_group *group = &groups->items[groups->asked[i]];

		if (group->selects != KPOL_SELECTS_CGROUPS ||
		    !kpol_strv_has(&group->policy->selector.cgroups, pattern))
			continue;
		if (add_number(&set->groups, &set->n, groups->asked[i]) < 0)
			return -ENOMEM;
	}
	set_normalise(set);
	return 0;
}

void kpol_groups_clear(struct kpol_groups *groups)
{
	for (size_t i = 0; i < groups->n; i++) {
		free(groups->items[i].name);
		free(groups->items[i].ids);
	}
	free(groups->items);
	free(groups->asked);
	free(groups->words);
	memset(groups, 0, sizeof(*groups));
}
