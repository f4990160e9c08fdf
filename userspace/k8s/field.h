/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Members of a JSON object, of the type they should have or none at all. */
#ifndef KPOL_K8S_FIELD_H
#define KPOL_K8S_FIELD_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>

/* Nesting of an object: custom resources go deeper than anything else, and not that deep. */
#define KPOL_K8S_DEPTH_MAX 64

/**
 * kpol_k8s_json_parse() - one whole value
 *
 * Strict: UTF-8 throughout, nothing behind it, KPOL_K8S_DEPTH_MAX levels.
 * Return: for json_object_put(), or NULL.
 */
struct json_object *kpol_k8s_json_parse(const char *text, size_t len);

/** kpol_k8s_field() - a member; NULL: @object is no object, or has none. */
struct json_object *kpol_k8s_field(struct json_object *object, const char *key);

/** kpol_k8s_field_object() - a member that is an object, else NULL. */
struct json_object *kpol_k8s_field_object(struct json_object *object, const char *key);

/** kpol_k8s_field_array() - a member that is an array, else NULL; @ret_n: its length, 0 then. */
struct json_object *kpol_k8s_field_array(struct json_object *object, const char *key,
					 size_t *ret_n);

/** kpol_k8s_text() - a string without a NUL in it, else NULL. */
const char *kpol_k8s_text(struct json_object *value);

/** kpol_k8s_field_text() - a member that is such a string, else NULL. */
const char *kpol_k8s_field_text(struct json_object *object, const char *key);

/** kpol_k8s_field_true() - is it there, and true? */
bool kpol_k8s_field_true(struct json_object *object, const char *key);

static inline void kpol_k8s_json_putp(struct json_object **json)
{
	json_object_put(*json);
}

#define _cleanup_json_ __attribute__((cleanup(kpol_k8s_json_putp)))

#endif /* KPOL_K8S_FIELD_H */
