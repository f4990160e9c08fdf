// SPDX-License-Identifier: GPL-2.0-or-later
/* Whom a network item is about: addresses, less exceptions, and pods by their labels. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "load/build.h"
#include "load/scalar.h"
#include "load/subtract.h"

/** struct prefixes - of a list of the document. */
struct prefixes {
	struct kpol_peer *items;
	size_t n;
};

static void prefixes_clear(struct prefixes *prefixes)
{
	free(prefixes->items);
}

static int add_prefix(struct prefixes *prefixes, const struct kpol_node *node)
{
	struct kpol_peer *peer;

	if (!node)
		return 0;
	peer = kpol_append(&prefixes->items, &prefixes->n, sizeof(*peer));
	if (!peer)
		return -ENOMEM;
	kpol_cidr_read(node->text, peer);
	peer->place = (struct kpol_place){ node->line, node->column };
	return 0;
}

static int add_prefixes(struct prefixes *prefixes, const struct kpol_node *list)
{
	kpol_for_each_node(node, list) if (add_prefix(prefixes, node) < 0) return -ENOMEM;
	return 0;
}

/* A family without an address is every address of it; with pods it says which of theirs. */
static int add_family(const struct kpol_node *rule, struct prefixes *prefixes,
		      struct kpol_item *item)
{
	const struct kpol_node *node = kpol_node_get(rule, "family");
	uint8_t family = node && strcmp(node->text, "ipv4") ? AF_INET6 : AF_INET;
	struct kpol_peer *peer;

	if (!node)
		return 0;
	for (size_t i = 0; i < item->n_pods; i++)
		item->pods[i].family = family;
	if (prefixes->n || item->n_pods)
		return 0;
	peer = kpol_append(&prefixes->items, &prefixes->n, sizeof(*peer));
	if (!peer)
		return -ENOMEM;
	peer->family = family;
	peer->place = (struct kpol_place){ node->line, node->column };
	return 0;
}

int kpol_build_peers(const struct kpol_node *rule, struct kpol_item *item)
{
	_cleanup_(prefixes_clear) struct prefixes prefixes = { 0 }, without = { 0 };
	int r = 0;

	if (add_prefix(&prefixes, kpol_node_get(rule, "cidr")) < 0 ||
	    add_prefixes(&prefixes, kpol_node_get(rule, "cidrs")) < 0 ||
	    add_prefixes(&without, kpol_node_get(rule, "except")) < 0 ||
	    add_family(rule, &prefixes, item) < 0)
		return -ENOMEM;
	for (size_t i = 0; i < prefixes.n && r == 0; i++)
		r = kpol_prefix_subtract(&prefixes.items[i], without.items, without.n, &item->peers,
					 &item->n_peers);
	return r;
}

int kpol_check_except(const struct kpol_input *in, const struct kpol_node *map)
{
	_cleanup_(prefixes_clear) struct prefixes prefixes = { 0 }, without = { 0 }, rest = { 0 };
	const struct kpol_node *except = kpol_node_get(map, "except");
	int r = 0;

	if (!except)
		return 0;
	if (add_prefix(&prefixes, kpol_node_get(map, "cidr")) < 0 ||
	    add_prefixes(&prefixes, kpol_node_get(map, "cidrs")) < 0 ||
	    add_prefixes(&without, except) < 0)
		return -ENOMEM;
	for (size_t i = 0; i < without.n; i++) {
		size_t k = 0;

		while (k < prefixes.n && !kpol_prefix_covers(&prefixes.items[k], &without.items[i]))
			k++;
		if (k == prefixes.n)
			return kpol_input_error(in, KPOL_CODE_VALUE, except,
						"\"except\" has an address range that is in no "
						"cidr of this rule");
	}
	for (size_t i = 0; i < prefixes.n && r == 0; i++)
		r = kpol_prefix_subtract(&prefixes.items[i], without.items, without.n, &rest.items,
					 &rest.n);
	if (r == 0 && !rest.n)
		return kpol_input_error(in, KPOL_CODE_VALUE, except,
					"\"except\" leaves nothing of this rule's cidr");
	return r;
}

static int compare_labels(const void *a, const void *b)
{
	const struct kpol_label *x = a, *y = b;

	return strcmp(x->key, y->key);
}

/* Where no namespace is named it is the policy's own; a policy that is of none means all. */
static int add_namespaces(const struct kpol_node *list, const struct kpol_policy *policy,
			  struct kpol_pods *pods)
{
	if (!list && policy->namespace)
		return kpol_strv_add(&pods->namespaces, policy->namespace,
				     strlen(policy->namespace));
	pods->everywhere = !list;
	kpol_for_each_node(name, list) pods->everywhere |= !strcmp(name->text, "*");
	if (pods->everywhere)
		return 0;
	if (kpol_build_strings(list, &pods->namespaces) < 0)
		return -ENOMEM;
	kpol_strv_sort(&pods->namespaces);
	return 0;
}

int kpol_build_pods(const struct kpol_node *map, const struct kpol_policy *policy,
		    struct kpol_item *item)
{
	const struct kpol_node *labels = kpol_node_get(map, "matchLabels");
	const struct kpol_node *exprs = kpol_node_get(map, "matchExpressions");
	const struct kpol_node *namespaces = kpol_node_get(map, "namespaces");
	const struct kpol_node *place = labels ? labels : exprs ? exprs : namespaces;
	struct kpol_pods *pods;

	if (!place)
		return 0;
	pods = kpol_append(&item->pods, &item->n_pods, sizeof(*pods));
	if (!pods)
		return -ENOMEM;
	pods->place = (struct kpol_place){ place->line, place->column };
	kpol_for_each_node(value, labels) if (kpol_build_label(value, &pods->labels,
							       &pods->n_labels) < 0) return -ENOMEM;
	kpol_for_each_node(expr, exprs) if (kpol_build_expr(expr, &pods->exprs, &pods->n_exprs) <
					    0) return -ENOMEM;
	if (pods->n_labels > 1)
		qsort(pods->labels, pods->n_labels, sizeof(*pods->labels), compare_labels);
	return add_namespaces(namespaces, policy, pods);
}
