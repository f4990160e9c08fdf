// SPDX-License-Identifier: GPL-2.0-only
/* From a cgroup to its scope: nearest bound ancestor, found once and cached per CPU. */
#include "scope.h"

#include <linux/kernfs.h>
#include <linux/limits.h>
#include <linux/string.h>

struct kpol_cache __percpu *kpol_cache;

/* Cut the last component off; the root is "/". */
static u32 parent_len(const char *path, u32 len)
{
	while (len > 1 && path[len - 1] != '/')
		len--;
	return len > 1 ? len - 1 : 1;
}

/* A path too long for the buffer is matched by id only: "" binds nothing by name. */
static u32 cgroup_text(struct cgroup *cgroup, char *path)
{
	int len = cgroup_path(cgroup, path, PATH_MAX);

	if (len > 0 && len < PATH_MAX)
		return len;
	return 0;
}

/*
 * The nearest ancestor bound by id, path or unit; else the topmost that a pattern matches; else what the root
 * is bound to. Patterns count from the top, and never below a bound cgroup, because a workload that may make
 * cgroups below its own could otherwise make one that somebody else's pattern matches, and move into it.
 */
static u32 walk_up(const struct kpol_bindings *bindings, struct cgroup *cgroup, char *path)
{
	u32 len = cgroup_text(cgroup, path), by_glob = 0, scope;
	struct cgroup *parent;

	for (; (parent = cgroup_parent(cgroup)); cgroup = parent) {
		scope = kpol_bindings_find(bindings, cgroup_id(cgroup), path, len);
		if (scope)
			return scope;
		by_glob = kpol_bindings_find_glob(bindings, path, len) ?: by_glob;
		len = len ? parent_len(path, len) : cgroup_text(parent, path);
	}
	if (by_glob)
		return by_glob;
	return kpol_bindings_find(bindings, cgroup_id(cgroup), "/", 1);
}

/* A free scope is none. */
static u32 take_scope(const struct kpol_content *content, u32 scope)
{
	return scope && content->scopes[scope - 1].flags & KPOL_SCOPE_FREE ? 0 : scope;
}

u32 kpol_scope_resolve(const struct kpol_ruleset *set, struct cgroup *cgroup,
		       struct kpol_cache_entry *entry, enum kpol_context context)
{
	u32 scope = take_scope(set->content,
			       walk_up(set->bindings, cgroup, kpol_path_scratch(context)));

	*entry = (struct kpol_cache_entry){ cgroup_id(cgroup), set->epoch, scope };
	return scope;
}

bool kpol_scope_would_confine(const struct kpol_content *content,
			      const struct kpol_bindings *bindings)
{
	u32 scope;

	preempt_disable();
	scope = take_scope(content, walk_up(bindings, kpol_task_cgroup(current),
					    kpol_path_scratch(KPOL_IN_TASK)));
	preempt_enable();
	return scope && !(content->scopes[scope - 1].flags & KPOL_SCOPE_HOST);
}

int kpol_scope_init(void)
{
	kpol_cache = alloc_percpu(struct kpol_cache);
	return kpol_cache ? 0 : -ENOMEM;
}

void kpol_scope_exit(void)
{
	free_percpu(kpol_cache);
}
