/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Small bundles as text, linted. */
#ifndef KPOL_UNIT_LINT_CASE_H
#define KPOL_UNIT_LINT_CASE_H

#include "compile/compile.h"
#include "compile/findings.h"
#include "compile/lint.h"
#include "load/load.h"

#include "findings.h"

/* A header without findings; what is tested begins on line 5. The policies here say no severity. */
#define HEADER(silences)                                                                   \
	"{apiVersion: kpol.io/v1, kind: PolicyBundle,\n"                                   \
	"metadata: {name: b, version: 1, owner: me, annotations: {kpol.io/lint-ignore: \"" \
	"KPOL034: tests" silences "\"}},\nspec: {frameworks: [CIS-1]}}\n---\n"
#define BUNDLE HEADER("")
#define NAMED(name, selector)                                                              \
	"apiVersion: kpol.io/v1\nkind: RuntimePolicy\nmetadata: {name: " name "}\nspec:\n" \
	"  selector: " selector "\n"
#define UNIT "{matchUnits: [u.service]}"
#define POLICY BUNDLE NAMED("ns-a.b.v1", UNIT)
#define SECOND "---\n" NAMED("ns-a.c.v1", UNIT)
#define RULES(section, list) "  " section ":\n    " list ":\n"
#define LIBRARIES "  libraries: {matchDirectories: [{dir: /opt/, action: Allow}]}\n"

/* Everything loader, compiler and lint find. */
static inline void lint_yaml(const char *yaml, const struct kpol_lint_files *files,
			     struct kpol_diags *diags)
{
	struct kpol_bundle *bundle = NULL;
	struct kpol_ruleset *ruleset = NULL;

	if (kpol_bundle_parse("f", yaml, strlen(yaml), diags, &bundle) == 0 &&
	    kpol_compile(bundle, NULL, 0, diags, &ruleset) == 0)
		kpol_lint(bundle, ruleset, files, diags);
	kpol_ruleset_free(ruleset);
	kpol_bundle_free(bundle);
}

/* Every finding has the severity that docs/lint.md says; NULL: so it is. */
static inline const char *wrong_severity(const struct kpol_diags *diags)
{
	for (size_t i = 0; i < diags->n; i++) {
		const struct kpol_finding *finding = kpol_finding_get(diags->items[i].code);

		if (!finding || finding->severity != diags->items[i].severity)
			return diags->items[i].code;
	}
	return NULL;
}

#endif /* KPOL_UNIT_LINT_CASE_H */
