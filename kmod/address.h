/* SPDX-License-Identifier: GPL-2.0-only */
/* Addresses: which address sets each of them is in. */
#ifndef KPOL_ADDRESS_H
#define KPOL_ADDRESS_H

#include <linux/types.h>

/*
 * Addresses belong to a ruleset's content and change with the pods, without a new ruleset. An entry is never
 * changed: a change puts another in its place with one pointer, so a reader finds the old list or the new one,
 * and of an address that is given another list never none. What was replaced is freed a grace period later;
 * what is there at the end goes with the content, which is freed a grace period after the last ruleset that
 * had it. Readers hold preemption off, or another RCU read side, from the lookup to the end of their use.
 */
struct kpol_addresses;

/** kpol_addresses_new() - with nothing in it; NULL: no memory. May sleep. */
struct kpol_addresses *kpol_addresses_new(void);

/** kpol_addresses_free() - @addresses: may be NULL; nobody can look at it any more. */
void kpol_addresses_free(struct kpol_addresses *addresses);

/**
 * kpol_addresses_find() - the sets that an address is in
 * @addresses: NULL: there are none.
 * @family: AF_INET or AF_INET6; an IPv4-mapped address is found as IPv4.
 * @addr: network byte order, 4 or 16 bytes.
 * @ret_sets: ids, ascending; valid as long as the read side. Untouched if there are none.
 *
 * Context: any, in an RCU read side; no lock, no allocation. Return: how many.
 */
u32 kpol_addresses_find(const struct kpol_addresses *addresses, u8 family, const u8 *addr,
			const u32 **ret_sets);

/**
 * struct kpol_address_row - one address with its whole list
 * @len: of @addr: 4 or 16.
 * @sets: ids; @n_sets: 0: the address is to be forgotten.
 */
struct kpol_address_row {
	const u8 *addr;
	const u32 *sets;
	u32 len;
	u32 n_sets;
};

struct kpol_address;

/**
 * struct kpol_address_batch - changes prepared, for all of them to be made or none
 * @first, @last: entries by kpol_address::next. @n_new: at most so many are of new addresses.
 *
 * Zero-initialise, end with kpol_address_batch_free().
 */
struct kpol_address_batch {
	struct kpol_address *first;
	struct kpol_address *last;
	u32 n_new;
};

/**
 * kpol_address_batch_add() - check a row and prepare its entry
 * @n_sets: ids go from 1 to this.
 * @ret_reason: constant sentence part on -EINVAL.
 *
 * Context: may sleep. Return: 0, -EINVAL, -ENOMEM.
 */
int kpol_address_batch_add(struct kpol_address_batch *batch, const struct kpol_address_row *row,
			   u32 n_sets, const char **ret_reason);

/**
 * kpol_address_batch_apply() - make all changes, in order
 *
 * Context: may sleep; callers exclude each other.
 * Return: 0, and the batch is empty; -E2BIG: there would be more than KPOL_ADDRESSES_MAX; -ENOMEM. On failure
 * nothing has changed.
 */
int kpol_address_batch_apply(struct kpol_address_batch *batch, struct kpol_addresses *addresses);

/** kpol_address_batch_free() - forget changes that were not made. */
void kpol_address_batch_free(struct kpol_address_batch *batch);

/* For whoever excludes changes: how many, each of them by number, bytes held. @addresses may be NULL. */
u32 kpol_addresses_count(const struct kpol_addresses *addresses);
bool kpol_addresses_row(const struct kpol_addresses *addresses, u32 index,
			struct kpol_address_row *ret);
size_t kpol_addresses_memory(const struct kpol_addresses *addresses);

/** kpol_addresses_version() - never twice the same for two states of any addresses; 0: there are none. */
u32 kpol_addresses_version(const struct kpol_addresses *addresses);

#endif /* KPOL_ADDRESS_H */
