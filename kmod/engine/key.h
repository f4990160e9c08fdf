/* SPDX-License-Identifier: GPL-2.0-only */
/* The key that finds a rule: of a pattern's literal parts the one that finds fewest others. */
#ifndef KPOL_ENGINE_KEY_H
#define KPOL_ENGINE_KEY_H

#include "glob.h"
#include "layout.h"

/**
 * struct kpol_lookup_key - what a rule is put into the table under
 * @hash: of the key alone; key_hash() adds whose it is.
 * @len: bytes of a prefix or suffix: those in use are noted in the rule's list.
 * @dir: bytes of a KEY_LEAD's directory, without its last slash.
 */
struct kpol_lookup_key {
	enum kpol_key kind;
	u32 len;
	u32 dir;
	u64 hash;
};

static inline u64 key_hash(const struct kpol_table *t, const struct kpol_rule *rule,
			   const struct kpol_lookup_key *key)
{
	return hash_finish(key->hash,
			   hash_list(t, rule->scope, rule->class, rule->source, rule->source_len),
			   key->kind);
}

/**
 * struct kpol_crowd - how many rules could be found by each key; a sketch that never counts too few
 * @counts: by hash, at most 255; NULL where there are no patterns and so no choice.
 */
struct kpol_crowd {
	u8 *counts;
	u32 mask;
};

/** kpol_crowd_new() - count the rules of @t. Return: 0 or -ENOMEM; end with port_free(@counts). */
int kpol_crowd_new(const struct kpol_table *t, struct kpol_crowd *ret);

/**
 * kpol_key_choose() - the key to put a rule under
 * @parts: of its pattern; unused for other rules.
 */
void kpol_key_choose(const struct kpol_table *t, const struct kpol_crowd *crowd,
		     const struct kpol_rule *rule, const struct kpol_glob_parts *parts,
		     struct kpol_lookup_key *ret);

#endif /* KPOL_ENGINE_KEY_H */
