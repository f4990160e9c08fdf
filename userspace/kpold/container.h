/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A container's name, from what its runtime left on disk. */
#ifndef KPOLD_CONTAINER_H
#define KPOLD_CONTAINER_H

#define KPOLD_CONTAINER_ID_MAX 255

/* The name of a pod's sandbox, the container that holds its namespaces. No other may have capitals in its name. */
#define KPOLD_CONTAINER_SANDBOX "POD"

/**
 * struct kpold_container - who runs in a container's cgroup; end with kpold_container_clear()
 * @name: as in the pod or on the runtime's command line; the id when the runtime gives none.
 * @namespace: Kubernetes', or NULL.
 */
struct kpold_container {
	char *name;
	char *namespace;
};

void kpold_container_clear(struct kpold_container *container);

/**
 * kpold_container_id() - is a cgroup's directory named for a container?
 * @directory: last component of the cgroup, "cri-containerd-<id>.scope" and the like.
 *
 * Return: 0 with @id filled, or -ENOENT.
 */
int kpold_container_id(const char *directory, char id[KPOLD_CONTAINER_ID_MAX + 1]);

/**
 * kpold_container_find() - identify the container of a cgroup
 * @root: "" for this machine, else a directory that stands for "/" (tests).
 * @directory: as above.
 *
 * Return: 0; -ENOENT: no container's cgroup; -EAGAIN: it is one, but nothing is known about it yet
 * (@ret has the id as name); -ENOMEM.
 */
int kpold_container_find(const char *root, const char *directory, struct kpold_container *ret);

/** kpold_container_find_id() - the same of a container in a pod, whatever its runtime. Return: 0, -EAGAIN as above, -ENOMEM. */
int kpold_container_find_id(const char *root, const char *id, struct kpold_container *ret);

#endif /* KPOLD_CONTAINER_H */
