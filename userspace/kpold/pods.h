/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pods of this node, by what the kubelet names their cgroups after. */
#ifndef KPOLD_PODS_H
#define KPOLD_PODS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/bundle.h"

/**
 * struct kpold_pod - all strings owned
 * @cgroup_uid: what its cgroup is named by: the uid, or the hash of a static pod.
 * @uid: of the object; "": remembered from an earlier run.
 * @containers: id and name of those that have started, as far as the API server knows.
 * @scope: name of the one it is in; NULL: none yet. @bound_at: since when, µs since 1970.
 * @violated_at: of the last access that was denied, or would have been; 0: none. @violation: what it was.
 * @gone: the API server has it no more; kept while its cgroup lives.
 * @unsaved: the store does not have it like this yet.
 */
struct kpold_pod {
	char *cgroup_uid;
	char *uid;
	char *namespace;
	char *name;
	struct kpol_label *labels;
	size_t n_labels;
	struct kpol_label *containers;
	size_t n_containers;
	char *scope;
	int64_t bound_at;
	int64_t violated_at;
	char *violation;
	bool gone;
	bool unsaved;
};

/** struct kpold_pods - zero-initialise, end with kpold_pods_clear(). @items: sorted by @cgroup_uid. */
struct kpold_pods {
	struct kpold_pod *items;
	size_t n;
};

void kpold_pod_clear(struct kpold_pod *pod);

/** kpold_pods_find() - or NULL. Valid until a pod comes or goes. */
struct kpold_pod *kpold_pods_find(const struct kpold_pods *pods, const char *cgroup_uid);

/** kpold_pods_put() - take a pod in, in place of the one that was known. Takes over what @pod holds, also on failure. Return: 0 or -ENOMEM. */
int kpold_pods_put(struct kpold_pods *pods, struct kpold_pod *pod);

void kpold_pods_remove(struct kpold_pods *pods, const char *cgroup_uid);

/** kpold_pods_same() - does it make no difference to policies which of them it is? */
bool kpold_pods_same(const struct kpold_pod *a, const struct kpold_pod *b);

void kpold_pods_clear(struct kpold_pods *pods);

#endif /* KPOLD_PODS_H */
