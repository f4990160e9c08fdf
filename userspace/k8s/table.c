// SPDX-License-Identifier: GPL-2.0-or-later
/* Objects by uid: open addressing, at most half full. The server makes the uids, so they collide by chance alone. */
#include "k8s/table.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static size_t hash_uid(const char *uid)
{
	uint64_t hash = UINT64_C(14695981039346656037);

	while (*uid)
		hash = (hash ^ (unsigned char)*uid++) * UINT64_C(1099511628211);
	return (size_t)(hash ^ hash >> 32);
}

/* Its slot, or the free one where it belongs; the table has one. */
static size_t find_slot(const struct kpol_k8s_table *table, const char *uid)
{
	size_t i = hash_uid(uid) & (table->size - 1);

	while (table->slots[i] && strcmp(table->slots[i]->uid, uid))
		i = (i + 1) & (table->size - 1);
	return i;
}

struct kpol_k8s_object *kpol_k8s_table_get(const struct kpol_k8s_table *table, const char *uid)
{
	return table->size ? table->slots[find_slot(table, uid)] : NULL;
}

static int grow(struct kpol_k8s_table *table)
{
	struct kpol_k8s_table larger = { .size = table->size ? table->size * 2 : 16 };
	struct kpol_k8s_object *object;
	size_t at = 0;

	larger.slots = calloc(larger.size, sizeof(*larger.slots));
	if (!larger.slots)
		return -ENOMEM;
	while ((object = kpol_k8s_table_next(table, &at)))
		larger.slots[find_slot(&larger, object->uid)] = object;
	larger.n = table->n;
	free(table->slots);
	*table = larger;
	return 0;
}

int kpol_k8s_table_put(struct kpol_k8s_table *table, struct kpol_k8s_object *object,
		       struct kpol_k8s_object **ret_old)
{
	size_t i;

	if (!kpol_k8s_table_get(table, object->uid) && table->n >= table->size / 2 &&
	    grow(table) < 0)
		return -ENOMEM;
	i = find_slot(table, object->uid);
	table->n += !table->slots[i];
	*ret_old = table->slots[i];
	table->slots[i] = object;
	return 0;
}

/* Who stood behind it only because it was in the way moves up. */
static void close_gap(struct kpol_k8s_table *table, size_t gap)
{
	size_t mask = table->size - 1;

	for (size_t i = (gap + 1) & mask; table->slots[i]; i = (i + 1) & mask) {
		struct kpol_k8s_object *object = table->slots[i];

		table->slots[i] = NULL;
		table->slots[find_slot(table, object->uid)] = object;
	}
}

struct kpol_k8s_object *kpol_k8s_table_take(struct kpol_k8s_table *table, const char *uid)
{
	struct kpol_k8s_object *object;
	size_t i;

	if (!table->size)
		return NULL;
	i = find_slot(table, uid);
	object = table->slots[i];
	if (!object)
		return NULL;
	table->slots[i] = NULL;
	table->n--;
	close_gap(table, i);
	return object;
}

struct kpol_k8s_object *kpol_k8s_table_next(const struct kpol_k8s_table *table, size_t *at)
{
	while (*at < table->size) {
		struct kpol_k8s_object *object = table->slots[(*at)++];

		if (object)
			return object;
	}
	return NULL;
}

void kpol_k8s_table_clear(struct kpol_k8s_table *table)
{
	for (size_t i = 0; i < table->size; i++)
		free(table->slots[i]);
	free(table->slots);
	memset(table, 0, sizeof(*table));
}
