// SPDX-License-Identifier: GPL-2.0-or-later
/* Lint of cgroup patterns that count for nothing, because something above them is bound. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "compile/group.h"
#include "compile/lint.h"

/* A policy that claims the directory before the first wildcard, or one above it; NULL: none. */
static const struct kpol_group *find_claim(const struct kpol_groups *groups,
					   const struct kpol_set *set)
{
	for (size_t i = 0; i < set->n; i++)
		if (groups->items[set->groups[i]].selects != KPOL_SELECTS_HOST)
			return &groups->items[set->groups[i]];
	return NULL;
}

static int check_pattern(const struct kpol_lint *lint, const struct kpol_groups *groups,
			 const struct kpol_group_word *pattern)
{
	size_t literal = strcspn(pattern->word, "*?[\\");
	const struct kpol_group *claim;
	struct kpol_workload above = { 0 };
	struct kpol_set set = { 0 };
	int r;

	while (literal && pattern->word[literal - 1] != '/')
		literal--;
	if (literal < 2)
		return 0;
	above.cgroup = strndup(pattern->word, literal - 1);
	r = above.cgroup ? kpol_groups_match(groups, &above, NULL, &set) : -ENOMEM;
	free(above.cgroup);
	claim = r == 0 ? find_claim(groups, &set) : NULL;
	free(set.groups);
	if (!claim)
		return r;
	return kpol_lint_add(
		lint, KPOL_WARNING, KPOL_LINT_PATTERN,
		groups->items[pattern->group].policy->selector.place,
		"cgroup pattern \"%s\" counts for nothing: policy \"%s\" already binds a "
		"cgroup above",
		pattern->word, claim->policy->name);
}

int kpol_lint_patterns(const struct kpol_lint *lint)
{
	_cleanup_(kpol_groups_clear) struct kpol_groups groups = { 0 };
	int r = kpol_groups_find(lint->bundle, &groups);

	for (size_t i = 0; i < groups.globs.n && r == 0; i++)
		r = check_pattern(lint, &groups, &groups.globs.items[i]);
	return r;
}
