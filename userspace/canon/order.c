// SPDX-License-Identifier: GPL-2.0-or-later
/* The order of keys: that of the schema's field tables. */
#include <string.h>

#include "canon/canon.h"

static const struct kpol_field *find_field(const struct kpol_schema *schema, const char *key,
					   size_t *ret_rank)
{
	*ret_rank = 0;
	for (const struct kpol_field *field = schema->fields; field->key; field++, ++*ret_rank)
		if (!strcmp(field->key, key))
			return field;
	return NULL;
}

static size_t rank_of(const struct kpol_schema *schema, const struct kpol_canon_node *node)
{
	size_t rank;

	find_field(schema, node->key->text, &rank);
	return rank;
}

/* Insertion: maps are short, and equals stay as they are. */
static void sort_children(const struct kpol_schema *schema, struct kpol_canon_node *map)
{
	struct kpol_canon_node *sorted = NULL, *next;

	for (struct kpol_canon_node *node = map->first; node; node = next) {
		struct kpol_canon_node **at = &sorted;

		next = node->next;
		while (*at && rank_of(schema, *at) <= rank_of(schema, node))
			at = &(*at)->next;
		node->next = *at;
		*at = node;
	}
	map->first = sorted;
}

static void order_map(const struct kpol_schema *schema, struct kpol_canon_node *map);

static void order_value(const struct kpol_field *field, struct kpol_canon_node *value)
{
	if (!field || !field->schema)
		return;
	if (field->shape == KPOL_SHAPE_MAP)
		order_map(field->schema, value);
	for (struct kpol_canon_node *child = value->first; field->shape == KPOL_SHAPE_MAPS && child;
	     child = child->next)
		order_map(field->schema, child);
}

static void order_map(const struct kpol_schema *schema, struct kpol_canon_node *map)
{
	size_t rank;

	if (map->kind != KPOL_CANON_MAP)
		return;
	sort_children(schema, map);
	for (struct kpol_canon_node *child = map->first; child; child = child->next)
		order_value(find_field(schema, child->key->text, &rank), child);
}

void kpol_canon_order(struct kpol_canon *canon, kpol_canon_schema *find)
{
	for (struct kpol_canon_node *doc = canon->documents; doc; doc = doc->next) {
		const struct kpol_canon_node *kind = kpol_canon_get(doc, "kind");
		const struct kpol_schema *schema =
			kind && kind->kind == KPOL_CANON_SCALAR ? find(kind->text) : NULL;

		if (schema)
			order_map(schema, doc);
	}
}
