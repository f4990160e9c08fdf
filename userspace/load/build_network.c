// SPDX-License-Identifier: GPL-2.0-or-later
/* The items of network: what is found by protocol, peer and port. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "base/alloc.h"
#include "load/build.h"
#include "load/scalar.h"

/* Programs that act, of fromSource. */
static int add_sources(const struct kpol_node *rule, struct kpol_item *item)
{
	const struct kpol_node *sources = kpol_node_get(rule, "fromSource");
	const struct kpol_node *path;

	kpol_for_each_node(source, sources)
	{
		path = kpol_node_get(source, "path");
		if (path && kpol_strv_add(&item->sources, path->text, path->len) < 0)
			return -ENOMEM;
	}
	return 0;
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

/* Who sends a datagram is known only after it has arrived: an ingress peer holds for connections. */
static int judge_ingress(const struct kpol_input *in, const struct kpol_node *place,
			 const struct kpol_protocol *protocol, struct kpol_item *item)
{
	if (item->ops != KPOL_OPS_INGRESS || (!item->n_peers && !item->n_pods) || protocol->accepts)
		return 0;
	if (protocol->protocol || protocol->socktypes)
		return kpol_item_leave_out(in, item, KPOL_CODE_UNENFORCED, place,
					   "an ingress peer cannot be enforced for datagrams");
	item->socktypes = 1U << SOCK_STREAM;
	return kpol_input_gap(
		in, KPOL_CODE_UNENFORCED, place,
		"an ingress peer cannot be enforced for datagrams: this rule is taken "
		"for stream sockets only");
}

/* fromSource by labels: pods that connections come from. */
static int add_pods_item(const struct kpol_input *in, const struct kpol_node *rule,
			 const struct kpol_node *source, const struct kpol_inherited *inherited,
			 const struct kpol_protocol *protocol, struct kpol_policy *policy)
{
	struct kpol_item *item = new_item(inherited, source, protocol, policy);

	if (!item)
		return -ENOMEM;
	item->ops = KPOL_OPS_INGRESS;
	if (kpol_build_pods(source, policy, item) < 0)
		return -ENOMEM;
	if (protocol->unenforced)
		return judge_protocol(in, rule, protocol, item);
	return judge_ingress(in, source, protocol, item);
}

/* An item for the programs among the sources, or for all that is done where there are no sources; one for each pod. */
static int add_protocol(const struct kpol_input *in, const struct kpol_node *rule,
			const struct kpol_inherited *inherited,
			const struct kpol_protocol *protocol, struct kpol_policy *policy)
{
	const struct kpol_node *sources = kpol_node_get(rule, "fromSource");
	bool pods_only = sources && sources->n;
	struct kpol_item *item;

	kpol_for_each_node(source, sources) pods_only &= !kpol_node_get(source, "path");
	if (!pods_only) {
		item = new_item(inherited, kpol_node_get(rule, "protocol"), protocol, policy);
		if (!item || add_sources(rule, item) < 0 ||
		    judge_protocol(in, rule, protocol, item) < 0)
			return -ENOMEM;
	}
	kpol_for_each_node(source, sources)
	{
		if (!kpol_node_get(source, "path") &&
		    add_pods_item(in, rule, source, inherited, protocol, policy) < 0)
			return -ENOMEM;
	}
	return 0;
}

static int add_protocols(const struct kpol_input *in, const struct kpol_node *rule,
			 const struct kpol_inherited *outer, struct kpol_policy *policy)
{
	const char *rest = kpol_node_text(rule, "protocol");
	struct kpol_inherited inherited = kpol_inherit(outer, rule);

	while (*rest)
		if (add_protocol(in, rule, &inherited, kpol_protocol_next(&rest), policy) < 0)
			return -ENOMEM;
	return 0;
}

static int add_ports(const struct kpol_node *rule, struct kpol_item *item)
{
	const struct kpol_node *list = kpol_node_get(rule, "ports");
	struct kpol_ports *ports;

	kpol_for_each_node(port, list)
	{
		ports = kpol_append(&item->ports, &item->n_ports, sizeof(*ports));
		if (!ports)
			return -ENOMEM;
		kpol_ports_read(port->text, ports);
	}
	return 0;
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
	if (add_ports(rule, item) < 0 || kpol_build_pods(rule, policy, item) < 0 ||
	    kpol_build_peers(rule, item) < 0 || add_sources(rule, item) < 0)
		return -ENOMEM;
	if (protocol->unenforced)
		return judge_protocol(in, rule, protocol, item);
	return judge_ingress(in, direction, protocol, item);
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
