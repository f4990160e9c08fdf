/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A namespace: its labels, and the default postures of policies in it. */
#ifndef KPOL_K8S_NAMESPACE_H
#define KPOL_K8S_NAMESPACE_H

#include "k8s/object.h"
#include "model/posture.h"

/**
 * struct kpol_k8s_namespace
 * @postures: of the annotations kubearmor-{process,file,network,capabilities}-posture; a word that
 * is none leaves UNSET.
 * @visibility: of kubearmor-visibility, "process,file"; "": not said.
 */
struct kpol_k8s_namespace {
	struct kpol_k8s_object object;
	struct kpol_postures postures;
	const char *visibility;
};

/** kpol_k8s_namespace_build() - from JSON; a kpol_k8s_build_fn. */
int kpol_k8s_namespace_build(struct json_object *json, struct kpol_k8s_pack *pack);

#endif /* KPOL_K8S_NAMESPACE_H */
