// SPDX-License-Identifier: GPL-2.0-or-later
/* One row of a ruleset as netlink attributes, in both directions. */
#include "nl/row.h"

#include <errno.h>
#include <netlink/attr.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/cleanup.h"
#include "nl/attr.h"

/**
 * struct row - a row being appended
 * @start: where the message ended before, to go back to.
 * @failed: some attribute did not fit.
 */
struct row {
	struct nl_msg *msg;
	struct nlattr *nest;
	uint32_t start;
	bool failed;
};

static struct row row_begin(struct nl_msg *msg, int nest)
{
	struct row row = { .msg = msg, .start = nlmsg_hdr(msg)->nlmsg_len };

	if (nest) {
		row.nest = nla_nest_start(msg, NLA_F_NESTED | nest);
		row.failed = !row.nest;
	}
	return row;
}

static void row_u32(struct row *row, int type, uint32_t value)
{
	row->failed |= nla_put_u32(row->msg, type, value) < 0;
}

/* For attributes whose absence means 0. */
static void row_u32_if(struct row *row, int type, uint32_t value)
{
	if (value)
		row_u32(row, type, value);
}

static void row_u64(struct row *row, int type, uint64_t value)
{
	row->failed |= nla_put_u64(row->msg, type, value) < 0;
}

static void row_string(struct row *row, int type, const char *value)
{
	if (value)
		row->failed |= nla_put_string(row->msg, type, value) < 0;
}

static void row_bytes(struct row *row, int type, const void *value, int len)
{
	row->failed |= nla_put(row->msg, type, len, value) < 0;
}

static int row_end(struct row *row)
{
	if (row->failed) {
		nlmsg_hdr(row->msg)->nlmsg_len = row->start;
		return -EMSGSIZE;
	}
	if (row->nest)
		nla_nest_end(row->msg, row->nest);
	return 0;
}

int kpol_nl_put_policy(struct nl_msg *msg, int nest, uint32_t id,
		       const struct kpol_policy_row *policy)
{
	struct row row = row_begin(msg, nest);

	row_u32(&row, KPOL_A_POLICY_ID, id);
	row_string(&row, KPOL_A_POLICY_NAME, policy->name);
	row_u32(&row, KPOL_A_POLICY_MODE, policy->mode);
	return row_end(&row);
}

int kpol_nl_put_scope(struct nl_msg *msg, int nest, uint32_t id, const struct kpol_scope_row *scope)
{
	struct row row = row_begin(msg, nest);

	row_u32(&row, KPOL_A_SCOPE_ID, id);
	row_string(&row, KPOL_A_SCOPE_NAME, scope->name);
	row_u32(&row, KPOL_A_SCOPE_FLAGS, scope->flags);
	return row_end(&row);
}

static void put_peer(struct row *row, const struct kpol_rule *rule)
{
	int len = rule->family == AF_INET ? 4 : 16;

	row_u32_if(row, KPOL_A_RULE_FAMILY, rule->family);
	row_u32_if(row, KPOL_A_RULE_SET, rule->set);
	if (rule->prefix) {
		row_bytes(row, KPOL_A_RULE_ADDR, rule->addr, len);
		row_u32(row, KPOL_A_RULE_PREFIX, rule->prefix);
	}
	row_u32_if(row, KPOL_A_RULE_PROTOCOL, rule->protocol);
	row_u32_if(row, KPOL_A_RULE_SOCKTYPES, rule->socktypes);
	if (rule->port_last) {
		row_u32(row, KPOL_A_RULE_PORT_FIRST, rule->port_first);
		row_u32(row, KPOL_A_RULE_PORT_LAST, rule->port_last);
	}
}

int kpol_nl_put_set(struct nl_msg *msg, int nest, uint32_t id, const struct kpol_set_row *set)
{
	struct row row = row_begin(msg, nest);

	row_u32(&row, KPOL_A_SET_ID, id);
	row_string(&row, KPOL_A_SET_NAME, set->name);
	return row_end(&row);
}

int kpol_nl_put_address(struct nl_msg *msg, int nest, const struct kpol_address_row *address)
{
	struct row row = row_begin(msg, nest);

	row_bytes(&row, KPOL_A_ADDRESS_ADDR, address->addr, address->family == AF_INET ? 4 : 16);
	if (address->n_ids)
		row_bytes(&row, KPOL_A_ADDRESS_SETS, address->ids,
			  (int)(address->n_ids * sizeof(*address->ids)));
	return row_end(&row);
}

int kpol_nl_put_rule(struct nl_msg *msg, int nest, const struct kpol_rule *rule)
{
	struct row row = row_begin(msg, nest);

	row_u32(&row, KPOL_A_RULE_ID, rule->id);
	row_u32(&row, KPOL_A_RULE_SCOPE, rule->scope);
	row_u32(&row, KPOL_A_RULE_POLICY, rule->policy);
	row_u32(&row, KPOL_A_RULE_LINE, rule->line);
	row_u32(&row, KPOL_A_RULE_CLASS, rule->class);
	row_u32(&row, KPOL_A_RULE_MATCH, rule->match);
	row_u32(&row, KPOL_A_RULE_OPS, rule->ops);
	row_u32(&row, KPOL_A_RULE_ACTION, rule->action);
	row_u32_if(&row, KPOL_A_RULE_FLAGS, rule->flags);
	row_string(&row, KPOL_A_RULE_OBJECT, rule->object);
	row_string(&row, KPOL_A_RULE_SOURCE, rule->source);
	if (rule->match == KPOL_MATCH_PEER)
		put_peer(&row, rule);
	else if (rule->condition_len)
		row_bytes(&row, KPOL_A_RULE_CONDITION, rule->condition, (int)rule->condition_len);
	return row_end(&row);
}

int kpol_nl_put_binding(struct nl_msg *msg, int nest, const struct kpol_binding_row *binding)
{
	struct row row = row_begin(msg, nest);

	row_u32(&row, KPOL_A_BINDING_KIND, binding->kind);
	if (binding->kind == KPOL_BIND_ID)
		row_u64(&row, KPOL_A_BINDING_CGROUP, binding->cgroup);
	else
		row_string(&row, KPOL_A_BINDING_PATH, binding->path);
	row_u32_if(&row, KPOL_A_BINDING_SCOPE, binding->scope);
	return row_end(&row);
}

static int row_id(const struct nlattr *attr)
{
	uint32_t id = kpol_nl_attr_u32(attr);

	return id == 0 || id > INT32_MAX ? -EBADMSG : (int)id;
}

int kpol_nl_get_policy(struct nlattr **attrs, struct kpol_policy_row *ret)
{
	struct kpol_policy_row row = { .mode = (uint8_t)kpol_nl_attr_u32(
					       attrs[KPOL_A_POLICY_MODE]) };
	int id = row_id(attrs[KPOL_A_POLICY_ID]), r;

	if (id < 0 || !attrs[KPOL_A_POLICY_NAME])
		return -EBADMSG;
	r = kpol_nl_attr_strdup(attrs[KPOL_A_POLICY_NAME], &row.name);
	if (r < 0)
		return r;
	*ret = row;
	return id;
}

int kpol_nl_get_scope(struct nlattr **attrs, struct kpol_scope_row *ret)
{
	struct kpol_scope_row row = {
		.flags = kpol_nl_attr_u32(attrs[KPOL_A_SCOPE_FLAGS]),
		.dropped = kpol_nl_attr_u64(attrs[KPOL_A_SCOPE_DROPPED]),
	};
	int id = row_id(attrs[KPOL_A_SCOPE_ID]), r;

	if (id < 0 || !attrs[KPOL_A_SCOPE_NAME])
		return -EBADMSG;
	r = kpol_nl_attr_strdup(attrs[KPOL_A_SCOPE_NAME], &row.name);
	if (r < 0)
		return r;
	*ret = row;
	return id;
}

int kpol_nl_get_set(struct nlattr **attrs, struct kpol_set_row *ret)
{
	struct kpol_set_row row = { 0 };
	int id = row_id(attrs[KPOL_A_SET_ID]), r;

	if (id < 0 || !attrs[KPOL_A_SET_NAME])
		return -EBADMSG;
	r = kpol_nl_attr_strdup(attrs[KPOL_A_SET_NAME], &row.name);
	if (r < 0)
		return r;
	*ret = row;
	return id;
}

int kpol_nl_get_address(struct nlattr **attrs, struct kpol_address_row *ret)
{
	const struct nlattr *addr = attrs[KPOL_A_ADDRESS_ADDR], *sets = attrs[KPOL_A_ADDRESS_SETS];
	struct kpol_address_row row = { .family = AF_INET6 };
	size_t size = sets ? (size_t)nla_len(sets) : 0;

	if (!addr || (nla_len(addr) != 4 && nla_len(addr) != 16) || !size ||
	    size % sizeof(*row.ids))
		return -EBADMSG;
	if (nla_len(addr) == 4)
		row.family = AF_INET;
	kpol_nl_attr_bytes(addr, row.addr, sizeof(row.addr));
	row.ids = malloc(size);
	if (!row.ids)
		return -ENOMEM;
	memcpy(row.ids, nla_data(sets), size);
	row.n_ids = size / sizeof(*row.ids);
	*ret = row;
	return 0;
}

static void get_peer(struct nlattr **attrs, struct kpol_rule *rule)
{
	rule->family = (uint8_t)kpol_nl_attr_u32(attrs[KPOL_A_RULE_FAMILY]);
	rule->prefix = (uint8_t)kpol_nl_attr_u32(attrs[KPOL_A_RULE_PREFIX]);
	if (rule->match == KPOL_MATCH_PEER)
		kpol_nl_attr_bytes(attrs[KPOL_A_RULE_ADDR], rule->addr, sizeof(rule->addr));
	rule->protocol = (uint8_t)kpol_nl_attr_u32(attrs[KPOL_A_RULE_PROTOCOL]);
	rule->socktypes = (uint8_t)kpol_nl_attr_u32(attrs[KPOL_A_RULE_SOCKTYPES]);
	rule->port_first = (uint16_t)kpol_nl_attr_u32(attrs[KPOL_A_RULE_PORT_FIRST]);
	rule->port_last = (uint16_t)kpol_nl_attr_u32(attrs[KPOL_A_RULE_PORT_LAST]);
	rule->set = kpol_nl_attr_u32(attrs[KPOL_A_RULE_SET]);
}

static int get_string(const struct nlattr *attr, struct kpol_arena *strings, const char **ret,
		      uint16_t *ret_len)
{
	size_t len = attr ? strnlen(nla_data(attr), (size_t)nla_len(attr)) : 0;

	if (!attr)
		return 0;
	if (len > UINT16_MAX)
		return -EBADMSG;
	*ret = kpol_arena_text(strings, nla_data(attr), len);
	*ret_len = (uint16_t)len;
	return *ret ? 0 : -ENOMEM;
}

static int get_condition(const struct nlattr *attr, struct kpol_arena *strings,
			 struct kpol_rule *rule)
{
	if (!attr || rule->match == KPOL_MATCH_PEER)
		return 0;
	rule->condition_len = (u32)nla_len(attr);
	rule->condition =
		(const u8 *)kpol_arena_text(strings, nla_data(attr), (size_t)nla_len(attr));
	return rule->condition ? 0 : -ENOMEM;
}

int kpol_nl_get_rule(struct nlattr **attrs, struct kpol_arena *strings, struct kpol_rule *ret)
{
	struct kpol_rule rule = {
		.scope = kpol_nl_attr_u32(attrs[KPOL_A_RULE_SCOPE]),
		.policy = kpol_nl_attr_u32(attrs[KPOL_A_RULE_POLICY]),
		.line = kpol_nl_attr_u32(attrs[KPOL_A_RULE_LINE]),
		.class = (uint8_t)kpol_nl_attr_u32(attrs[KPOL_A_RULE_CLASS]),
		.match = (uint8_t)kpol_nl_attr_u32(attrs[KPOL_A_RULE_MATCH]),
		.ops = kpol_nl_attr_u32(attrs[KPOL_A_RULE_OPS]),
		.action = (uint8_t)kpol_nl_attr_u32(attrs[KPOL_A_RULE_ACTION]),
		.flags = (uint8_t)kpol_nl_attr_u32(attrs[KPOL_A_RULE_FLAGS]),
	};
	int id = row_id(attrs[KPOL_A_RULE_ID]), r;

	if (id < 0)
		return id;
	rule.id = (uint32_t)id;
	get_peer(attrs, &rule);
	r = get_string(attrs[KPOL_A_RULE_OBJECT], strings, &rule.object, &rule.object_len);
	if (r == 0)
		r = get_string(attrs[KPOL_A_RULE_SOURCE], strings, &rule.source, &rule.source_len);
	if (r == 0)
		r = get_condition(attrs[KPOL_A_RULE_CONDITION], strings, &rule);
	if (r < 0)
		return r;
	*ret = rule;
	return id;
}

int kpol_nl_get_binding(struct nlattr **attrs, struct kpol_binding_row *ret)
{
	struct kpol_binding_row row = {
		.kind = (uint8_t)kpol_nl_attr_u32(attrs[KPOL_A_BINDING_KIND]),
		.cgroup = kpol_nl_attr_u64(attrs[KPOL_A_BINDING_CGROUP]),
		.scope = kpol_nl_attr_u32(attrs[KPOL_A_BINDING_SCOPE]),
	};
	int r;

	if (!row.kind)
		return -EBADMSG;
	r = kpol_nl_attr_strdup(attrs[KPOL_A_BINDING_PATH], &row.path);
	if (r < 0)
		return r;
	*ret = row;
	return 0;
}
