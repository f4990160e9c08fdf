/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The digest of a bundle's rules, whatever their lines and their order in the file. */
#ifndef KPOL_UNIT_DIGEST_H
#define KPOL_UNIT_DIGEST_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compile/compile.h"
#include "compile/rows.h"
#include "load/load.h"

static inline int digest_compare(const void *a, const void *b)
{
	const struct kpol_rule *x = a, *y = b;

	if (x->scope != y->scope)
		return x->scope < y->scope ? -1 : 1;
	if (x->policy != y->policy)
		return x->policy < y->policy ? -1 : 1;
	return kpol_rule_compare(x, y);
}

/* Scopes are numbered by name and policies by their place in the stream, so both stay. */
static inline void digest_arrange(struct kpol_ruleset *ruleset)
{
	for (size_t i = 0; i < ruleset->n_rules; i++)
		ruleset->rules[i].line = ruleset->rules[i].id = 0;
	qsort(ruleset->rules, ruleset->n_rules, sizeof(*ruleset->rules), digest_compare);
	for (size_t i = 0; i < ruleset->n_rules; i++)
		ruleset->rules[i].id = (u32)i + 1;
}

/* In hex, with the scopes and modes behind it; "" if the text is no bundle. To free(). */
static inline char *digest_of(const char *text, size_t len)
{
	struct kpol_diags diags = { 0 };
	struct kpol_bundle *bundle = NULL;
	struct kpol_ruleset *ruleset = NULL;
	struct kpol_buffer out = { 0 };
	uint8_t digest[KPOL_DIGEST_LEN];

	if (kpol_bundle_parse("f.yaml", text, len, &diags, &bundle) == 0 &&
	    kpol_compile(bundle, NULL, 0, &diags, &ruleset) == 0) {
		digest_arrange(ruleset);
		kpol_ruleset_digest(ruleset, digest);
		for (size_t i = 0; i < KPOL_DIGEST_LEN; i++)
			kpol_buffer_printf(&out, "%02x", digest[i]);
		for (size_t i = 0; i < ruleset->n_scopes; i++)
			kpol_buffer_printf(&out, " %s", ruleset->scopes[i].name);
		for (size_t i = 0; i < ruleset->n_policies; i++)
			kpol_buffer_printf(&out, " %s:%u", ruleset->policies[i].name,
					   ruleset->policies[i].mode);
	}
	kpol_ruleset_free(ruleset);
	kpol_bundle_free(bundle);
	kpol_diags_clear(&diags);
	return kpol_buffer_take(&out);
}

#endif /* KPOL_UNIT_DIGEST_H */
