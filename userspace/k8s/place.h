/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A place: the pod and container that a cgroup's path tells of. */
#ifndef KPOL_K8S_PLACE_H
#define KPOL_K8S_PLACE_H

#include <stddef.h>

#define KPOL_K8S_UID_LEN 36
#define KPOL_K8S_CONTAINER_ID_MAX 128

/**
 * struct kpol_k8s_place - where a cgroup stands
 * @uid: of the pod, with dashes as the API server writes it; or the 32 digits of a static pod's hash.
 * @container: id of the container, as behind "containerd://"; "": it is the pod's own cgroup, or one beside the
 *	containers, such as CRI-O's monitor.
 * @pod_len: bytes of the path that name the pod's cgroup; 0: the pod has none of its own.
 */
struct kpol_k8s_place {
	char uid[KPOL_K8S_UID_LEN + 1];
	char container[KPOL_K8S_CONTAINER_ID_MAX + 1];
	size_t pod_len;
};

/**
 * kpol_k8s_place_read() - what the kubelet and the runtimes have written into a path
 * @path: below the cgroup2 root, "/" first.
 * @ret: filled on success.
 *
 * Both drivers (systemd, cgroupfs) and the names of containerd, CRI-O and docker, below any prefix (kind, k3s). The topmost
 * pod counts: whoever may make cgroups inside of a pod cannot pass as another pod by their names.
 *
 * Return: 0; -ENOENT: no pod's.
 */
int kpol_k8s_place_read(const char *path, struct kpol_k8s_place *ret);

#endif /* KPOL_K8S_PLACE_H */
