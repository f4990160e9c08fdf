// SPDX-License-Identifier: GPL-2.0-or-later
/* The pods of this node, by what the kubelet names their cgroups after. */
#include "kpold/pods.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "kpold/copy.h"

void kpold_pod_clear(struct kpold_pod *pod)
{
	kpold_labels_clear(&pod->labels, &pod->n_labels);
	kpold_labels_clear(&pod->containers, &pod->n_containers);
	free(pod->cgroup_uid);
	free(pod->uid);
	free(pod->namespace);
	free(pod->name);
	free(pod->scope);
	free(pod->violation);
	memset(pod, 0, sizeof(*pod));
}

static size_t place_of(const struct kpold_pods *pods, const char *cgroup_uid, bool *ret_found)
{
	size_t low = 0, high = pods->n;

	*ret_found = false;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int r = strcmp(pods->items[middle].cgroup_uid, cgroup_uid);

		if (r < 0)
			low = middle + 1;
		else
			high = middle;
		*ret_found |= r == 0;
	}
	return low;
}

struct kpold_pod *kpold_pods_find(const struct kpold_pods *pods, const char *cgroup_uid)
{
	bool found;
	size_t at = place_of(pods, cgroup_uid, &found);

	return found ? &pods->items[at] : NULL;
}

/* What we have seen of it ourselves. */
static void keep_history(struct kpold_pod *old, struct kpold_pod *new)
{
	new->scope = TAKE_PTR(old->scope);
	new->bound_at = old->bound_at;
	new->violation = TAKE_PTR(old->violation);
	new->violated_at = old->violated_at;
}

int kpold_pods_put(struct kpold_pods *pods, struct kpold_pod *pod)
{
	bool found;
	size_t at = place_of(pods, pod->cgroup_uid, &found);

	if (found) {
		keep_history(&pods->items[at], pod);
		kpold_pod_clear(&pods->items[at]);
	} else if (!kpol_append(&pods->items, &pods->n, sizeof(*pod))) {
		kpold_pod_clear(pod);
		return -ENOMEM;
	} else {
		memmove(&pods->items[at + 1], &pods->items[at], (pods->n - 1 - at) * sizeof(*pod));
	}
	pods->items[at] = *pod;
	memset(pod, 0, sizeof(*pod));
	return 0;
}

void kpold_pods_remove(struct kpold_pods *pods, const char *cgroup_uid)
{
	bool found;
	size_t at = place_of(pods, cgroup_uid, &found);

	if (!found)
		return;
	kpold_pod_clear(&pods->items[at]);
	pods->n--;
	memmove(&pods->items[at], &pods->items[at + 1], (pods->n - at) * sizeof(*pods->items));
}

static bool same_labels(const struct kpol_label *a, size_t n_a, const struct kpol_label *b,
			size_t n_b)
{
	if (n_a != n_b)
		return false;
	for (size_t i = 0; i < n_a; i++)
		if (strcmp(a[i].key, b[i].key) != 0 || strcmp(a[i].value, b[i].value) != 0)
			return false;
	return true;
}

bool kpold_pods_same(const struct kpold_pod *a, const struct kpold_pod *b)
{
	return strcmp(a->namespace, b->namespace) == 0 && strcmp(a->name, b->name) == 0 &&
	       same_labels(a->labels, a->n_labels, b->labels, b->n_labels) &&
	       same_labels(a->containers, a->n_containers, b->containers, b->n_containers);
}

void kpold_pods_clear(struct kpold_pods *pods)
{
	for (size_t i = 0; i < pods->n; i++)
		kpold_pod_clear(&pods->items[i]);
	free(pods->items);
	memset(pods, 0, sizeof(*pods));
}
