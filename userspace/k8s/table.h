/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Objects by uid. */
#ifndef KPOL_K8S_TABLE_H
#define KPOL_K8S_TABLE_H

#include "k8s/object.h"

/**
 * struct kpol_k8s_table - owns its objects; zero-initialise, end with kpol_k8s_table_clear()
 * @slots: NULL: free; a power of two of them, @size. @n: objects.
 */
struct kpol_k8s_table {
	struct kpol_k8s_object **slots;
	size_t size;
	size_t n;
};

/** kpol_k8s_table_get() - or NULL. */
struct kpol_k8s_object *kpol_k8s_table_get(const struct kpol_k8s_table *table, const char *uid);

/**
 * kpol_k8s_table_put() - take an object in
 * @ret_old: what it replaces, now the caller's; NULL: nothing.
 *
 * Return: 0; -ENOMEM, never where something is replaced: the object stays the caller's.
 */
int kpol_k8s_table_put(struct kpol_k8s_table *table, struct kpol_k8s_object *object,
		       struct kpol_k8s_object **ret_old);

/** kpol_k8s_table_take() - out of the table, now the caller's; NULL: it wasn't in. */
struct kpol_k8s_object *kpol_k8s_table_take(struct kpol_k8s_table *table, const char *uid);

/** kpol_k8s_table_next() - walk: @at begins at 0. Return: an object, NULL: that was all. */
struct kpol_k8s_object *kpol_k8s_table_next(const struct kpol_k8s_table *table, size_t *at);

void kpol_k8s_table_clear(struct kpol_k8s_table *table);

#endif /* KPOL_K8S_TABLE_H */
