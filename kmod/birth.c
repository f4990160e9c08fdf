// SPDX-License-Identifier: GPL-2.0-only
/*
 * Births: word of each new cgroup, while nothing can run in it yet.
 *
 * The tracepoint cgroup_mkdir fires before the directory is there for others to see, so whoever listens knows of
 * the cgroup no later than the runtime that made it.
 */
#include "birth.h"
#include "netlink.h"
#include "scope.h"

#include <linux/tracepoint.h>

static struct tracepoint *tracepoint;

static int put_path(struct sk_buff *skb, struct cgroup *cgroup)
{
	char *path = kpol_path_scratch(KPOL_IN_TASK);
	int len = cgroup_path(cgroup, path, PATH_MAX);

	return len > 0 && len < PATH_MAX ? nla_put_string(skb, KPOL_A_CGROUP_PATH, path) : 0;
}

static u32 scope_of(struct cgroup *cgroup)
{
	const struct kpol_ruleset *set = kpol_ruleset_active();

	return set ? kpol_scope_of(set, cgroup, KPOL_IN_TASK) : 0;
}

static int put_birth(struct sk_buff *skb, struct cgroup *cgroup)
{
	void *header = genlmsg_put(skb, 0, 0, &kpol_family, 0, KPOL_CMD_CGROUP_NTF);

	if (!header ||
	    nla_put_u64_64bit(skb, KPOL_A_CGROUP_ID, cgroup_id(cgroup), KPOL_A_CGROUP_PAD) ||
	    put_path(skb, cgroup) || nla_put_u32(skb, KPOL_A_CGROUP_SCOPE, scope_of(cgroup)))
		return -EMSGSIZE;
	genlmsg_end(skb, header);
	return 0;
}

/* Called with a spinlock held. @text is cut at 1,024 bytes, so it is of no use. */
static void on_mkdir(void *data, struct cgroup *cgroup, const char *text)
{
	struct sk_buff *skb;

	if (cgroup->root != &cgrp_dfl_root ||
	    !genl_has_listeners(&kpol_family, &init_net, KPOL_GROUP_CGROUP))
		return;
	preempt_disable_notrace();
	skb = genlmsg_new(PATH_MAX + 128, GFP_ATOMIC | __GFP_NOWARN);
	if (skb && !put_birth(skb, cgroup)) {
		genlmsg_multicast(&kpol_family, skb, 0, KPOL_GROUP_CGROUP,
				  GFP_ATOMIC | __GFP_NOWARN);
	} else {
		nlmsg_free(skb);
		genl_set_err(&kpol_family, &init_net, 0, KPOL_GROUP_CGROUP, -ENOBUFS);
	}
	preempt_enable_notrace();
}

static void match(struct tracepoint *candidate, void *data)
{
	if (!strcmp(candidate->name, "cgroup_mkdir"))
		tracepoint = candidate;
}

int kpol_birth_init(void)
{
	int err;

	for_each_kernel_tracepoint(match, NULL);
	err = tracepoint ? tracepoint_probe_register(tracepoint, on_mkdir, NULL) : -ENOENT;
	if (err)
		pr_err("kpol: tracepoint cgroup_mkdir: error %d\n", -err);
	return err;
}

void kpol_birth_exit(void)
{
	tracepoint_probe_unregister(tracepoint, on_mkdir, NULL);
	tracepoint_synchronize_unregister();
}
