/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An item's condition as the rows of a ruleset have it. */
#ifndef KPOL_COMPILE_CONDITION_H
#define KPOL_COMPILE_CONDITION_H

#include "base/arena.h"
#include "engine/condition.h"
#include "model/bundle.h"

/**
 * kpol_condition_compile() - give @rule what @item asks beside the path
 * @strings: where the condition is kept.
 *
 * Return: 0 or -ENOMEM.
 */
int kpol_condition_compile(const struct kpol_item *item, struct kpol_arena *strings,
			   struct kpol_rule *rule);

/** kpol_condition_compare() - an order of rules by their conditions; 0: these are the same. */
int kpol_condition_compare(const struct kpol_rule *a, const struct kpol_rule *b);

/** kpol_hex_read() - @len bytes from twice as many hexadecimal digits, which have been checked. */
void kpol_hex_read(const char *text, uint8_t *ret, size_t len);

#endif /* KPOL_COMPILE_CONDITION_H */
