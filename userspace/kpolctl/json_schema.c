// SPDX-License-Identifier: GPL-2.0-or-later
/* The loader's table of fields as a JSON Schema, for editors. */
#include "kpolctl/json_schema.h"

#include <stdio.h>

#include "kpolctl/json_new.h"

#define DIALECT "https://json-schema.org/draft/2020-12/schema"
#define ID "https://kpol.io/schema/v1/kpol.schema.json"

/* { "type": [ a, b, … ] } */
static struct json_object *types_new(const char *const *types)
{
	struct json_object *array = json_object_new_array();

	for (; *types; types++)
		json_object_array_add(array, kpolctl_json_text(*types));
	return kpolctl_json_object("type", array);
}

void kpolctl_schema_limit(struct json_object *object, const struct kpol_scalar *scalar)
{
	const char *regex = scalar->regex;

	/* No control characters; line feeds and tabs in prose. */
	if (!regex)
		regex = scalar->multiline ? "^[^\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f]*$"
					  : "^[^\\x00-\\x1f\\x7f-\\x9f]*$";
	kpolctl_json_add_text(object, "pattern", regex);
	if (!scalar->may_be_empty)
		json_object_object_add(object, "minLength", json_object_new_int(1));
	if (scalar->max && scalar->json != KPOL_JSON_NUMBER)
		json_object_object_add(object, "maxLength", json_object_new_int((int)scalar->max));
}

/* A whole number, with or without quotes. */
static struct json_object *number_new(const struct kpol_scalar *scalar)
{
	struct json_object *integer = kpolctl_json_type("integer"),
			   *text = kpolctl_json_type("string");
	struct json_object *either = kpolctl_json_array(integer);

	json_object_object_add(integer, "minimum", json_object_new_int((int)scalar->min));
	json_object_object_add(integer, "maximum", json_object_new_int((int)scalar->max));
	kpolctl_schema_limit(text, scalar);
	json_object_array_add(either, text);
	return kpolctl_json_object("anyOf", either);
}

static struct json_object *scalar_new(const struct kpol_scalar *scalar)
{
	static const char *const plain[] = { "string", "number", "boolean", NULL };
	struct json_object *object;

	if (scalar->words)
		return kpolctl_json_words(scalar->words);
	if (scalar->json == KPOL_JSON_BOOL)
		return kpolctl_json_type("boolean");
	if (scalar->json == KPOL_JSON_NUMBER)
		return number_new(scalar);
	object = scalar->json == KPOL_JSON_STRING ? kpolctl_json_type("string") : types_new(plain);
	kpolctl_schema_limit(object, scalar);
	return object;
}

static struct json_object *or_null(struct json_object *object)
{
	struct json_object *either = kpolctl_json_array(object);

	json_object_array_add(either, kpolctl_json_type("null"));
	return kpolctl_json_object("anyOf", either);
}

static struct json_object *ref_new(const char *kind, const char *name)
{
	char ref[96];

	snprintf(ref, sizeof(ref), "#/$defs/%s%s", kind, name);
	return kpolctl_json_object("$ref", kpolctl_json_text(ref));
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
	struct json_object *list = kpolctl_json_type("array");

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
		labels = kpolctl_json_type("object");
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
		value = kpolctl_json_object("not", json_object_new_object());
		snprintf(text, sizeof(text), "Refused: %s %s", field->key, field->refusal);
		kpolctl_json_add_text(value, "description", text);
		return value;
	}
	value = value_new(field);
	if (may_be_null(field))
		value = or_null(value);
	if (field->flags & KPOL_FIELD_UNENFORCED)
		kpolctl_json_add_text(value, "description",
				      "Accepted, but not enforced by this version (KPOL008)");
	return value;
}

/* { "required": [ a ] }, or of both */
static struct json_object *required_new(const char *a, const char *b)
{
	struct json_object *keys = kpolctl_json_array(kpolctl_json_text(a));

	if (b)
		json_object_array_add(keys, kpolctl_json_text(b));
	return kpolctl_json_object("required", keys);
}

void kpolctl_schema_together(struct json_object *object, const struct kpol_schema *schema)
{
	struct json_object *all = json_object_new_array(), *one;

	for (size_t i = 0; i < KPOL_PAIRS_MAX && schema->exclusive[i][0]; i++)
		json_object_array_add(
			all, kpolctl_json_object("not", required_new(schema->exclusive[i][0],
								     schema->exclusive[i][1])));
	if (schema->either[0]) {
		one = kpolctl_json_array(required_new(schema->either[0], NULL));
		json_object_array_add(one, required_new(schema->either[1], NULL));
		json_object_array_add(all, kpolctl_json_object("oneOf", one));
	}
	if (json_object_array_length(all))
		json_object_object_add(object, "allOf", all);
	else
		json_object_put(all);
}

static struct json_object *mapping_new(const struct kpol_schema *schema)
{
	struct json_object *object = kpolctl_json_type("object");
	struct json_object *properties = json_object_new_object();
	struct json_object *required = json_object_new_array();

	for (const struct kpol_field *field = schema->fields; field->key; field++) {
		json_object_object_add(properties, field->key, field_new(field));
		if (field->flags & KPOL_FIELD_REQUIRED)
			json_object_array_add(required, kpolctl_json_text(field->key));
	}
	json_object_object_add(object, "properties", properties);
	json_object_object_add(object, "additionalProperties", json_object_new_boolean(false));
	if (json_object_array_length(required))
		json_object_object_add(object, "required", required);
	else
		json_object_put(required);
	kpolctl_schema_together(object, schema);
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
	struct json_object *constant = kpolctl_json_object("const", kpolctl_json_text(value));

	return kpolctl_json_object("properties", kpolctl_json_object(key, constant));
}

/* If it is of this kind, then it is of this version and has these keys. */
static struct json_object *kind_new(const struct kpol_kind *kind)
{
	struct json_object *rule = kpolctl_json_object("if", constant_of("kind", kind->kind));
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
	struct json_object *schema = kpolctl_json_object("$schema", kpolctl_json_text(DIALECT));
	struct json_object *kinds = json_object_new_array(), *rules = json_object_new_array();
	struct json_object *defs = json_object_new_object(), *required;

	for (const struct kpol_kind *kind = kpol_kinds; kind->kind; kind++) {
		json_object_array_add(kinds, kpolctl_json_text(kind->kind));
		json_object_array_add(rules, kind_new(kind));
		add_definitions(defs, kind->schema);
	}
	required = kpolctl_json_array(kpolctl_json_text("kind"));
	json_object_array_add(required, kpolctl_json_text("apiVersion"));
	kpolctl_json_add_text(schema, "$id", ID);
	kpolctl_json_add_text(schema, "title", "A document of a kpol bundle");
	kpolctl_json_add_text(schema, "type", "object");
	json_object_object_add(schema, "required", required);
	json_object_object_add(schema, "properties",
			       kpolctl_json_object("kind", kpolctl_json_object("enum", kinds)));
	json_object_object_add(schema, "allOf", rules);
	json_object_object_add(schema, "$defs", defs);
	return schema;
}
