// SPDX-License-Identifier: GPL-2.0-only
/* Addresses: which address sets each of them is in. */
#include "address.h"

#include <linux/jhash.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include <linux/socket.h>
#include <linux/string.h>
#include <linux/kpol.h>

/* Eight of the most that there may be share one: a lookup is one or two compares on most machines. */
#define BUCKETS (KPOL_ADDRESSES_MAX / 8)

/**
 * struct kpol_address - an address and its list; immutable but for its place
 * @node: in its bucket; written under the writers' exclusion, read under RCU.
 * @next: in a batch, before anybody can find it.
 * @rcu: after nobody can find it any more.
 * @index: in kpol_addresses::entries; writers only.
 * @sets: ids, ascending; none: in a batch, the address is to be forgotten.
 */
struct kpol_address {
	struct hlist_node node;
	union {
		struct kpol_address *next;
		struct rcu_head rcu;
	};
	u32 index;
	u8 family;
	u8 addr[16];
	u32 n_sets;
	u32 sets[];
};

/**
 * struct kpol_addresses - all of one ruleset's content
 * @seed: of the hash.
 * @entries: the same ones in no order, for counting, dumping and freeing; writers only, like all below.
 */
struct kpol_addresses {
	u32 seed;
	u32 n;
	u32 room;
	u32 version;
	struct kpol_address **entries;
	size_t memory;
	struct hlist_head buckets[BUCKETS];
};

static atomic_t last_version = ATOMIC_INIT(0);

static u32 next_version(void)
{
	return atomic_inc_return(&last_version) ?: atomic_inc_return(&last_version);
}

struct kpol_addresses *kpol_addresses_new(void)
{
	struct kpol_addresses *a = kvzalloc(sizeof(*a), GFP_KERNEL_ACCOUNT);

	if (!a)
		return NULL;
	a->seed = get_random_u32();
	a->version = next_version();
	a->memory = sizeof(*a);
	return a;
}

void kpol_addresses_free(struct kpol_addresses *a)
{
	u32 i;

	if (!a)
		return;
	for (i = 0; i < a->n; i++)
		kfree(a->entries[i]);
	kvfree(a->entries);
	kvfree(a);
}

/* What is compared: IPv4 with zeroes behind. */
static void set_key(u8 family, const u8 *addr, u8 *ret_family, u8 key[16])
{
	static const u8 mapped[12] = { [10] = 0xff, [11] = 0xff };

	*ret_family = family;
	if (family == AF_INET6 && memcmp(addr, mapped, sizeof(mapped))) {
		memcpy(key, addr, 16);
		return;
	}
	memset(key, 0, 16);
	memcpy(key, family == AF_INET6 ? addr + sizeof(mapped) : addr, 4);
	*ret_family = AF_INET;
}

static u32 bucket_of(const struct kpol_addresses *a, u8 family, const u8 key[16])
{
	return jhash(key, 16, a->seed ^ family) % BUCKETS;
}

/* Under RCU, or the writers' exclusion. */
static struct kpol_address *find(const struct kpol_addresses *a, u8 family, const u8 key[16])
{
	struct kpol_address *entry;

	hlist_for_each_entry_rcu(entry, &a->buckets[bucket_of(a, family, key)], node, true)
		if (entry->family == family && !memcmp(entry->addr, key, 16))
			return entry;
	return NULL;
}

u32 kpol_addresses_find(const struct kpol_addresses *a, u8 family, const u8 *addr,
			const u32 **ret_sets)
{
	const struct kpol_address *entry;
	u8 key[16];

	RCU_LOCKDEP_WARN(!rcu_read_lock_any_held(), "addresses looked up outside of RCU");
	if (!a || (family != AF_INET && family != AF_INET6))
		return 0;
	set_key(family, addr, &family, key);
	entry = find(a, family, key);
	if (!entry)
		return 0;
	*ret_sets = entry->sets;
	return entry->n_sets;
}

static const char *row_fault(const struct kpol_address_row *row, u32 n_sets)
{
	u32 i, last = 0;

	if (row->len != 4 && row->len != 16)
		return "is neither 4 nor 16 bytes long";
	for (i = 0; i < row->n_sets; i++) {
		if (row->sets[i] <= last)
			return "has its sets out of order";
		last = row->sets[i];
	}
	return last > n_sets ? "is in a set that does not exist" : NULL;
}

int kpol_address_batch_add(struct kpol_address_batch *batch, const struct kpol_address_row *row,
			   u32 n_sets, const char **ret_reason)
{
	struct kpol_address *entry;

	*ret_reason = row_fault(row, n_sets);
	if (*ret_reason)
		return -EINVAL;
	entry = kzalloc(struct_size(entry, sets, row->n_sets), GFP_KERNEL_ACCOUNT);
	if (!entry)
		return -ENOMEM;
	set_key(row->len == 4 ? AF_INET : AF_INET6, row->addr, &entry->family, entry->addr);
	entry->n_sets = row->n_sets;
	memcpy(entry->sets, row->sets, row->n_sets * sizeof(*row->sets));
	if (batch->last)
		batch->last->next = entry;
	else
		batch->first = entry;
	batch->last = entry;
	batch->n_new += !!row->n_sets;
	return 0;
}

/* Room for what the batch may add, so that nothing can fail behind it. */
static int reserve(struct kpol_addresses *a, const struct kpol_address_batch *batch)
{
	const struct kpol_address *entry;
	struct kpol_address **entries;
	u32 room, need = a->n;

	if (a->n + batch->n_new <= a->room)
		return 0;
	for (entry = batch->first; entry; entry = entry->next)
		need += entry->n_sets && !find(a, entry->family, entry->addr);
	if (need > KPOL_ADDRESSES_MAX)
		return -E2BIG;
	if (need <= a->room)
		return 0;
	room = clamp_t(u32, 2 * a->room, max(64U, need), KPOL_ADDRESSES_MAX);
	entries = kvmalloc_array(room, sizeof(*entries), GFP_KERNEL_ACCOUNT);
	if (!entries)
		return -ENOMEM;
	if (a->n)
		memcpy(entries, a->entries, a->n * sizeof(*entries));
	kvfree(a->entries);
	a->entries = entries;
	a->memory += (room - a->room) * sizeof(*entries);
	a->room = room;
	return 0;
}

static size_t entry_size(const struct kpol_address *entry)
{
	return struct_size(entry, sets, entry->n_sets);
}

static void retire(struct kpol_addresses *a, struct kpol_address *entry)
{
	a->memory -= entry_size(entry);
	kfree_rcu(entry, rcu);
}

static void forget(struct kpol_addresses *a, struct kpol_address *old)
{
	struct kpol_address *last = a->entries[--a->n];

	a->entries[old->index] = last;
	last->index = old->index;
	hlist_del_rcu(&old->node);
	retire(a, old);
}

static void replace(struct kpol_addresses *a, struct kpol_address *old, struct kpol_address *entry)
{
	entry->index = old->index;
	a->entries[entry->index] = entry;
	hlist_replace_rcu(&old->node, &entry->node);
	retire(a, old);
}

static void insert(struct kpol_addresses *a, struct kpol_address *entry)
{
	entry->index = a->n;
	a->entries[a->n++] = entry;
	hlist_add_head_rcu(&entry->node, &a->buckets[bucket_of(a, entry->family, entry->addr)]);
}

static void apply(struct kpol_addresses *a, struct kpol_address *entry)
{
	struct kpol_address *old = find(a, entry->family, entry->addr);

	if (!entry->n_sets) {
		if (old)
			forget(a, old);
		kfree(entry);
		return;
	}
	a->memory += entry_size(entry);
	if (old)
		replace(a, old, entry);
	else
		insert(a, entry);
}

int kpol_address_batch_apply(struct kpol_address_batch *batch, struct kpol_addresses *a)
{
	struct kpol_address *entry, *next;
	int err = reserve(a, batch);

	if (err)
		return err;
	for (entry = batch->first; entry; entry = next) {
		next = entry->next;
		apply(a, entry);
	}
	a->version = next_version();
	*batch = (struct kpol_address_batch){};
	return 0;
}

void kpol_address_batch_free(struct kpol_address_batch *batch)
{
	struct kpol_address *entry, *next;

	for (entry = batch->first; entry; entry = next) {
		next = entry->next;
		kfree(entry);
	}
	*batch = (struct kpol_address_batch){};
}

u32 kpol_addresses_count(const struct kpol_addresses *a)
{
	return a ? a->n : 0;
}

bool kpol_addresses_row(const struct kpol_addresses *a, u32 index, struct kpol_address_row *ret)
{
	const struct kpol_address *entry;

	if (index >= kpol_addresses_count(a))
		return false;
	entry = a->entries[index];
	*ret = (struct kpol_address_row){ .addr = entry->addr,
					  .len = entry->family == AF_INET ? 4 : 16,
					  .sets = entry->sets,
					  .n_sets = entry->n_sets };
	return true;
}

size_t kpol_addresses_memory(const struct kpol_addresses *a)
{
	return a ? a->memory : 0;
}

u32 kpol_addresses_version(const struct kpol_addresses *a)
{
	return a ? a->version : 0;
}
