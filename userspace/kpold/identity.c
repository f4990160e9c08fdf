// SPDX-License-Identifier: GPL-2.0-or-later
/* Identity: who runs in a cgroup, by its path, its runtime and its pod. */
#include "kpold/identity.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "compile/selector.h"
#include "k8s/place.h"
#include "kpold/container.h"
#include "kpold/copy.h"

static int inherit(const struct kpol_workload *parent, struct kpol_workload *workload)
{
	workload->role = parent->role;
	if (kpold_copy_string(&workload->pod, parent->pod) < 0 ||
	    kpold_copy_string(&workload->container, parent->container) < 0 ||
	    kpold_copy_string(&workload->namespace, parent->namespace) < 0)
		return -ENOMEM;
	return kpold_labels_copy(&workload->labels, &workload->n_labels, parent->labels,
				 parent->n_labels);
}

/* A cgroup whose container is known keeps it: reading config.json again for each scan would be waste. */
static bool is_settled(const struct kpol_workload *old, const char *id)
{
	return old && old->container && strcmp(old->container, id) != 0;
}

/* What podman and CRI-O put beside each container to hold its ends; only the administrator makes units below slices. */
static bool is_monitor(const char *path)
{
	size_t base = (size_t)(strrchr(path, '/') - path);

	return base <= kpol_cgroup_slices(path) &&
	       (strncmp(path + base, "/libpod-conmon-", 15) == 0 ||
		strncmp(path + base, "/crio-conmon-", 13) == 0);
}

/* Without Kubernetes. */
static int name_container(const char *root, const struct kpol_workload *old,
			  struct kpol_workload *workload)
{
	const char *directory = strrchr(workload->cgroup, '/') + 1;
	char id[KPOLD_CONTAINER_ID_MAX + 1];
	struct kpold_container found = { 0 };
	int r = kpold_container_id(directory, id);

	if (is_monitor(workload->cgroup)) {
		workload->role = KPOL_ROLE_RUNTIME;
		return 0;
	}
	if (r < 0)
		return 0;
	if (is_settled(old, id)) {
		workload->role = old->role;
		r = kpold_copy_string(&workload->container, old->container);
		return r < 0 ? r : kpold_copy_string(&workload->namespace, old->namespace);
	}
	r = kpold_container_find(root, directory, &found);
	if (r < 0 && r != -EAGAIN)
		return r;
	workload->container = found.name;
	workload->namespace = found.namespace;
	if (strcmp(found.name, KPOLD_CONTAINER_SANDBOX) == 0)
		workload->role = KPOL_ROLE_RUNTIME;
	return 0;
}

static const char *find_name(const struct kpold_pod *pod, const char *id)
{
	for (size_t i = 0; pod && i < pod->n_containers; i++)
		if (strcmp(pod->containers[i].key, id) == 0)
			return pod->containers[i].value;
	return NULL;
}

/*
 * The runtime has written down what it is before its cgroup exists; the API server knows a container only after
 * its start. Neither takes a container out of its pod.
 */
static int name_in_pod(const char *root, const struct kpol_workload *old,
		       const struct kpold_pod *pod, const char *id, struct kpol_workload *workload)
{
	_cleanup_(kpold_container_clear) struct kpold_container found = { 0 };
	const char *name;
	int r = 0;

	if (is_settled(old, id)) {
		name = old->container;
	} else {
		r = kpold_container_find_id(root, id, &found);
		if (r == -ENOMEM)
			return r;
		name = r == 0 ? found.name : find_name(pod, id);
	}
	if (name && strcmp(name, KPOLD_CONTAINER_SANDBOX) == 0)
		workload->role = KPOL_ROLE_RUNTIME;
	return kpold_copy_string(&workload->container, name ? name : id);
}

static bool is_static(const char *uid)
{
	return !strchr(uid, '-');
}

static int take_pod(const struct kpold_cluster *cluster, const struct kpold_pod *pod,
		    const char *uid, struct kpol_workload *workload)
{
	if (!pod) {
		workload->role = cluster->spare_static && is_static(uid) ? KPOL_ROLE_RUNTIME
									 : KPOL_ROLE_PENDING;
		return 0;
	}
	if (kpold_copy_string(&workload->pod, pod->name) < 0 ||
	    kpold_copy_string(&workload->namespace, pod->namespace) < 0)
		return -ENOMEM;
	return kpold_labels_copy(&workload->labels, &workload->n_labels, pod->labels,
				 pod->n_labels);
}

static int identify_in_cluster(const struct kpold_cluster *cluster, const char *root,
			       const struct kpol_workload *old, struct kpol_workload *workload)
{
	const struct kpold_pod *pod;
	struct kpol_k8s_place place;
	int r = kpol_k8s_place_read(workload->cgroup, &place);

	if (r < 0) {
		workload->role = KPOL_ROLE_PENDING; /* what is between the root and the pods */
		return 0;
	}
	pod = cluster->blind ? NULL : kpold_pods_find(cluster->pods, place.uid);
	r = take_pod(cluster, pod, place.uid, workload);
	if (r < 0 || strlen(workload->cgroup) == place.pod_len)
		return r;
	if (place.container[0])
		return name_in_pod(root, old, pod, place.container, workload);
	workload->role = KPOL_ROLE_RUNTIME; /* CRI-O's monitor */
	return 0;
}

/* Whether some root is this cgroup or one around it. */
static bool is_below_roots(const struct kpold_cluster *cluster, const char *path)
{
	size_t end = strlen(path);

	for (size_t len = 1; len <= end; len++)
		for (size_t i = 0; i < cluster->roots->n; i++)
			if ((len == end || path[len] == '/') &&
			    kpol_cgroup_matches(cluster->roots->items[i], path, len))
				return true;
	return false;
}

int kpold_identify(const struct kpold_cluster *cluster, const char *root,
		   const struct kpol_workload *parent, const struct kpol_workload *old,
		   struct kpol_workload *workload)
{
	int r;

	if (parent && parent->container)
		return inherit(parent, workload);
	if (cluster->pods && is_below_roots(cluster, workload->cgroup))
		return identify_in_cluster(cluster, root, old, workload);
	r = name_container(root, old, workload);
	/* A container beside the pods is in no namespace, and none of the cluster's namespaces has a say in it. */
	if (r == 0 && cluster->pods && workload->container && !workload->namespace)
		r = kpold_copy_string(&workload->namespace, "");
	return r;
}

static bool same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

bool kpold_identity_same(const struct kpol_workload *a, const struct kpol_workload *b)
{
	if (a->role != b->role || !same_text(a->pod, b->pod) ||
	    !same_text(a->container, b->container) || !same_text(a->namespace, b->namespace) ||
	    a->n_labels != b->n_labels)
		return false;
	for (size_t i = 0; i < a->n_labels; i++)
		if (!same_text(a->labels[i].key, b->labels[i].key) ||
		    !same_text(a->labels[i].value, b->labels[i].value))
			return false;
	return true;
}
