// SPDX-License-Identifier: GPL-2.0-only
/* The transaction's commands: begin, rows, commit, abort. */
#include "netlink.h"
#include "stage.h"

#include <linux/netlink.h>

static const struct nla_policy policy_policy[KPOL_A_POLICY_MAX + 1] = {
	[KPOL_A_POLICY_ID] = { .type = NLA_U32 },
	[KPOL_A_POLICY_NAME] = { .type = NLA_NUL_STRING, .len = KPOL_NAME_MAX },
	[KPOL_A_POLICY_MODE] = NLA_POLICY_RANGE(NLA_U32, KPOL_MODE_ENFORCE, KPOL_MODE_OBSERVE),
};

static const struct nla_policy scope_policy[KPOL_A_SCOPE_MAX + 1] = {
	[KPOL_A_SCOPE_ID] = { .type = NLA_U32 },
	[KPOL_A_SCOPE_NAME] = { .type = NLA_NUL_STRING, .len = KPOL_NAME_MAX },
	[KPOL_A_SCOPE_FLAGS] = NLA_POLICY_MASK(NLA_U32, KPOL_SCOPE_FLAGS),
};

static struct netlink_range_validation port_range = { .max = 65535 };

static const struct nla_policy rule_policy[KPOL_A_RULE_MAX + 1] = {
	[KPOL_A_RULE_ID] = { .type = NLA_U32 },
	[KPOL_A_RULE_SCOPE] = { .type = NLA_U32 },
	[KPOL_A_RULE_POLICY] = { .type = NLA_U32 },
	[KPOL_A_RULE_LINE] = { .type = NLA_U32 },
	[KPOL_A_RULE_CLASS] = NLA_POLICY_RANGE(NLA_U32, 1, KPOL_CLASS_MAX),
	[KPOL_A_RULE_MATCH] = NLA_POLICY_RANGE(NLA_U32, 1, KPOL_MATCH_MAX),
	[KPOL_A_RULE_OPS] = { .type = NLA_U32 },
	[KPOL_A_RULE_ACTION] = NLA_POLICY_RANGE(NLA_U32, 1, KPOL_ACTION_MAX),
	[KPOL_A_RULE_FLAGS] = NLA_POLICY_MASK(NLA_U32, KPOL_RULE_FLAGS),
	[KPOL_A_RULE_OBJECT] = { .type = NLA_NUL_STRING, .len = KPOL_PATH_MAX },
	[KPOL_A_RULE_SOURCE] = { .type = NLA_NUL_STRING, .len = KPOL_PATH_MAX },
	[KPOL_A_RULE_FAMILY] = NLA_POLICY_MAX(NLA_U32, 255),
	[KPOL_A_RULE_ADDR] = NLA_POLICY_RANGE(NLA_BINARY, 4, 16),
	[KPOL_A_RULE_PREFIX] = NLA_POLICY_MAX(NLA_U32, 128),
	[KPOL_A_RULE_PROTOCOL] = NLA_POLICY_MAX(NLA_U32, 255),
	[KPOL_A_RULE_SOCKTYPES] = NLA_POLICY_MAX(NLA_U32, 255),
	[KPOL_A_RULE_PORT_FIRST] = NLA_POLICY_FULL_RANGE(NLA_U32, &port_range),
	[KPOL_A_RULE_PORT_LAST] = NLA_POLICY_FULL_RANGE(NLA_U32, &port_range),
	[KPOL_A_RULE_CONDITION] = { .type = NLA_BINARY, .len = KPOL_CONDITION_LEN },
	[KPOL_A_RULE_SET] = { .type = NLA_U32 },
};

static const struct nla_policy set_policy[KPOL_A_SET_MAX + 1] = {
	[KPOL_A_SET_ID] = { .type = NLA_U32 },
	[KPOL_A_SET_NAME] = { .type = NLA_NUL_STRING, .len = KPOL_NAME_MAX },
};

static const struct nla_policy address_policy[KPOL_A_ADDRESS_MAX + 1] = {
	[KPOL_A_ADDRESS_ADDR] = NLA_POLICY_RANGE(NLA_BINARY, 4, 16),
	[KPOL_A_ADDRESS_SETS] = { .type = NLA_BINARY, .len = KPOL_SETS_MAX * sizeof(u32) },
};

const struct nla_policy kpol_addresses_policy[KPOL_A_ADDRESSES_MAX + 1] = {
	[KPOL_A_ADDRESSES_GENERATION] = { .type = NLA_U64 },
	[KPOL_A_ADDRESSES_ADDRESS] = NLA_POLICY_NESTED(address_policy),
};

const struct nla_policy kpol_binding_policy[KPOL_A_BINDING_MAX + 1] = {
	[KPOL_A_BINDING_KIND] = NLA_POLICY_RANGE(NLA_U32, 1, KPOL_BIND_MAX),
	[KPOL_A_BINDING_CGROUP] = { .type = NLA_U64 },
	[KPOL_A_BINDING_PATH] = { .type = NLA_NUL_STRING, .len = KPOL_PATH_MAX },
	[KPOL_A_BINDING_SCOPE] = { .type = NLA_U32 },
	[KPOL_A_BINDING_GENERATION] = { .type = NLA_U64 },
};

const struct nla_policy kpol_tx_policy[KPOL_A_TX_MAX + 1] = {
	[KPOL_A_TX_ID] = { .type = NLA_U32 },
	[KPOL_A_TX_LABEL] = { .type = NLA_NUL_STRING, .len = KPOL_NAME_MAX },
	[KPOL_A_TX_POLICY] = NLA_POLICY_NESTED(policy_policy),
	[KPOL_A_TX_SCOPE] = NLA_POLICY_NESTED(scope_policy),
	[KPOL_A_TX_RULE] = NLA_POLICY_NESTED(rule_policy),
	[KPOL_A_TX_BINDING] = NLA_POLICY_NESTED(kpol_binding_policy),
	[KPOL_A_TX_RULES] = { .type = NLA_U32 },
	[KPOL_A_TX_DIGEST] = NLA_POLICY_EXACT_LEN(KPOL_DIGEST_LEN),
	[KPOL_A_TX_DRY_RUN] = { .type = NLA_FLAG },
	[KPOL_A_TX_SET] = NLA_POLICY_NESTED(set_policy),
	[KPOL_A_TX_ADDRESS] = NLA_POLICY_NESTED(address_policy),
};

static u32 get_u32(struct nlattr **attrs, int type)
{
	return attrs[type] ? nla_get_u32(attrs[type]) : 0;
}

static const char *get_string(struct nlattr **attrs, int type)
{
	return attrs[type] ? nla_data(attrs[type]) : NULL;
}

static int missing(struct netlink_ext_ack *extack, const char *what)
{
	NL_SET_ERR_MSG_FMT(extack, "%s is missing", what);
	return -EINVAL;
}

/* The answer is made before the deed: whoever is told -ENOMEM can rely on it that nothing has happened. */
static struct sk_buff *new_answer(struct genl_info *info, void **ret_header)
{
	struct sk_buff *skb = genlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);

	if (skb)
		*ret_header = genlmsg_put_reply(skb, info, &kpol_family, 0, info->genlhdr->cmd);
	if (!skb || WARN_ON_ONCE(!*ret_header)) {
		nlmsg_free(skb);
		return NULL;
	}
	return skb;
}

static int send_answer(struct genl_info *info, struct sk_buff *skb, void *header, int err)
{
	if (err) {
		nlmsg_free(skb);
		return err;
	}
	genlmsg_end(skb, header);
	return genlmsg_reply(skb, info);
}

int kpol_cmd_tx_begin(struct sk_buff *skb, struct genl_info *info)
{
	const char *label = get_string(info->attrs, KPOL_A_TX_LABEL);
	void *header;
	struct sk_buff *answer = new_answer(info, &header);
	u32 id;
	int err;

	if (!answer)
		return -ENOMEM;
	err = kpol_stage_begin(info->snd_portid, label ?: "", &id, info->extack);
	if (!err)
		err = nla_put_u32(answer, KPOL_A_TX_ID, id);
	return send_answer(info, answer, header, err);
}

static int add_policy(struct kpol_stage *stage, struct nlattr *row, struct netlink_ext_ack *extack)
{
	struct nlattr *attrs[KPOL_A_POLICY_MAX + 1];
	int err = nla_parse_nested(attrs, KPOL_A_POLICY_MAX, row, policy_policy, extack);

	if (err)
		return err;
	if (!attrs[KPOL_A_POLICY_NAME] || !attrs[KPOL_A_POLICY_MODE])
		return missing(extack, "name or mode of a policy");
	return kpol_stage_add_policy(stage, get_string(attrs, KPOL_A_POLICY_NAME),
				     get_u32(attrs, KPOL_A_POLICY_MODE), extack);
}

static int add_scope(struct kpol_stage *stage, struct nlattr *row, struct netlink_ext_ack *extack)
{
	struct nlattr *attrs[KPOL_A_SCOPE_MAX + 1];
	int err = nla_parse_nested(attrs, KPOL_A_SCOPE_MAX, row, scope_policy, extack);

	if (err)
		return err;
	if (!attrs[KPOL_A_SCOPE_NAME])
		return missing(extack, "name of a scope");
	return kpol_stage_add_scope(stage, get_string(attrs, KPOL_A_SCOPE_NAME),
				    get_u32(attrs, KPOL_A_SCOPE_FLAGS), extack);
}

static void read_string(struct nlattr *attr, const char **string, u16 *len)
{
	*string = attr ? nla_data(attr) : NULL;
	*len = attr ? strlen(*string) : 0;
}

static int read_address(struct nlattr **attrs, struct kpol_rule *rule,
			struct netlink_ext_ack *extack)
{
	struct nlattr *addr = attrs[KPOL_A_RULE_ADDR];

	if (!addr)
		return 0;
	if (rule->match != KPOL_MATCH_PEER) {
		NL_SET_ERR_MSG_FMT(extack, "rule %u: has network fields but is no network rule",
				   rule->id);
		return -EINVAL;
	}
	if (nla_len(addr) != (rule->family == AF_INET ? 4 : 16)) {
		NL_SET_ERR_MSG_FMT(extack, "rule %u: has an address of the wrong length", rule->id);
		return -EINVAL;
	}
	memcpy(rule->addr, nla_data(addr), nla_len(addr));
	return 0;
}

/* What the condition says is for kpol_rule_check() to judge. */
static int read_condition(struct nlattr **attrs, struct kpol_rule *rule,
			  struct netlink_ext_ack *extack)
{
	struct nlattr *condition = attrs[KPOL_A_RULE_CONDITION];

	if (!condition)
		return 0;
	if (rule->match == KPOL_MATCH_PEER) {
		NL_SET_ERR_MSG_FMT(extack, "rule %u: has a condition, but is not about programs",
				   rule->id);
		return -EINVAL;
	}
	rule->condition = nla_data(condition);
	rule->condition_len = nla_len(condition);
	return 0;
}

static int add_rule(struct kpol_stage *stage, struct nlattr *row, struct netlink_ext_ack *extack)
{
	struct nlattr *attrs[KPOL_A_RULE_MAX + 1];
	int err = nla_parse_nested(attrs, KPOL_A_RULE_MAX, row, rule_policy, extack);
	struct kpol_rule rule;

	if (err)
		return err;
	rule = (struct kpol_rule){
		.id = get_u32(attrs, KPOL_A_RULE_ID),
		.scope = get_u32(attrs, KPOL_A_RULE_SCOPE),
		.policy = get_u32(attrs, KPOL_A_RULE_POLICY),
		.line = get_u32(attrs, KPOL_A_RULE_LINE),
		.class = get_u32(attrs, KPOL_A_RULE_CLASS),
		.match = get_u32(attrs, KPOL_A_RULE_MATCH),
		.ops = get_u32(attrs, KPOL_A_RULE_OPS),
		.action = get_u32(attrs, KPOL_A_RULE_ACTION),
		.flags = get_u32(attrs, KPOL_A_RULE_FLAGS),
		.family = get_u32(attrs, KPOL_A_RULE_FAMILY),
		.prefix = get_u32(attrs, KPOL_A_RULE_PREFIX),
		.protocol = get_u32(attrs, KPOL_A_RULE_PROTOCOL),
		.socktypes = get_u32(attrs, KPOL_A_RULE_SOCKTYPES),
		.port_first = get_u32(attrs, KPOL_A_RULE_PORT_FIRST),
		.port_last = get_u32(attrs, KPOL_A_RULE_PORT_LAST),
		.set = get_u32(attrs, KPOL_A_RULE_SET),
	};
	read_string(attrs[KPOL_A_RULE_OBJECT], &rule.object, &rule.object_len);
	read_string(attrs[KPOL_A_RULE_SOURCE], &rule.source, &rule.source_len);
	err = read_address(attrs, &rule, extack);
	if (!err)
		err = read_condition(attrs, &rule, extack);
	return err ?: kpol_stage_add_rule(stage, &rule, extack);
}

static int add_set(struct kpol_stage *stage, struct nlattr *row, struct netlink_ext_ack *extack)
{
	struct nlattr *attrs[KPOL_A_SET_MAX + 1];
	int err = nla_parse_nested(attrs, KPOL_A_SET_MAX, row, set_policy, extack);
	const char *name;

	if (err)
		return err;
	name = get_string(attrs, KPOL_A_SET_NAME);
	if (!name || !*name)
		return missing(extack, "name of an address set");
	return kpol_stage_add_set(stage, name, extack);
}

int kpol_netlink_read_address(const struct nlattr *nest, struct kpol_address_row *ret,
			      struct netlink_ext_ack *extack)
{
	struct nlattr *attrs[KPOL_A_ADDRESS_MAX + 1], *addr, *sets;
	int err = nla_parse_nested(attrs, KPOL_A_ADDRESS_MAX, nest, address_policy, extack);

	if (err)
		return err;
	addr = attrs[KPOL_A_ADDRESS_ADDR];
	sets = attrs[KPOL_A_ADDRESS_SETS];
	if (!addr)
		return missing(extack, "address of an address row");
	if (sets && nla_len(sets) % sizeof(u32)) {
		NL_SET_ERR_MSG(extack, "an address has a list of sets that ends inside an id");
		return -EINVAL;
	}
	*ret = (struct kpol_address_row){ .addr = nla_data(addr),
					  .len = nla_len(addr),
					  .sets = sets ? nla_data(sets) : NULL,
					  .n_sets = sets ? nla_len(sets) / sizeof(u32) : 0 };
	return 0;
}

static int add_address(struct kpol_stage *stage, struct nlattr *row, struct netlink_ext_ack *extack)
{
	struct kpol_address_row address;
	int err = kpol_netlink_read_address(row, &address, extack);

	return err ?: kpol_stage_add_address(stage, &address, extack);
}

int kpol_netlink_read_binding(struct nlattr **attrs, struct kpol_binding *ret,
			      struct netlink_ext_ack *extack)
{
	*ret = (struct kpol_binding){
		.kind = get_u32(attrs, KPOL_A_BINDING_KIND),
		.scope = get_u32(attrs, KPOL_A_BINDING_SCOPE),
		.cgroup = attrs[KPOL_A_BINDING_CGROUP] ? nla_get_u64(attrs[KPOL_A_BINDING_CGROUP])
						       : 0,
		.path = get_string(attrs, KPOL_A_BINDING_PATH),
	};
	return attrs[KPOL_A_BINDING_KIND] ? 0 : missing(extack, "kind of a binding");
}

static int add_binding(struct kpol_stage *stage, struct nlattr *row, struct netlink_ext_ack *extack)
{
	struct nlattr *attrs[KPOL_A_BINDING_MAX + 1];
	struct kpol_binding binding;
	int err = nla_parse_nested(attrs, KPOL_A_BINDING_MAX, row, kpol_binding_policy, extack);

	if (!err)
		err = kpol_netlink_read_binding(attrs, &binding, extack);
	return err ?: kpol_stage_add_binding(stage, &binding, extack);
}

static int add_row(struct kpol_stage *stage, struct nlattr *row, struct netlink_ext_ack *extack)
{
	switch (nla_type(row)) {
	case KPOL_A_TX_POLICY:
		return add_policy(stage, row, extack);
	case KPOL_A_TX_SCOPE:
		return add_scope(stage, row, extack);
	case KPOL_A_TX_RULE:
		return add_rule(stage, row, extack);
	case KPOL_A_TX_BINDING:
		return add_binding(stage, row, extack);
	case KPOL_A_TX_SET:
		return add_set(stage, row, extack);
	case KPOL_A_TX_ADDRESS:
		return add_address(stage, row, extack);
	default:
		return 0;
	}
}

/* A row that fails spoils the whole transaction: what came before it in the batch is in the stage. */
int kpol_cmd_tx_add(struct sk_buff *skb, struct genl_info *info)
{
	u32 id = get_u32(info->attrs, KPOL_A_TX_ID);
	struct kpol_stage *stage = kpol_stage_lock(info->snd_portid, id, info->extack);
	struct nlattr *row;
	int rest, err = 0;

	if (!stage)
		return -ENOENT;
	nlmsg_for_each_attr(row, info->nlhdr, GENL_HDRLEN, rest) {
		err = add_row(stage, row, info->extack);
		if (err)
			break;
	}
	kpol_stage_unlock(stage);
	if (err)
		kpol_stage_drop(info->snd_portid);
	return err;
}

static int commit(struct genl_info *info, const struct kpol_stage_end *end, struct sk_buff *answer)
{
	u64 generation;
	int err = kpol_stage_commit(info->snd_portid, get_u32(info->attrs, KPOL_A_TX_ID), end,
				    &generation, info->extack);

	if (err)
		return err;
	if (!end->dry_run)
		kpol_netlink_changed();
	return nla_put_u64_64bit(answer, KPOL_A_TX_GENERATION, generation, KPOL_A_TX_PAD);
}

int kpol_cmd_tx_commit(struct sk_buff *skb, struct genl_info *info)
{
	struct kpol_stage_end end = {
		.n_rules = get_u32(info->attrs, KPOL_A_TX_RULES),
		.digest = (const u8 *)get_string(info->attrs, KPOL_A_TX_DIGEST),
		.dry_run = info->attrs[KPOL_A_TX_DRY_RUN],
	};
	struct sk_buff *answer;
	void *header;

	if (!info->attrs[KPOL_A_TX_RULES] || !end.digest)
		return missing(info->extack, "number of rules or digest");
	answer = new_answer(info, &header);
	if (!answer) {
		kpol_stage_drop(info->snd_portid);
		return -ENOMEM;
	}
	return send_answer(info, answer, header, commit(info, &end, answer));
}

int kpol_cmd_tx_abort(struct sk_buff *skb, struct genl_info *info)
{
	return kpol_stage_abort(info->snd_portid, get_u32(info->attrs, KPOL_A_TX_ID), info->extack);
}
