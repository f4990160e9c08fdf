/* SPDX-License-Identifier: GPL-2.0-only */
/* The generic netlink family: who may speak, and what each command is. */
#ifndef KPOL_NETLINK_H
#define KPOL_NETLINK_H

#include <net/genetlink.h>
#include <linux/kpol.h>

struct kpol_address_row;
struct kpol_binding;

extern struct genl_family kpol_family;

/* Multicast groups of the family, as generic netlink counts them. */
enum { KPOL_GROUP_STATUS, KPOL_GROUP_CGROUP, KPOL_GROUP_EVENT };

/* Attribute policies, one per command's root set. */
extern const struct nla_policy kpol_tx_policy[];
extern const struct nla_policy kpol_binding_policy[];
extern const struct nla_policy kpol_policy_policy[];
extern const struct nla_policy kpol_mode_policy[];
extern const struct nla_policy kpol_task_policy[];
extern const struct nla_policy kpol_addresses_policy[];
extern const struct nla_policy kpol_decide_policy[];

/* Commands; each runs with the family's lock held and the caller already found worthy. */
int kpol_cmd_tx_begin(struct sk_buff *skb, struct genl_info *info);
int kpol_cmd_tx_add(struct sk_buff *skb, struct genl_info *info);
int kpol_cmd_tx_commit(struct sk_buff *skb, struct genl_info *info);
int kpol_cmd_tx_abort(struct sk_buff *skb, struct genl_info *info);
int kpol_cmd_status_get(struct sk_buff *skb, struct genl_info *info);
int kpol_cmd_task_get(struct sk_buff *skb, struct genl_info *info);
int kpol_cmd_mode_set(struct sk_buff *skb, struct genl_info *info);
int kpol_cmd_lock(struct sk_buff *skb, struct genl_info *info);
int kpol_cmd_policy_mode_set(struct sk_buff *skb, struct genl_info *info);
int kpol_cmd_binding_add(struct sk_buff *skb, struct genl_info *info);
int kpol_cmd_binding_del(struct sk_buff *skb, struct genl_info *info);
int kpol_cmd_address_set(struct sk_buff *skb, struct genl_info *info);
int kpol_cmd_event_subscribe(struct sk_buff *skb, struct genl_info *info);
int kpol_cmd_decide(struct sk_buff *skb, struct genl_info *info);

/**
 * kpol_netlink_check_dump() - may the caller have this dump?
 *
 * Each dump asks for itself, because 6.1 gives a dump's start no extack for the sentence.
 *
 * Return: 0 or -EPERM.
 */
int kpol_netlink_check_dump(struct netlink_callback *cb);

int kpol_dump_policies(struct sk_buff *skb, struct netlink_callback *cb);
int kpol_dump_scopes(struct sk_buff *skb, struct netlink_callback *cb);
int kpol_dump_rules(struct sk_buff *skb, struct netlink_callback *cb);
int kpol_dump_bindings(struct sk_buff *skb, struct netlink_callback *cb);
int kpol_dump_sets(struct sk_buff *skb, struct netlink_callback *cb);
int kpol_dump_addresses(struct sk_buff *skb, struct netlink_callback *cb);
int kpol_dump_hooks(struct sk_buff *skb, struct netlink_callback *cb);

/** kpol_netlink_read_binding() - a binding row from its attributes; strings are borrowed from them. */
int kpol_netlink_read_binding(struct nlattr **attrs, struct kpol_binding *ret,
			      struct netlink_ext_ack *extack);

/**
 * kpol_netlink_read_address() - the nest of an address row
 * @ret: borrows from @nest.
 *
 * Return: 0 or -EINVAL with a sentence.
 */
int kpol_netlink_read_address(const struct nlattr *nest, struct kpol_address_row *ret,
			      struct netlink_ext_ack *extack);

/** kpol_netlink_changed() - tell the status group that a commit, a mode or a binding changed. */
void kpol_netlink_changed(void);

/** kpol_netlink_put_status() - the status attributes. Return: 0 or -EMSGSIZE. */
int kpol_netlink_put_status(struct sk_buff *skb);

int kpol_netlink_init(void);
void kpol_netlink_exit(void);

#endif /* KPOL_NETLINK_H */
