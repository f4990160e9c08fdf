/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An object in one block of memory of exactly its size: ten thousand pods have to fit. */
#ifndef KPOL_K8S_PACK_H
#define KPOL_K8S_PACK_H

#include <json-c/json.h>
#include <stddef.h>

struct kpol_k8s_pack;

/**
 * kpol_k8s_build_fn - write an object down
 *
 * It is called twice, once to measure and once for good, and must take the same each time. The
 * first it takes is the object itself.
 * Return: 0; -EBADMSG: the JSON has no such object; -ENOMEM.
 */
typedef int (*kpol_k8s_build_fn)(struct json_object *json, struct kpol_k8s_pack *pack);

/**
 * kpol_k8s_pack_build() - an object from JSON
 * @ret: free() is enough for all of it.
 *
 * Return: as the function.
 */
int kpol_k8s_pack_build(kpol_k8s_build_fn build, struct json_object *json, void **ret);

/** kpol_k8s_pack_take() - @size zeroed bytes, aligned for any type; NULL without memory. */
void *kpol_k8s_pack_take(struct kpol_k8s_pack *pack, size_t size);

/** kpol_k8s_pack_text() - a copy of @text, or of "" for NULL; NULL without memory. */
char *kpol_k8s_pack_text(struct kpol_k8s_pack *pack, const char *text);

#endif /* KPOL_K8S_PACK_H */
