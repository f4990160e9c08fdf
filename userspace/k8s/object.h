/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What every object of the API server has: its metadata. */
#ifndef KPOL_K8S_OBJECT_H
#define KPOL_K8S_OBJECT_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "k8s/pack.h"
#include "model/bundle.h"

/**
 * struct kpol_k8s_object - first member of every kind's struct
 * @uid: never used again; what the cache knows it by.
 * @namespace: "" for cluster-wide kinds.
 * @version: metadata.resourceVersion; to be compared for equality only.
 * @annotations: only those whose key begins with "kubernetes.io/config.", "kubearmor-" or "kpol.io/".
 * @created: seconds since 1970; 0: not said.
 * @deleting: it has a deletionTimestamp; its containers may still run.
 *
 * All of it, and of the struct around it, is one block: free() ends it, nothing in it is changed.
 */
struct kpol_k8s_object {
	const char *uid;
	const char *namespace;
	const char *name;
	const char *version;
	struct kpol_label *labels;
	size_t n_labels;
	struct kpol_label *annotations;
	size_t n_annotations;
	int64_t created;
	bool deleting;
};

/** kpol_k8s_object_build() - fill it from an object's metadata. Return: 0, -EBADMSG, -ENOMEM. */
int kpol_k8s_object_build(struct json_object *json, struct kpol_k8s_pack *pack,
			  struct kpol_k8s_object *object);

/** kpol_k8s_object_annotation() - its value, or NULL. */
const char *kpol_k8s_object_annotation(const struct kpol_k8s_object *object, const char *key);

#endif /* KPOL_K8S_OBJECT_H */
