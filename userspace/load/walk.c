// SPDX-License-Identifier: GPL-2.0-or-later
/* The walk over a document with its schema in hand. */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "base/words.h"
#include "load/schema.h"

/* Errors do not stop the walk; lack of memory does. */
static int worse(int so_far, int r)
{
	if (so_far == -ENOMEM || r == -ENOMEM)
		return -ENOMEM;
	return so_far < 0 ? so_far : r;
}

static bool has_control_character(const struct kpol_node *node, bool multiline)
{
	uint32_t c;
	size_t n;

	for (size_t at = 0; at < node->len; at += n) {
		n = kpol_utf8_decode(node->text + at, node->len - at, &c);
		if (!n)
			return true;
		if (multiline && (c == '\n' || c == '\t'))
			continue;
		if (c < 0x20 || (c >= 0x7f && c < 0xa0))
			return true;
	}
	return false;
}

static bool is_word(const char *const *words, const char *text)
{
	for (; *words; words++)
		if (!strcmp(*words, text))
			return true;
	return false;
}

static int report_word(const struct kpol_input *in, const char *noun, const char *const *words,
		       const struct kpol_node *node)
{
	const char *near = kpol_nearest(words, node->text);

	if (near)
		return kpol_input_error(in, KPOL_CODE_VALUE, node,
					"unknown %s \"%s\" (did you mean \"%s\"?)", noun,
					node->text, near);
	return kpol_input_error(in, KPOL_CODE_VALUE, node, "unknown %s \"%s\"", noun, node->text);
}

static int check_scalar(const struct kpol_input *in, const char *key,
			const struct kpol_scalar *scalar, const struct kpol_node *node)
{
	const char *noun = scalar->noun ? scalar->noun : key;
	const char *fault;

	if (node->kind == KPOL_NODE_BAD)
		return -EINVAL;
	if (node->kind != KPOL_NODE_SCALAR)
		return kpol_input_error(
			in, KPOL_CODE_SHAPE, node, "%s\"%s\" must be a single value, not %s",
			node->key ? "" : "an entry of ", key, kpol_node_kind_name(node));
	if (!node->key && kpol_node_is_null(node))
		return kpol_input_error(in, KPOL_CODE_VALUE, node, "an entry of \"%s\" is empty",
					key);
	if (!node->len && !scalar->may_be_empty)
		return kpol_input_error(in, KPOL_CODE_VALUE, node, "\"%s\" is empty", key);
	if (has_control_character(node, scalar->multiline))
		return kpol_input_error(in, KPOL_CODE_VALUE, node, "\"%s\" has a control character",
					key);
	if (scalar->words && !is_word(scalar->words, node->text))
		return report_word(in, noun, scalar->words, node);
	fault = scalar->fault ? scalar->fault(node) : NULL;
	if (fault)
		return kpol_input_error(in, KPOL_CODE_VALUE, node, "%s \"%s\" %s", noun, node->text,
					fault);
	return 0;
}

static int expect_kind(const struct kpol_input *in, const char *key, const struct kpol_node *node,
		       enum kpol_node_kind kind)
{
	if (node->kind == kind)
		return 0;
	if (node->kind == KPOL_NODE_BAD)
		return -EINVAL;
	return kpol_input_error(in, KPOL_CODE_SHAPE, node, "%s\"%s\" must be %s, not %s",
				node->key ? "" : "an entry of ", key,
				kind == KPOL_NODE_MAP ? "a mapping" : "a list",
				kpol_node_kind_name(node));
}

static int check_list(const struct kpol_input *in, const struct kpol_field *field,
		      const struct kpol_node *list)
{
	int r = expect_kind(in, field->key, list, KPOL_NODE_LIST);

	if (r < 0)
		return r;
	if (!list->n && field->flags & KPOL_FIELD_NONEMPTY)
		return kpol_input_error(in, KPOL_CODE_VALUE, list, "\"%s\" is empty", field->key);
	if (field->max && list->n > field->max)
		r = kpol_input_error(in, KPOL_CODE_LIMIT, list,
				     "\"%s\" has %u entries, at most %u are allowed", field->key,
				     list->n, field->max);
	kpol_for_each_node(entry, list)
	{
		if (field->shape == KPOL_SHAPE_SCALARS) {
			r = worse(r, check_scalar(in, field->key, field->scalar, entry));
			continue;
		}
		if (expect_kind(in, field->key, entry, KPOL_NODE_MAP) < 0)
			r = worse(r, -EINVAL);
		else
			r = worse(r, kpol_schema_walk(in, field->schema, entry));
	}
	return r;
}

static int check_labels(const struct kpol_input *in, const struct kpol_field *field,
			const struct kpol_node *map)
{
	int r = expect_kind(in, field->key, map, KPOL_NODE_MAP);

	if (r < 0)
		return r;
	kpol_for_each_node(value, map) r =
		worse(r, check_scalar(in, value->key->text, field->scalar, value));
	return r;
}

static int check_shape(const struct kpol_input *in, const struct kpol_field *field,
		       const struct kpol_node *value)
{
	int r;

	switch (field->shape) {
	case KPOL_SHAPE_SCALAR:
		return check_scalar(in, field->key, field->scalar, value);
	case KPOL_SHAPE_MAP:
		r = expect_kind(in, field->key, value, KPOL_NODE_MAP);
		return r < 0 ? r : kpol_schema_walk(in, field->schema, value);
	case KPOL_SHAPE_MAPS:
	case KPOL_SHAPE_SCALARS:
		return check_list(in, field, value);
	case KPOL_SHAPE_LABELS:
		return check_labels(in, field, value);
	default:
		return 0;
	}
}

static int warn_unenforced(const struct kpol_input *in, const struct kpol_field *field,
			   const struct kpol_node *value)
{
	return kpol_input_gap(in, KPOL_CODE_UNENFORCED, value,
			      "%s%s%s%s is accepted but not enforced by this version", field->key,
			      value->kind == KPOL_NODE_SCALAR ? " \"" : "", value->text,
			      value->kind == KPOL_NODE_SCALAR ? "\"" : "");
}

static int check_field(const struct kpol_input *in, const struct kpol_field *field,
		       const struct kpol_node *value)
{
	int r;

	if (field->refusal)
		return kpol_input_error(in, KPOL_CODE_VALUE, value->key, "\"%s\" %s", field->key,
					field->refusal);
	/* "path:" with nothing behind it; Kubernetes drops such a key, so a required one is
	 * missing. */
	if (kpol_node_is_null(value) && field->shape != KPOL_SHAPE_ANY &&
	    !(field->scalar && field->scalar->may_be_empty)) {
		if (field->flags & KPOL_FIELD_DESCRIPTIVE && !(field->flags & KPOL_FIELD_REQUIRED))
			return kpol_input_warn(in, KPOL_CODE_NULL, value->key, "\"%s\" is empty",
					       field->key);
		if (field->shape == KPOL_SHAPE_SCALAR || field->flags & KPOL_FIELD_REQUIRED)
			return kpol_input_error(in, KPOL_CODE_VALUE, value, "\"%s\" is empty",
						field->key);
		return kpol_input_warn(in, KPOL_CODE_NULL, value->key,
				       "\"%s\" is empty: does what follows need to be indented?",
				       field->key);
	}
	r = check_shape(in, field, value);
	if (r == 0 && field->flags & KPOL_FIELD_UNENFORCED)
		r = warn_unenforced(in, field, value);
	return r;
}

static int report_unknown_key(const struct kpol_input *in, const struct kpol_schema *schema,
			      const struct kpol_node *key)
{
	_cleanup_(kpol_buffer_clear) struct kpol_buffer homes = { 0 };
	const char *near = kpol_schema_nearest(schema, key->text);

	if (near)
		return kpol_input_error(in, KPOL_CODE_KEY, key,
					"unknown key \"%s\" (did you mean \"%s\"?)", key->text,
					near);
	if (in->root && kpol_schema_homes(in->root, key->text, &homes) && !homes.failed)
		return kpol_input_error(in, KPOL_CODE_KEY, key,
					"\"%s\" does not belong here, but under %s", key->text,
					homes.text);
	return kpol_input_error(in, KPOL_CODE_KEY, key, "unknown key \"%s\"", key->text);
}

static bool map_has_key(const struct kpol_node *map, const char *key)
{
	kpol_for_each_node(value, map) if (!strcmp(value->key->text, key)) return true;
	return false;
}

static int check_required(const struct kpol_input *in, const struct kpol_schema *schema,
			  const struct kpol_node *map)
{
	int r = 0;

	for (const struct kpol_field *field = schema->fields; field->key; field++)
		if (field->flags & KPOL_FIELD_REQUIRED && !map_has_key(map, field->key))
			r = worse(r, kpol_input_error(in, KPOL_CODE_MISSING, map,
						      "\"%s\" is missing", field->key));
	return r;
}

static int check_either(const struct kpol_input *in, const struct kpol_schema *schema,
			const struct kpol_node *map)
{
	const char *a = schema->either[0], *b = schema->either[1];

	if (!a || kpol_node_get(map, a) || kpol_node_get(map, b))
		return 0;
	return kpol_input_error(in, KPOL_CODE_MISSING, map, "\"%s\" or \"%s\" is missing", a, b);
}

static int check_pair(const struct kpol_input *in, const char *const pair[2],
		      const struct kpol_node *map)
{
	const struct kpol_node *a, *b;

	a = pair[0] ? kpol_node_get(map, pair[0]) : NULL;
	b = pair[0] ? kpol_node_get(map, pair[1]) : NULL;
	if (!a || !b)
		return 0;
	return kpol_input_error(in, KPOL_CODE_SHAPE, b, "\"%s\" and \"%s\" exclude each other",
				pair[0], pair[1]);
}

/* What no single field can say. */
static int check_together(const struct kpol_input *in, const struct kpol_schema *schema,
			  const struct kpol_node *map)
{
	int r = check_either(in, schema, map);

	r = worse(r, check_pair(in, schema->either, map));
	for (size_t i = 0; i < KPOL_PAIRS_MAX; i++)
		r = worse(r, check_pair(in, schema->exclusive[i], map));
	if (r == 0 && schema->check)
		r = schema->check(in, map);
	return r;
}

int kpol_schema_walk(const struct kpol_input *in, const struct kpol_schema *schema,
		     const struct kpol_node *map)
{
	const struct kpol_field *field;
	int r = 0;

	kpol_for_each_node(value, map)
	{
		if (value->key->kind != KPOL_NODE_SCALAR) {
			r = worse(r, -EINVAL);
			continue;
		}
		field = kpol_field_find(schema, value->key->text);
		r = worse(r, field ? check_field(in, field, value)
				   : report_unknown_key(in, schema, value->key));
	}
	r = worse(r, check_required(in, schema, map));
	return r == 0 ? check_together(in, schema, map) : r;
}
