// SPDX-License-Identifier: GPL-2.0-or-later
/* What is known of one kind, and what has changed in it. */
#include "k8s/cache.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"

/* A change, whose @before lives on until it has been told. Whole or not at all. */
static int note(struct kpol_k8s_cache *cache, enum kpol_k8s_change_type type,
		struct kpol_k8s_object *before, const struct kpol_k8s_object *after)
{
	struct kpol_k8s_object **grave = NULL;
	struct kpol_k8s_change *change;

	if (before) {
		grave = kpol_append(&cache->gone, &cache->n_gone, sizeof(*grave));
		if (!grave)
			return -ENOMEM;
		*grave = before;
	}
	change = kpol_append(&cache->changes, &cache->n_changes, sizeof(*change));
	if (!change) {
		cache->n_gone -= grave != NULL;
		return -ENOMEM;
	}
	*change = (struct kpol_k8s_change){ type, before, after };
	return 0;
}

static bool is_same(const struct kpol_k8s_object *known, const struct kpol_k8s_object *object)
{
	return known && object->version[0] && strcmp(known->version, object->version) == 0;
}

int kpol_k8s_cache_put(struct kpol_k8s_cache *cache, struct kpol_k8s_object *object)
{
	struct kpol_k8s_object *old = kpol_k8s_table_get(&cache->table, object->uid);
	int r;

	if (is_same(old, object)) {
		free(object);
		return 0;
	}
	r = note(cache, old ? KPOL_K8S_MODIFIED : KPOL_K8S_ADDED, old, object);
	if (r < 0) {
		free(object);
		return r;
	}
	r = kpol_k8s_table_put(&cache->table, object, &old);
	if (r < 0) {
		/* Only a new one finds no place. */
		cache->n_changes--;
		free(object);
	}
	return r;
}

int kpol_k8s_cache_remove(struct kpol_k8s_cache *cache, const char *uid)
{
	struct kpol_k8s_object *old = kpol_k8s_table_get(&cache->table, uid);
	int r;

	if (!old)
		return 0;
	r = note(cache, KPOL_K8S_DELETED, old, NULL);
	if (r == 0)
		(void)kpol_k8s_table_take(&cache->table, uid);
	return r;
}

static int remove_missing(struct kpol_k8s_cache *cache, const struct kpol_k8s_table *present)
{
	_cleanup_free_ const char **missing = NULL;
	struct kpol_k8s_object *object;
	size_t at = 0, n = 0;
	int r = 0;

	missing = calloc(cache->table.n + 1, sizeof(*missing));
	if (!missing)
		return -ENOMEM;
	while ((object = kpol_k8s_table_next(&cache->table, &at)))
		if (!kpol_k8s_table_get(present, object->uid))
			missing[n++] = object->uid;
	for (size_t i = 0; i < n && r == 0; i++)
		r = kpol_k8s_cache_remove(cache, missing[i]);
	return r;
}

int kpol_k8s_cache_replace(struct kpol_k8s_cache *cache, struct kpol_k8s_table *table)
{
	int r = remove_missing(cache, table);

	for (size_t i = 0; i < table->size && r == 0; i++) {
		struct kpol_k8s_object *object = table->slots[i];

		table->slots[i] = NULL;
		if (object)
			r = kpol_k8s_cache_put(cache, object);
	}
	kpol_k8s_table_clear(table);
	return r;
}

void kpol_k8s_cache_told(struct kpol_k8s_cache *cache)
{
	for (size_t i = 0; i < cache->n_gone; i++)
		free(cache->gone[i]);
	free(cache->gone);
	free(cache->changes);
	cache->gone = NULL;
	cache->changes = NULL;
	cache->n_gone = cache->n_changes = 0;
}

void kpol_k8s_cache_clear(struct kpol_k8s_cache *cache)
{
	kpol_k8s_cache_told(cache);
	kpol_k8s_table_clear(&cache->table);
}
