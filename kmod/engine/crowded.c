// SPDX-License-Identifier: GPL-2.0-only
/* Finding patterns by the keys that only those have whose simpler keys are crowded. */
#include "lookup.h"

/**
 * struct walk - one more walk along the path
 * @base: offset of the last component.
 * @base_hash, @ext_hash: of the last component and of its extension.
 * @has_ext: it has one.
 * @part: offset of the component that the walk is in.
 * @has_leads: some KEY_LEAD may end in it.
 */
struct walk {
	struct judge *judge;
	const struct kpol_list *list;
	const char *path;
	u32 len;
	u32 base;
	u64 base_hash;
	u64 ext_hash;
	bool has_ext;
	u32 part;
	bool has_leads;
};

static u64 hash_part(const struct walk *w, u32 at, u32 end)
{
	return hash_bytes(w->judge->table->seed, w->path + at, end - at);
}

/* Lengths of the next eight, @at first, that some key has: one bit each. Long ones share one bit. */
static u32 lengths_at(const u64 *words, u32 at)
{
	if (at < PREFIX_BITS)
		return words[at / 64] >> (at % 64) & 0xff;
	return has_bit(words, PREFIX_BITS - 1) ? 0xff : 0;
}

/* Has the path the same component further left? Then its rules have had their turn. */
static bool part_repeats(const struct walk *w, u32 end)
{
	u32 at, start = 1, len = end - w->part;

	for (at = 1; at < w->part; at++) {
		if (w->path[at] != '/')
			continue;
		if (at - start == len && !memcmp(w->path + start, w->path + w->part, len))
			return true;
		start = at + 1;
	}
	return false;
}

static void probe_part(struct walk *w, u32 end)
{
	struct judge *j = w->judge;
	u64 hash = hash_finish(hash_part(w, w->part, end), j->list_hash, KEY_PART);
	u32 id = table_chain(j->table, hash);

	if (likely(!id) || part_repeats(w, end))
		return;
	for (; id; id = j->table->rows[id - 1].next)
		kpol_consider(j, id);
}

/* @dir: hash of the path up to the slash at @end. */
static void probe_slash(struct walk *w, u64 dir, u32 end)
{
	if (has_bit(w->list->pairs, prefix_bit(end))) {
		probe(w->judge, KEY_PAIR, hash_pair(dir, w->base_hash));
		if (w->has_ext)
			probe(w->judge, KEY_PAIR, hash_pair(dir, w->ext_hash));
	}
	if (w->list->keys & (1U << KEY_PART) && end > w->part)
		probe_part(w, end);
	w->part = end + 1;
	w->has_leads = has_bit(w->list->lead_dirs, prefix_bit(end));
}

/* A bit for each byte that is a slash. */
static u32 slash_bits(u64 word)
{
	return (find_slashes(word) >> 7) * 0x0102040810204080ULL >> 56;
}

/*
 * Eight bytes of the path from @at on, or the last ones and the end: @n places where a prefix may end, in order.
 * A lead that ends before a slash belongs to the component that the slash ends.
 */
static void probe_word(struct walk *w, u64 hash, u64 word, u32 at, u32 n)
{
	u32 leads = lengths_at(w->list->leads, at) & ((1U << n) - 1), slashes = slash_bits(word);
	u32 places = leads | slashes, k;
	u64 prefix;

	for (; places; places &= places - 1) {
		k = __builtin_ctz(places);
		if (!w->has_leads && !(slashes >> k & 1))
			continue;
		prefix = hash_rest(hash, word_head(word, k), at + k);
		if (w->has_leads && leads >> k & 1)
			probe(w->judge, KEY_LEAD, prefix);
		if (slashes >> k & 1)
			probe_slash(w, prefix, at + k);
	}
}

static void walk_path(struct walk *w)
{
	u64 hash = w->judge->table->seed, word;
	u32 at;

	for (at = 0; at + 8 <= w->len; at += 8) {
		word = port_load64(w->path + at);
		probe_word(w, hash, word, at, 8);
		hash = hash_word(hash, word);
	}
	/* A lead may be the whole path. */
	probe_word(w, hash, load_rest(w->path + at, w->len - at), at, w->len - at + 1);
}

static void probe_trails(struct walk *w)
{
	u64 hash = w->judge->table->seed;
	u32 n;

	for (n = 1; n <= w->len && n <= TRAIL_MAX && w->list->trails >> n; n++) {
		hash = hash_trail_byte(hash, w->path[w->len - n]);
		if (w->list->trails >> n & 1)
			probe(w->judge, KEY_TRAIL, hash);
	}
}

void kpol_probe_crowded(struct judge *j, const struct kpol_list *list, u32 base)
{
	const struct kpol_access *a = j->access;
	u32 ext = find_extension(a->object, base, a->object_len);
	struct walk w = { .judge = j,
			  .list = list,
			  .path = a->object,
			  .len = a->object_len,
			  .base = base,
			  .has_ext = ext < a->object_len,
			  .part = 1 };

	w.base_hash = hash_part(&w, base, w.len);
	w.ext_hash = hash_part(&w, ext, w.len);
	if (list->keys & (1U << KEY_PAIR | 1U << KEY_LEAD | 1U << KEY_PART))
		walk_path(&w);
	if (list->trails)
		probe_trails(&w);
}
