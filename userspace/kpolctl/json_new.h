/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Small pieces of JSON, made in one expression. Whoever gets one owns it; what is put in is given away. */
#ifndef KPOL_KPOLCTL_JSON_NEW_H
#define KPOL_KPOLCTL_JSON_NEW_H

#include <json-c/json.h>

static inline struct json_object *kpolctl_json_text(const char *text)
{
	return json_object_new_string(text);
}

static inline void kpolctl_json_add_text(struct json_object *object, const char *key,
					 const char *text)
{
	json_object_object_add(object, key, kpolctl_json_text(text));
}

/* { key: value } */
static inline struct json_object *kpolctl_json_object(const char *key, struct json_object *value)
{
	struct json_object *object = json_object_new_object();

	json_object_object_add(object, key, value);
	return object;
}

static inline struct json_object *kpolctl_json_array(struct json_object *entry)
{
	struct json_object *array = json_object_new_array();

	json_object_array_add(array, entry);
	return array;
}

/* { "type": type } */
static inline struct json_object *kpolctl_json_type(const char *type)
{
	return kpolctl_json_object("type", kpolctl_json_text(type));
}

/* { "enum": [ a, b, … ] } */
static inline struct json_object *kpolctl_json_words(const char *const *words)
{
	struct json_object *array = json_object_new_array();

	for (; *words; words++)
		json_object_array_add(array, kpolctl_json_text(*words));
	return kpolctl_json_object("enum", array);
}

#endif /* KPOL_KPOLCTL_JSON_NEW_H */
