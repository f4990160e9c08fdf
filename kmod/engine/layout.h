/* SPDX-License-Identifier: GPL-2.0-only */
/* The table's inside, for table.c (which builds it) and decide.c (which reads it) only. */
#ifndef KPOL_ENGINE_LAYOUT_H
#define KPOL_ENGINE_LAYOUT_H

#include "hash.h"
#include "table.h"

/* What kinds of keys a scope has in a class: decide.c skips the probes for those it has not. */
enum kpol_key {
	KEY_PATH, /* whole path: MATCH_PATH */
	KEY_PREFIX, /* path up to a slash: MATCH_DIR and patterns */
	KEY_BASE, /* last component: MATCH_NAME and patterns */
	KEY_EXT, /* from the last dot: patterns */
	/* Patterns for whom all of these are crowded: */
	KEY_PAIR, /* path up to a slash, with the last component or its extension */
	KEY_LEAD, /* first bytes of the path, ending anywhere */
	KEY_TRAIL, /* last bytes of the path */
	KEY_PART, /* a component that is not the last */
	KEY_PEER, /* family, prefix length, masked address */
	KEY_SET, /* an address set; lists that have it have KEY_PEER too */
	KEY_ANY,
	KEY_SEAL, /* no key: the seal speaks where no rule does */
};

#define KEYS_CROWDED (1U << KEY_PAIR | 1U << KEY_LEAD | 1U << KEY_TRAIL | 1U << KEY_PART)

/* Longer tails of patterns are no keys. */
#define TRAIL_MAX 63

/* No class of rules has this number: the lists of it hold guards, and its accesses are changes of files. */
#define CLASS_GUARD 0

/* A guard is about directories only. Not among the flags of rules. */
#define RULE_DIRECTORY (1U << 7)

/* Prefix lengths above this share the last bit: they are probed whether they exist or not. */
#define PREFIX_BITS 256

/**
 * struct kpol_list - the rules of one scope in one class
 * @keys: bit per enum kpol_key.
 * @sources: some rule names a source. @plain: some rule names none.
 * @asks: some rule asks whether the task owns the object, or has a terminal.
 * @needs: KPOL_NEEDS_* of an operation in @ops.
 * @ops: operations that some rule is about; all where an allowlist or the seal is.
 * @allow_first: head of the scope's Allow policies in kpol_table::nodes, 0: none.
 * @enforced: an enforced policy among them, 0: none. The only member that changes after the build
 *	(kpol_table_set_mode(), WRITE_ONCE); readers take one READ_ONCE of it per decision.
 * @would: the first of them.
 * @audits: a policy whose Allow rules only report what no rule matches, 0: none.
 * @prefixes: KEY_PREFIX lengths in use, or KEY_PEER prefix lengths: word 0 IPv4, words 1..3 IPv6.
 * @pairs, @leads, @trails: lengths in use of KEY_PAIR's prefixes, of KEY_LEAD and of KEY_TRAIL.
 * @sets: bit id % PREFIX_BITS for each address set in use: there are many that no rule here asks for.
 * @lead_dirs: lengths of the directories that KEY_LEADs end in: in no other component can one end.
 */
struct kpol_list {
	u16 keys;
	bool sources;
	bool plain;
	bool asks;
	u8 needs;
	u32 ops;
	u32 allow_first;
	u32 enforced;
	u32 would;
	u32 audits;
	u64 prefixes[PREFIX_BITS / 64];
	union {
		u64 pairs[PREFIX_BITS / 64];
		u64 sets[PREFIX_BITS / 64];
	};
	u64 leads[PREFIX_BITS / 64];
	u64 lead_dirs[PREFIX_BITS / 64];
	u64 trails;
};

/**
 * struct kpol_row - what the lookup needs of a rule beside the rule
 * @score: its rank among all that may match: source, kind, specificity, then the older rule.
 *	Bit BLOCK_BIT is left open for the action.
 * @next: the next rule with the same key hash, 0: none.
 * @head, @tail: of a pattern, as in struct kpol_glob_parts.
 */
struct kpol_row {
	u64 score;
	u32 next;
	u16 head;
	u16 tail;
};

/**
 * struct kpol_seal - what a scope's policies say about changing what paths mean
 * @first: head of the scope's policies in kpol_table::nodes, 0: the scope is never sealed.
 * @held: an enforced policy among them, 0: none. Changes with modes, like kpol_list::enforced.
 * @would_held: the first of them.
 * @sealed: an enforced policy that makes programs or files an allowlist, 0: none. Changes with modes.
 * @would_sealed: the same whatever the mode.
 * @watched: a policy with rules for programs or files, 0: none.
 */
struct kpol_seal {
	u32 first;
	u32 held;
	u32 would_held;
	u32 sealed;
	u32 would_sealed;
	u32 watched;
};

struct kpol_slot {
	u32 tag; /* upper half of the key's hash */
	u32 rule; /* first of the chain, 0: empty */
};

/* One of several policies of a list or a scope. */
struct kpol_policy_node {
	u32 policy;
	u32 next;
};

/**
 * struct kpol_guard - a rule that the table adds by itself, see guard.h
 * @rule: its strings are those of the rule it comes from, and may be shorter: they do not end in a NUL.
 * @origin: id of that rule.
 */
struct kpol_guard {
	struct kpol_rule rule;
	u32 origin;
};

/**
 * struct kpol_table - immutable but for @modes, kpol_list::enforced and what changes in struct kpol_seal
 * @rules: borrowed; rule id n is rules[n - 1].
 * @guards: have the ids behind those of the rules.
 * @rows: one per rule or guard.
 * @lists: (n_scopes + 1) × (KPOL_CLASS_MAX + 1).
 * @seals: n_scopes + 1.
 * @slots: open addressing, see count_slots(); @slot_mask is its size - 1.
 */
struct kpol_table {
	const struct kpol_rule *rules;
	struct kpol_guard *guards;
	struct kpol_row *rows;
	struct kpol_slot *slots;
	struct kpol_list *lists;
	struct kpol_seal *seals;
	struct kpol_policy_node *nodes;
	u8 *modes;
	u64 seed;
	size_t memory;
	u32 slot_mask;
	u32 n_rules;
	u32 n_guards;
	u32 n_policies;
	u32 n_scopes;
	u32 n_sets;
};

#define BLOCK_BIT (1ULL << 32)

static inline struct kpol_list *table_list(const struct kpol_table *t, u32 scope, u32 class)
{
	return &t->lists[scope * (KPOL_CLASS_MAX + 1) + class];
}

/* Rule or guard @id. */
static inline const struct kpol_rule *table_row(const struct kpol_table *t, u32 id)
{
	return likely(id <= t->n_rules) ? &t->rules[id - 1] : &t->guards[id - t->n_rules - 1].rule;
}

/* The rule behind rule or guard @id. */
static inline u32 table_origin(const struct kpol_table *t, u32 id)
{
	return id <= t->n_rules ? id : t->guards[id - t->n_rules - 1].origin;
}

/* A bit at the top of each byte that is a slash, and nowhere else. */
static inline u64 find_slashes(u64 word)
{
	const u64 low = 0x7f7f7f7f7f7f7f7fULL;
	u64 x = word ^ 0x2f2f2f2f2f2f2f2fULL;

	return ~(((x & low) + low) | x | low);
}

/* One number for (scope, class, source); hash_finish() adds the key's kind. */
static inline u64 hash_list(const struct kpol_table *t, u32 scope, u32 class, const char *source,
			    u32 source_len)
{
	u64 list = ((u64)scope << 8 | class) * 0x9e3779b97f4a7c15ULL;

	return source ? hash_bytes(list ^ t->seed, source, source_len) : list;
}

static inline u64 hash_finish(u64 hash, u64 list, u32 key)
{
	hash = (hash ^ list ^ (u64)key << 56) * 0xff51afd7ed558ccdULL;
	hash = (hash ^ hash >> 29) * 0xc4ceb9fe1a85ec53ULL;
	return hash ^ hash >> 32;
}

/* @first, @second: hashes of the two parts; that of a short string is little more than the string. */
static inline u64 hash_pair(u64 first, u64 second)
{
	return hash_word(hash_word(0, first), second);
}

/* From the last byte to the first, so that the hashes of all tails of a path cost one walk. */
static inline u64 hash_trail_byte(u64 hash, char byte)
{
	return hash_word(hash, (u8)byte);
}

static inline u64 hash_trail(u64 seed, const char *bytes, u32 len)
{
	while (len--)
		seed = hash_trail_byte(seed, bytes[len]);
	return seed;
}

static inline u32 hash_tag(u64 hash)
{
	return hash >> 32 | 1;
}

/* Rules whose key has this hash; rules of another key may be among them and are told apart by whole compare. */
static inline u32 table_chain(const struct kpol_table *t, u64 hash)
{
	u32 tag = hash_tag(hash), at = (u32)hash & t->slot_mask;

	while (t->slots[at].rule) {
		if (t->slots[at].tag == tag)
			return t->slots[at].rule;
		at = (at + 1) & t->slot_mask;
	}
	return 0;
}

/* Half an address as a number, its first byte highest: a prefix is the highest bits. */
static inline u64 load_address(const u8 *bytes)
{
	return __builtin_bswap64(port_load64(bytes));
}

/* @first, @second: the halves of the masked address. */
static inline u64 hash_peer(u64 seed, u32 family, u32 prefix, u64 first, u64 second)
{
	seed = (seed ^ first) * 0xc2b2ae3d27d4eb4fULL;
	seed = (seed ^ seed >> 29 ^ second) * 0x165667b19e3779f9ULL;
	return seed + (family << 8 | prefix);
}

static inline u32 prefix_bit(u32 len)
{
	return len < PREFIX_BITS ? len : PREFIX_BITS - 1;
}

static inline bool has_bit(const u64 *words, u32 bit)
{
	return words[bit / 64] & (1ULL << (bit % 64));
}

static inline void set_bit_of(u64 *words, u32 bit)
{
	words[bit / 64] |= 1ULL << (bit % 64);
}

static inline u64 hash_set(u64 seed, u32 set)
{
	return hash_word(seed, set);
}

/* Bit of an address set in kpol_list::sets. */
static inline u32 set_bit_number(u32 set)
{
	return set % PREFIX_BITS;
}

/* Bit of a peer's prefix length in kpol_list::prefixes. */
static inline u32 peer_bit(u32 family, u32 prefix)
{
	return family == AF_INET6 ? 64 + prefix : prefix;
}

#endif /* KPOL_ENGINE_LAYOUT_H */
