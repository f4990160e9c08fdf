/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rows of a ruleset and findings as the control socket shows them. */
#ifndef KPOLD_RULE_JSON_H
#define KPOLD_RULE_JSON_H

#include "base/diag.h"
#include "base/jsonw.h"
#include "compile/ruleset.h"

/** kpold_json_rule() - one rule object. @file: of its bundle, NULL: unknown. */
void kpold_json_rule(struct kpol_jsonw *w, const char *key, const struct kpol_ruleset *ruleset,
		     const struct kpol_rule *rule, const char *file);

/* No more rules are listed in an answer of this size: what comes after them must fit into a frame too. */
#define KPOLD_LIST_BYTES_MAX (64U << 20)

/** kpold_json_rules() - an array of those at @indexes. Return: how many of them had no room. */
size_t kpold_json_rules(struct kpol_jsonw *w, const char *key, const struct kpol_ruleset *ruleset,
			const size_t *indexes, size_t n, const char *file);

/** kpold_json_diags() - the array "diagnostics". */
void kpold_json_diags(struct kpol_jsonw *w, const struct kpol_diags *diags);

/** kpold_json_digest() - in hex. */
void kpold_json_digest(struct kpol_jsonw *w, const char *key,
		       const uint8_t digest[KPOL_DIGEST_LEN]);

/** kpold_json_time() - @us since 1970; nothing if it is 0. */
void kpold_json_time(struct kpol_jsonw *w, const char *key, int64_t us);

#endif /* KPOLD_RULE_JSON_H */
