/* SPDX-License-Identifier: GPL-2.0-only */
/* A condition: what an execution must have beside its path for a rule to match, or to let it pass. */
#ifndef KPOL_ENGINE_CONDITION_H
#define KPOL_ENGINE_CONDITION_H

#include "rule.h"

/* What a condition asks about an execution. */
#define KPOL_FACT_ARGS (1U << 0)
#define KPOL_FACT_SHA256 (1U << 1)
#define KPOL_FACT_VERITY (1U << 2)
#define KPOL_FACTS 3
#define KPOL_FACTS_CONTENT (KPOL_FACT_SHA256 | KPOL_FACT_VERITY)

/* Of kpol_facts::args_len: more, or longer, arguments than a condition can list. */
#define KPOL_ARGS_BEYOND (~0U)

#define KPOL_VERITY_MAX 64

/**
 * struct kpol_facts - what is known of an execution beside its path
 * @known: KPOL_FACT_*; what is not among them is not known.
 * @verity_len: bytes of @verity: 32 for SHA-256, 64 for SHA-512, 0: the file has no fs-verity.
 * @args_len: bytes of @args, or KPOL_ARGS_BEYOND.
 * @args: the arguments behind the first, each with its NUL; each may stand there once.
 * @sha256: of the file's bytes. @verity: its fs-verity digest.
 */
struct kpol_facts {
	u8 known;
	u8 verity_len;
	u32 args_len;
	const char *args;
	u8 sha256[KPOL_DIGEST_LEN];
	u8 verity[KPOL_VERITY_MAX];
};

/**
 * struct kpol_condition_record - one record of a condition
 * @kind: enum kpol_condition.
 */
struct kpol_condition_record {
	u8 kind;
	u16 len;
	const u8 *bytes;
};

#define KPOL_CONDITION_HEAD 3 /* bytes before those of a record: its kind and its length */

/** kpol_rule_condition_len() - bytes of the rule's condition, 0: it has none. */
static inline u32 kpol_rule_condition_len(const struct kpol_rule *rule)
{
	return rule->match == KPOL_MATCH_PEER ? 0 : rule->condition_len;
}

/**
 * kpol_condition_check() - is the rule's condition canonical, and has the rule a use for it?
 * @ret_reason: set to a constant English sentence part when the answer is no.
 *
 * Return: 0, or -EINVAL with @ret_reason filled.
 */
int kpol_condition_check(const struct kpol_rule *rule, const char **ret_reason);

/**
 * kpol_condition_next() - the record at @at, which is moved behind it
 * @rule: one that passed kpol_condition_check(). @at: 0 for the first.
 *
 * Return: false behind the last.
 */
bool kpol_condition_next(const struct kpol_rule *rule, u32 *at, struct kpol_condition_record *ret);

/** kpol_condition_asks() - KPOL_FACT_* that the rule's condition is about; 0: it has none. */
u32 kpol_condition_asks(const struct kpol_rule *rule);

/**
 * kpol_condition_missing() - KPOL_FACT_* that the rule asks about and nobody knows
 * @facts: may be NULL: nothing is known.
 *
 * Any one of the digests is enough: where one is known to be there, no other is asked for.
 */
u32 kpol_condition_missing(const struct kpol_rule *rule, const struct kpol_facts *facts);

/** kpol_condition_has_content() - is a digest that the rule lists known to be the file's? */
bool kpol_condition_has_content(const struct kpol_rule *rule, const struct kpol_facts *facts);

/** kpol_condition_has_args() - are all arguments known, and in the rule's list? */
bool kpol_condition_has_args(const struct kpol_rule *rule, const struct kpol_facts *facts);

#endif /* KPOL_ENGINE_CONDITION_H */
