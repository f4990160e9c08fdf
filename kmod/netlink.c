// SPDX-License-Identifier: GPL-2.0-only
/* The generic netlink family: who may speak, and what each command is. */
#include "netlink.h"
#include "deliver.h"
#include "scope.h"
#include "stage.h"

#include <linux/capability.h>
#include <linux/netlink.h>
#include <linux/notifier.h>
#include <net/net_namespace.h>

/* A confined task may not touch what confines it, whatever capabilities it holds. The host scope is all the rest. */
static bool caller_is_confined(void)
{
	struct kpol_subject subject;
	bool confined;

	if (!kpol_subject_get(&subject))
		return false;
	confined = !(kpol_scope_flags(subject.set, subject.scope) & KPOL_SCOPE_HOST);
	kpol_subject_put();
	return confined;
}

static int check_caller(struct sk_buff *skb, struct netlink_ext_ack *extack)
{
	if (!netlink_capable(skb, CAP_MAC_ADMIN)) {
		NL_SET_ERR_MSG(extack, "needs CAP_MAC_ADMIN in the initial user namespace");
		return -EPERM;
	}
	if (caller_is_confined()) {
		NL_SET_ERR_MSG(extack, "the caller is in a cgroup bound to a scope");
		return -EPERM;
	}
	return 0;
}

static int pre_doit(const struct genl_split_ops *ops, struct sk_buff *skb, struct genl_info *info)
{
	return check_caller(skb, info->extack);
}

int kpol_netlink_check_dump(struct netlink_callback *cb)
{
	return check_caller(cb->skb, cb->extack);
}

/* A reader that has asked for nothing larger yet gets buffers of a page, which the longest row exceeds. */
static int start_dump(struct netlink_callback *cb)
{
	cb->min_dump_alloc = 2 * (KPOL_PATH_MAX + 1) + 1024;
	return 0;
}

#define DO(cmd_, doit_, policy_, max_)                                                  \
	{                                                                               \
		.cmd = (cmd_), .doit = (doit_), .policy = (policy_), .maxattr = (max_), \
		.flags = GENL_ADMIN_PERM,                                               \
	}
#define DUMP(cmd_, dumpit_)                                                                        \
	{                                                                                          \
		.cmd = (cmd_), .start = start_dump, .dumpit = (dumpit_), .flags = GENL_ADMIN_PERM, \
	}

static const struct genl_ops ops[] = {
	DO(KPOL_CMD_STATUS_GET, kpol_cmd_status_get, NULL, 0),
	DO(KPOL_CMD_TX_BEGIN, kpol_cmd_tx_begin, kpol_tx_policy, KPOL_A_TX_MAX),
	DO(KPOL_CMD_TX_ADD, kpol_cmd_tx_add, kpol_tx_policy, KPOL_A_TX_MAX),
	DO(KPOL_CMD_TX_COMMIT, kpol_cmd_tx_commit, kpol_tx_policy, KPOL_A_TX_MAX),
	DO(KPOL_CMD_TX_ABORT, kpol_cmd_tx_abort, kpol_tx_policy, KPOL_A_TX_MAX),
	DUMP(KPOL_CMD_POLICY_GET, kpol_dump_policies),
	DUMP(KPOL_CMD_SCOPE_GET, kpol_dump_scopes),
	DUMP(KPOL_CMD_RULE_GET, kpol_dump_rules),
	DUMP(KPOL_CMD_BINDING_GET, kpol_dump_bindings),
	DUMP(KPOL_CMD_SET_GET, kpol_dump_sets),
	DUMP(KPOL_CMD_ADDRESS_GET, kpol_dump_addresses),
	DUMP(KPOL_CMD_HOOK_GET, kpol_dump_hooks),
	DO(KPOL_CMD_BINDING_ADD, kpol_cmd_binding_add, kpol_binding_policy, KPOL_A_BINDING_MAX),
	DO(KPOL_CMD_BINDING_DEL, kpol_cmd_binding_del, kpol_binding_policy, KPOL_A_BINDING_MAX),
	DO(KPOL_CMD_ADDRESS_SET, kpol_cmd_address_set, kpol_addresses_policy, KPOL_A_ADDRESSES_MAX),
	DO(KPOL_CMD_POLICY_MODE_SET, kpol_cmd_policy_mode_set, kpol_policy_policy,
	   KPOL_A_POLICY_MAX),
	DO(KPOL_CMD_MODE_SET, kpol_cmd_mode_set, kpol_mode_policy, KPOL_A_MODE_MAX),
	DO(KPOL_CMD_TASK_GET, kpol_cmd_task_get, kpol_task_policy, KPOL_A_TASK_MAX),
	DO(KPOL_CMD_EVENT_SUBSCRIBE, kpol_cmd_event_subscribe, NULL, 0),
	DO(KPOL_CMD_LOCK, kpol_cmd_lock, NULL, 0),
#ifdef KPOL_SELFTEST
	DO(KPOL_CMD_DECIDE, kpol_cmd_decide, kpol_decide_policy, KPOL_A_DECIDE_MAX),
#endif
};

static const struct genl_multicast_group groups[] = {
	[KPOL_GROUP_STATUS] = { .name = KPOL_MCGRP_STATUS, .flags = GENL_MCAST_CAP_NET_ADMIN },
	[KPOL_GROUP_CGROUP] = { .name = KPOL_MCGRP_CGROUP, .flags = GENL_MCAST_CAP_NET_ADMIN },
	[KPOL_GROUP_EVENT] = { .name = KPOL_MCGRP_EVENT, .flags = GENL_MCAST_CAP_NET_ADMIN },
};

/* netnsok stays false: other network namespaces do not see the family at all. */
struct genl_family kpol_family __ro_after_init = {
	.name = KPOL_FAMILY_NAME,
	.version = KPOL_FAMILY_VERSION,
	.module = THIS_MODULE,
	.pre_doit = pre_doit,
	.ops = ops,
	.n_ops = ARRAY_SIZE(ops),
	.mcgrps = groups,
	.n_mcgrps = ARRAY_SIZE(groups),
};

void kpol_netlink_changed(void)
{
	struct sk_buff *skb;
	void *header;

	if (!genl_has_listeners(&kpol_family, &init_net, KPOL_GROUP_STATUS))
		return;
	skb = genlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);
	header = skb ? genlmsg_put(skb, 0, 0, &kpol_family, 0, KPOL_CMD_STATUS_NTF) : NULL;
	if (!header || kpol_netlink_put_status(skb)) {
		nlmsg_free(skb);
		genl_set_err(&kpol_family, &init_net, 0, KPOL_GROUP_STATUS, -ENOBUFS);
		return;
	}
	genlmsg_end(skb, header);
	genlmsg_multicast(&kpol_family, skb, 0, KPOL_GROUP_STATUS, GFP_KERNEL);
}

/* A socket has gone: so have its transaction and its claim to the events. */
static int on_release(struct notifier_block *block, unsigned long event, void *data)
{
	const struct netlink_notify *notify = data;

	if (event == NETLINK_URELEASE && notify->protocol == NETLINK_GENERIC &&
	    net_eq(notify->net, &init_net)) {
		kpol_stage_drop(notify->portid);
		kpol_deliver_forget(notify->portid);
	}
	return NOTIFY_DONE;
}

static struct notifier_block release_block = { .notifier_call = on_release };

int kpol_netlink_init(void)
{
	int err = netlink_register_notifier(&release_block);

	if (err)
		return err;
	err = genl_register_family(&kpol_family);
	if (err)
		netlink_unregister_notifier(&release_block);
	else
		kpol_deliver_open();
	return err;
}

void kpol_netlink_exit(void)
{
	kpol_deliver_close();
	genl_unregister_family(&kpol_family);
	netlink_unregister_notifier(&release_block);
	kpol_stage_exit();
}
