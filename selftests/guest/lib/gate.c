// SPDX-License-Identifier: GPL-2.0-or-later
/* What the gate is tried with: a ruleset that is live meanwhile, rows made by hand so that they can
 * be wrong. */
#include "gate.h"

#include <netlink/attr.h>
#include <netlink/socket.h>
#include <stdlib.h>
#include <unistd.h>

#include "nl/private.h"
#include "nl/request.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

static struct kpol_policy_row live_policies[] = { { .name = "gate", .mode = KPOL_MODE_ENFORCE } };
static struct kpol_scope_row live_scopes[] = { { .name = "gate" },
					       { .name = "host", .flags = KPOL_SCOPE_HOST } };
static struct kpol_rule live_rules[] = {
	{ .id = 1,
	  .scope = 1,
	  .policy = 1,
	  .line = 7,
	  .class = KPOL_CLASS_FILE,
	  .match = KPOL_MATCH_PATH,
	  .ops = KPOL_OPS_FILE,
	  .action = KPOL_ACTION_BLOCK,
	  .object = GATE_SECRET,
	  .object_len = sizeof(GATE_SECRET) - 1 },
	{ .id = 2,
	  .scope = 2,
	  .policy = 1,
	  .line = 8,
	  .class = KPOL_CLASS_FILE,
	  .match = KPOL_MATCH_PATH,
	  .ops = KPOL_OPS_FILE,
	  .action = KPOL_ACTION_BLOCK,
	  .object = GATE_HOST,
	  .object_len = sizeof(GATE_HOST) - 1 },
};
static struct kpol_binding_row live_bindings[] = {
	{ .kind = KPOL_BIND_PATH, .path = "/" GATE_CGROUP, .scope = 1 },
	{ .kind = KPOL_BIND_PATH, .path = "/", .scope = 2 },
};

const struct kpol_ruleset gate_live = {
	.policies = live_policies,
	.n_policies = 1,
	.scopes = live_scopes,
	.n_scopes = 2,
	.rules = live_rules,
	.n_rules = 2,
	.bindings = live_bindings,
	.n_bindings = 2,
};

struct kpol_nl *gate_open(uint16_t family)
{
	struct nl_sock *sock;
	struct kpol_nl *nl;

	if (kpol_nl_socket(&sock) || kpol_nl_new_fd(nl_socket_get_fd(sock), family, &nl))
		_exit(1);
	nl->sock = sock;
	return nl;
}

const char gate_letters[5000] = { [0 ... 4998] = 'a' };
const struct gate_attr gate_no_changes[GATE_CHANGES];

static const struct gate_attr good_policy[] = { NUMBER(KPOL_A_POLICY_ID, 1),
						TEXT(KPOL_A_POLICY_NAME, "p"),
						NUMBER(KPOL_A_POLICY_MODE, KPOL_MODE_ENFORCE) };
static const struct gate_attr good_scope[] = { NUMBER(KPOL_A_SCOPE_ID, 1),
					       TEXT(KPOL_A_SCOPE_NAME, "s") };
static const struct gate_attr good_rule[] = {
	NUMBER(KPOL_A_RULE_ID, 1),
	NUMBER(KPOL_A_RULE_SCOPE, 1),
	NUMBER(KPOL_A_RULE_POLICY, 1),
	NUMBER(KPOL_A_RULE_LINE, 3),
	NUMBER(KPOL_A_RULE_CLASS, KPOL_CLASS_FILE),
	NUMBER(KPOL_A_RULE_MATCH, KPOL_MATCH_PATH),
	NUMBER(KPOL_A_RULE_OPS, KPOL_OP_READ),
	NUMBER(KPOL_A_RULE_ACTION, KPOL_ACTION_ALLOW),
	TEXT(KPOL_A_RULE_OBJECT, "/x"),
};
static const struct gate_attr good_binding[] = { NUMBER(KPOL_A_BINDING_KIND, KPOL_BIND_PATH),
						 TEXT(KPOL_A_BINDING_PATH, "/b"),
						 NUMBER(KPOL_A_BINDING_SCOPE, 1) };

static const struct gate_attr good_set[] = { NUMBER(KPOL_A_SET_ID, 1),
					     TEXT(KPOL_A_SET_NAME, GATE_SET) };
static const struct gate_attr good_address[] = { RAW(KPOL_A_ADDRESS_ADDR, "\x0a\0\0\x01", 4),
						 RAW(KPOL_A_ADDRESS_SETS, "\x01\0\0\0", 4) };

static const struct row {
	int nest;
	const struct gate_attr *attrs;
	size_t n;
} rows[] = {
	{ KPOL_A_TX_POLICY, good_policy, N(good_policy) },
	{ KPOL_A_TX_SCOPE, good_scope, N(good_scope) },
	{ KPOL_A_TX_SET, good_set, N(good_set) },
	{ KPOL_A_TX_RULE, good_rule, N(good_rule) },
	{ KPOL_A_TX_BINDING, good_binding, N(good_binding) },
	{ KPOL_A_TX_ADDRESS, good_address, N(good_address) },
};

void gate_put_attr(struct nl_msg *msg, const struct gate_attr *attr)
{
	switch (attr->kind) {
	case GATE_U32:
		nla_put_u32(msg, attr->type, attr->number);
		break;
	case GATE_STRING:
		nla_put_string(msg, attr->type, attr->bytes);
		break;
	case GATE_BYTES:
		nla_put(msg, attr->type, attr->len, attr->bytes);
		break;
	case GATE_GONE:
		break;
	}
}

static const struct gate_attr *find_attr(const struct gate_attr *attrs, size_t n, int type)
{
	for (size_t i = 0; i < n; i++)
		if (attrs[i].kind && attrs[i].type == type)
			return &attrs[i];
	return NULL;
}

static void put_row(struct nl_msg *msg, const struct row *row, const struct gate_attr *changes,
		    int nested)
{
	struct nlattr *nest = nla_nest_start(msg, row->nest);

	for (size_t i = 0; i < row->n; i++) {
		const struct gate_attr *change =
			find_attr(changes, GATE_CHANGES, row->attrs[i].type);

		gate_put_attr(msg, change ? change : &row->attrs[i]);
	}
	for (size_t i = 0; i < GATE_CHANGES; i++)
		if (changes[i].kind && !find_attr(row->attrs, row->n, changes[i].type))
			gate_put_attr(msg, &changes[i]);
	nla_nest_end(msg, nest);
	nest->nla_type = nested | row->nest; /* libnl always sets the flag */
}

int gate_rows_msg(struct kpol_nl *nl, uint32_t id, int nest, const struct gate_attr *changes,
		  int nested, struct nl_msg **ret_msg)
{
	int r = kpol_nl_msg(nl, KPOL_CMD_TX_ADD, ret_msg);

	if (r < 0)
		return r;
	nla_put_u32(*ret_msg, KPOL_A_TX_ID, id);
	for (size_t i = 0; i < N(rows); i++)
		put_row(*ret_msg, &rows[i], rows[i].nest == nest ? changes : gate_no_changes,
			nested);
	return 0;
}

int gate_add_rows(struct kpol_nl *nl, uint32_t id, int nest, const struct gate_attr *changes,
		  int nested)
{
	_cleanup_msg_ struct nl_msg *msg = NULL;
	int r = gate_rows_msg(nl, id, nest, changes, nested, &msg);

	return r < 0 ? r : kpol_nl_do(nl, msg, KPOL_A_TX_MAX, NULL, NULL);
}

void gate_digest(const struct gate_attr *changes, uint8_t digest[KPOL_DIGEST_LEN])
{
	struct kpol_rule rule = { .line = 3,
				  .class = KPOL_CLASS_FILE,
				  .match = KPOL_MATCH_PATH,
				  .ops = KPOL_OP_READ,
				  .action = KPOL_ACTION_ALLOW,
				  .object = "/x",
				  .object_len = 2 };
	struct kpol_set_row set = { .name = GATE_SET };
	const struct kpol_ruleset ruleset = {
		.rules = &rule, .n_rules = 1, .sets = &set, .n_sets = 1
	};
	const struct gate_attr *id = find_attr(changes, GATE_CHANGES, KPOL_A_RULE_ID);
	const struct gate_attr *scope = find_attr(changes, GATE_CHANGES, KPOL_A_RULE_SCOPE);
	const struct gate_attr *policy = find_attr(changes, GATE_CHANGES, KPOL_A_RULE_POLICY);

	rule.id = id ? id->number : 1;
	rule.scope = scope ? scope->number : 1;
	rule.policy = policy ? policy->number : 1;
	if (kpol_ruleset_digest(&ruleset, digest) < 0)
		abort();
}
