// SPDX-License-Identifier: GPL-2.0-or-later
/* Groups: policies of a bundle with equal selectors. */
#include "compile/group.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"

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

static int add_word(struct kpol_words_index *index, const char *word, uint32_t group)
{
	struct kpol_group_word *slot = kpol_append(&index->items, &index->n, sizeof(*slot));

	if (!slot)
		return -ENOMEM;
	*slot = (struct kpol_group_word){ word, group };
	return 0;
}

static int add_units(struct kpol_groups *groups, const struct kpol_strv *units, uint32_t group)
{
	for (size_t i = 0; i < units->n; i++)
		if (add_word(&groups->words, units->items[i], group) < 0)
			return -ENOMEM;
	return 0;
}

static int add_cgroups(struct kpol_groups *groups, const struct kpol_strv *cgroups, uint32_t group)
{
	for (size_t i = 0; i < cgroups->n; i++) {
		bool pattern = kpol_cgroup_is_pattern(cgroups->items[i]);

		if (add_word(pattern ? &groups->globs : &groups->words, cgroups->items[i], group) <
		    0)
			return -ENOMEM;
	}
	return 0;
}

static int add_asked(struct kpol_groups *groups, uint32_t group)
{
	uint32_t *slot = kpol_append(&groups->asked, &groups->n_asked, sizeof(*slot));

	if (!slot)
		return -ENOMEM;
	*slot = group;
	return 0;
}

static int index_group(struct kpol_groups *groups, uint32_t number)
{
	const struct kpol_group *group = &groups->items[number];
	const struct kpol_selector *selector = &group->policy->selector;

	if (group->selects == KPOL_SELECTS_UNITS)
		return add_units(groups, &selector->units, number);
	if (group->selects == KPOL_SELECTS_CGROUPS)
		return add_cgroups(groups, &selector->cgroups, number);
	return add_asked(groups, number);
}

static int compare_words(const void *a, const void *b)
{
	const struct kpol_group_word *x = a, *y = b;
	int r = strcmp(x->word, y->word);

	return r ? r : x->group < y->group ? -1 : x->group > y->group;
}

static void sort_words(struct kpol_words_index *index)
{
	if (index->n > 1)
		qsort(index->items, index->n, sizeof(*index->items), compare_words);
	for (size_t i = 0; i < index->n; i++)
		if (!i || strcmp(index->items[i - 1].word, index->items[i].word))
			index->n_distinct++;
}

static int index_groups(struct kpol_groups *groups)
{
	int r = 0;

	for (size_t i = 0; i < groups->n && r == 0; i++)
		r = index_group(groups, (uint32_t)i);
	sort_words(&groups->words);
	sort_words(&groups->globs);
	return r;
}

int kpol_groups_find(const struct kpol_bundle *bundle, struct kpol_groups *ret)
{
	int r = group_policies(bundle, ret);

	return r < 0 ? r : index_groups(ret);
}

void kpol_groups_clear(struct kpol_groups *groups)
{
	for (size_t i = 0; i < groups->n; i++) {
		free(groups->items[i].name);
		free(groups->items[i].ids);
	}
	free(groups->items);
	free(groups->asked);
	free(groups->words.items);
	free(groups->globs.items);
	memset(groups, 0, sizeof(*groups));
}
