/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is known of one kind, and what has changed in it since that was last told. */
#ifndef KPOL_K8S_CACHE_H
#define KPOL_K8S_CACHE_H

#include "k8s/table.h"

enum kpol_k8s_change_type {
	KPOL_K8S_ADDED,
	KPOL_K8S_MODIFIED,
	KPOL_K8S_DELETED,
};

/**
 * struct kpol_k8s_change - @before: NULL for ADDED. @after: NULL for DELETED.
 *
 * Both are valid while the batch is told; what is @after the last change is so as long as the
 * cache has it.
 */
struct kpol_k8s_change {
	enum kpol_k8s_change_type type;
	const struct kpol_k8s_object *before;
	const struct kpol_k8s_object *after;
};

/**
 * struct kpol_k8s_cache - zero-initialise, end with kpol_k8s_cache_clear()
 * @changes: not told yet, in order.
 * @gone: objects that changes still speak of.
 */
struct kpol_k8s_cache {
	struct kpol_k8s_table table;
	struct kpol_k8s_change *changes;
	size_t n_changes;
	struct kpol_k8s_object **gone;
	size_t n_gone;
};

/**
 * kpol_k8s_cache_put() - an object as it is now
 * @object: the cache's from here on, also on failure. With a resourceVersion that is known already
 * it is no change.
 *
 * Return: 0 or -ENOMEM; what the cache tells then is no longer complete: it needs a
 * kpol_k8s_cache_replace().
 */
int kpol_k8s_cache_put(struct kpol_k8s_cache *cache, struct kpol_k8s_object *object);

/** kpol_k8s_cache_remove() - there is no such object any more. Return: 0 or -ENOMEM, as above. */
int kpol_k8s_cache_remove(struct kpol_k8s_cache *cache, const char *uid);

/**
 * kpol_k8s_cache_replace() - these are all there are
 * @table: empty afterwards, also on failure.
 *
 * What is no longer there becomes DELETED, before anything is ADDED. The changes are one batch.
 * Return: 0 or -ENOMEM, as above.
 */
int kpol_k8s_cache_replace(struct kpol_k8s_cache *cache, struct kpol_k8s_table *table);

/** kpol_k8s_cache_told() - forget the changes, free the objects that only they spoke of. */
void kpol_k8s_cache_told(struct kpol_k8s_cache *cache);

void kpol_k8s_cache_clear(struct kpol_k8s_cache *cache);

#endif /* KPOL_K8S_CACHE_H */
