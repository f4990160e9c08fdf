/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A node: its name and labels are all that policies ask for. */
#ifndef KPOL_K8S_NODE_H
#define KPOL_K8S_NODE_H

#include "k8s/object.h"

struct kpol_k8s_node {
	struct kpol_k8s_object object;
};

/** kpol_k8s_node_build() - from JSON; a kpol_k8s_build_fn. */
int kpol_k8s_node_build(struct json_object *json, struct kpol_k8s_pack *pack);

#endif /* KPOL_K8S_NODE_H */
