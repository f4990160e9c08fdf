/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which scope of another ruleset is for the same workloads. */
#ifndef KPOL_CHANGE_SCOPE_H
#define KPOL_CHANGE_SCOPE_H

#include "compile/ruleset.h"

/**
 * kpol_scope_like() - the scope of the same name, else the one that shares most of its selectors
 * @name: "host + unit:a.service": selectors joined by " + ".
 * @ruleset: may be NULL.
 *
 * A policy that is new joins scopes that were there before, whose name then grows. Return: an id; 0:
 * none.
 */
uint32_t kpol_scope_like(const char *name, const struct kpol_ruleset *ruleset);

#endif /* KPOL_CHANGE_SCOPE_H */
