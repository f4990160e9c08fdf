// SPDX-License-Identifier: GPL-2.0-or-later
/* From YAML text to a tree that keeps comments and styles. */
#include <errno.h>
#include <string.h>

#include <yaml.h>

#include "base/cleanup.h"
#include "canon/canon.h"
#include "load/scan.h"
#include "load/tree.h"

struct reading {
	struct kpol_canon *canon;
	yaml_document_t document;
};

static struct kpol_canon_node *read_node(struct reading *r, int id);

static struct kpol_canon_node *read_scalar(struct reading *r, const yaml_node_t *from,
					   struct kpol_canon_node *node)
{
	node->len = from->data.scalar.length;
	node->text =
		kpol_arena_text(&r->canon->arena, (const char *)from->data.scalar.value, node->len);
	switch (from->data.scalar.style) {
	case YAML_PLAIN_SCALAR_STYLE:
		node->style = KPOL_CANON_PLAIN;
		break;
	case YAML_LITERAL_SCALAR_STYLE:
	case YAML_FOLDED_SCALAR_STYLE:
		node->style = KPOL_CANON_BLOCK;
		/* Its end is where the next token begins. */
		node->end_line = node->line;
		break;
	default:
		node->style = KPOL_CANON_QUOTED;
	}
	return node->text ? node : NULL;
}

static struct kpol_canon_node *read_list(struct reading *r, const yaml_node_t *from,
					 struct kpol_canon_node *node)
{
	struct kpol_canon_node **end = &node->first;

	node->kind = KPOL_CANON_LIST;
	node->flow = from->data.sequence.style == YAML_FLOW_SEQUENCE_STYLE;
	for (const yaml_node_item_t *item = from->data.sequence.items.start;
	     item < from->data.sequence.items.top; item++) {
		*end = read_node(r, *item);
		if (!*end)
			return NULL;
		end = &(*end)->next;
	}
	return node;
}

static struct kpol_canon_node *read_map(struct reading *r, const yaml_node_t *from,
					struct kpol_canon_node *node)
{
	struct kpol_canon_node **end = &node->first;

	node->kind = KPOL_CANON_MAP;
	node->flow = from->data.mapping.style == YAML_FLOW_MAPPING_STYLE;
	for (const yaml_node_pair_t *pair = from->data.mapping.pairs.start;
	     pair < from->data.mapping.pairs.top; pair++) {
		struct kpol_canon_node *key = read_node(r, pair->key);

		*end = key ? read_node(r, pair->value) : NULL;
		if (!*end)
			return NULL;
		(*end)->key = key;
		(*end)->line = key->line;
		end = &(*end)->next;
	}
	return node;
}

static struct kpol_canon_node *read_node(struct reading *r, int id)
{
	const yaml_node_t *from = yaml_document_get_node(&r->document, id);
	struct kpol_canon_node *node = kpol_arena_alloc(&r->canon->arena, sizeof(*node));

	if (!node || !from)
		return NULL;
	node->line = (uint32_t)from->start_mark.line + 1;
	node->end_line = (uint32_t)from->end_mark.line + 1;
	switch (from->type) {
	case YAML_SCALAR_NODE:
		return read_scalar(r, from, node);
	case YAML_SEQUENCE_NODE:
		return read_list(r, from, node);
	default:
		return read_map(r, from, node);
	}
}

/* Return: 1 with a document in @ret, 0 at the end, or an error. */
static int read_document(struct reading *r, yaml_parser_t *parser, struct kpol_canon_node **ret)
{
	const yaml_node_t *root;

	if (!yaml_parser_load(parser, &r->document))
		return parser->error == YAML_MEMORY_ERROR ? -ENOMEM : -EINVAL;
	root = yaml_document_get_root_node(&r->document);
	*ret = root ? read_node(r, 1) : NULL;
	yaml_document_delete(&r->document);
	if (!root)
		return 0;
	return *ret ? 1 : -ENOMEM;
}

static int read_documents(const char *text, size_t len, struct kpol_canon *canon)
{
	_cleanup_(yaml_parser_delete) yaml_parser_t parser = { 0 };
	struct reading reading = { .canon = canon };
	struct kpol_canon_node **end = &canon->documents;
	int r;

	if (!yaml_parser_initialize(&parser))
		return -ENOMEM;
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, len);
	while ((r = read_document(&reading, &parser, end)) > 0) {
		/* A document with nothing in it says nothing; its comments go to the next one. */
		if ((*end)->kind == KPOL_CANON_SCALAR && !(*end)->len &&
		    (*end)->style == KPOL_CANON_PLAIN)
			*end = NULL;
		else
			end = &(*end)->next;
	}
	return r;
}

int kpol_canon_parse(const struct kpol_input *in, const char *text, size_t len,
		     struct kpol_canon *ret)
{
	_cleanup_(kpol_tree_clear) struct kpol_tree tree = { 0 };
	struct kpol_comment *comments = NULL;
	int r = kpol_scan_text(in, text, len);

	if (r == 0)
		r = kpol_tree_parse(in, text, len, &tree);
	if (r == 0)
		r = read_documents(text, len, ret);
	if (r == 0)
		r = kpol_canon_comments(text, len, ret, &comments);
	return r < 0 ? r : kpol_canon_attach(text, len, comments, ret);
}

struct kpol_canon_node *kpol_canon_get(const struct kpol_canon_node *map, const char *key)
{
	if (!map || map->kind != KPOL_CANON_MAP)
		return NULL;
	for (struct kpol_canon_node *child = map->first; child; child = child->next)
		if (!strcmp(child->key->text, key))
			return child;
	return NULL;
}

void kpol_canon_clear(struct kpol_canon *canon)
{
	kpol_arena_clear(&canon->arena);
	memset(canon, 0, sizeof(*canon));
}
