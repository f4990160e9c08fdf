/* SPDX-License-Identifier: GPL-2.0-only */
/* One access on its way through the table, for the files that decide only. */
#ifndef KPOL_ENGINE_LOOKUP_H
#define KPOL_ENGINE_LOOKUP_H

#include "decide.h"
#include "layout.h"

/* The best rule so far by score, for each of the three questions. Score 0: none. */
struct best {
	u64 deny;
	u64 would;
	u64 audit;
};

/**
 * struct open_rules - the highest scores of rules that may match or not, as long as a fact is not known
 *
 * By fact. For a verdict the score is that of a Block.
 */
struct open_rules {
	u64 verdict[KPOL_FACTS];
	u64 audit[KPOL_FACTS];
};

/**
 * struct judge - an access being judged
 * @source: of this pass: NULL for rules without one.
 * @list_hash: hash_list() of scope, class and @source.
 * @steps: how many more the patterns may take. 0: some could not be answered.
 * @missing: KPOL_FACT_* that some rule asked for and nobody knows.
 * @open: of @missing; filled when there is any.
 */
struct judge {
	const struct kpol_table *table;
	const struct kpol_access *access;
	const char *source;
	u64 list_hash;
	u32 steps;
	u32 missing;
	struct open_rules *open;
	struct best best;
};

/** kpol_consider() - let rule @id compete, if it matches. */
void kpol_consider(struct judge *j, u32 id);

/** kpol_probe_crowded() - look up the keys of patterns that share all simpler ones with many. */
void kpol_probe_crowded(struct judge *j, const struct kpol_list *list, u32 base);

/* Inlined, because most probes find nothing and are over after one look at one slot. */
static __always_inline void probe(struct judge *j, enum kpol_key key, u64 hash)
{
	u32 id = table_chain(j->table, hash_finish(hash, j->list_hash, key));

	for (; unlikely(id); id = j->table->rows[id - 1].next)
		kpol_consider(j, id);
}

/* Offset of the last dot of the last component, which begins at @base; @len: it has none. */
static inline u32 find_extension(const char *path, u32 base, u32 len)
{
	u32 at = len;

	while (at > base && path[at - 1] != '.')
		at--;
	return at > base ? at - 1 : len;
}

#endif /* KPOL_ENGINE_LOOKUP_H */
