// SPDX-License-Identifier: GPL-2.0-or-later
/* The items of network: what is found by protocol, peer and port. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "base/alloc.h"
#include "load/build.h"
#include "load/scalar.h"

/* fromSource by labels names pods, not programs: no kernel rule can say that yet. */
static int add_sources(const struct kpol_input *in, const struct kpol_node *rule,
		       struct kpol_item *item)
{
	const struct kpol_node *sources = kpol_node_get(rule, "fromSource");
	const struct kpol_node *labels = NULL;
	int r;

	kpol_for_each_node(source, sources)
	{
		const struct kpol_node *path = kpol_node_get(source, "path");

		if (!path)
			labels = source;
		r = path ? kpol_strv_add(&item->sources, path->text, path->len) : 0;
		if (r < 0)
			return r;
	}
	if (!labels)
		return 0;
	if (!item->sources.n)
		return kpol_item_leave_out(in, item, KPOL_CODE_LABEL_PEER, labels,
					   "not enforced yet, label peers come later");
	return kpol_input_gap(in, KPOL_CODE_LABEL_PEER, labels,
			      "not enforced yet, label peers come later: the rule holds for its "
			      "other sources only");
}

static int judge_protocol(const struct kpol_input *in, const struct kpol_node *rule,
			  const struct kpol_protocol *protocol, struct kpol_item *item)
{
	if (protocol->unenforced)
		return kpol_item_leave_out(
			in, item, KPOL_CODE_UNENFORCED, kpol_node_get(rule, "protocol"),
			"socket type \"packet\" is not enforced by this version");
	item->no_terminal = kpol_item_has_no_terminal(rule, item);
	return 0;
}

static struct kpol_item *new_item(const struct kpol_inherited *inherited,
				  const struct kpol_node *place,
				  const struct kpol_protocol *protocol, struct kpol_policy *policy)
{
	struct kpol_item *item = kpol_item_new(policy, inherited, place);

	if (!item)
		return NULL;
	item->class = KPOL_CLASS_NETWORK;
	item->match = KPOL_MATCH_PEER;
	item->ops = KPOL_OPS_NETWORK;
	item->protocol = protocol->protocol;
	item->socktypes = protocol->socktypes;
	return item;
}

static int add_protocols(const struct kpol_input *in, const struct kpol_node *rule,
			 const struct kpol_inherited *outer, struct kpol_policy *policy)
{
	const struct kpol_node *node = kpol_node_get(rule, "protocol");
	struct kpol_inherited inherited = kpol_inherit(outer, rule);
	const struct kpol_protocol *protocol;
	const char *rest = node->text;
	struct kpol_item *item;

	while (*rest) {
		protocol = kpol_protocol_next(&rest);
		item = new_item(&inherited, node, protocol, policy);
		if (!item || add_sources(in, rule, item) < 0 ||
		    judge_protocol(in, rule, protocol, item) < 0)
			return -ENOMEM;
	}
	return 0;
}

static int add_cidr(struct kpol_item *item, const struct kpol_node *node)
{
	struct kpol_peer *peer;

	if (!node)
		return 0;
	peer = kpol_append(&item->peers, &item->n_peers, sizeof(*peer));
	if (!peer)
		return -ENOMEM;
	kpol_cidr_read(node->text, peer);
	peer->place = (struct kpol_place){ node->line, node->column };
	return 0;
}

/* A family without an address is every address of it. */
static int add_family(const struct kpol_node *rule, struct kpol_item *item)
{
	const struct kpol_node *family = kpol_node_get(rule, "family");
	struct kpol_peer *peer;

	if (!family || item->n_peers)
		return 0;
	peer = kpol_append(&item->peers, &item->n_peers, sizeof(*peer));
	if (!peer)
		return -ENOMEM;
	peer->family = strcmp(family->text, "ipv4") ? AF_INET6 : AF_INET;
	peer->place = (struct kpol_place){ family->line, family->column };
	return 0;
}

/* Which addresses a label stands for is the daemon's to know, and no kernel rule can say it yet. */
static int add_labels(const struct kpol_input *in, const struct kpol_node *rule,
		      struct kpol_item *item)
{
	const struct kpol_node *labels = kpol_node_get(rule, "matchLabels");

	if (!labels)
		return 0;
	kpol_for_each_node(value, labels) if (kpol_build_label(value, &item->labels,
							       &item->n_labels) < 0) return -ENOMEM;
	return kpol_item_leave_out(in, item, KPOL_CODE_LABEL_PEER, labels,
				   "not enforced yet, label peers come later");
}

static int add_addresses(const struct kpol_node *rule, struct kpol_item *item)
{
	const struct kpol_node *cidrs = kpol_node_get(rule, "cidrs");
	const struct kpol_node *list = kpol_node_get(rule, "ports");
	struct kpol_ports *ports;

	if (add_cidr(item, kpol_node_get(rule, "cidr")) < 0)
		return -ENOMEM;
	kpol_for_each_node(cidr, cidrs) if (add_cidr(item, cidr) < 0) return -ENOMEM;
	kpol_for_each_node(port, list)
	{
		ports = kpol_append(&item->ports, &item->n_ports, sizeof(*ports));
		if (!ports)
			return -ENOMEM;
		kpol_ports_read(port->text, ports);
	}
	return 0;
}

/* Who sends a datagram is known only after it has arrived: an ingress CIDR holds for connections.
 */
static int judge_ingress(const struct kpol_input *in, const struct kpol_node *rule,
			 const struct kpol_protocol *protocol, struct kpol_item *item)
{
	const struct kpol_node *place = kpol_node_get(rule, "direction");

	if (item->ops != KPOL_OPS_INGRESS || !item->n_peers || protocol->accepts)
		return 0;
	if (protocol->protocol || protocol->socktypes)
		return kpol_item_leave_out(in, item, KPOL_CODE_UNENFORCED, place,
					   "an ingress cidr cannot be enforced for datagrams");
	item->socktypes = 1U << SOCK_STREAM;
	return kpol_input_gap(
		in, KPOL_CODE_UNENFORCED, place,
		"an ingress cidr cannot be enforced for datagrams: this rule is taken "
		"for stream sockets only");
}

static int add_peer_item(const struct kpol_input *in, const struct kpol_node *rule,
			 const struct kpol_inherited *inherited,
			 const struct kpol_protocol *protocol, struct kpol_policy *policy)
{
	const struct kpol_node *direction = kpol_node_get(rule, "direction");
	struct kpol_item *item = new_item(inherited, direction, protocol, policy);

	if (!item)
		return -ENOMEM;
	item->ops = strcmp(direction->text, "egress") ? KPOL_OPS_INGRESS : KPOL_OPS_EGRESS;
	if (add_addresses(rule, item) < 0 || add_family(rule, item) < 0 ||
	    add_labels(in, rule, item) < 0)
		return -ENOMEM;
	if (!item->left_out && add_sources(in, rule, item) < 0)
		return -ENOMEM;
	if (item->left_out)
		return 0;
	if (protocol->unenforced)
		return judge_protocol(in, rule, protocol, item);
	return judge_ingress(in, rule, protocol, item);
}

static int add_peers(const struct kpol_input *in, const struct kpol_node *rule,
		     const struct kpol_inherited *outer, struct kpol_policy *policy)
{
	static const struct kpol_protocol any = { .name = "all" };
	struct kpol_inherited inherited = kpol_inherit(outer, rule);
	const char *rest = kpol_node_text(rule, "protocol");
	int r;

	if (!rest)
		return add_peer_item(in, rule, &inherited, &any, policy);
	while (*rest) {
		r = add_peer_item(in, rule, &inherited, kpol_protocol_next(&rest), policy);
		if (r < 0)
			return r;
	}
	return 0;
}

int kpol_build_network(const struct kpol_input *in, const struct kpol_node *spec,
		       const struct kpol_inherited *outer, struct kpol_policy *policy)
{
	const struct kpol_node *section = kpol_node_get(spec, "network");
	struct kpol_inherited inherited = kpol_inherit(outer, section);
	const struct kpol_node *protocols = kpol_node_get(section, "matchProtocols");
	const struct kpol_node *peers = kpol_node_get(section, "matchPeers");
	int r;

	kpol_for_each_node(rule, protocols)
	{
		r = add_protocols(in, rule, &inherited, policy);
		if (r < 0)
			return r;
	}
	kpol_for_each_node(rule, peers)
	{
		r = add_peers(in, rule, &inherited, policy);
		if (r < 0)
			return r;
	}
	return 0;
}
