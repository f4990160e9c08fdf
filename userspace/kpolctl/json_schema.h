/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The loader's table of fields as a JSON Schema, for editors. */
#ifndef KPOL_KPOLCTL_JSON_SCHEMA_H
#define KPOL_KPOLCTL_JSON_SCHEMA_H

#include <json-c/json.h>

/**
 * kpolctl_json_schema() - the schema of one document of a bundle, draft 2020-12
 *
 * It accepts what the loader takes without an error and without mending (KPOL015, KPOL016), as
 * far as a schema can say it; docs/schema.md lists what it cannot. Return: to json_object_put().
 */
struct json_object *kpolctl_json_schema(void);

#endif /* KPOL_KPOLCTL_JSON_SCHEMA_H */
