/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From checked documents to the model. Every function here takes nodes that have passed the walk.
 */
#ifndef KPOL_LOAD_BUILD_H
#define KPOL_LOAD_BUILD_H

#include "load/input.h"
#include "load/schema.h"
#include "model/bundle.h"

/** struct kpol_inherited - what a rule takes from its section, and that from spec. */
struct kpol_inherited {
	uint8_t action;
	unsigned int severity;
	const struct kpol_node *tags;
	const struct kpol_node *message;
};

/** kpol_inherit() - the values of @map, and @outer's where it has none. */
struct kpol_inherited kpol_inherit(const struct kpol_inherited *outer, const struct kpol_node *map);

/** kpol_build_header() - take the PolicyBundle document @doc into @bundle. Return: 0 or -ENOMEM. */
int kpol_build_header(const struct kpol_node *doc, struct kpol_bundle *bundle, uint8_t *ret_mode);

/**
 * kpol_build_policy() - add the policy document @doc to @bundle
 * @mode: of the bundle, for a document without one.
 *
 * Return: 0 (with warnings), -EINVAL: a policy of this name exists, reported; -ENOMEM.
 */
int kpol_build_policy(const struct kpol_input *in, enum kpol_policy_kind kind, uint8_t mode,
		      const struct kpol_node *doc, struct kpol_bundle *bundle);

/** kpol_build_silences() - the findings that the annotations of @doc silence. Return: 0 or -ENOMEM. */
int kpol_build_silences(const struct kpol_node *doc, struct kpol_silences *ret);

/** kpol_build_selector() - "selector" or "nodeSelector" of @spec. Return: 0 or -ENOMEM. */
int kpol_build_selector(const struct kpol_input *in, enum kpol_policy_kind kind,
			const struct kpol_node *spec, struct kpol_selector *ret);

/** kpol_build_paths() - the items of process, file and libraries. Return: 0 or -ENOMEM. */
int kpol_build_paths(const struct kpol_input *in, const struct kpol_node *spec,
		     const struct kpol_inherited *outer, struct kpol_policy *policy);

/** kpol_build_network() - the items of network. Return: 0 or -ENOMEM. */
int kpol_build_network(const struct kpol_input *in, const struct kpol_node *spec,
		       const struct kpol_inherited *outer, struct kpol_policy *policy);

/** kpol_build_traffic() - the items of ingress and egress. Return: 0 or -ENOMEM. */
int kpol_build_traffic(const struct kpol_input *in, const struct kpol_node *spec,
		       const struct kpol_inherited *outer, struct kpol_policy *policy);

/** kpol_build_deferred() - the rules of sections without a class yet. Return: 0 or -ENOMEM. */
int kpol_build_deferred(const struct kpol_node *spec, const struct kpol_inherited *outer,
			struct kpol_policy *policy);

/** kpol_build_surfaces() - the items of sections whose objects are words. Return: 0 or -ENOMEM. */
int kpol_build_surfaces(const struct kpol_input *in, const struct kpol_node *spec,
			const struct kpol_inherited *outer, struct kpol_policy *policy);

/** kpol_build_ptrace() - the item of ptrace. Return: 0 or -ENOMEM. */
int kpol_build_ptrace(const struct kpol_node *spec, const struct kpol_inherited *outer,
		      struct kpol_policy *policy);

/** kpol_item_new() - a new item of @policy with what it inherits; NULL without memory. */
struct kpol_item *kpol_item_new(struct kpol_policy *policy, const struct kpol_inherited *inherited,
				const struct kpol_node *place);

/**
 * kpol_item_leave_out() - the item's condition @what (at @at) cannot be enforced: say so, and let
 * it match nothing. Return: 0 or -ENOMEM.
 */
int kpol_item_leave_out(const struct kpol_input *in, struct kpol_item *item, const char *code,
			const struct kpol_node *at, const char *what);

/**
 * kpol_item_has_no_terminal() - does the rule say "pts: false", and does that change anything?
 *
 * In KubeArmor a Block rule denies with and without a terminal.
 */
bool kpol_item_has_no_terminal(const struct kpol_node *rule, const struct kpol_item *item);

/** kpol_build_strings() - append the list @list (may be NULL) to @strv. Return: 0 or -ENOMEM. */
int kpol_build_strings(const struct kpol_node *list, struct kpol_strv *strv);

/**
 * kpol_build_peers() - the peers of @item: "cidr", "cidrs", "except" and "family" of @rule
 *
 * After kpol_build_pods(). Return: 0 or -ENOMEM.
 */
int kpol_build_peers(const struct kpol_node *rule, struct kpol_item *item);

/**
 * kpol_build_pods() - the pods that @map names: "matchLabels", "matchExpressions", "namespaces"
 *
 * None where there is none of these keys. Return: 0 or -ENOMEM.
 */
int kpol_build_pods(const struct kpol_node *map, const struct kpol_policy *policy,
		    struct kpol_item *item);

/** kpol_build_expr() - append the matchExpressions entry @node. Return: 0 or -ENOMEM. */
int kpol_build_expr(const struct kpol_node *node, struct kpol_label_expr **exprs, size_t *n);

/** kpol_build_label() - append the label @value, a node with a key. Return: 0 or -ENOMEM. */
int kpol_build_label(const struct kpol_node *value, struct kpol_label **labels, size_t *n);

/** kpol_build_string() - copy the scalar of @key, if there is one. Return: 0 or -ENOMEM. */
int kpol_build_string(const struct kpol_node *map, const char *key, char **ret);

/** kpol_node_true() - is @key there and true? */
bool kpol_node_true(const struct kpol_node *map, const char *key);

#endif /* KPOL_LOAD_BUILD_H */
