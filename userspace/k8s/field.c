// SPDX-License-Identifier: GPL-2.0-or-later
/* Members of a JSON object. */
#include "k8s/field.h"

#include <limits.h>
#include <string.h>

struct json_object *kpol_k8s_json_parse(const char *text, size_t len)
{
	struct json_tokener *tokener = json_tokener_new_ex(KPOL_K8S_DEPTH_MAX);
	struct json_object *json = NULL;

	if (!tokener)
		return NULL;
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	if (len < INT_MAX)
		json = json_tokener_parse_ex(tokener, text, (int)len + 1);
	/* The NUL behind the text is given too: it ends a number. Before it nothing may be left. */
	if (json && json_tokener_get_parse_end(tokener) < len) {
		json_object_put(json);
		json = NULL;
	}
	json_tokener_free(tokener);
	return json;
}

struct json_object *kpol_k8s_field(struct json_object *object, const char *key)
{
	struct json_object *value = NULL;

	if (json_object_is_type(object, json_type_object))
		json_object_object_get_ex(object, key, &value);
	return value;
}

struct json_object *kpol_k8s_field_object(struct json_object *object, const char *key)
{
	struct json_object *value = kpol_k8s_field(object, key);

	return json_object_is_type(value, json_type_object) ? value : NULL;
}

struct json_object *kpol_k8s_field_array(struct json_object *object, const char *key, size_t *ret_n)
{
	struct json_object *value = kpol_k8s_field(object, key);

	if (!json_object_is_type(value, json_type_array))
		value = NULL;
	*ret_n = value ? json_object_array_length(value) : 0;
	return value;
}

const char *kpol_k8s_text(struct json_object *value)
{
	const char *text;

	if (!json_object_is_type(value, json_type_string))
		return NULL;
	text = json_object_get_string(value);
	return strlen(text) == (size_t)json_object_get_string_len(value) ? text : NULL;
}

const char *kpol_k8s_field_text(struct json_object *object, const char *key)
{
	return kpol_k8s_text(kpol_k8s_field(object, key));
}

bool kpol_k8s_field_true(struct json_object *object, const char *key)
{
	struct json_object *value = kpol_k8s_field(object, key);

	return json_object_is_type(value, json_type_boolean) && json_object_get_boolean(value);
}
