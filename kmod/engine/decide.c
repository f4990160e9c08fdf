// SPDX-License-Identifier: GPL-2.0-only
/* Judging one access against a table. */
#include "lookup.h"

static u32 score_rule(u64 score)
{
	return score ? (u32)~score : 0;
}

/* All of a rank but the action and the id. */
static u64 score_rank(u64 score)
{
	return score >> 33;
}

static void probe_extension(struct judge *j, const char *path, u32 base, u32 len)
{
	u32 extension = find_extension(path, base, len);

	if (extension < len)
		probe(j, KEY_EXT, hash_bytes(j->table->seed, path + extension, len - extension));
}

/* Each slash in these bytes ends a prefix that may be somebody's key; returns the offset behind the last one. */
static __always_inline u32 probe_prefixes(struct judge *j, const struct kpol_list *list, u64 hash,
					  u64 word, u32 at, u32 base)
{
	u64 slashes;
	u32 n;

	for (slashes = find_slashes(word); slashes; slashes &= slashes - 1) {
		n = __builtin_ctzll(slashes) / 8;
		base = at + n + 1;
		if (has_bit(list->prefixes, prefix_bit(at + n)))
			probe(j, KEY_PREFIX, hash_rest(hash, word_head(word, n), at + n));
	}
	return base;
}

/* The path is hashed once, from the left, a word at a time. */
static __always_inline void probe_path(struct judge *j, const struct kpol_list *list)
{
	const char *path = j->access->object;
	u32 at, len = j->access->object_len, base = 0;
	u64 seed = j->table->seed, hash = seed, word;

	for (at = 0; at + 8 <= len; at += 8) {
		word = port_load64(path + at);
		base = probe_prefixes(j, list, hash, word, at, base);
		hash = hash_word(hash, word);
	}
	word = load_rest(path + at, len - at);
	base = probe_prefixes(j, list, hash, word, at, base);
	hash = hash_rest(hash, word, len);
	if (has_bit(list->prefixes, prefix_bit(len)))
		probe(j, KEY_PREFIX, hash);
	if (list->keys & (1U << KEY_PATH))
		probe(j, KEY_PATH, hash);
	if (list->keys & (1U << KEY_BASE))
		probe(j, KEY_BASE, hash_bytes(seed, path + base, len - base));
	if (unlikely(list->keys & (1U << KEY_EXT)))
		probe_extension(j, path, base, len);
	if (unlikely(list->keys & KEYS_CROWDED))
		kpol_probe_crowded(j, list, base);
}

/* The first @prefix bits of half an address. */
static u64 mask_half(u64 half, u32 prefix)
{
	return prefix < 64 ? half & ~(~0ULL >> prefix) : half;
}

/* One probe per prefix length that some rule uses; @words of them may be in use by the access's family. */
static void probe_lengths(struct judge *j, const u64 *words, u32 n_words)
{
	const struct kpol_access *a = j->access;
	u64 first = load_address(a->addr), second = load_address(a->addr + 8), bits;
	u32 word, prefix;

	for (word = 0; word < n_words; word++) {
		for (bits = words[word]; bits; bits &= bits - 1) {
			prefix = word * 64 + __builtin_ctzll(bits);
			probe(j, KEY_PEER,
			      hash_peer(j->table->seed, a->family, prefix, mask_half(first, prefix),
					prefix > 64 ? mask_half(second, prefix - 64) : 0));
		}
	}
}

/* One probe per set that the address is in, but for those that no rule of the list can ask for. */
static noinline void probe_sets(struct judge *j, const struct kpol_list *list)
{
	const struct kpol_access *a = j->access;
	u32 i;

	for (i = 0; i < a->n_sets; i++)
		if (has_bit(list->sets, set_bit_number(a->sets[i])))
			probe(j, KEY_SET, hash_set(j->table->seed, a->sets[i]));
}

/* Any family, any address of this family, then its prefix lengths and sets. */
static noinline void probe_peer(struct judge *j, const struct kpol_list *list)
{
	const struct kpol_access *a = j->access;
	u64 seed = j->table->seed;

	probe(j, KEY_PEER, hash_peer(seed, 0, 0, 0, 0));
	if (!a->has_addr)
		probe(j, KEY_PEER, hash_peer(seed, a->family, 0, 0, 0));
	else if (a->family == AF_INET6)
		probe_lengths(j, list->prefixes + peer_bit(AF_INET6, 0) / 64, 3);
	else
		probe_lengths(j, list->prefixes, 1);
	if (unlikely(list->keys & (1U << KEY_SET)))
		probe_sets(j, list);
}

static __always_inline void run_pass(struct judge *j, const struct kpol_list *list,
				     const char *source)
{
	const struct kpol_access *a = j->access;

	j->source = source;
	j->list_hash = hash_list(j->table, a->scope, a->class, source, a->source_len);
	if (list->keys & (1U << KEY_PEER))
		probe_peer(j, list);
	else if (a->object)
		probe_path(j, list);
	if (list->keys & (1U << KEY_ANY))
		probe(j, KEY_ANY, j->table->seed);
}

static bool is_word(const struct kpol_access *access, const char *word, u32 len)
{
	return access->object && access->object_len == len && !memcmp(access->object, word, len);
}

/* Out of what rules know the task by: its cgroup, its program. */
static bool is_leaving(const struct kpol_access *access)
{
	return is_word(access, KPOL_WORD_LEAVE, sizeof(KPOL_WORD_LEAVE) - 1) ||
	       is_word(access, KPOL_WORD_SOURCE, sizeof(KPOL_WORD_SOURCE) - 1);
}

/* What changes the meaning of paths is denied by whoever relies on them, unless a rule matched. */
static noinline void answer_seal(const struct judge *j, struct kpol_decision *ret)
{
	const struct kpol_seal *seal = &j->table->seals[j->access->scope];
	bool leaving = is_leaving(j->access);
	u32 enforced = leaving ? READ_ONCE(seal->held) : READ_ONCE(seal->sealed);
	u32 would = leaving ? seal->would_held : seal->would_sealed;

	if (!(j->access->op & KPOL_OPS_SEALED))
		return;
	if (enforced && !ret->rule && !ret->deny) {
		ret->deny = ret->sealed = true;
		ret->policy = enforced;
	}
	if (would && !ret->would_rule && !ret->would_deny) {
		ret->would_deny = ret->would_sealed = true;
		ret->would_policy = would;
	}
	if (!ret->rule && !ret->would_rule && !ret->deny && !ret->would_deny)
		ret->watched = seal->watched;
}

/* The missing facts that the answer hangs on: a rule that asks for them may be stronger than what was found. */
static noinline u32 find_missing(const struct judge *j)
{
	u32 i, missing = 0;

	for (i = 0; i < KPOL_FACTS; i++) {
		u64 verdict = j->open->verdict[i], audit = j->open->audit[i];

		if ((verdict && (verdict >= j->best.deny || verdict >= j->best.would)) ||
		    (audit && audit >= j->best.audit))
			missing |= 1U << i;
	}
	return missing;
}

static void answer(const struct judge *j, const struct kpol_list *list, struct kpol_decision *ret)
{
	u32 enforced = READ_ONCE(list->enforced);

	ret->rule = score_rule(j->best.deny);
	ret->would_rule = score_rule(j->best.would);
	ret->audit_rule = score_rule(j->best.audit);
	ret->deny = ret->rule ? !!(j->best.deny & BLOCK_BIT) : !!enforced;
	ret->would_deny = ret->would_rule ? !!(j->best.would & BLOCK_BIT) : !!list->would;
	ret->policy = enforced;
	ret->would_policy = list->would;
	ret->audit_policy = ret->would_rule || ret->would_deny ? 0 : list->audits;
	ret->unresolved =
		(kpol_op_has_path(j->access->class, j->access->op) && !j->access->object) ||
		!j->steps;
	ret->missing = 0;
	if (unlikely(j->missing)) {
		ret->missing = find_missing(j);
		ret->unresolved |= !!ret->missing;
	}
	ret->guarded = false;
	ret->would_guarded = false;
	ret->sealed = ret->would_sealed = false;
	ret->watched = 0;
	if (unlikely(list->keys & (1U << KEY_SEAL)))
		answer_seal(j, ret);
}

static noinline void run_source_pass(struct judge *j, const struct kpol_list *list)
{
	run_pass(j, list, j->access->source);
}

static void run_passes(struct judge *j, const struct kpol_list *list)
{
	if (list->sources && j->access->source)
		run_source_pass(j, list);
	if (likely(list->plain))
		run_pass(j, list, NULL);
}

/* A guard is weaker than the file rules that are as specific. */
static bool guard_wins(u64 guard, u64 file)
{
	return guard && !(file & BLOCK_BIT) && (!file || score_rank(guard) > score_rank(file));
}

static noinline void apply_guards(const struct judge *j, struct kpol_decision *ret)
{
	const struct kpol_table *table = j->table;
	const struct kpol_list *list = table_list(table, j->access->scope, CLASS_GUARD);
	struct kpol_access access = *j->access;
	struct judge g = { .table = table, .access = &access, .steps = j->steps };

	access.class = CLASS_GUARD;
	run_passes(&g, list);
	if (guard_wins(g.best.deny, j->best.deny)) {
		ret->deny = ret->guarded = true;
		ret->rule = table_origin(table, score_rule(g.best.deny));
	}
	if (guard_wins(g.best.would, j->best.would)) {
		ret->would_deny = ret->would_guarded = true;
		ret->would_rule = table_origin(table, score_rule(g.best.would));
	}
	ret->unresolved |= !g.steps;
}

static bool is_mapped(const struct kpol_access *access)
{
	static const u8 prefix[12] = { [10] = 0xff, [11] = 0xff };

	return access->family == AF_INET6 && access->has_addr &&
	       !memcmp(access->addr, prefix, sizeof(prefix));
}

/* IPv4-mapped IPv6 is IPv4. */
static noinline void decide_mapped(const struct kpol_table *table, const struct kpol_access *access,
				   struct kpol_decision *ret)
{
	struct kpol_access mapped = *access;

	mapped.family = AF_INET;
	memset(mapped.addr, 0, sizeof(mapped.addr));
	memcpy(mapped.addr, access->addr + 12, 4);
	kpol_decide(table, &mapped, ret);
}

void kpol_decide(const struct kpol_table *table, const struct kpol_access *access,
		 struct kpol_decision *ret)
{
	const struct kpol_list *list = table_list(table, access->scope, access->class);
	struct open_rules open;
	struct judge j = {
		.table = table, .access = access, .steps = KPOL_MATCH_STEPS, .open = &open
	};

	if (unlikely(is_mapped(access))) {
		decide_mapped(table, access, ret);
		return;
	}
	run_passes(&j, list);
	answer(&j, list, ret);
	if (access->class == KPOL_CLASS_FILE && access->op & KPOL_OPS_CHANGE && access->object)
		apply_guards(&j, ret);
}
