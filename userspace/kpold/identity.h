/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Identity: who runs in a cgroup, by its path, its runtime and its pod. */
#ifndef KPOLD_IDENTITY_H
#define KPOLD_IDENTITY_H

#include "compile/compile.h"
#include "kpold/pods.h"

/**
 * struct kpold_cluster - where pods are, and which are known
 * @pods: NULL: there is no Kubernetes here, so containers are known by their runtime alone.
 * @roots: cgroups, or patterns of cgroups, below which all pods are.
 * @blind: the policies are not known yet, so no pod is: it would seem to be one that no policy is for.
 * @spare_static: a static pod that is not known yet is not held back: its manifest is a file of this node's
 *	administrator, and where it is the API server itself, nobody could ever tell of it.
 */
struct kpold_cluster {
	const struct kpold_pods *pods;
	const struct kpol_strv *roots;
	bool blind;
	bool spare_static;
};

/**
 * kpold_identify() - fill in role, pod, container, namespace and labels
 * @root: "" for this machine, else a directory that stands for "/" (tests).
 * @parent: the workload of the cgroup around; NULL: there is none.
 * @old: this cgroup as it was known before; NULL: it is new. What it says of the container is not looked for again.
 * @workload: has its cgroup.
 *
 * The topmost container or pod counts: whoever may make cgroups inside of a container can't become another by their names.
 * Return: 0 or -ENOMEM.
 */
int kpold_identify(const struct kpold_cluster *cluster, const char *root,
		   const struct kpol_workload *parent, const struct kpol_workload *old,
		   struct kpol_workload *workload);

/** kpold_identity_same() - is nothing that policies ask for different? */
bool kpold_identity_same(const struct kpol_workload *a, const struct kpol_workload *b);

#endif /* KPOLD_IDENTITY_H */
