/* SPDX-License-Identifier: GPL-2.0-only */
/* The lookup table of a ruleset: built whole, checked whole, never changed but for policy modes. */
#ifndef KPOL_ENGINE_TABLE_H
#define KPOL_ENGINE_TABLE_H

#include "rule.h"

struct kpol_table;

/**
 * struct kpol_table_input - what a table is built from
 * @rules: rows with ids 1..@n_rules in order. Kept by reference: rows and strings must outlive the table.
 * @n_rules: at most KPOL_RULES_MAX.
 * @policy_modes: enum kpol_mode of policy 1..@n_policies; copied.
 * @n_policies: at most KPOL_POLICIES_MAX.
 * @n_scopes: at most KPOL_SCOPES_MAX. @n_sets: at most KPOL_SETS_MAX.
 * @scope_flags: KPOL_SCOPE_* of scope 1..@n_scopes; NULL: none has any. Looked at while building only.
 * @seed: of the hash, unpredictable in the kernel so that nobody can aim at one bucket.
 */
struct kpol_table_input {
	const struct kpol_rule *rules;
	u32 n_rules;
	const u8 *policy_modes;
	u32 n_policies;
	u32 n_scopes;
	u32 n_sets;
	const u8 *scope_flags;
	u64 seed;
};

/**
 * struct kpol_table_error - what stopped a build
 * @rule: id of the offending rule, 0 if none.
 * @reason: constant English sentence part.
 */
struct kpol_table_error {
	u32 rule;
	const char *reason;
};

/**
 * kpol_table_new() - check all rows and build the table
 * @input: see there.
 * @ret_error: filled on failure.
 * @ret_table: the table; free with kpol_table_free().
 *
 * A scope in which programs or files are an enforced allowlist is sealed: where no rule matches,
 * KPOL_OPS_SEALED are denied. With other rules for programs or files they are reported. Leaving the scope's
 * cgroups (KPOL_WORD_LEAVE), or passing for another program (KPOL_WORD_SOURCE), is denied by any enforced policy.
 * The host scope is never sealed.
 *
 * Context: process context, may sleep.
 * Return:
 * * 0		- built
 * * -EINVAL	- a row is not valid, or refers to a scope or policy that does not exist
 * * -E2BIG	- more than KPOL_KEY_RULES_MAX rules of one scope share a lookup key
 * * -ENOMEM	- no memory
 */
int kpol_table_new(const struct kpol_table_input *input, struct kpol_table_error *ret_error,
		   struct kpol_table **ret_table);

/**
 * kpol_table_free() - free a table that nobody can look at any more
 * @table: may be NULL. In the kernel: after a grace period.
 */
void kpol_table_free(struct kpol_table *table);

/**
 * kpol_table_set_mode() - switch one policy between enforce and observe
 * @table: the table; readers may be deciding with it meanwhile.
 * @policy: 1..n_policies.
 * @mode: KPOL_MODE_ENFORCE or KPOL_MODE_OBSERVE.
 *
 * Context: callers must exclude each other. No sleep, O(scopes × classes × policies of the scope).
 */
void kpol_table_set_mode(struct kpol_table *table, u32 policy, u8 mode);

/** kpol_table_mode() - the mode of policy @policy, 1..n_policies. */
u8 kpol_table_mode(const struct kpol_table *table, u32 policy);

/** kpol_table_allowlists() - bit (1 << class) for each class with an enforced default deny in @scope. */
u32 kpol_table_allowlists(const struct kpol_table *table, u32 scope);

/** kpol_table_classes() - bit (1 << class) for each class in which @scope has any rule. */
u32 kpol_table_classes(const struct kpol_table *table, u32 scope);

/* What an access must bring to be judged. */
#define KPOL_NEEDS_JUDGING (1U << 0) /* some rule may have a say; without it all is allowed */
#define KPOL_NEEDS_SOURCE (1U << 1) /* some rule names a source */
#define KPOL_NEEDS_TASK \
	(1U << 2) /* some rule asks whether the task owns the object, or has a terminal */
#define KPOL_NEEDS_SETS (1U << 3) /* some rule asks which address sets the peer is in */

/**
 * kpol_table_needs() - what must be known to judge
 * @scope: 1..n_scopes. @class, @ops: operations of it; for more than one, what any of them needs.
 *
 * Return: KPOL_NEEDS_*; 0: all of them are allowed, without a word.
 */
u32 kpol_table_needs(const struct kpol_table *table, u32 scope, u32 class, u32 ops);

/** kpol_table_rule() - rule @id (1..n_rules), or NULL. */
const struct kpol_rule *kpol_table_rule(const struct kpol_table *table, u32 id);

/**
 * kpol_table_score() - a rule's rank among all that may match one access: the highest decides
 * @id: 1..n_rules.
 * @blocks: whether it denies the access: Block, or the owner flag and another's object.
 *
 * Source, kind of match, specificity, Block over Allow, then the older rule. No two rules have the same.
 */
u64 kpol_table_score(const struct kpol_table *t, u32 id, bool blocks);

/** kpol_table_memory() - bytes the table holds beyond rows and strings. */
size_t kpol_table_memory(const struct kpol_table *table);

#endif /* KPOL_ENGINE_TABLE_H */
