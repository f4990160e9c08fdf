/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A policy as a custom resource: its text for the loader, and which edition of it this is. */
#ifndef KPOL_K8S_POLICY_H
#define KPOL_K8S_POLICY_H

#include <stdint.h>

#include "k8s/object.h"

/**
 * struct kpol_k8s_policy
 * @generation: metadata.generation: the server raises it when the spec changes, and only then.
 * @json: the document on one line: apiVersion, kind, name, namespace, labels and spec. JSON is
 * YAML, so kpol_bundle_parse() takes it.
 */
struct kpol_k8s_policy {
	struct kpol_k8s_object object;
	int64_t generation;
	const char *json;
	size_t json_len;
};

/** kpol_k8s_policy_build() - from JSON; a kpol_k8s_build_fn. The JSON has its apiVersion and kind. */
int kpol_k8s_policy_build(struct json_object *json, struct kpol_k8s_pack *pack);

#endif /* KPOL_K8S_POLICY_H */
