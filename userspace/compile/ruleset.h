/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A ruleset: what the kernel gets, rows of policies, scopes, sets, rules, bindings and addresses. */
#ifndef KPOL_COMPILE_RULESET_H
#define KPOL_COMPILE_RULESET_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "engine/rule.h"
#include "engine/table.h"
#include "model/bundle.h"

/** struct kpol_policy_row - policy id is its index + 1. @name is unique: "namespace/name", host:
 * "name". */
struct kpol_policy_row {
	char *name;
	uint8_t mode;
	unsigned int line;
};

/**
 * struct kpol_scope_row - scope id is its index + 1
 * @policies: ids, ascending: what makes it up.
 * @dropped: of a row that was read back from the module: events of it that were lost.
 */
struct kpol_scope_row {
	char *name;
	uint32_t flags;
	uint32_t *policies;
	size_t n_policies;
	uint64_t dropped;
};

/**
 * struct kpol_set_row - set id is its index + 1
 * @pods: what the name stands for; @is_known: false for a row that was read back from the module.
 */
struct kpol_set_row {
	char *name;
	bool is_known;
	struct kpol_pods pods;
};

/**
 * struct kpol_address_row - an address and the sets it is in
 * @addr: network byte order; IPv4 fills the first four bytes.
 * @ids: ascending; @n_ids: 0: the address is to be forgotten.
 */
struct kpol_address_row {
	uint8_t family;
	uint8_t addr[16];
	uint32_t *ids;
	size_t n_ids;
};

/** struct kpol_address_rows - by family and address; end with kpol_address_rows_clear(). */
struct kpol_address_rows {
	struct kpol_address_row *items;
	size_t n;
};

void kpol_address_rows_clear(struct kpol_address_rows *rows);

struct kpol_binding_row {
	uint8_t kind; /* enum kpol_bind */
	uint64_t cgroup; /* BIND_ID */
	char *path; /* the others; for BIND_ID the path it was found by, for people */
	uint32_t scope;
};

/**
 * struct kpol_ruleset - rows ready to send
 * @rules: rule i has id i + 1; ordered by scope, then policy, then place, so that equal input gives
 *equal output.
 * @items: per rule the index of its policy's item, for message, tags and severity.
 * @addresses: not compiled from a bundle: kpol_compile_addresses() makes them from pods.
 * @strings: owns the objects and sources of the rules, shared among them. All else is malloc()ed.
 */
struct kpol_ruleset {
	struct kpol_policy_row *policies;
	size_t n_policies;
	struct kpol_scope_row *scopes;
	size_t n_scopes;
	struct kpol_set_row *sets;
	size_t n_sets;
	struct kpol_rule *rules;
	uint32_t *items;
	size_t n_rules;
	struct kpol_binding_row *bindings;
	size_t n_bindings;
	struct kpol_address_rows addresses;
	struct kpol_arena strings;
};

void kpol_ruleset_free(struct kpol_ruleset *ruleset);

/** kpol_ruleset_digest() - SHA-256 as kpol_rule_encode() documents it. Return: 0 or -EIO. */
int kpol_ruleset_digest(const struct kpol_ruleset *ruleset, uint8_t digest[KPOL_DIGEST_LEN]);

/**
 * kpol_ruleset_table() - the engine's table over these rows, for explain, test and lint
 * @ret_table: refers to @ruleset's rows; free it first.
 */
int kpol_ruleset_table(const struct kpol_ruleset *ruleset, struct kpol_table_error *ret_error,
		       struct kpol_table **ret_table);

#endif /* KPOL_COMPILE_RULESET_H */
