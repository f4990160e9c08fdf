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

static u32 walk_up(const struct kpol_ruleset *set, struct cgroup *cgroup, char *path)
{
	u32 len = cgroup_text(cgroup, path), scope;

	for (; cgroup; cgroup = cgroup_parent(cgroup)) {
		scope = kpol_bindings_find(set->bindings, cgroup_id(cgroup), path, len);
		if (scope)
			return scope;
		len = len ? parent_len(path, len) : cgroup_text(cgroup_parent(cgroup) ?: cgroup, path);
	}
	return 0;
}

u32 kpol_scope_resolve(const struct kpol_ruleset *set, struct cgroup *cgroup,
		       struct kpol_cache_entry *entry, enum kpol_context context)
{
	u32 scope = walk_up(set, cgroup, kpol_path_scratch(context));

	*entry = (struct kpol_cache_entry){ cgroup_id(cgroup), set->epoch, scope };
	return scope;
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
