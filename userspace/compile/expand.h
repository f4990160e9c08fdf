/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One item written out as rows. */
#ifndef KPOL_COMPILE_EXPAND_H
#define KPOL_COMPILE_EXPAND_H

#include "compile/rows.h"

/* Codes of what only the compiler can find. */
#define KPOL_CODE_RULE "KPOL013" /* a rule the kernel would refuse */
#define KPOL_CODE_TOO_MANY "KPOL014" /* more of something than a ruleset may hold */

/** struct kpol_expand - what is needed on the way. Findings go to @diags and are counted in
 * @n_errors. @condition: of the item being written out. */
struct kpol_expand {
	const char *file;
	const struct kpol_postures *postures;
	uint32_t policy_id;
	struct kpol_ruleset *ruleset;
	struct kpol_arena *strings;
	struct kpol_diags *diags;
	struct kpol_rows *rows;
	const uint8_t *condition;
	uint32_t condition_len;
	size_t n_errors;
};

/** kpol_expand_item() - append the rows of @item, number @index of its policy. Return: 0 or
 * -ENOMEM. */
int kpol_expand_item(struct kpol_expand *x, const struct kpol_item *item, uint32_t index);

#endif /* KPOL_COMPILE_EXPAND_H */
