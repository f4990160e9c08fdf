/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A container's name, from what its runtime left on disk. */
#ifndef KPOLD_CONTAINER_H
#define KPOLD_CONTAINER_H

/**
 * struct kpold_container - who runs in a container's cgroup
 * @name: as in the pod or on the runtime's command line; the id when the runtime gives none.
 * @namespace: Kubernetes', or NULL.
 */
struct kpold_container {
	char *name;
	char *namespace;
};

/**
 * kpold_container_find() - identify the container of a cgroup
 * @root: "" for this machine, else a directory that stands for "/" (tests).
 * @directory: last component of the cgroup, "cri-containerd-<id>.scope" and the like.
 * @ret: strings to free().
 *
 * Return: 0; -ENOENT: no container's cgroup; -EAGAIN: it is one, but nothing is known about it yet
 * (@ret has the id as name); -ENOMEM.
 */
int kpold_container_find(const char *root, const char *directory, struct kpold_container *ret);

#endif /* KPOLD_CONTAINER_H */
