// SPDX-License-Identifier: GPL-2.0-or-later
/* Looking things up in a node. */
#include "load/node.h"

#include <string.h>

bool kpol_node_is_null(const struct kpol_node *node)
{
	return node->kind == KPOL_NODE_SCALAR && node->plain &&
	       (!node->len || !strcmp(node->text, "~") || !strcmp(node->text, "null"));
}

const struct kpol_node *kpol_node_get(const struct kpol_node *map, const char *key)
{
	if (!map || map->kind != KPOL_NODE_MAP)
		return NULL;
	kpol_for_each_node(value,
			   map) if (value->key->kind == KPOL_NODE_SCALAR &&
				    !strcmp(value->key->text, key)) return kpol_node_is_null(value)
		? NULL
		: value;
	return NULL;
}

const char *kpol_node_text(const struct kpol_node *map, const char *key)
{
	const struct kpol_node *value = kpol_node_get(map, key);

	return value && value->kind == KPOL_NODE_SCALAR ? value->text : NULL;
}

const char *kpol_node_kind_name(const struct kpol_node *node)
{
	switch (node->kind) {
	case KPOL_NODE_MAP:
		return "a mapping";
	case KPOL_NODE_LIST:
		return "a list";
	default:
		return "a single value";
	}
}
