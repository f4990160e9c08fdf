/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fields of JSON objects, with a fallback instead of a NULL. */
#ifndef KPOL_KPOLCTL_FIELD_H
#define KPOL_KPOLCTL_FIELD_H

#include <stdbool.h>
#include <stdint.h>

#include <json-c/json.h>

/** kpolctl_field() - the value of a key; NULL if absent, null, or @object is no object. Borrowed.
 */
struct json_object *kpolctl_field(struct json_object *object, const char *key);

/** kpolctl_field_string() - the string of a key, @fallback if it is absent or no string. Borrowed.
 */
const char *kpolctl_field_string(struct json_object *object, const char *key, const char *fallback);

/** kpolctl_field_number() - the integer of a key, 0 if it is absent or negative. */
uint64_t kpolctl_field_number(struct json_object *object, const char *key);

/** kpolctl_field_true() - is the key there and true? */
bool kpolctl_field_true(struct json_object *object, const char *key);

/** kpolctl_field_array() - the array of a key, NULL if it is absent or no array. Borrowed. */
struct json_object *kpolctl_field_array(struct json_object *object, const char *key);

#endif /* KPOL_KPOLCTL_FIELD_H */
