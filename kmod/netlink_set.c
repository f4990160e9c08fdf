// SPDX-License-Identifier: GPL-2.0-only
/* The changes that need no reload: modes, bindings, addresses, the event reader. */
#include "netlink.h"
#include "address.h"
#include "deliver.h"
#include "hook.h"
#include "mode.h"
#include "ruleset.h"
#include "scope.h"

#include <linux/netlink.h>

const struct nla_policy kpol_mode_policy[KPOL_A_MODE_MAX + 1] = {
	[KPOL_A_MODE_MODE] = NLA_POLICY_RANGE(NLA_U32, KPOL_MODE_ENFORCE, KPOL_MODE_OBSERVE),
};

const struct nla_policy kpol_policy_policy[KPOL_A_POLICY_MAX + 1] = {
	[KPOL_A_POLICY_NAME] = { .type = NLA_NUL_STRING, .len = KPOL_NAME_MAX },
	[KPOL_A_POLICY_MODE] = NLA_POLICY_RANGE(NLA_U32, KPOL_MODE_ENFORCE, KPOL_MODE_OBSERVE),
};

int kpol_cmd_mode_set(struct sk_buff *skb, struct genl_info *info)
{
	int err;

	if (GENL_REQ_ATTR_CHECK(info, KPOL_A_MODE_MODE))
		return -EINVAL;
	kpol_ruleset_lock();
	err = kpol_mode_set(nla_get_u32(info->attrs[KPOL_A_MODE_MODE]));
	kpol_ruleset_unlock();
	if (err)
		NL_SET_ERR_MSG(info->extack, "kpol.mode= was given at boot and wins until reboot");
	else
		kpol_netlink_changed();
	return err;
}

int kpol_cmd_lock(struct sk_buff *skb, struct genl_info *info)
{
	kpol_ruleset_lock();
	kpol_mode_lock();
	kpol_ruleset_unlock();
	kpol_netlink_changed();
	return 0;
}

static u32 find_policy(const struct kpol_content *content, const char *name)
{
	u32 i;

	for (i = 0; i < content->n_policies; i++)
		if (!strcmp(content->policies[i].name, name))
			return i + 1;
	return 0;
}

/* Enforcing a policy now must be as possible as loading it enforced. */
static bool can_enforce(const struct kpol_content *content, u32 policy, u32 *ret_rule)
{
	u32 i, uncovered = kpol_hook_uncovered();

	for (i = 0; uncovered && i < content->n_rules; i++) {
		if (content->rules[i].policy == policy && content->rules[i].ops & uncovered) {
			*ret_rule = i + 1;
			return false;
		}
	}
	return true;
}

static int set_policy_mode(struct kpol_ruleset *set, const char *name, u8 mode,
			   struct netlink_ext_ack *extack)
{
	u32 policy = set ? find_policy(set->content, name) : 0, rule;

	if (!policy) {
		NL_SET_ERR_MSG(extack, "no policy of that name is loaded");
		return -ENOENT;
	}
	if (mode == KPOL_MODE_ENFORCE && !can_enforce(set->content, policy, &rule)) {
		NL_SET_ERR_MSG_FMT(extack, "rule %u: needs a hook that this kernel lacks", rule);
		return -EOPNOTSUPP;
	}
	kpol_content_set_mode(set->content, policy, mode);
	return 0;
}

int kpol_cmd_policy_mode_set(struct sk_buff *skb, struct genl_info *info)
{
	int err;

	if (GENL_REQ_ATTR_CHECK(info, KPOL_A_POLICY_NAME) ||
	    GENL_REQ_ATTR_CHECK(info, KPOL_A_POLICY_MODE))
		return -EINVAL;
	kpol_ruleset_lock();
	err = set_policy_mode(kpol_ruleset_live(), nla_data(info->attrs[KPOL_A_POLICY_NAME]),
			      nla_get_u32(info->attrs[KPOL_A_POLICY_MODE]), info->extack);
	kpol_ruleset_unlock();
	if (!err)
		kpol_netlink_changed();
	return err;
}

/* A new set of bindings over the same content, swapped in like a commit. */
static int change_binding(struct kpol_ruleset *set, const struct kpol_binding *row,
			  struct netlink_ext_ack *extack)
{
	struct kpol_bindings *bindings;
	const char *reason;
	int err = kpol_bindings_change(set->bindings, row, &bindings, &reason);

	if (err == -ENOMEM)
		return err;
	if (err) {
		NL_SET_ERR_MSG_FMT(extack, "the binding %s", reason);
		return err;
	}
	if (kpol_scope_would_confine(set->content, bindings)) {
		NL_SET_ERR_MSG(
			extack,
			"the binding would confine the caller, who could not change it again");
		kpol_bindings_free(bindings);
		return -EPERM;
	}
	refcount_inc(&set->content->users);
	err = kpol_ruleset_publish(set->content, bindings);
	if (err) {
		kpol_content_put(set->content);
		kpol_bindings_free(bindings);
	}
	return err;
}

static bool is_live(const struct kpol_ruleset *set, const struct nlattr *generation)
{
	return generation && nla_get_u64(generation) == set->content->generation;
}

static int check_scope(const struct kpol_ruleset *set, u32 scope, struct nlattr *generation,
		       struct netlink_ext_ack *extack)
{
	if (!is_live(set, generation)) {
		NL_SET_ERR_MSG(extack, "the scope counts in a generation that is not live");
		return -ESTALE;
	}
	if (!scope || scope > set->content->n_scopes) {
		NL_SET_ERR_MSG_FMT(extack, "scope %u does not exist", scope);
		return -EINVAL;
	}
	return 0;
}

static int bind(struct genl_info *info, bool add)
{
	struct kpol_binding row;
	struct kpol_ruleset *set;
	int err = kpol_netlink_read_binding(info->attrs, &row, info->extack);

	if (err)
		return err;
	kpol_ruleset_lock();
	set = kpol_ruleset_live();
	if (!set) {
		NL_SET_ERR_MSG(info->extack, "nothing is loaded");
		err = -ENOENT;
	} else if (add) {
		err = check_scope(set, row.scope, info->attrs[KPOL_A_BINDING_GENERATION],
				  info->extack);
	} else {
		row.scope = 0;
	}
	if (!err)
		err = change_binding(set, &row, info->extack);
	kpol_ruleset_unlock();
	if (!err)
		kpol_netlink_changed();
	return err;
}

int kpol_cmd_binding_add(struct sk_buff *skb, struct genl_info *info)
{
	return bind(info, true);
}

int kpol_cmd_binding_del(struct sk_buff *skb, struct genl_info *info)
{
	return bind(info, false);
}

static int read_addresses(struct genl_info *info, u32 n_sets, struct kpol_address_batch *batch)
{
	struct kpol_address_row row;
	const char *reason;
	struct nlattr *nest;
	int rest, err;

	nlmsg_for_each_attr(nest, info->nlhdr, GENL_HDRLEN, rest) {
		if (nla_type(nest) != KPOL_A_ADDRESSES_ADDRESS)
			continue;
		err = kpol_netlink_read_address(nest, &row, info->extack);
		if (err)
			return err;
		err = kpol_address_batch_add(batch, &row, n_sets, &reason);
		if (err == -EINVAL)
			NL_SET_ERR_MSG_FMT(info->extack, "an address %s", reason);
		if (err)
			return err;
	}
	return 0;
}

/* A ruleset without sets has no addresses; what can be said of one then is that it is to be forgotten. */
static int change_addresses(struct kpol_ruleset *set, struct genl_info *info,
			    struct kpol_address_batch *batch)
{
	struct kpol_addresses *addresses = set->content->addresses;
	int err;

	if (!is_live(set, info->attrs[KPOL_A_ADDRESSES_GENERATION])) {
		NL_SET_ERR_MSG(info->extack, "the sets count in a generation that is not live");
		return -ESTALE;
	}
	err = read_addresses(info, set->content->n_sets, batch);
	if (!err && addresses)
		err = kpol_address_batch_apply(batch, addresses);
	if (err == -E2BIG)
		NL_SET_ERR_MSG_FMT(info->extack, "more than %u addresses", KPOL_ADDRESSES_MAX);
	return err;
}

/* Nobody is told: pods come and go, and who sends this is who would hear it. */
int kpol_cmd_address_set(struct sk_buff *skb, struct genl_info *info)
{
	struct kpol_address_batch batch = {};
	struct kpol_ruleset *set;
	int err = -ENOENT;

	kpol_ruleset_lock();
	set = kpol_ruleset_live();
	if (set)
		err = change_addresses(set, info, &batch);
	else
		NL_SET_ERR_MSG(info->extack, "nothing is loaded");
	kpol_ruleset_unlock();
	kpol_address_batch_free(&batch);
	return err;
}

int kpol_cmd_event_subscribe(struct sk_buff *skb, struct genl_info *info)
{
	kpol_deliver_subscribe(info->snd_portid);
	return 0;
}
