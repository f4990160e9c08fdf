// SPDX-License-Identifier: GPL-2.0-or-later
/* The items of a KubeArmorNetworkPolicy: ingress and egress by address and port. */
#include <errno.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/socket.h>

#include "base/alloc.h"
#include "load/build.h"
#include "load/scalar.h"

/* A direction: where its peers are listed, which operations a rule of it is about. An Allow also
 * lets the port be opened, since it makes the class an allowlist; a Block stops nobody else's
 * peers from using it. */
static const struct traffic {
	const char *key;
	const char *peers;
	uint32_t ops;
	uint32_t allowed;
} directions[] = {
	{ "ingress", "from", KPOL_OP_ACCEPT, KPOL_OPS_INGRESS },
	{ "egress", "to", KPOL_OPS_EGRESS, KPOL_OPS_EGRESS },
};

#define N_DIRECTIONS (sizeof(directions) / sizeof(directions[0]))

static int add_peers(const struct kpol_node *peers, struct kpol_item *item)
{
	kpol_for_each_node(entry, peers)
	{
		const struct kpol_node *cidr =
			kpol_node_get(kpol_node_get(entry, "ipBlock"), "cidr");
		struct kpol_peer *peer = kpol_append(&item->peers, &item->n_peers, sizeof(*peer));

		if (!peer)
			return -ENOMEM;
		kpol_cidr_read(cidr->text, peer);
		peer->place = (struct kpol_place){ cidr->line, cidr->column };
	}
	return 0;
}

static int add_port(const struct kpol_node *entry, struct kpol_item *item)
{
	const char *last = kpol_node_text(entry, "endPort");
	struct kpol_ports *ports = kpol_append(&item->ports, &item->n_ports, sizeof(*ports));

	if (!ports)
		return -ENOMEM;
	kpol_ports_read(kpol_node_text(entry, "port"), ports);
	if (last)
		ports->last = (uint16_t)atoi(last);
	return 0;
}

/* Without a protocol a port is one of TCP, as in Kubernetes. */
static void set_protocol(const struct kpol_node *entry, struct kpol_item *item)
{
	const char *word = kpol_node_text(entry, "protocol");
	const struct kpol_protocol *protocol;

	word = word ? word : "TCP";
	protocol = kpol_protocol_next(&word);
	item->protocol = protocol->protocol;
	item->socktypes = protocol->socktypes;
}

/* Who sends a datagram is known only after it has arrived. */
static int judge_datagrams(const struct kpol_input *in, const struct traffic *direction,
			   const struct kpol_node *at, struct kpol_item *item)
{
	if (direction->ops != KPOL_OP_ACCEPT || item->socktypes != 1U << SOCK_DGRAM ||
	    (item->action == KPOL_ACTION_ALLOW && !item->n_peers))
		return 0;
	return kpol_item_leave_out(in, item, KPOL_CODE_UNENFORCED, at,
				   "incoming datagrams are not judged by their sender");
}

static int add_item(const struct kpol_input *in, const struct traffic *direction,
		    const struct kpol_node *rule, const struct kpol_node *port,
		    const struct kpol_inherited *outer, struct kpol_policy *policy)
{
	const struct kpol_node *place = port ? kpol_node_get(port, "port") : rule;
	struct kpol_inherited inherited = kpol_inherit(outer, rule);
	struct kpol_item *item = kpol_item_new(policy, &inherited, place);

	if (!item)
		return -ENOMEM;
	item->class = KPOL_CLASS_NETWORK;
	item->match = KPOL_MATCH_PEER;
	item->ops = item->action == KPOL_ACTION_ALLOW ? direction->allowed : direction->ops;
	if (add_peers(kpol_node_get(rule, direction->peers), item) < 0)
		return -ENOMEM;
	if (port) {
		set_protocol(port, item);
		if (add_port(port, item) < 0)
			return -ENOMEM;
	} else if (direction->ops == KPOL_OP_ACCEPT) {
		item->socktypes = 1U << SOCK_STREAM;
	}
	return judge_datagrams(in, direction, place, item);
}

static int add_rule(const struct kpol_input *in, const struct traffic *direction,
		    const struct kpol_node *rule, const struct kpol_inherited *outer,
		    struct kpol_policy *policy)
{
	const struct kpol_node *ports = kpol_node_get(rule, "ports");

	if (!ports || !ports->n)
		return add_item(in, direction, rule, NULL, outer, policy);
	kpol_for_each_node(port, ports) if (add_item(in, direction, rule, port, outer, policy) <
					    0) return -ENOMEM;
	return 0;
}

static const struct kpol_node *find_allow(const struct kpol_node *rules,
					  const struct kpol_inherited *outer)
{
	kpol_for_each_node(rule, rules) if (kpol_inherit(outer, rule).action ==
					    KPOL_ACTION_ALLOW) return rule;
	return NULL;
}

/* nftables has a chain for each direction, an allowlist of ours is of the whole class. */
static int warn_one_way(const struct kpol_input *in, const struct kpol_node *spec,
			const struct kpol_inherited *outer)
{
	const struct kpol_node *allows[N_DIRECTIONS];

	for (size_t i = 0; i < N_DIRECTIONS; i++)
		allows[i] = find_allow(kpol_node_get(spec, directions[i].key), outer);
	for (size_t i = 0; i < N_DIRECTIONS; i++)
		if (allows[i] && !allows[!i])
			return kpol_input_warn(
				in, KPOL_CODE_ONE_WAY, allows[i],
				"this Allow rule makes the whole network an allowlist: without an "
				"Allow rule in \"%s\" that direction is denied",
				directions[!i].key);
	return 0;
}

int kpol_build_traffic(const struct kpol_input *in, const struct kpol_node *spec,
		       const struct kpol_inherited *outer, struct kpol_policy *policy)
{
	for (size_t i = 0; i < N_DIRECTIONS; i++) {
		const struct kpol_node *rules = kpol_node_get(spec, directions[i].key);

		kpol_for_each_node(rule, rules) if (add_rule(in, &directions[i], rule, outer,
							     policy) < 0) return -ENOMEM;
	}
	return warn_one_way(in, spec, outer);
}
