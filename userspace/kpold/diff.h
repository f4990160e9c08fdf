/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What differs between two rulesets, as people see it: by names, not by ids. */
#ifndef KPOLD_DIFF_H
#define KPOLD_DIFF_H

#include <stdbool.h>

#include "compile/ruleset.h"

/**
 * struct kpold_diff - zero-initialise, end with kpold_diff_clear()
 * @added, @modified: indexes of rules in the new ruleset. @removed: in the old one.
 * @modified: same scope, policy, class and object; other action, operations or flags.
 */
struct kpold_diff {
	size_t *added, *removed, *modified;
	size_t n_added, n_removed, n_modified;
};

/**
 * kpold_diff_rules() - compare the rules of two rulesets
 * @old, @new: either may be NULL, for none.
 *
 * A rule that only moved to another line is the same rule. Cost: sorting both.
 * Return: 0 or -ENOMEM.
 */
int kpold_diff_rules(const struct kpol_ruleset *old, const struct kpol_ruleset *new,
		     struct kpold_diff *ret);

void kpold_diff_clear(struct kpold_diff *diff);

/** enum kpold_distance - how much must be sent to get from one ruleset to the other. */
enum kpold_distance {
	KPOLD_SAME, /* nothing */
	KPOLD_BINDINGS, /* bindings alone */
	KPOLD_OTHER, /* a transaction */
};

/** kpold_diff_distance() - byte-exact, lines and modes included. @old may be NULL. */
enum kpold_distance kpold_diff_distance(const struct kpol_ruleset *old,
					const struct kpol_ruleset *new);

/** kpold_binding_same() - do two rows bind the same thing to the same scope? */
bool kpold_binding_same(const struct kpol_binding_row *a, const struct kpol_binding_row *b);

/** kpold_binding_same_key() - do two rows bind the same thing, to whatever scope? */
bool kpold_binding_same_key(const struct kpol_binding_row *a, const struct kpol_binding_row *b);

/** kpold_binding_find() - a row with the key of @key, or NULL. */
const struct kpol_binding_row *kpold_binding_find(const struct kpol_ruleset *ruleset,
						  const struct kpol_binding_row *key);

#endif /* KPOLD_DIFF_H */
