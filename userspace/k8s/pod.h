/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A pod: where it runs, its addresses and its containers. */
#ifndef KPOL_K8S_POD_H
#define KPOL_K8S_POD_H

#include <stdint.h>

#include "k8s/object.h"

enum kpol_k8s_phase {
	KPOL_K8S_PHASE_UNKNOWN,
	KPOL_K8S_PHASE_PENDING,
	KPOL_K8S_PHASE_RUNNING,
	KPOL_K8S_PHASE_SUCCEEDED,
	KPOL_K8S_PHASE_FAILED,
};

enum kpol_k8s_container_kind {
	KPOL_K8S_CONTAINER_MAIN,
	KPOL_K8S_CONTAINER_INIT,
	KPOL_K8S_CONTAINER_EPHEMERAL,
};

/**
 * struct kpol_k8s_container
 * @id: without the runtime's "containerd://", as in the cgroup's name; "": not started yet. The
 * server knows it only after the start.
 * @image: as the pod asks for it.
 */
struct kpol_k8s_container {
	const char *name;
	const char *id;
	const char *image;
	uint8_t kind;
};

/** struct kpol_k8s_ip - @family: AF_INET or AF_INET6. @addr: network byte order. */
struct kpol_k8s_ip {
	uint8_t family;
	uint8_t addr[16];
};

/**
 * struct kpol_k8s_pod
 * @node: "": not scheduled.
 * @cgroup_uid: what the kubelet names its cgroup by: of a static pod the hash of its manifest
 * (annotation kubernetes.io/config.hash), else the uid.
 * @mirror: a static pod's image on the API server (annotation kubernetes.io/config.mirror).
 * @host_network: its addresses are the node's, so they tell nothing about who is behind them.
 * @ips: of a pod that has succeeded or failed they may belong to another one by now: see
 * kpol_k8s_pod_has_addresses().
 */
struct kpol_k8s_pod {
	struct kpol_k8s_object object;
	const char *node;
	const char *cgroup_uid;
	uint8_t phase;
	bool mirror;
	bool host_network;
	bool host_pid;
	struct kpol_k8s_ip *ips;
	size_t n_ips;
	struct kpol_k8s_container *containers;
	size_t n_containers;
};

/** kpol_k8s_pod_build() - from JSON; a kpol_k8s_build_fn. */
int kpol_k8s_pod_build(struct json_object *json, struct kpol_k8s_pack *pack);

/** kpol_k8s_pod_has_addresses() - do its addresses stand for it and nobody else? */
bool kpol_k8s_pod_has_addresses(const struct kpol_k8s_pod *pod);

#endif /* KPOL_K8S_POD_H */
