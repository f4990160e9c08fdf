/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The loader's table of fields as a JSON Schema, for editors. */
#ifndef KPOL_KPOLCTL_JSON_SCHEMA_H
#define KPOL_KPOLCTL_JSON_SCHEMA_H

#include <json-c/json.h>

#include "load/schema.h"

/**
 * kpolctl_json_schema() - the schema of one document of a bundle, draft 2020-12
 *
 * It accepts what the loader takes without an error and without mending (KPOL015, KPOL016), as
 * far as a schema can say it; docs/schema.md lists what it cannot. Return: to json_object_put().
 */
struct json_object *kpolctl_json_schema(void);

/** kpolctl_schema_limit() - add to @object what a text of this kind is held to: pattern and lengths */
void kpolctl_schema_limit(struct json_object *object, const struct kpol_scalar *scalar);

/** kpolctl_schema_together() - add to @object which keys of a mapping exclude or replace each other */
void kpolctl_schema_together(struct json_object *object, const struct kpol_schema *schema);

#endif /* KPOL_KPOLCTL_JSON_SCHEMA_H */
