/* SPDX-License-Identifier: GPL-2.0-only */
/* Guards: what the table forbids by itself, so that no rule is got around by changing what a path means. */
#ifndef KPOL_ENGINE_GUARD_H
#define KPOL_ENGINE_GUARD_H

#include "layout.h"

/**
 * kpol_guards_new() - derive the guards of all rules
 * @t: rules and scopes filled, rules checked; guards are filled here.
 * @scope_flags: KPOL_SCOPE_* of scope 1..n_scopes, or NULL: all 0. The host scope holds who installs programs:
 *	there only what file rules block is guarded.
 *
 * - What a rule of programs or libraries allows may not be changed (KPOL_OPS_CHANGE): else whoever may write to
 *   it runs what they like.
 * - Content that a file rule blocks may not be given another name.
 * - A directory above the object of either may not be renamed: what is below it would have another path, or
 *   something else would have this path.
 *
 * A guard competes with the file rules of its scope as a Block would that is weaker than its equals: whatever
 * is as specific and allows the change wins. Each stands once per scope, policy and object.
 *
 * Return: 0 or -ENOMEM.
 */
int kpol_guards_new(struct kpol_table *t, const u8 *scope_flags);

#endif /* KPOL_ENGINE_GUARD_H */
