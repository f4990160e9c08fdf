/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A node of the YAML tree, with its place. */
#ifndef KPOL_LOAD_NODE_H
#define KPOL_LOAD_NODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/* @KPOL_NODE_BAD: there was something here that has been reported already.
 * @KPOL_NODE_TWICE: a key whose value was already there; gone before anybody else looks. */
enum kpol_node_kind {
	KPOL_NODE_SCALAR = 1,
	KPOL_NODE_MAP,
	KPOL_NODE_LIST,
	KPOL_NODE_BAD,
	KPOL_NODE_TWICE,
};

/**
 * struct kpol_node - one value
 * @next: the next value of the same map or list, or the next document.
 * @first: first value of a map or list.
 * @key: for a value of a map: its key, a scalar (or BAD).
 * @text: of a scalar, NUL-terminated without a NUL inside; "" otherwise.
 * @n: values in a map or list.
 * @line, @column: where it begins, from 1.
 * @plain: a scalar without quotes.
 *
 * All memory belongs to the tree.
 */
struct kpol_node {
	struct kpol_node *next;
	struct kpol_node *first;
	struct kpol_node *key;
	const char *text;
	uint32_t len;
	uint32_t n;
	uint32_t line;
	uint32_t column;
	uint8_t kind;
	bool plain;
};

/** kpol_node_get() - the value of @key in a map; NULL if absent, null or @map is NULL or no map. */
const struct kpol_node *kpol_node_get(const struct kpol_node *map, const char *key);

/** kpol_node_text() - the scalar of @key, NULL if it is absent or no scalar. */
const char *kpol_node_text(const struct kpol_node *map, const char *key);

/** kpol_node_is_null() - nothing, "~" or "null", without quotes. */
bool kpol_node_is_null(const struct kpol_node *node);

/** kpol_node_kind_name() - "a mapping", "a list", "a single value". */
const char *kpol_node_kind_name(const struct kpol_node *node);

#define kpol_for_each_node(node, parent)                                             \
	for (const struct kpol_node *node = (parent) ? (parent)->first : NULL; node; \
	     node = node->next)

#endif /* KPOL_LOAD_NODE_H */
