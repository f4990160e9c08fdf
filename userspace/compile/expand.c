// SPDX-License-Identifier: GPL-2.0-or-later
/* One item written out as rows. */
#include "compile/expand.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "base/alloc.h"
#include "base/brace.h"
#include "base/cleanup.h"
#include "compile/condition.h"
#include "compile/set.h"

static int report(struct kpol_expand *x, const struct kpol_item *item, const char *code,
		  const char *reason)
{
	int r = kpol_diag_add(x->diags, KPOL_ERROR, code, x->file, item->place.line,
			      item->place.column, "this rule %s", reason);

	x->n_errors++;
	return r == -ENOMEM ? r : 0;
}

/* Rows that only sources tell apart share everything else. */
static int append_row(struct kpol_expand *x, const struct kpol_item *item,
		      const struct kpol_rule *row, uint32_t index)
{
	struct kpol_rows *rows = x->rows;
	size_t n = rows->n;
	const char *reason;
	struct kpol_rule *slot;
	uint32_t *number;

	if (kpol_rule_check(row, &reason) < 0)
		return report(x, item, KPOL_CODE_RULE, reason);
	if (n == KPOL_RULES_MAX)
		return report(x, item, KPOL_CODE_TOO_MANY, "is one more than a ruleset may hold");
	number = kpol_append(&rows->items, &n, sizeof(*number));
	if (!number)
		return -ENOMEM;
	*number = index;
	slot = kpol_append(&rows->rules, &rows->n, sizeof(*slot));
	if (!slot)
		return -ENOMEM;
	*slot = *row;
	if (row->action == KPOL_ACTION_ALLOW)
		slot->flags |= kpol_posture_flags(x->postures, row->class);
	return 0;
}

static int append_sources(struct kpol_expand *x, const struct kpol_item *item,
			  const struct kpol_rule *row, uint32_t index)
{
	struct kpol_rule copy = *row;
	int r = 0;

	if (!item->sources.n)
		return append_row(x, item, row, index);
	for (size_t i = 0; i < item->sources.n && r == 0; i++) {
		size_t len = strlen(item->sources.items[i]);

		copy.source = kpol_arena_text(x->strings, item->sources.items[i], len);
		copy.source_len = (u16)len;
		r = copy.source ? append_row(x, item, &copy, index) : -ENOMEM;
	}
	return r;
}

static int append_ops(struct kpol_expand *x, const struct kpol_item *item,
		      const struct kpol_rule *base, uint32_t index, uint8_t action, uint32_t ops)
{
	struct kpol_rule row = *base;

	row.action = action;
	row.ops = ops;
	return ops ? append_sources(x, item, &row, index) : 0;
}

static struct kpol_rule base_row(const struct kpol_expand *x, const struct kpol_item *item)
{
	struct kpol_rule row = {
		.policy = x->policy_id,
		.line = item->place.line,
		.class = item->class,
		.match = item->match,
		.action = item->action,
		.flags = (u8)((item->recursive ? KPOL_RULE_RECURSIVE : 0) |
			      (item->owner_only ? KPOL_RULE_OWNER : 0) |
			      (item->no_terminal ? KPOL_RULE_NO_TERMINAL : 0)),
		.protocol = item->protocol,
		.socktypes = item->socktypes,
	};

	if (item->match != KPOL_MATCH_PEER) {
		row.condition = x->condition;
		row.condition_len = x->condition_len;
	}
	return row;
}

/* readOnly: what changes the object is denied, to its owner too; reading is as the action says
 * (DESIGN.md §3.7). */
static int expand_read_only(struct kpol_expand *x, const struct kpol_item *item,
			    const struct kpol_rule *base, uint32_t index)
{
	bool judges_reading = item->action == KPOL_ACTION_ALLOW || item->owner_only;
	struct kpol_rule row = *base;
	int r = 0;

	if (item->action == KPOL_ACTION_AUDIT)
		return append_ops(x, item, &row, index, item->action, KPOL_OPS_CHANGE);
	if (judges_reading)
		r = append_ops(x, item, &row, index, item->action, KPOL_OP_READ);
	row.flags &= (u8)~KPOL_RULE_ASKS;
	return r < 0 ? r : append_ops(x, item, &row, index, KPOL_ACTION_BLOCK, KPOL_OPS_CHANGE);
}

static int expand_object(struct kpol_expand *x, const struct kpol_item *item, uint32_t index,
			 const char *object)
{
	struct kpol_rule row = base_row(x, item);
	size_t len = strlen(object);

	row.object = kpol_arena_text(x->strings, object, len);
	row.object_len = (u16)(len > KPOL_PATH_MAX ? KPOL_PATH_MAX : len);
	if (!row.object)
		return -ENOMEM;
	if (!item->read_only)
		return append_ops(x, item, &row, index, item->action, item->ops);
	return expand_read_only(x, item, &row, index);
}

static int expand_pattern(struct kpol_expand *x, const struct kpol_item *item, uint32_t index)
{
	_cleanup_(kpol_strv_clear) struct kpol_strv patterns = { 0 };
	int r = kpol_brace_expand(item->object, &patterns);

	if (r == -EINVAL)
		return report(x, item, KPOL_CODE_RULE, "has a brace without its partner");
	if (r == -E2BIG)
		return report(x, item, KPOL_CODE_TOO_MANY,
			      "has braces that stand for more than 64 patterns");
	for (size_t i = 0; i < patterns.n && r == 0; i++)
		r = expand_object(x, item, index, patterns.items[i]);
	return r;
}

static void set_peer(struct kpol_rule *row, const struct kpol_peer *peer)
{
	row->family = peer->family;
	row->prefix = peer->prefix;
	memcpy(row->addr, peer->addr, sizeof(row->addr));
}

static int set_pods(struct kpol_expand *x, const struct kpol_pods *pods, struct kpol_rule *row)
{
	row->family = pods->family;
	return kpol_set_get(x->ruleset, pods, &row->set);
}

/* Whom an item is about: first its addresses, then its pods. */
static int set_nth(struct kpol_expand *x, const struct kpol_item *item, size_t n,
		   struct kpol_rule *row)
{
	if (n >= item->n_peers)
		return set_pods(x, &item->pods[n - item->n_peers], row);
	set_peer(row, &item->peers[n]);
	return 0;
}

static bool has_peers(const struct kpol_item *item)
{
	return item->n_peers || item->n_pods;
}

/* Every peer with every port range; where there are none: any. */
static int append_peers(struct kpol_expand *x, const struct kpol_item *item,
			const struct kpol_rule *base, uint32_t index, uint32_t ops, bool with_peers)
{
	size_t n_peers = with_peers && has_peers(item) ? item->n_peers + item->n_pods : 1;
	size_t n_ports = item->n_ports ? item->n_ports : 1;
	int r = 0;

	for (size_t i = 0; i < n_peers * n_ports && r == 0; i++) {
		struct kpol_rule row = *base;

		if (with_peers && has_peers(item))
			r = set_nth(x, item, i / n_ports, &row);
		if (r == -E2BIG)
			return report(x, item, KPOL_CODE_TOO_MANY,
				      "names one label peer more than a ruleset may hold");
		if (r < 0)
			return r;
		if (item->n_ports) {
			row.port_first = item->ports[i % n_ports].first;
			row.port_last = item->ports[i % n_ports].last;
		}
		r = append_ops(x, item, &row, index, item->action, ops);
	}
	return r;
}

static bool is_allow(const struct kpol_item *item)
{
	return item->action == KPOL_ACTION_ALLOW;
}

/* What programs talk to addresses with, where a rule names no protocol. No raw sockets: these forge addresses. */
static const struct {
	uint8_t protocol;
	uint8_t socktypes;
} plain_sockets[] = {
	{ IPPROTO_TCP, 1U << SOCK_STREAM },
	{ IPPROTO_UDP, 1U << SOCK_DGRAM },
	{ IPPROTO_SCTP, 1U << SOCK_STREAM },
	{ IPPROTO_UDPLITE, 1U << SOCK_DGRAM },
};

/*
 * An address needs a socket to be used from: allowing the one allows the other. The rows name protocols, so
 * that they rank as a rule that blocks one of these does, and Block wins.
 */
static int append_socket(struct kpol_expand *x, const struct kpol_item *item,
			 const struct kpol_rule *base, uint32_t index)
{
	struct kpol_rule row = *base;
	int r = 0;

	if (!is_allow(item) || item->ops & KPOL_OP_SOCKET)
		return 0;
	if (item->protocol || item->socktypes)
		return append_ops(x, item, base, index, KPOL_ACTION_ALLOW, KPOL_OP_SOCKET);
	for (size_t i = 0; i < sizeof(plain_sockets) / sizeof(plain_sockets[0]) && r == 0; i++) {
		row.protocol = plain_sockets[i].protocol;
		row.socktypes = plain_sockets[i].socktypes;
		r = append_ops(x, item, &row, index, KPOL_ACTION_ALLOW, KPOL_OP_SOCKET);
	}
	return r;
}

/*
 * BIND and LISTEN are judged by the local address, ACCEPT by the peer. So an ingress CIDR goes to
 * ACCEPT; an Allow also lets the port be bound, a Block of some peers does not stop the others.
 */
static int expand_network(struct kpol_expand *x, const struct kpol_item *item, uint32_t index)
{
	struct kpol_rule row = base_row(x, item);
	uint32_t local = KPOL_OP_BIND | KPOL_OP_LISTEN;
	int r;

	if (item->ops != KPOL_OPS_INGRESS || !has_peers(item)) {
		r = append_peers(x, item, &row, index, item->ops, true);
		return r < 0 ? r : append_socket(x, item, &row, index);
	}
	r = append_peers(x, item, &row, index, KPOL_OP_ACCEPT, true);
	if (r == 0 && is_allow(item))
		r = append_peers(x, item, &row, index, local, false);
	return r < 0 ? r : append_socket(x, item, &row, index);
}

/*
 * An Allow item that cannot be enforced leaves its class an allowlist by a row that nothing
 * matches: no path ends in ".", no word is "none", no connection comes from the broadcast address.
 */
static int expand_closed(struct kpol_expand *x, const struct kpol_item *item, uint32_t index)
{
	struct kpol_rule row = { .policy = x->policy_id,
				 .line = item->place.line,
				 .class = item->class,
				 .action = KPOL_ACTION_ALLOW,
				 .ops = item->ops };

	if (!is_allow(item))
		return 0;
	if (item->class != KPOL_CLASS_NETWORK) {
		row.match = KPOL_MATCH_NAME;
		row.object = kpol_class_has_words(item->class) ? "none" : ".";
		row.object_len = (u16)strlen(row.object);
		return append_row(x, item, &row, index);
	}
	row.match = KPOL_MATCH_PEER;
	row.ops = KPOL_OP_ACCEPT;
	row.family = AF_INET;
	row.prefix = 32;
	memset(row.addr, 0xff, 4);
	row.protocol = IPPROTO_TCP;
	return append_row(x, item, &row, index);
}

int kpol_expand_item(struct kpol_expand *x, const struct kpol_item *item, uint32_t index)
{
	struct kpol_rule row = { .match = item->match };

	if (item->left_out)
		return expand_closed(x, item, index);
	if (kpol_condition_compile(item, x->strings, &row) < 0)
		return -ENOMEM;
	x->condition = row.condition;
	x->condition_len = row.condition_len;
	row = base_row(x, item);
	switch (item->match) {
	case KPOL_MATCH_ANY:
		return append_ops(x, item, &row, index, item->action, item->ops);
	case KPOL_MATCH_PEER:
		return expand_network(x, item, index);
	case KPOL_MATCH_GLOB:
		return expand_pattern(x, item, index);
	default:
		return expand_object(x, item, index, item->object);
	}
}
