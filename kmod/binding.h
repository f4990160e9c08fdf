/* SPDX-License-Identifier: GPL-2.0-only */
/* Bindings: which cgroups belong to which scope. */
#ifndef KPOL_BINDING_H
#define KPOL_BINDING_H

#include <linux/types.h>

/**
 * struct kpol_binding - one row
 * @kind: enum kpol_bind.
 * @scope: id, at least 1.
 * @cgroup: cgroup_id(), for KPOL_BIND_ID.
 * @path: for the other kinds, NUL-terminated; owned by the set.
 */
struct kpol_binding {
	u32 kind;
	u32 scope;
	u64 cgroup;
	const char *path;
};

/* An immutable set; readers find it through the live ruleset, under RCU. */
struct kpol_bindings;

/**
 * kpol_bindings_new() - build a set
 * @rows: copied, strings too. Of rows with equal kind and key the last counts.
 * @n: at most KPOL_BINDINGS_MAX, and KPOL_PATTERN_BINDINGS_MAX of kind GLOB.
 * @ret_reason: constant sentence part on -EINVAL and -E2BIG.
 *
 * Context: may sleep. Return: 0, -EINVAL, -E2BIG, -ENOMEM.
 */
int kpol_bindings_new(const struct kpol_binding *rows, u32 n, struct kpol_bindings **ret,
		      const char **ret_reason);

/**
 * kpol_bindings_change() - the same set with one row added, replaced or removed
 * @row: scope 0 removes. Return: as kpol_bindings_new(); -ENOENT: nothing to remove.
 */
int kpol_bindings_change(const struct kpol_bindings *old, const struct kpol_binding *row,
			 struct kpol_bindings **ret, const char **ret_reason);

void kpol_bindings_free(struct kpol_bindings *bindings);

/**
 * kpol_bindings_find() - the scope bound to this very cgroup, not to an ancestor, by id, path or unit
 * @id: cgroup_id().
 * @path: below the cgroup2 root, beginning with a slash.
 * @len: of @path.
 *
 * A unit is a cgroup of that name below slices only: whoever may make cgroups below a service or a container
 * cannot pass as another unit by giving one its name.
 *
 * Context: any. Return: a scope id or 0.
 */
u32 kpol_bindings_find(const struct kpol_bindings *bindings, u64 id, const char *path, u32 len);

/** kpol_bindings_find_glob() - the same by pattern; the one with the most literal characters wins. */
u32 kpol_bindings_find_glob(const struct kpol_bindings *bindings, const char *path, u32 len);

u32 kpol_bindings_count(const struct kpol_bindings *bindings);
const struct kpol_binding *kpol_bindings_row(const struct kpol_bindings *bindings, u32 index);
size_t kpol_bindings_memory(const struct kpol_bindings *bindings);

#endif /* KPOL_BINDING_H */
