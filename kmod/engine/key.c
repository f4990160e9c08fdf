// SPDX-License-Identifier: GPL-2.0-only
/* The key that finds a rule: of a pattern's literal parts the one that finds fewest others. */
#include "key.h"

/* Keys of one pattern that are looked at. Of whole components these are the first. */
#define CANDIDATES_MAX 16

/*
 * So many rules under one key are no crowd: trying them costs those accesses that meet the key, while one key
 * that takes a second walk makes all accesses of the list walk. The root is a key that all accesses meet.
 */
#define FEW 8
#define FEW_AT_ROOT 4

/* Cells of the sketch per pattern and per other rule: a pattern counts once for each of its keys. */
#define CELLS_PER_PATTERN 16
#define CELLS_PER_RULE 2

struct candidates {
	const struct kpol_table *table;
	struct kpol_lookup_key keys[CANDIDATES_MAX];
	u32 n;
};

static u64 hash_part(const struct kpol_table *t, const char *bytes, u32 len)
{
	return hash_bytes(t->seed, bytes, len);
}

static void add(struct candidates *c, enum kpol_key kind, u32 len, u64 hash)
{
	if (c->n < CANDIDATES_MAX)
		c->keys[c->n++] =
			(struct kpol_lookup_key){ .kind = kind, .len = len, .hash = hash };
}

static void add_components(struct candidates *c, const struct kpol_rule *rule,
			   const struct kpol_glob_parts *parts)
{
	u32 at = parts->head, len;

	for (;;) {
		len = kpol_glob_component(rule->object, rule->object_len, &at);
		if (!len)
			return;
		add(c, KEY_PART, 0, hash_part(c->table, rule->object + at, len));
		at += len;
	}
}

/* The cheapest to look up first. */
static void add_parts(struct candidates *c, const struct kpol_rule *rule,
		      const struct kpol_glob_parts *parts)
{
	const char *text = rule->object;
	u32 len = rule->object_len;
	u64 dir = hash_part(c->table, text, parts->dir), base, ext, seed = c->table->seed;

	base = hash_part(c->table, text + parts->base, len - parts->base);
	ext = hash_part(c->table, text + parts->ext, len - parts->ext);
	if (parts->base < len)
		add(c, KEY_BASE, 0, base);
	if (parts->dir)
		add(c, KEY_PREFIX, parts->dir, dir);
	if (parts->ext < len)
		add(c, KEY_EXT, 0, ext);
	if (!parts->dir)
		add(c, KEY_PREFIX, 0, dir);
	if (parts->dir && parts->base < len)
		add(c, KEY_PAIR, parts->dir, hash_pair(dir, base));
	if (parts->dir && parts->ext < len)
		add(c, KEY_PAIR, parts->dir, hash_pair(dir, ext));
	if (parts->head > parts->dir + 1) {
		add(c, KEY_LEAD, parts->head, hash_part(c->table, text, parts->head));
		c->keys[c->n - 1].dir = parts->dir;
	}
	if (parts->base == len && parts->tail < len && len - parts->tail <= TRAIL_MAX)
		add(c, KEY_TRAIL, len - parts->tail,
		    hash_trail(seed, text + parts->tail, len - parts->tail));
	add_components(c, rule, parts);
}

static void find_candidates(struct candidates *c, const struct kpol_rule *rule,
			    const struct kpol_glob_parts *parts)
{
	const struct kpol_table *t = c->table;
	u64 whole = rule->object ? hash_part(t, rule->object, rule->object_len) : t->seed;

	switch (rule->match) {
	case KPOL_MATCH_PATH:
		add(c, KEY_PATH, 0, whole);
		break;
	case KPOL_MATCH_DIR:
		add(c, KEY_PREFIX, rule->object_len, whole);
		break;
	case KPOL_MATCH_NAME:
		add(c, KEY_BASE, 0, whole);
		break;
	case KPOL_MATCH_GLOB:
		add_parts(c, rule, parts);
		break;
	case KPOL_MATCH_PEER:
		if (rule->set) {
			add(c, KEY_SET, 0, hash_set(t->seed, rule->set));
			break;
		}
		add(c, KEY_PEER, 0,
		    hash_peer(t->seed, rule->family, rule->prefix, load_address(rule->addr),
			      load_address(rule->addr + 8)));
		break;
	default:
		add(c, KEY_ANY, 0, t->seed);
	}
}

static u8 *crowd_cell(const struct kpol_table *t, const struct kpol_crowd *crowd,
		      const struct kpol_rule *rule, const struct kpol_lookup_key *key)
{
	return &crowd->counts[key_hash(t, rule, key) & crowd->mask];
}

static void count_rule(const struct kpol_table *t, struct kpol_crowd *crowd,
		       const struct kpol_rule *rule)
{
	struct candidates c = { .table = t };
	struct kpol_glob_parts parts = {};
	u8 *cell;
	u32 i;

	if (rule->match == KPOL_MATCH_GLOB)
		kpol_glob_split(rule->object, rule->object_len, &parts);
	find_candidates(&c, rule, &parts);
	for (i = 0; i < c.n; i++) {
		cell = crowd_cell(t, crowd, rule, &c.keys[i]);
		*cell += *cell < 255;
	}
}

int kpol_crowd_new(const struct kpol_table *t, struct kpol_crowd *ret)
{
	u32 i, n = t->n_rules + t->n_guards, patterns = 0, cells = 64, need;

	*ret = (struct kpol_crowd){};
	for (i = 1; i <= n; i++)
		patterns += table_row(t, i)->match == KPOL_MATCH_GLOB;
	if (!patterns)
		return 0;
	need = patterns * CELLS_PER_PATTERN + n * CELLS_PER_RULE;
	while (cells < need)
		cells *= 2;
	ret->mask = cells - 1;
	ret->counts = port_zalloc(cells, sizeof(*ret->counts));
	if (!ret->counts)
		return -ENOMEM;
	for (i = 1; i <= n; i++)
		count_rule(t, ret, table_row(t, i));
	return 0;
}

static u32 few_of(const struct kpol_lookup_key *key)
{
	return key->kind == KEY_PREFIX && !key->len ? FEW_AT_ROOT : FEW;
}

void kpol_key_choose(const struct kpol_table *t, const struct kpol_crowd *crowd,
		     const struct kpol_rule *rule, const struct kpol_glob_parts *parts,
		     struct kpol_lookup_key *ret)
{
	struct candidates c = { .table = t };
	u32 i, count, best = 0, fewest = 256;

	find_candidates(&c, rule, parts);
	for (i = 0; c.n > 1 && i < c.n && fewest > few_of(&c.keys[best]); i++) {
		count = *crowd_cell(t, crowd, rule, &c.keys[i]);
		if (count < fewest) {
			fewest = count;
			best = i;
		}
	}
	*ret = c.keys[best];
}
