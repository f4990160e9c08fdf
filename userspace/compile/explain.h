/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The explanation of one verdict, as the answer of Explain in docs/control.md. */
#ifndef KPOL_COMPILE_EXPLAIN_H
#define KPOL_COMPILE_EXPLAIN_H

#include "base/jsonw.h"
#include "compile/ruleset.h"
#include "engine/decide.h"

/**
 * struct kpol_explain - what is explained
 * @table: built from @ruleset.
 * @access: its scope is one of @ruleset.
 * @file: name of the rules' file; may be NULL.
 * @held_back: the global switch is not on enforce: what would be denied is allowed.
 */
struct kpol_explain {
	const struct kpol_ruleset *ruleset;
	const struct kpol_table *table;
	const struct kpol_access *access;
	const char *file;
	bool held_back;
};

/** kpol_explain_json() - add the members of the answer to the open object. Return: 0 or -ENOMEM. */
int kpol_explain_json(const struct kpol_explain *explain, struct kpol_jsonw *w);

#endif /* KPOL_COMPILE_EXPLAIN_H */
