/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The loader's table of fields as a structural schema, the kind that a Kubernetes API server takes. */
#ifndef KPOL_KPOLCTL_STRUCTURAL_H
#define KPOL_KPOLCTL_STRUCTURAL_H

#include <json-c/json.h>

#include "load/schema.h"

/**
 * kpolctl_structural_schema() - of one mapping and everything below it, written out in place
 *
 * It accepts what the JSON Schema accepts (json_schema.h), but for what the API server does before it looks:
 * keys that it does not know are dropped or refused, as its client asks, and so is a key without a value. Texts
 * must be texts: YAML's numbers and truths are none. See "Specifying a structural schema" in Kubernetes'
 * documentation for what it may consist of. Return: to json_object_put().
 */
struct json_object *kpolctl_structural_schema(const struct kpol_schema *schema);

#endif /* KPOL_KPOLCTL_STRUCTURAL_H */
