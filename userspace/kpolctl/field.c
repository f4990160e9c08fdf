// SPDX-License-Identifier: GPL-2.0-or-later
/* Fields of JSON objects. */
#include "kpolctl/field.h"

#include <stddef.h>

struct json_object *kpolctl_field(struct json_object *object, const char *key)
{
	struct json_object *value = NULL;

	if (json_object_is_type(object, json_type_object))
		json_object_object_get_ex(object, key, &value);
	return value;
}

const char *kpolctl_field_string(struct json_object *object, const char *key, const char *fallback)
{
	struct json_object *value = kpolctl_field(object, key);

	return json_object_is_type(value, json_type_string) ? json_object_get_string(value)
							    : fallback;
}

uint64_t kpolctl_field_number(struct json_object *object, const char *key)
{
	struct json_object *value = kpolctl_field(object, key);

	return json_object_is_type(value, json_type_int) ? json_object_get_uint64(value) : 0;
}

bool kpolctl_field_true(struct json_object *object, const char *key)
{
	return json_object_get_boolean(kpolctl_field(object, key));
}

struct json_object *kpolctl_field_array(struct json_object *object, const char *key)
{
	struct json_object *value = kpolctl_field(object, key);

	return json_object_is_type(value, json_type_array) ? value : NULL;
}
