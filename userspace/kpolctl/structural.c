// SPDX-License-Identifier: GPL-2.0-or-later
/* The loader's table of fields as a structural schema. */
#include "kpolctl/structural.h"

#include "kpolctl/json_new.h"
#include "kpolctl/json_schema.h"

#define UNENFORCED "Accepted, but not enforced by this version (KPOL008)"

static struct json_object *with_limits(const char *type, const struct kpol_scalar *scalar)
{
	struct json_object *object = kpolctl_json_type(type);

	kpolctl_schema_limit(object, scalar);
	return object;
}

/* A whole number, with or without quotes. Each limit is for the one of them that it can be about. */
static struct json_object *number_new(const struct kpol_scalar *scalar)
{
	struct json_object *object =
		kpolctl_json_object("x-kubernetes-int-or-string", json_object_new_boolean(true));

	json_object_object_add(object, "minimum", json_object_new_int((int)scalar->min));
	json_object_object_add(object, "maximum", json_object_new_int((int)scalar->max));
	kpolctl_schema_limit(object, scalar);
	return object;
}

static struct json_object *words_new(const char *const *words)
{
	struct json_object *object = kpolctl_json_type("string"), *list = json_object_new_array();

	for (; *words; words++)
		json_object_array_add(list, kpolctl_json_text(*words));
	json_object_object_add(object, "enum", list);
	return object;
}

static struct json_object *scalar_new(const struct kpol_scalar *scalar)
{
	if (scalar->words)
		return words_new(scalar->words);
	if (scalar->json == KPOL_JSON_BOOL)
		return kpolctl_json_type("boolean");
	if (scalar->json == KPOL_JSON_NUMBER)
		return number_new(scalar);
	return with_limits("string", scalar);
}

static struct json_object *list_new(const struct kpol_field *field)
{
	struct json_object *list = kpolctl_json_type("array");

	json_object_object_add(list, "items",
			       field->schema ? kpolctl_structural_schema(field->schema)
					     : scalar_new(field->scalar));
	if (field->max)
		json_object_object_add(list, "maxItems", json_object_new_int((int)field->max));
	if (field->flags & KPOL_FIELD_NONEMPTY)
		json_object_object_add(list, "minItems", json_object_new_int(1));
	return list;
}

/* A label without a value is one with an empty value. It must not be dropped: the selector would select more. */
static struct json_object *labels_new(const struct kpol_field *field)
{
	struct json_object *labels = kpolctl_json_type("object");
	struct json_object *value = scalar_new(field->scalar);

	json_object_object_add(value, "nullable", json_object_new_boolean(true));
	json_object_object_add(labels, "additionalProperties", value);
	return labels;
}

static struct json_object *value_new(const struct kpol_field *field)
{
	switch (field->shape) {
	case KPOL_SHAPE_SCALAR:
		return scalar_new(field->scalar);
	case KPOL_SHAPE_MAP:
		return kpolctl_structural_schema(field->schema);
	case KPOL_SHAPE_MAPS:
	case KPOL_SHAPE_SCALARS:
		return list_new(field);
	case KPOL_SHAPE_LABELS:
		return labels_new(field);
	default:
		return kpolctl_json_object("x-kubernetes-preserve-unknown-fields",
					   json_object_new_boolean(true));
	}
}

static struct json_object *field_new(const struct kpol_field *field)
{
	struct json_object *value = value_new(field);

	if (field->flags & KPOL_FIELD_UNENFORCED)
		kpolctl_json_add_text(value, "description", UNENFORCED);
	return value;
}

struct json_object *kpolctl_structural_schema(const struct kpol_schema *schema)
{
	struct json_object *object = kpolctl_json_type("object");
	struct json_object *properties = json_object_new_object();
	struct json_object *required = json_object_new_array();

	for (const struct kpol_field *field = schema->fields; field->key; field++) {
		/* What is refused is not known here either. */
		if (field->refusal)
			continue;
		json_object_object_add(properties, field->key, field_new(field));
		if (field->flags & KPOL_FIELD_REQUIRED)
			json_object_array_add(required, kpolctl_json_text(field->key));
	}
	if (json_object_array_length(required))
		json_object_object_add(object, "required", required);
	else
		json_object_put(required);
	kpolctl_schema_together(object, schema);
	json_object_object_add(object, "properties", properties);
	return object;
}
