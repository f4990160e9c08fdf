/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The cgroup2 hierarchy: where it is mounted, and what directories it has. */
#ifndef KPOLD_CGROUP_H
#define KPOLD_CGROUP_H

#include <stdint.h>

/**
 * kpold_cgroup_mount() - find the cgroup2 mount that shows the whole hierarchy
 * @mountinfo: "/proc/self/mountinfo", or a copy of one. Hybrid setups mount it beside version 1.
 * @ret_path: to free(). In a container with the machine's hierarchy mounted beside its own part, it is the machine's.
 *
 * Return: 0; -ENOENT: no cgroup2 with its root visible is mounted; -errno.
 */
int kpold_cgroup_mount(const char *mountinfo, char **ret_path);

/**
 * struct kpold_cgroup_visitor - what a walk calls
 * @enter: before the directory is read, so that a watch set here misses no child.
 * @found: a cgroup, parents first; @path below the mount, "/" for the root. An error ends the walk.
 */
struct kpold_cgroup_visitor {
	void (*enter)(const char *full_path, void *userdata);
	int (*found)(const char *path, uint64_t id, void *userdata);
};

/** kpold_cgroup_walk() - all cgroups under @mount. Directories that vanish meanwhile are skipped.
 */
int kpold_cgroup_walk(const char *mount, const struct kpold_cgroup_visitor *visitor,
		      void *userdata);

#endif /* KPOLD_CGROUP_H */
