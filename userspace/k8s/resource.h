/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kinds that are watched. */
#ifndef KPOL_K8S_RESOURCE_H
#define KPOL_K8S_RESOURCE_H

#include "base/buffer.h"
#include "k8s/object.h"

enum kpol_k8s_resource_id {
	KPOL_K8S_PODS,
	KPOL_K8S_NAMESPACES,
	KPOL_K8S_NODES,
	KPOL_K8S_RUNTIME_POLICIES,
	KPOL_K8S_KUBEARMOR_POLICIES,
	KPOL_K8S_KUBEARMOR_HOST_POLICIES,
	KPOL_K8S_KUBEARMOR_CLUSTER_POLICIES,
	KPOL_K8S_RESOURCES,
};

/**
 * struct kpol_k8s_resource - a row
 * @plural: as in paths and in RBAC rules.
 * @group: "" for the core.
 * @kind: of one of them; an item of a list doesn't say it.
 * @custom: its definition may be absent from the cluster.
 * @build: makes the struct: pod.h, namespace.h, node.h, policy.h.
 */
struct kpol_k8s_resource {
	const char *plural;
	const char *group;
	const char *version;
	const char *kind;
	bool custom;
	kpol_k8s_build_fn build;
};

extern const struct kpol_k8s_resource kpol_k8s_resources[KPOL_K8S_RESOURCES];

/** kpol_k8s_resource_path() - append "/api/v1/pods" or "/apis/GROUP/VERSION/PLURAL". */
void kpol_k8s_resource_path(const struct kpol_k8s_resource *resource, struct kpol_buffer *path);

/**
 * kpol_k8s_resource_parse() - an object of that kind
 * @json: apiVersion and kind are added to it where they are missing.
 * @ret: begins with struct kpol_k8s_object; free() it.
 *
 * Return: 0, -EBADMSG, -ENOMEM.
 */
int kpol_k8s_resource_parse(const struct kpol_k8s_resource *resource, struct json_object *json,
			    struct kpol_k8s_object **ret);

#endif /* KPOL_K8S_RESOURCE_H */
