/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From pods to address rows: which sets each address is in, and what has changed. */
#ifndef KPOL_COMPILE_ADDRESS_H
#define KPOL_COMPILE_ADDRESS_H

#include "compile/ruleset.h"
#include "model/bundle.h"

/**
 * struct kpol_address - an address of a pod
 * @addr: network byte order; IPv4 fills the first four bytes. An IPv4-mapped address is IPv4.
 */
struct kpol_address {
	uint8_t family;
	uint8_t addr[16];
};

/**
 * struct kpol_pod - what address sets are made of; borrows all it points to
 * @namespace: NULL: none.
 *
 * Leave out pods that have no address of their own (hostNetwork: theirs is the node's, and any program of the
 * node would pass as them) and those that have ended, whose address may be another's already.
 */
struct kpol_pod {
	const char *namespace;
	const struct kpol_label *labels;
	size_t n_labels;
	const struct kpol_address *addresses;
	size_t n_addresses;
};

/**
 * kpol_compile_addresses() - the address rows of these pods for the sets of a ruleset
 * @ruleset: as kpol_compile() made it.
 * @pods: in order of age, oldest first: of several with one address only the last counts, so that an address
 *	used again has nothing of its old labels.
 * @ret: sorted by address, without addresses that are in no set. To be sent with the ruleset it becomes
 *	@ruleset->addresses. End with kpol_address_rows_clear().
 *
 * Each pod is compared with those sets only that ask for a label it has, or for none.
 * Return: 0; -E2BIG: more than KPOL_ADDRESSES_MAX addresses; -ENOMEM.
 */
int kpol_compile_addresses(const struct kpol_ruleset *ruleset, const struct kpol_pod *pods,
			   size_t n_pods, struct kpol_address_rows *ret);

/**
 * kpol_address_rows_find() - the row of an address
 * @rows: sorted. @addr: 4 or 16 bytes; IPv4-mapped is IPv4.
 *
 * For who judges with the engine what the kernel would: the ids are what kpol_access::sets wants. Return: or NULL.
 */
const struct kpol_address_row *kpol_address_rows_find(const struct kpol_address_rows *rows,
						      uint8_t family, const uint8_t *addr);

/**
 * kpol_address_rows_diff() - what has to be sent so that @old becomes @new
 * @ret: rows of @new that differ, and those of @old that are gone, without ids.
 *
 * Both are of the same ruleset. Return: 0 or -ENOMEM.
 */
int kpol_address_rows_diff(const struct kpol_address_rows *old, const struct kpol_address_rows *new,
			   struct kpol_address_rows *ret);

/**
 * kpol_address_rows_apply() - make the changes that kpol_address_rows_diff() found
 * @rows: sorted, and stays so.
 *
 * Return: 0; -ENOMEM: some of them are made.
 */
int kpol_address_rows_apply(struct kpol_address_rows *rows,
			    const struct kpol_address_rows *changes);

#endif /* KPOL_COMPILE_ADDRESS_H */
