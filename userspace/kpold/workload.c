// SPDX-License-Identifier: GPL-2.0-or-later
/* The workloads on this machine: one for each cgroup, found by reading the hierarchy. */
#include "kpold/workload.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "k8s/place.h"
#include "kpold/cgroup.h"
#include "kpold/copy.h"

#define DEPTH_MAX 64

/**
 * struct scan - a reading under way
 * @around: indexes of the cgroups around the next one, outermost first.
 * @renamed: a cgroup is somebody else's than before.
 */
struct scan {
	struct kpold_workloads *workloads;
	struct kpol_workload *items;
	size_t n;
	size_t around[DEPTH_MAX];
	size_t depth;
	bool renamed;
};

static bool is_unit(const char *name)
{
	static const char *const suffixes[] = { ".service", ".slice", ".scope",
						".socket",  ".mount", ".swap" };
	size_t len = strlen(name);

	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		size_t suffix = strlen(suffixes[i]);

		if (len > suffix && strcmp(name + len - suffix, suffixes[i]) == 0)
			return true;
	}
	return false;
}

static int compare_id(const void *a, const void *b)
{
	uint64_t x = ((const struct kpol_workload *)a)->cgroup_id;
	uint64_t y = ((const struct kpol_workload *)b)->cgroup_id;

	return (x > y) - (x < y);
}

static struct kpol_workload *find_living(const struct kpold_workloads *workloads, uint64_t id)
{
	struct kpol_workload key = { .cgroup_id = id };

	if (workloads->n == 0)
		return NULL;
	return bsearch(&key, workloads->items, workloads->n, sizeof(key), compare_id);
}

/* Takes @workload, also on failure: then it is empty. */
static int fill(const struct kpold_workloads *workloads, const struct kpol_workload *parent,
		const struct kpol_workload *old, const char *path, uint64_t id,
		struct kpol_workload *workload)
{
	const char *directory = strrchr(path, '/') + 1;
	int r;

	workload->cgroup_id = id;
	r = kpold_copy_string(&workload->cgroup, path);
	if (r == 0 && is_unit(directory))
		r = kpold_copy_string(&workload->unit, directory);
	if (r == 0 && directory[0] == '\0')
		r = kpold_labels_copy(&workload->labels, &workload->n_labels, workloads->labels,
				      workloads->n_labels);
	else if (r == 0)
		r = kpold_identify(workloads->cluster, workloads->root, parent, old, workload);
	return r;
}

static bool is_below(const char *path, const char *around)
{
	size_t len = strlen(around);

	return strcmp(around, "/") == 0 || (strncmp(path, around, len) == 0 && path[len] == '/');
}

/* The walk comes to a cgroup after those around it, and before any that is beside those. */
static const struct kpol_workload *find_around(struct scan *scan, const char *path)
{
	while (scan->depth > 0) {
		const struct kpol_workload *last = &scan->items[scan->around[scan->depth - 1]];

		if (is_below(path, last->cgroup))
			return last;
		scan->depth--;
	}
	return NULL;
}

static int take_cgroup(const char *path, uint64_t id, void *userdata)
{
	struct scan *scan = userdata;
	const struct kpol_workload *parent = find_around(scan, path);
	const struct kpol_workload *old = find_living(scan->workloads, id);
	struct kpol_workload new = { 0 }, *slot;
	int r = fill(scan->workloads, parent, old, path, id, &new);

	slot = r == 0 ? kpol_append(&scan->items, &scan->n, sizeof(new)) : NULL;
	if (!slot) {
		kpol_workload_clear(&new);
		return r < 0 ? r : -ENOMEM;
	}
	*slot = new;
	scan->renamed |= old && !kpold_identity_same(old, slot);
	if (scan->depth < DEPTH_MAX)
		scan->around[scan->depth++] = scan->n - 1;
	return 0;
}

static void watch(const char *full_path, void *userdata)
{
	struct scan *scan = userdata;

	/* Beyond the limit of watches the periodic scan finds it. */
	if (scan->workloads->inotify >= 0)
		(void)inotify_add_watch(scan->workloads->inotify, full_path,
					IN_CREATE | IN_DELETE | IN_MOVED_TO | IN_ONLYDIR);
}

static void free_items(struct kpol_workload *items, size_t n)
{
	for (size_t i = 0; i < n; i++)
		kpol_workload_clear(&items[i]);
	free(items);
}

static bool same_cgroups(const struct kpold_workloads *workloads, const struct scan *scan)
{
	if (scan->renamed || workloads->n != scan->n)
		return false;
	for (size_t i = 0; i < scan->n; i++)
		if (workloads->items[i].cgroup_id != scan->items[i].cgroup_id ||
		    strcmp(workloads->items[i].cgroup, scan->items[i].cgroup) != 0)
			return false;
	return true;
}

static void remember_gone(struct kpold_workloads *workloads, struct kpol_workload *item)
{
	struct kpol_workload *slot = &workloads->gone[workloads->gone_next];

	kpol_workload_clear(slot);
	*slot = *item;
	memset(item, 0, sizeof(*item));
	workloads->gone_next = (workloads->gone_next + 1) % KPOLD_GONE_MAX;
}

static void replace(struct kpold_workloads *workloads, struct scan *scan)
{
	struct kpol_workload *old = workloads->items;
	size_t n_old = workloads->n;

	workloads->items = TAKE_PTR(scan->items);
	workloads->n = scan->n;
	scan->n = 0;
	for (size_t i = 0; i < n_old; i++)
		if (!find_living(workloads, old[i].cgroup_id))
			remember_gone(workloads, &old[i]);
	free_items(old, n_old);
}

int kpold_workloads_scan(struct kpold_workloads *workloads, bool *ret_changed)
{
	static const struct kpold_cgroup_visitor visitor = { .enter = watch, .found = take_cgroup };
	struct scan scan = { .workloads = workloads };
	int r;

	r = kpold_cgroup_walk(workloads->mount, &visitor, &scan);
	if (r < 0) {
		free_items(scan.items, scan.n);
		return r;
	}
	if (scan.n > 0)
		qsort(scan.items, scan.n, sizeof(*scan.items), compare_id);
	*ret_changed = !same_cgroups(workloads, &scan);
	if (*ret_changed)
		replace(workloads, &scan);
	free_items(scan.items, scan.n);
	return 0;
}

static size_t place_of(const struct kpold_workloads *workloads, uint64_t id)
{
	size_t low = 0, high = workloads->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (workloads->items[middle].cgroup_id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct kpol_workload *kpold_workloads_find_prefix(const struct kpold_workloads *workloads,
							const char *path, size_t len)
{
	for (size_t i = 0; len > 0 && i < workloads->n; i++)
		if (strncmp(workloads->items[i].cgroup, path, len) == 0 &&
		    workloads->items[i].cgroup[len] == '\0')
			return &workloads->items[i];
	return NULL;
}

static const struct kpol_workload *find_parent(const struct kpold_workloads *workloads,
					       const char *path)
{
	return kpold_workloads_find_prefix(workloads, path, (size_t)(strrchr(path, '/') - path));
}

int kpold_workloads_add(struct kpold_workloads *workloads, const char *path, uint64_t id,
			const struct kpol_workload **ret_workload)
{
	size_t at = place_of(workloads, id);
	struct kpol_workload new = { 0 };
	int r;

	*ret_workload = find_living(workloads, id);
	if (*ret_workload)
		return 0;
	r = fill(workloads, find_parent(workloads, path), NULL, path, id, &new);
	if (r == 0 && !kpol_append(&workloads->items, &workloads->n, sizeof(new)))
		r = -ENOMEM;
	if (r < 0) {
		kpol_workload_clear(&new);
		return r;
	}
	memmove(&workloads->items[at + 1], &workloads->items[at],
		(workloads->n - 1 - at) * sizeof(new));
	workloads->items[at] = new;
	*ret_workload = &workloads->items[at];
	return 0;
}

static int identify_again(struct kpold_workloads *workloads, struct kpol_workload *item,
			  bool *ret_changed)
{
	struct kpol_workload new = { 0 };
	int r = fill(workloads, find_parent(workloads, item->cgroup), item, item->cgroup,
		     item->cgroup_id, &new);

	if (r < 0) {
		kpol_workload_clear(&new);
		return r;
	}
	*ret_changed = !kpold_identity_same(item, &new);
	kpol_workload_clear(item);
	*item = new;
	return 0;
}

static int compare_depth(const void *a, const void *b)
{
	const struct kpol_workload *x = *(struct kpol_workload *const *)a;
	const struct kpol_workload *y = *(struct kpol_workload *const *)b;
	size_t x_len = strlen(x->cgroup), y_len = strlen(y->cgroup);

	return (x_len > y_len) - (x_len < y_len);
}

/* A pod's cgroups, outermost first. */
static int find_pods_own(struct kpold_workloads *workloads, const char *cgroup_uid,
			 struct kpol_workload ***ret, size_t *ret_n)
{
	struct kpol_k8s_place place;

	for (size_t i = 0; i < workloads->n; i++) {
		struct kpol_workload *item = &workloads->items[i], **slot;

		if (kpol_k8s_place_read(item->cgroup, &place) < 0 ||
		    strcmp(place.uid, cgroup_uid) != 0)
			continue;
		slot = kpol_append(ret, ret_n, sizeof(*slot));
		if (!slot)
			return -ENOMEM;
		*slot = item;
	}
	if (*ret_n > 1)
		qsort(*ret, *ret_n, sizeof(**ret), compare_depth);
	return 0;
}

int kpold_workloads_pod_changed(struct kpold_workloads *workloads, const char *cgroup_uid,
				int (*changed)(const struct kpol_workload *workload,
					       void *userdata),
				void *userdata)
{
	_cleanup_free_ struct kpol_workload **items = NULL;
	size_t n = 0;
	int r = find_pods_own(workloads, cgroup_uid, &items, &n), result = 0;

	for (size_t i = 0; i < n && r == 0; i++) {
		bool differs = false;

		r = identify_again(workloads, items[i], &differs);
		if (r == 0 && differs && result == 0)
			result = changed(items[i], userdata);
	}
	return r < 0 ? r : result;
}

bool kpold_workloads_has_pod(const struct kpold_workloads *workloads, const char *cgroup_uid)
{
	struct kpol_k8s_place place;

	for (size_t i = 0; i < workloads->n; i++)
		if (kpol_k8s_place_read(workloads->items[i].cgroup, &place) == 0 &&
		    strcmp(place.uid, cgroup_uid) == 0)
			return true;
	return false;
}

void kpold_workloads_drain(struct kpold_workloads *workloads)
{
	char buf[4096];

	while (read(workloads->inotify, buf, sizeof(buf)) > 0)
		;
}

const struct kpol_workload *kpold_workloads_find(const struct kpold_workloads *workloads,
						 uint64_t id)
{
	const struct kpol_workload *living = find_living(workloads, id);

	if (living)
		return living;
	for (size_t i = 0; i < KPOLD_GONE_MAX; i++)
		if (workloads->gone[i].cgroup && workloads->gone[i].cgroup_id == id)
			return &workloads->gone[i];
	return NULL;
}

const struct kpol_workload *kpold_workloads_find_path(const struct kpold_workloads *workloads,
						      const char *path)
{
	return kpold_workloads_find_prefix(workloads, path, strlen(path));
}

const struct kpol_workload *kpold_workloads_find_unit(const struct kpold_workloads *workloads,
						      const char *unit)
{
	for (size_t i = 0; i < workloads->n; i++)
		if (workloads->items[i].unit && strcmp(workloads->items[i].unit, unit) == 0)
			return &workloads->items[i];
	return NULL;
}

int kpold_workloads_init(struct kpold_workloads *workloads, const char *root,
			 const struct kpold_cluster *cluster)
{
	_cleanup_free_ char *mountinfo = NULL;

	workloads->root = root;
	workloads->cluster = cluster;
	workloads->inotify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (asprintf(&mountinfo, "%s/proc/self/mountinfo", root) < 0)
		return -ENOMEM;
	return kpold_cgroup_mount(mountinfo, &workloads->mount);
}

void kpold_workloads_clear(struct kpold_workloads *workloads)
{
	free_items(workloads->items, workloads->n);
	for (size_t i = 0; i < KPOLD_GONE_MAX; i++)
		kpol_workload_clear(&workloads->gone[i]);
	if (workloads->inotify >= 0)
		close(workloads->inotify);
	free(workloads->mount);
	memset(workloads, 0, sizeof(*workloads));
	workloads->inotify = -1;
}
