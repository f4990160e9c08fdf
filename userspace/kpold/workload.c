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
#include "kpold/cgroup.h"
#include "kpold/container.h"

/** struct scan - a reading under way. @error: in a callback that cannot return one. */
struct scan {
	struct kpold_workloads *workloads;
	struct kpol_workload *items;
	size_t n;
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

static int copy_string(char **to, const char *from)
{
	*to = NULL;
	if (!from)
		return 0;
	*to = strdup(from);
	return *to ? 0 : -ENOMEM;
}

static int copy_labels(struct kpol_workload *workload, const struct kpol_label *labels, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct kpol_label *label =
			kpol_append(&workload->labels, &workload->n_labels, sizeof(*label));

		if (!label || copy_string(&label->key, labels[i].key) < 0 ||
		    copy_string(&label->value, labels[i].value) < 0)
			return -ENOMEM;
	}
	return 0;
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

/* A container whose name is known keeps it: reading config.json for each scan would be waste. */
static int name_container(struct scan *scan, struct kpol_workload *workload, const char *directory)
{
	const struct kpol_workload *old = find_living(scan->workloads, workload->cgroup_id);
	struct kpold_container found = { 0 };
	int r;

	if (old && old->container && !strstr(directory, old->container)) {
		if (copy_string(&workload->container, old->container) < 0 ||
		    copy_string(&workload->namespace, old->namespace) < 0)
			return -ENOMEM;
		return 0;
	}
	r = kpold_container_find(scan->workloads->root, directory, &found);
	if (r == -ENOENT)
		return 0;
	if (r < 0 && r != -EAGAIN)
		return r;
	workload->container = found.name;
	workload->namespace = found.namespace;
	if (old && (!old->container || strcmp(old->container, found.name) != 0))
		scan->renamed = true;
	return 0;
}

static int fill(struct scan *scan, struct kpol_workload *workload, const char *path, uint64_t id)
{
	const char *directory = strrchr(path, '/') + 1;

	workload->cgroup_id = id;
	if (copy_string(&workload->cgroup, path) < 0)
		return -ENOMEM;
	if (is_unit(directory) && copy_string(&workload->unit, directory) < 0)
		return -ENOMEM;
	if (directory[0] == '\0')
		return copy_labels(workload, scan->workloads->labels, scan->workloads->n_labels);
	return name_container(scan, workload, directory);
}

static int take_cgroup(const char *path, uint64_t id, void *userdata)
{
	struct scan *scan = userdata;
	struct kpol_workload *workload = kpol_append(&scan->items, &scan->n, sizeof(*workload));

	return workload ? fill(scan, workload, path, id) : -ENOMEM;
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

int kpold_workloads_add(struct kpold_workloads *workloads, const char *path, uint64_t id,
			const struct kpol_workload **ret_workload)
{
	struct scan scan = { .workloads = workloads };
	size_t at = place_of(workloads, id);
	struct kpol_workload new = { 0 };
	int r;

	*ret_workload = find_living(workloads, id);
	if (*ret_workload)
		return 0;
	r = fill(&scan, &new, path, id);
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
	for (size_t i = 0; i < workloads->n; i++)
		if (strcmp(workloads->items[i].cgroup, path) == 0)
			return &workloads->items[i];
	return NULL;
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
			 const struct kpol_label *labels, size_t n_labels)
{
	_cleanup_free_ char *mountinfo = NULL;

	workloads->root = root;
	workloads->labels = labels;
	workloads->n_labels = n_labels;
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
