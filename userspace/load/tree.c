// SPDX-License-Identifier: GPL-2.0-or-later
/* From libyaml's events to the tree. */
#include "load/tree.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <yaml.h>

#include "base/cleanup.h"
#include "load/load.h"

#define FEW_KEYS 16 /* up to here comparing all pairs is cheaper than sorting */

/* One open map or list. @last: newest value; @key: waiting for its value. */
struct frame {
	struct kpol_node *node;
	struct kpol_node *last;
	struct kpol_node *key;
};

struct parse {
	const struct kpol_input *in;
	struct kpol_tree *tree;
	struct kpol_node *last_document;
	struct frame frames[KPOL_BUNDLE_DEPTH_MAX + 1];
	size_t depth;
	bool failed;
};

/* Report and go on: only lack of memory stops the reading. */
#define complain(parse, code, at, ...) \
	((parse)->failed = true,       \
	 kpol_input_error((parse)->in, code, at, __VA_ARGS__) == -ENOMEM ? -ENOMEM : 0)

static struct kpol_node *node_new(struct parse *parse, const yaml_mark_t *mark, uint8_t kind)
{
	struct kpol_node *node = kpol_arena_alloc(&parse->tree->arena, sizeof(*node));

	if (!node)
		return NULL;
	parse->tree->n_nodes++;
	node->kind = kind;
	node->text = "";
	node->line = (uint32_t)mark->line + 1;
	node->column = (uint32_t)mark->column + 1;
	return node;
}

static int take_key(struct parse *parse, struct frame *frame, struct kpol_node *key)
{
	frame->key = key;
	if (key->kind == KPOL_NODE_MAP || key->kind == KPOL_NODE_LIST)
		return complain(parse, KPOL_CODE_SHAPE, key, "a key must be a word, not %s",
				kpol_node_kind_name(key));
	if (key->kind == KPOL_NODE_SCALAR && key->plain && !strcmp(key->text, "<<")) {
		key->kind = KPOL_NODE_BAD;
		return complain(parse, KPOL_CODE_YAML, key, "merge keys (<<) are not allowed");
	}
	return 0;
}

static void append_value(struct frame *frame, struct kpol_node *value)
{
	if (frame->last)
		frame->last->next = value;
	else
		frame->node->first = value;
	frame->last = value;
	frame->node->n++;
}

static void append_document(struct parse *parse, struct kpol_node *root)
{
	if (parse->last_document)
		parse->last_document->next = root;
	else
		parse->tree->documents = root;
	parse->last_document = root;
}

static int attach_node(struct parse *parse, struct kpol_node *node)
{
	struct frame *frame = parse->depth ? &parse->frames[parse->depth - 1] : NULL;

	if (!frame) {
		append_document(parse, node);
		return 0;
	}
	if (frame->node->kind == KPOL_NODE_MAP && !frame->key)
		return take_key(parse, frame, node);
	node->key = frame->key;
	frame->key = NULL;
	append_value(frame, node);
	return 0;
}

static int refuse_extras(struct parse *parse, const struct kpol_node *node,
			 const yaml_char_t *anchor, const yaml_char_t *tag)
{
	if (anchor && complain(parse, KPOL_CODE_YAML, node, "anchors (&%s) are not allowed",
			       (const char *)anchor) < 0)
		return -ENOMEM;
	if (tag)
		return complain(parse, KPOL_CODE_YAML, node, "tags (%s) are not allowed",
				(const char *)tag);
	return 0;
}

static int take_scalar(struct parse *parse, const yaml_event_t *event)
{
	const char *value = (const char *)event->data.scalar.value;
	struct kpol_node *node = node_new(parse, &event->start_mark, KPOL_NODE_SCALAR);

	if (!node)
		return -ENOMEM;
	node->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	node->len = (uint32_t)event->data.scalar.length;
	node->text = kpol_arena_text(&parse->tree->arena, value, node->len);
	if (!node->text ||
	    refuse_extras(parse, node, event->data.scalar.anchor, event->data.scalar.tag) < 0)
		return -ENOMEM;
	if (memchr(value, 0, node->len)) {
		node->kind = KPOL_NODE_BAD;
		if (complain(parse, KPOL_CODE_VALUE, node, "NUL character in a value") < 0)
			return -ENOMEM;
	}
	return attach_node(parse, node);
}

static int take_alias(struct parse *parse, const yaml_event_t *event)
{
	struct kpol_node *node = node_new(parse, &event->start_mark, KPOL_NODE_BAD);

	if (!node || complain(parse, KPOL_CODE_YAML, node, "aliases (*%s) are not allowed",
			      (const char *)event->data.alias.anchor) < 0)
		return -ENOMEM;
	return attach_node(parse, node);
}

static int open_collection(struct parse *parse, const yaml_event_t *event, uint8_t kind)
{
	struct kpol_node *node = node_new(parse, &event->start_mark, kind);
	bool is_map = kind == KPOL_NODE_MAP;
	int r;

	if (!node)
		return -ENOMEM;
	r = refuse_extras(parse, node,
			  is_map ? event->data.mapping_start.anchor
				 : event->data.sequence_start.anchor,
			  is_map ? event->data.mapping_start.tag : event->data.sequence_start.tag);
	if (r < 0)
		return r;
	if (parse->depth == KPOL_BUNDLE_DEPTH_MAX)
		return kpol_input_error(parse->in, KPOL_CODE_LIMIT, node,
					"nested deeper than %d levels", KPOL_BUNDLE_DEPTH_MAX);
	r = attach_node(parse, node);
	if (r < 0)
		return r;
	parse->frames[parse->depth++] = (struct frame){ .node = node };
	return 0;
}

/* The same again changes nothing; anything else would leave one of the two unheard. */
static int report_duplicate(struct parse *parse, const struct kpol_node *first,
			    struct kpol_node *second)
{
	struct kpol_node *key = second->key;
	bool same = first->kind == KPOL_NODE_SCALAR && second->kind == KPOL_NODE_SCALAR &&
		    !strcmp(first->text, second->text);

	if (key->kind != KPOL_NODE_SCALAR)
		return 0;
	if (same) {
		key->kind = KPOL_NODE_TWICE;
		return kpol_input_warn(parse->in, KPOL_CODE_DUPLICATE, key,
				       "\"%s\" is already on line %u, with the same value",
				       key->text, first->key->line);
	}
	key->kind = KPOL_NODE_BAD;
	return complain(parse, KPOL_CODE_DUPLICATE, key,
			"duplicate key \"%s\": it is already on line %u", key->text,
			first->key->line);
}

static int check_few_keys(struct parse *parse, const struct kpol_node *map)
{
	for (const struct kpol_node *a = map->first; a; a = a->next)
		for (struct kpol_node *b = a->next; b; b = b->next)
			if (a->key->kind == KPOL_NODE_SCALAR && b->key->kind == KPOL_NODE_SCALAR &&
			    !strcmp(a->key->text, b->key->text) &&
			    report_duplicate(parse, a, b) < 0)
				return -ENOMEM;
	return 0;
}

static int compare_keys(const void *a, const void *b)
{
	const struct kpol_node *x = (*(struct kpol_node *const *)a)->key;
	const struct kpol_node *y = (*(struct kpol_node *const *)b)->key;
	int r = strcmp(x->text, y->text);

	if (r)
		return r;
	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	return x->column < y->column ? -1 : x->column > y->column;
}

static int check_many_keys(struct parse *parse, const struct kpol_node *map)
{
	_cleanup_free_ struct kpol_node **values = NULL;
	size_t n = 0, first = 0;

	values = calloc(map->n, sizeof(*values));
	if (!values)
		return -ENOMEM;
	for (struct kpol_node *value = map->first; value; value = value->next)
		if (value->key->kind == KPOL_NODE_SCALAR)
			values[n++] = value;
	qsort(values, n, sizeof(*values), compare_keys);
	for (size_t i = 1; i < n; i++) {
		if (strcmp(values[first]->key->text, values[i]->key->text))
			first = i;
		else if (report_duplicate(parse, values[first], values[i]) < 0)
			return -ENOMEM;
	}
	return 0;
}

static void drop_repeated(struct kpol_node *map)
{
	struct kpol_node **link = &map->first;

	while (*link) {
		if ((*link)->key->kind != KPOL_NODE_TWICE) {
			link = &(*link)->next;
			continue;
		}
		*link = (*link)->next;
		map->n--;
	}
}

static int check_keys(struct parse *parse, struct kpol_node *map)
{
	int r = map->n <= FEW_KEYS ? check_few_keys(parse, map) : check_many_keys(parse, map);

	drop_repeated(map);
	return r;
}

static int close_collection(struct parse *parse)
{
	struct kpol_node *node = parse->frames[--parse->depth].node;

	if (node->kind != KPOL_NODE_MAP || node->n < 2)
		return 0;
	return check_keys(parse, node);
}

static int start_document(struct parse *parse, const yaml_event_t *event)
{
	struct kpol_node place = { .line = (uint32_t)event->start_mark.line + 1, .column = 1 };

	if (event->data.document_start.tag_directives.start ==
	    event->data.document_start.tag_directives.end)
		return 0;
	return complain(parse, KPOL_CODE_YAML, &place, "tag directives (%%TAG) are not allowed");
}

static int take_event(struct parse *parse, const yaml_event_t *event)
{
	if (parse->tree->n_nodes >= KPOL_TREE_NODES_MAX)
		return kpol_diag_add(parse->in->diags, KPOL_ERROR, KPOL_CODE_LIMIT, parse->in->file,
				     (unsigned int)event->start_mark.line + 1, 0,
				     "more than %u values", KPOL_TREE_NODES_MAX);
	switch (event->type) {
	case YAML_DOCUMENT_START_EVENT:
		return start_document(parse, event);
	case YAML_ALIAS_EVENT:
		return take_alias(parse, event);
	case YAML_SCALAR_EVENT:
		return take_scalar(parse, event);
	case YAML_MAPPING_START_EVENT:
		return open_collection(parse, event, KPOL_NODE_MAP);
	case YAML_SEQUENCE_START_EVENT:
		return open_collection(parse, event, KPOL_NODE_LIST);
	case YAML_MAPPING_END_EVENT:
	case YAML_SEQUENCE_END_EVENT:
		return close_collection(parse);
	default:
		return 0;
	}
}

static int report_syntax(const struct kpol_input *in, const yaml_parser_t *parser)
{
	struct kpol_node place = { .line = (uint32_t)parser->problem_mark.line + 1,
				   .column = (uint32_t)parser->problem_mark.column + 1 };
	const char *problem = parser->problem ? parser->problem : "unreadable";

	if (parser->error == YAML_MEMORY_ERROR)
		return -ENOMEM;
	if (!strcmp(problem, "found character that cannot start any token"))
		return kpol_input_error(in, KPOL_CODE_YAML, &place,
					"a value cannot begin with this character "
					"(tabs cannot indent; quote it if it is text)");
	if (!parser->context)
		return kpol_input_error(in, KPOL_CODE_YAML, &place, "not YAML: %s", problem);
	return kpol_input_error(in, KPOL_CODE_YAML, &place,
				"not YAML: %s, %s that began on line %zu", problem, parser->context,
				parser->context_mark.line + 1);
}

static int read_events(struct parse *parse, yaml_parser_t *parser)
{
	_cleanup_(yaml_event_delete) yaml_event_t event = { 0 };
	int r;

	do {
		yaml_event_delete(&event);
		if (!yaml_parser_parse(parser, &event))
			return report_syntax(parse->in, parser);
		r = take_event(parse, &event);
		if (r < 0)
			return r;
	} while (event.type != YAML_STREAM_END_EVENT);
	parse->tree->complete = true;
	return parse->failed ? -EINVAL : 0;
}

int kpol_tree_parse(const struct kpol_input *in, const char *text, size_t len,
		    struct kpol_tree *tree)
{
	_cleanup_(yaml_parser_delete) yaml_parser_t parser = { 0 };
	struct parse parse = { .in = in, .tree = tree };

	if (!yaml_parser_initialize(&parser))
		return -ENOMEM;
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, len);
	return read_events(&parse, &parser);
}

void kpol_tree_clear(struct kpol_tree *tree)
{
	kpol_arena_clear(&tree->arena);
	memset(tree, 0, sizeof(*tree));
}
