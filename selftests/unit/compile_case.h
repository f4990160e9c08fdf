/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Small policies as text, compiled. */
#ifndef KPOL_UNIT_COMPILE_CASE_H
#define KPOL_UNIT_COMPILE_CASE_H

#include <string.h>

#include "base/words.h"
#include "compile/compile.h"
#include "findings.h"
#include "load/load.h"

#define POLICY(name, selector)                                                             \
	"apiVersion: kpol.io/v1\nkind: RuntimePolicy\nmetadata: {name: " name "}\nspec:\n" \
	"  selector: " selector "\n"
#define UNIT POLICY("x", "{matchUnits: [u.service]}")
#define RULE "  process: {matchPaths: [{path: /x}]}\n"

/* Whole documents, each with one rule: for a unit, a cgroup, a label. */
#define A POLICY("a", "{matchUnits: [a.service]}") RULE "---\n"
#define CG(name, path) POLICY(name, "{matchCgroups: [" path "]}") RULE "---\n"
#define WEB POLICY("w", "{matchLabels: {app: web}}") RULE "---\n"

/* NULL: refused, as @diags say. The caller frees the bundle in either case. */
static inline struct kpol_ruleset *compile(const char *yaml, const struct kpol_workload *workloads,
					   size_t n, struct kpol_diags *diags,
					   struct kpol_bundle **ret_bundle)
{
	struct kpol_ruleset *ruleset = NULL;

	if (kpol_bundle_parse("f.yaml", yaml, strlen(yaml), diags, ret_bundle) == 0)
		kpol_compile(*ret_bundle, workloads, n, diags, &ruleset);
	return ruleset;
}

/* Scopes with their policies, then bindings; a line each, to free(). */
static inline char *ruleset_scopes(const struct kpol_ruleset *ruleset)
{
	struct kpol_buffer out = { 0 };

	for (size_t i = 0; i < ruleset->n_scopes; i++) {
		const struct kpol_scope_row *scope = &ruleset->scopes[i];

		kpol_buffer_printf(&out, "%s%s%s%s:", scope->name,
				   scope->flags & KPOL_SCOPE_CONTAINER ? " [container]" : "",
				   scope->flags & KPOL_SCOPE_HOST ? " [host]" : "",
				   scope->flags & KPOL_SCOPE_FREE ? " [free]" : "");
		for (size_t k = 0; k < scope->n_policies; k++)
			kpol_buffer_printf(&out, " %u", scope->policies[k]);
		kpol_buffer_putc(&out, '\n');
	}
	for (size_t i = 0; i < ruleset->n_bindings; i++) {
		const struct kpol_binding_row *row = &ruleset->bindings[i];

		kpol_buffer_printf(&out, "%s %s -> %s\n", kpol_word(KPOL_WORDS_BIND, row->kind),
				   row->path, ruleset->scopes[row->scope - 1].name);
	}
	return kpol_buffer_take(&out);
}

#endif /* KPOL_UNIT_COMPILE_CASE_H */
