/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the plan and the rows of each policy to the ruleset. */
#ifndef KPOL_COMPILE_FILL_H
#define KPOL_COMPILE_FILL_H

#include "compile/plan.h"
#include "compile/rows.h"

/**
 * kpol_fill() - write the plan out
 * @plan: finished.
 * @rows: per policy of @bundle, in order.
 *
 * Return: 0; -E2BIG: more rules than KPOL_RULES_MAX; -ENOMEM.
 */
int kpol_fill(const struct kpol_bundle *bundle, const struct kpol_plan *plan,
	      const struct kpol_rows *rows, struct kpol_ruleset *ruleset);

/** kpol_set_policies() - ids of all policies in a set of groups, ascending, to free(); NULL: no
 * memory. */
uint32_t *kpol_set_policies(const struct kpol_groups *groups, const struct kpol_set *set,
			    size_t *ret_n);

#endif /* KPOL_COMPILE_FILL_H */
