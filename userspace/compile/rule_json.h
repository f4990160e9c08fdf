/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a rule matches and does, as members of the rule object of docs/control.md. */
#ifndef KPOL_COMPILE_RULE_JSON_H
#define KPOL_COMPILE_RULE_JSON_H

#include "base/jsonw.h"
#include "compile/ruleset.h"

/** kpol_rule_json() - add class, ops, match, object, source, action, flags and peer to the open object. */
void kpol_rule_json(struct kpol_jsonw *w, const struct kpol_rule *rule, const char *set);

/** kpol_rule_row_json() - the whole rule object; @file: of the bundle, may be NULL. */
void kpol_rule_row_json(struct kpol_jsonw *w, const struct kpol_ruleset *ruleset,
			const struct kpol_rule *rule, const char *file);

/** kpol_ops_json() - an array of words for a mask of KPOL_OP_*. */
void kpol_ops_json(struct kpol_jsonw *w, const char *key, uint32_t ops);

#endif /* KPOL_COMPILE_RULE_JSON_H */
