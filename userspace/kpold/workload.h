/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The workloads on this machine: one for each cgroup, found by reading the hierarchy. */
#ifndef KPOLD_WORKLOAD_H
#define KPOLD_WORKLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "compile/compile.h"
#include "kpold/identity.h"

/* Cgroups that are gone are remembered this long: their events come late. */
#define KPOLD_GONE_MAX 256

/**
 * struct kpold_workloads - zero-initialise; kpold_workloads_init(), end with
 * kpold_workloads_clear()
 * @items: sorted by cgroup id.
 * @gone: a ring of the last that vanished; @gone_next is overwritten next.
 * @mount: of cgroup2. @root: stands for "/" in tests, else "".
 * @labels: of this node; given to the workload "/". Borrowed.
 * @cluster: where pods are, and which are known. Borrowed.
 * @inotify: told about new and removed cgroups; -1: we rely on being asked.
 */
struct kpold_workloads {
	struct kpol_workload *items;
	size_t n;
	struct kpol_workload gone[KPOLD_GONE_MAX];
	size_t gone_next;
	char *mount;
	const char *root;
	const struct kpol_label *labels;
	size_t n_labels;
	const struct kpold_cluster *cluster;
	int inotify;
};

/** kpold_workloads_init() - @cluster must outlive @workloads. Return: 0; -ENOENT: no cgroup2; -errno. */
int kpold_workloads_init(struct kpold_workloads *workloads, const char *root,
			 const struct kpold_cluster *cluster);

void kpold_workloads_clear(struct kpold_workloads *workloads);

/**
 * kpold_workloads_scan() - read the hierarchy
 * @ret_changed: cgroups came, went, or got a name.
 *
 * Return: 0, or -errno and everything as before.
 */
int kpold_workloads_scan(struct kpold_workloads *workloads, bool *ret_changed);

/**
 * kpold_workloads_add() - take in one cgroup that was made just now
 * @path: below the mount. @id: the inode number of its directory.
 * @ret_workload: valid until the next scan or addition.
 *
 * Return: 0, also when it was known; -ENOMEM; -errno of looking for a container's name.
 */
int kpold_workloads_add(struct kpold_workloads *workloads, const char *path, uint64_t id,
			const struct kpol_workload **ret_workload);

/**
 * kpold_workloads_pod_changed() - a pod is another than before: look at its cgroups again
 * @changed: called for each of them that is somebody else now, the pod's own first; not again after it has failed.
 *
 * Return: 0; -ENOMEM; what @changed returned.
 */
int kpold_workloads_pod_changed(struct kpold_workloads *workloads, const char *cgroup_uid,
				int (*changed)(const struct kpol_workload *workload,
					       void *userdata),
				void *userdata);

/** kpold_workloads_has_pod() - does any cgroup of this pod exist? */
bool kpold_workloads_has_pod(const struct kpold_workloads *workloads, const char *cgroup_uid);

/** kpold_workloads_drain() - throw away what inotify has queued: a scan follows. */
void kpold_workloads_drain(struct kpold_workloads *workloads);

/** kpold_workloads_find() - by cgroup id, the living first; NULL: unknown. */
const struct kpol_workload *kpold_workloads_find(const struct kpold_workloads *workloads,
						 uint64_t id);

/** kpold_workloads_find_path() - by path below the mount; NULL: there is none now. */
const struct kpol_workload *kpold_workloads_find_path(const struct kpold_workloads *workloads,
						      const char *path);

/** kpold_workloads_find_prefix() - the same by the first @len bytes of @path. */
const struct kpol_workload *kpold_workloads_find_prefix(const struct kpold_workloads *workloads,
							const char *path, size_t len);

/** kpold_workloads_find_unit() - by unit name; NULL: there is none now. */
const struct kpol_workload *kpold_workloads_find_unit(const struct kpold_workloads *workloads,
						      const char *unit);

#endif /* KPOLD_WORKLOAD_H */
