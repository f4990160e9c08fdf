// SPDX-License-Identifier: GPL-2.0-only
/* Judge accesses by request, for the test that the engine answers alike in both worlds. Test builds only. */
#include "netlink.h"
#include "address.h"
#include "engine/decide.h"
#include "ruleset.h"

#include <linux/netlink.h>

static const struct nla_policy access_policy[KPOL_A_DECIDE_MAX + 1] = {
	[KPOL_A_DECIDE_SCOPE] = NLA_POLICY_MIN(NLA_U32, 1),
	[KPOL_A_DECIDE_CLASS] = NLA_POLICY_RANGE(NLA_U32, 1, KPOL_CLASS_MAX),
	[KPOL_A_DECIDE_OP] = { .type = NLA_U32 },
	[KPOL_A_DECIDE_OBJECT] = { .type = NLA_NUL_STRING, .len = KPOL_PATH_MAX },
	[KPOL_A_DECIDE_SOURCE] = { .type = NLA_NUL_STRING, .len = KPOL_PATH_MAX },
	[KPOL_A_DECIDE_OWNER] = { .type = NLA_FLAG },
	[KPOL_A_DECIDE_FAMILY] = NLA_POLICY_MAX(NLA_U32, 255),
	[KPOL_A_DECIDE_SOCKTYPE] = NLA_POLICY_MAX(NLA_U32, 255),
	[KPOL_A_DECIDE_PROTOCOL] = NLA_POLICY_MAX(NLA_U32, 255),
	[KPOL_A_DECIDE_ADDR] = NLA_POLICY_RANGE(NLA_BINARY, 4, 16),
	[KPOL_A_DECIDE_PORT] = { .type = NLA_U32 },
	[KPOL_A_DECIDE_ARGS] = { .type = NLA_BINARY },
	[KPOL_A_DECIDE_TERMINAL] = { .type = NLA_FLAG },
	[KPOL_A_DECIDE_DIRECTORY] = { .type = NLA_FLAG },
	[KPOL_A_DECIDE_SHA256] = NLA_POLICY_EXACT_LEN(KPOL_DIGEST_LEN),
	[KPOL_A_DECIDE_VERITY] = { .type = NLA_BINARY, .len = KPOL_VERITY_MAX },
};

const struct nla_policy kpol_decide_policy[KPOL_A_DECIDE_MAX + 1] = {
	[KPOL_A_DECIDE_ACCESS] = NLA_POLICY_NESTED(access_policy),
};

static u32 get_u32(struct nlattr **attrs, int type)
{
	return attrs[type] ? nla_get_u32(attrs[type]) : 0;
}

static void read_facts(struct nlattr **attrs, struct kpol_facts *ret)
{
	struct nlattr *args = attrs[KPOL_A_DECIDE_ARGS], *sha256 = attrs[KPOL_A_DECIDE_SHA256];
	struct nlattr *verity = attrs[KPOL_A_DECIDE_VERITY];

	*ret = (struct kpol_facts){ .known = (args ? KPOL_FACT_ARGS : 0) |
					     (sha256 ? KPOL_FACT_SHA256 : 0) |
					     (verity ? KPOL_FACT_VERITY : 0) };
	if (args) {
		ret->args = nla_data(args);
		ret->args_len = nla_len(args);
	}
	if (sha256)
		memcpy(ret->sha256, nla_data(sha256), sizeof(ret->sha256));
	if (verity) {
		ret->verity_len = nla_len(verity);
		memcpy(ret->verity, nla_data(verity), nla_len(verity));
	}
}

/* @facts: for @ret to point to. */
static int read_access(struct nlattr *nest, u32 n_scopes, struct kpol_access *ret,
		       struct kpol_facts *facts, struct netlink_ext_ack *extack)
{
	struct nlattr *attrs[KPOL_A_DECIDE_MAX + 1];
	int err = nla_parse_nested(attrs, KPOL_A_DECIDE_MAX, nest, access_policy, extack);

	if (err)
		return err;
	*ret = (struct kpol_access){
		.scope = get_u32(attrs, KPOL_A_DECIDE_SCOPE),
		.class = get_u32(attrs, KPOL_A_DECIDE_CLASS),
		.op = get_u32(attrs, KPOL_A_DECIDE_OP),
		.owner = attrs[KPOL_A_DECIDE_OWNER],
		.terminal = attrs[KPOL_A_DECIDE_TERMINAL],
		.directory = attrs[KPOL_A_DECIDE_DIRECTORY],
		.family = get_u32(attrs, KPOL_A_DECIDE_FAMILY),
		.socktype = get_u32(attrs, KPOL_A_DECIDE_SOCKTYPE),
		.protocol = get_u32(attrs, KPOL_A_DECIDE_PROTOCOL),
		.port = get_u32(attrs, KPOL_A_DECIDE_PORT),
		.has_addr = attrs[KPOL_A_DECIDE_ADDR],
		.facts = facts,
	};
	read_facts(attrs, facts);
	if (ret->scope < 1 || ret->scope > n_scopes || !ret->class) {
		NL_SET_ERR_MSG(extack, "an access names a scope or class that does not exist");
		return -EINVAL;
	}
	if (attrs[KPOL_A_DECIDE_OBJECT]) {
		ret->object = nla_data(attrs[KPOL_A_DECIDE_OBJECT]);
		ret->object_len = strlen(ret->object);
	}
	if (attrs[KPOL_A_DECIDE_SOURCE]) {
		ret->source = nla_data(attrs[KPOL_A_DECIDE_SOURCE]);
		ret->source_len = strlen(ret->source);
	}
	if (ret->has_addr)
		memcpy(ret->addr, nla_data(attrs[KPOL_A_DECIDE_ADDR]),
		       nla_len(attrs[KPOL_A_DECIDE_ADDR]));
	return 0;
}

/* As kpol_judge() does it. */
static void decide(const struct kpol_content *content, struct kpol_access *access,
		   struct kpol_decision *ret)
{
	rcu_read_lock();
	if (access->class == KPOL_CLASS_NETWORK && access->has_addr)
		access->n_sets = kpol_addresses_find(content->addresses, access->family,
						     access->addr, &access->sets);
	kpol_decide(content->table, access, ret);
	rcu_read_unlock();
}

static int put_result(struct sk_buff *skb, const struct kpol_decision *d)
{
	struct nlattr *nest = nla_nest_start(skb, KPOL_A_DECIDE_RESULT);

	if (!nest || nla_put_u32(skb, KPOL_A_DECIDE_DENIED, d->deny) ||
	    nla_put_u32(skb, KPOL_A_DECIDE_RULE, d->rule) ||
	    nla_put_u32(skb, KPOL_A_DECIDE_WOULD_DENY, d->would_deny) ||
	    nla_put_u32(skb, KPOL_A_DECIDE_WOULD_RULE, d->would_rule) ||
	    nla_put_u32(skb, KPOL_A_DECIDE_AUDIT_RULE, d->audit_rule) ||
	    nla_put_u32(skb, KPOL_A_DECIDE_MISSING, d->missing))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int judge_all(struct sk_buff *reply, struct genl_info *info, const struct kpol_ruleset *set)
{
	struct kpol_decision decision;
	struct kpol_access access;
	struct kpol_facts facts;
	struct nlattr *nest;
	int rest, err;

	nlmsg_for_each_attr(nest, info->nlhdr, GENL_HDRLEN, rest) {
		if (nla_type(nest) != KPOL_A_DECIDE_ACCESS)
			continue;
		err = read_access(nest, set->content->n_scopes, &access, &facts, info->extack);
		if (err)
			return err;
		decide(set->content, &access, &decision);
		err = put_result(reply, &decision);
		if (err)
			return err;
	}
	return 0;
}

int kpol_cmd_decide(struct sk_buff *skb, struct genl_info *info)
{
	struct sk_buff *reply = genlmsg_new(65536, GFP_KERNEL);
	struct kpol_ruleset *set;
	void *header;
	int err = -EMSGSIZE;

	if (!reply)
		return -ENOMEM;
	header = genlmsg_put_reply(reply, info, &kpol_family, 0, KPOL_CMD_DECIDE);
	kpol_ruleset_lock();
	set = kpol_ruleset_live();
	if (header)
		err = set ? judge_all(reply, info, set) : -ENOENT;
	kpol_ruleset_unlock();
	if (err) {
		nlmsg_free(reply);
		return err;
	}
	genlmsg_end(reply, header);
	return genlmsg_reply(reply, info);
}
