// SPDX-License-Identifier: GPL-2.0-or-later
/* The loader's table of fields as a JSON Schema, for editors. */
#include "kpolctl/json_schema.h"

#include <stdio.h>

#include "load/schema.h"

#define DIALECT "https://json-schema.org/draft/2020-12/schema"
#define ID "https://kpol.io/schema/v1/kpol.schema.json"

static struct json_object *text_new(const char *text)
{
	return json_object_new_string(text);
}

static void add_text(struct json_object *object, const char *key, const char *text)
{
	json_object_object_add(object, key, text_new(text));
}

static struct json_object *object_with(const char *key, struct json_object *value)
{
	struct json_object *object = json_object_new_object();

	json_object_object_add(object, key, value);
	return object;
}

static struct json_object *array_with(struct json_object *entry)
{
	struct json_object *array = json_object_new_array();

	json_object_array_add(array, entry);
	return array;
}

static struct json_object *type_new(const char *type)
{
	return object_with("type", text_new(type));
}

/* { "type": [ a, b, … ] } */
static struct json_object *types_new(const char *const *types)
{
	struct json_object *array = json_object_new_array();

	for (; *types; types++)
		json_object_array_add(array, text_new(*types));
	return object_with("type", array);
}

static struct json_object *words_new(const char *const *words)
{
	struct json_object *array = json_object_new_array();

	for (; *words; words++)
		json_object_array_add(array, text_new(*words));
	return object_with("enum", array);
}

static void add_limits(struct json_object *object, const struct kpol_scalar *scalar)
{
	const char *regex = scalar->regex;

	/* No control characters; line feeds and tabs in prose. */
	if (!regex)
		regex = scalar->multiline ? "^[^\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f]*$"
					  : "^[^\\x00-\\x1f\\x7f-\\x9f]*$";
	add_text(object, "pattern", regex);
	if (!scalar->may_be_empty)
		json_object_object_add(object, "minLength", json_object_new_int(1));
	if (scalar->max && scalar->json != KPOL_JSON_NUMBER)
		json_object_object_add(object, "maxLength", json_object_new_int((int)scalar->max));
}

/* A whole number, with or without quotes. */
static struct json_object *number_new(const struct kpol_scalar *scalar)
{
	struct json_object *integer = type_new("integer"), *text = type_new("string");
	struct json_object *either = array_with(integer);

	json_object_object_add(integer, "minimum", json_object_new_int((int)scalar->min));
	json_object_object_add(integer, "maximum", json_object_new_int((int)scalar->max));
	add_limits(text, scalar);
	json_object_array_add(either, text);
	return object_with("anyOf", either);
}

static struct json_object *scalar_new(const struct kpol_scalar *scalar)
{
	static const char *const plain[] = { "string", "number", "boolean", NULL };
	struct json_object *object;

	if (scalar->words)
		return words_new(scalar->words);
	if (scalar->json == KPOL_JSON_BOOL)
		return type_new("boolean");
	if (scalar->json == KPOL_JSON_NUMBER)
		return number_new(scalar);
	object = scalar->json == KPOL_JSON_STRING ? type_new("string") : types_new(plain);
	add_limits(object, scalar);
	return object;
}

static struct json_object *or_null(struct json_object *object)
{
	struct json_object *either = array_with(object);

	json_object_array_add(either, type_new("null"));
	return object_with("anyOf", either);
}

static struct json_object *ref_new(const char *kind, const char *name)
{
	char ref[96];

	snprintf(ref, sizeof(ref), "#/$defs/%s%s", kind, name);
	return object_with("$ref", text_new(ref));
}

/* Mappings and single values are defined once each; their names are apart by this. */
#define OF_VALUE "value_"

static struct json_object *of_field(const struct kpol_field *field)
{
	return field->schema ? ref_new("", field->schema->name)
			     : ref_new(OF_VALUE, field->scalar->name);
}

static struct json_object *list_new(const struct kpol_field *field)
{
	struct json_object *list = type_new("array");

	json_object_object_add(list, "items", of_field(field));
	if (field->max)
		json_object_object_add(list, "maxItems", json_object_new_int((int)field->max));
	if (field->flags & KPOL_FIELD_NONEMPTY)
		json_object_object_add(list, "minItems", json_object_new_int(1));
	return list;
}

static struct json_object *value_new(const struct kpol_field *field)
{
	struct json_object *labels;

	switch (field->shape) {
	case KPOL_SHAPE_SCALAR:
	case KPOL_SHAPE_MAP:
		return of_field(field);
	case KPOL_SHAPE_MAPS:
	case KPOL_SHAPE_SCALARS:
		return list_new(field);
	case KPOL_SHAPE_LABELS:
		labels = type_new("object");
		json_object_object_add(labels, "additionalProperties", or_null(of_field(field)));
		return labels;
	default:
		return json_object_new_object();
	}
}

/* "key:" with nothing behind it is a warning, except where something must stand. */
static bool may_be_null(const struct kpol_field *field)
{
	if (field->shape == KPOL_SHAPE_ANY || field->flags & KPOL_FIELD_REQUIRED)
		return false;
	return field->shape != KPOL_SHAPE_SCALAR || field->scalar->may_be_empty ||
	       field->flags & KPOL_FIELD_DESCRIPTIVE;
}

static struct json_object *field_new(const struct kpol_field *field)
{
	struct json_object *value;
	char text[256];

	if (field->refusal) {
		value = object_with("not", json_object_new_object());
		snprintf(text, sizeof(text), "Refused: %s %s", field->key, field->refusal);
		add_text(value, "description", text);
		return value;
	}
	value = value_new(field);
	if (may_be_null(field))
		value = or_null(value);
	if (field->flags & KPOL_FIELD_UNENFORCED)
		add_text(value, "description",
			 "Accepted, but not enforced by this version (KPOL008)");
	return value;
}

/* { "required": [ a ] }, or of both */
static struct json_object *required_new(const char *a, const char *b)
{
	struct json_object *keys = array_with(text_new(a));

	if (b)
		json_object_array_add(keys, text_new(b));
	return object_with("required", keys);
}

static void add_together(struct json_object *object, const struct kpol_schema *schema)
{
	struct json_object *all = json_object_new_array(), *one;

	for (size_t i = 0; i < KPOL_PAIRS_MAX && schema->exclusive[i][0]; i++)
		json_object_array_add(all,
				      object_with("not", required_new(schema->exclusive[i][0],
								      schema->exclusive[i][1])));
	if (schema->either[0]) {
		one = array_with(required_new(schema->either[0], NULL));
		json_object_array_add(one, required_new(schema->either[1], NULL));
		json_object_array_add(all, object_with("oneOf", one));
	}
	if (json_object_array_length(all))
		json_object_object_add(object, "allOf", all);
	else
		json_object_put(all);
}

static struct json_object *mapping_new(const struct kpol_schema *schema)
{
	struct json_object *object = type_new("object");
	struct json_object *properties = json_object_new_object();
	struct json_object *required = json_object_new_array();

	for (const struct kpol_field *field = schema->fields; field->key; field++) {
		json_object_object_add(properties, field->key, field_new(field));
		if (field->flags & KPOL_FIELD_REQUIRED)
			json_object_array_add(required, text_new(field->key));
	}
	json_object_object_add(object, "properties", properties);
	json_object_object_add(object, "additionalProperties", json_object_new_boolean(false));
	if (json_object_array_length(required))
		json_object_object_add(object, "required", required);
	else
		json_object_put(required);
	add_together(object, schema);
	return object;
}

static void add_value(struct json_object *defs, const struct kpol_scalar *scalar)
{
	char name[64];

	snprintf(name, sizeof(name), OF_VALUE "%s", scalar->name);
	if (!json_object_object_get_ex(defs, name, NULL))
		json_object_object_add(defs, name, scalar_new(scalar));
}

static void add_definitions(struct json_object *defs, const struct kpol_schema *schema)
{
	if (json_object_object_get_ex(defs, schema->name, NULL))
		return;
	json_object_object_add(defs, schema->name, mapping_new(schema));
	for (const struct kpol_field *field = schema->fields; field->key; field++) {
		if (field->scalar)
			add_value(defs, field->scalar);
		if (field->schema)
			add_definitions(defs, field->schema);
	}
}

static struct json_object *constant_of(const char *key, const char *value)
{
	struct json_object *constant = object_with("const", text_new(value));

	return object_with("properties", object_with(key, constant));
}

/* If it is of this kind, then it is of this version and has these keys. */
static struct json_object *kind_new(const struct kpol_kind *kind)
{
	struct json_object *rule = object_with("if", constant_of("kind", kind->kind));
	struct json_object *then = ref_new("", kind->schema->name);
	struct json_object *version = constant_of("apiVersion", kind->api_version), *properties;

	json_object_object_get_ex(version, "properties", &properties);
	json_object_object_add(then, "properties", json_object_get(properties));
	json_object_put(version);
	json_object_object_add(rule, "then", then);
	return rule;
}

struct json_object *kpolctl_json_schema(void)
{
	struct json_object *schema = object_with("$schema", text_new(DIALECT));
	struct json_object *kinds = json_object_new_array(), *rules = json_object_new_array();
	struct json_object *defs = json_object_new_object(), *required;

	for (const struct kpol_kind *kind = kpol_kinds; kind->kind; kind++) {
		json_object_array_add(kinds, text_new(kind->kind));
		json_object_array_add(rules, kind_new(kind));
		add_definitions(defs, kind->schema);
	}
	required = array_with(text_new("kind"));
	json_object_array_add(required, text_new("apiVersion"));
	add_text(schema, "$id", ID);
	add_text(schema, "title", "A document of a kpol bundle");
	add_text(schema, "type", "object");
	json_object_object_add(schema, "required", required);
	json_object_object_add(schema, "properties",
			       object_with("kind", object_with("enum", kinds)));
	json_object_object_add(schema, "allOf", rules);
	json_object_object_add(schema, "$defs", defs);
	return schema;
}
