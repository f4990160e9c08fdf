// SPDX-License-Identifier: GPL-2.0-or-later
/* Finding one's way in the schema: a key here, the nearest key, where else a key is known. */
#include "load/schema.h"

#include <stdio.h>
#include <string.h>

#include "base/nearest.h"

const struct kpol_field *kpol_field_find(const struct kpol_schema *schema, const char *key)
{
	for (const struct kpol_field *field = schema->fields; field->key; field++)
		if (!strcmp(field->key, key))
			return field;
	return NULL;
}

const char *kpol_schema_nearest(const struct kpol_schema *schema, const char *key)
{
	struct kpol_nearest_search search = { .word = key };

	for (const struct kpol_field *field = schema->fields; field->key; field++)
		kpol_nearest_try(&search, field->key);
	return search.best;
}

#define HOMES_MAX 3
#define HOME_LEN 64

struct homes {
	char names[HOMES_MAX][HOME_LEN];
	size_t n;
};

/* "process.matchPaths", but "spec" and "process": what everybody knows goes without saying. */
static void add_home(struct homes *homes, const char *parent, const char *key)
{
	char name[HOME_LEN];

	snprintf(name, sizeof(name), "%s%s%s", parent, *parent ? "." : "", key);
	for (size_t i = 0; i < homes->n; i++)
		if (!strcmp(homes->names[i], name))
			return;
	if (homes->n < HOMES_MAX)
		strcpy(homes->names[homes->n++], name);
}

/* The schema has no cycles, and is as deep as documents are written. */
static void search(const struct kpol_schema *schema, const char *parent, const char *key,
		   struct homes *homes)
{
	for (const struct kpol_field *field = schema->fields; field->key; field++) {
		if (!field->schema)
			continue;
		if (kpol_field_find(field->schema, key))
			add_home(homes, parent, field->key);
		search(field->schema, strcmp(field->key, "spec") ? field->key : "", key, homes);
	}
}

size_t kpol_schema_homes(const struct kpol_schema *root, const char *key, struct kpol_buffer *ret)
{
	struct homes homes = { .n = 0 };

	search(root, "", key, &homes);
	for (size_t i = 0; i < homes.n; i++)
		kpol_buffer_printf(ret, "%s\"%s\"",
				   !i		     ? ""
				   : i + 1 < homes.n ? ", "
						     : " or ",
				   homes.names[i]);
	return homes.n;
}
