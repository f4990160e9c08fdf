/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rows of one policy, before they belong to a scope. */
#ifndef KPOL_COMPILE_ROWS_H
#define KPOL_COMPILE_ROWS_H

#include "base/arena.h"
#include "base/diag.h"
#include "compile/ruleset.h"
#include "engine/rule.h"
#include "model/bundle.h"

/**
 * struct kpol_rows - rows in the order of their places, no two equal; end with kpol_rows_clear()
 * @rules: id and scope are 0. Strings belong to the ruleset given to kpol_rows_expand().
 * @items: per rule the index of its item.
 */
struct kpol_rows {
	struct kpol_rule *rules;
	uint32_t *items;
	size_t n;
};

/**
 * kpol_rows_expand() - write out the items of a policy as rows
 * @file: for messages.
 * @policy_id: as the rows carry it.
 * @ruleset: gets the objects and sources, and the address sets.
 *
 * DESIGN.md §3 says what each field means as rows. Return: 0; -EINVAL, reported; -ENOMEM.
 */
int kpol_rows_expand(const char *file, const struct kpol_policy *policy, uint32_t policy_id,
		     struct kpol_ruleset *ruleset, struct kpol_diags *diags, struct kpol_rows *ret);

/** kpol_rule_compare() - order rows by what they match and do, not by where they stand. */
int kpol_rule_compare(const struct kpol_rule *a, const struct kpol_rule *b);

/** kpol_rule_compare_key() - the same without operations, action and the owner flag. */
int kpol_rule_compare_key(const struct kpol_rule *a, const struct kpol_rule *b);

void kpol_rows_clear(struct kpol_rows *rows);

#endif /* KPOL_COMPILE_ROWS_H */
