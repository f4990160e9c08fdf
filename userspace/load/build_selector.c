// SPDX-License-Identifier: GPL-2.0-or-later
/* The selector of a policy. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/brace.h"
#include "load/build.h"

#define CONTAINER_LABEL "kubearmor.io/container.name"

/* "[a, b]": KubeArmor's way to name containers in a label. */
static int add_containers(const char *text, struct kpol_strv *containers)
{
	static const char separators[] = "[], ";
	size_t len;
	int r;

	for (text += strspn(text, separators); *text; text += strspn(text, separators)) {
		len = strcspn(text, separators);
		r = kpol_strv_add(containers, text, len);
		if (r < 0)
			return r;
		text += len;
	}
	return 0;
}

static int add_label(const struct kpol_node *value, struct kpol_selector *selector)
{
	if (!strcmp(value->key->text, CONTAINER_LABEL))
		return add_containers(value->text, &selector->containers);
	return kpol_build_label(value, &selector->labels, &selector->n_labels);
}

int kpol_build_expr(const struct kpol_node *node, struct kpol_label_expr **exprs, size_t *n)
{
	struct kpol_label_expr *expr;

	expr = kpol_append(exprs, n, sizeof(*expr));
	if (!expr)
		return -ENOMEM;
	expr->place = (struct kpol_place){ node->line, node->column };
	expr->not_in = !strcmp(kpol_node_text(node, "operator"), "NotIn");
	expr->key = strdup(kpol_node_text(node, "key"));
	if (!expr->key)
		return -ENOMEM;
	return kpol_build_strings(kpol_node_get(node, "values"), &expr->values);
}

/* Braces have passed the walk (see cgroup_fault()), so only memory can be missing. */
static int add_cgroups(const struct kpol_node *list, struct kpol_strv *cgroups)
{
	kpol_for_each_node(entry,
			   list) if (kpol_brace_expand(entry->text, cgroups) < 0) return -ENOMEM;
	return 0;
}

static int compare_labels(const void *a, const void *b)
{
	const struct kpol_label *x = a, *y = b;

	return strcmp(x->key, y->key);
}

static int fill_selector(const struct kpol_node *node, struct kpol_selector *selector)
{
	const struct kpol_node *labels = kpol_node_get(node, "matchLabels");
	const struct kpol_node *exprs = kpol_node_get(node, "matchExpressions");

	kpol_for_each_node(value, labels) if (add_label(value, selector) < 0) return -ENOMEM;
	kpol_for_each_node(expr, exprs) if (kpol_build_expr(expr, &selector->exprs,
							    &selector->n_exprs) < 0) return -ENOMEM;
	if (selector->n_labels > 1)
		qsort(selector->labels, selector->n_labels, sizeof(*selector->labels),
		      compare_labels);
	if (kpol_build_strings(kpol_node_get(node, "matchUnits"), &selector->units) < 0 ||
	    add_cgroups(kpol_node_get(node, "matchCgroups"), &selector->cgroups) < 0 ||
	    kpol_build_strings(kpol_node_get(node, "matchContainers"), &selector->containers) < 0)
		return -ENOMEM;
	kpol_strv_sort(&selector->units);
	kpol_strv_sort(&selector->cgroups);
	kpol_strv_sort(&selector->containers);
	return 0;
}

int kpol_build_selector(const struct kpol_input *in, enum kpol_policy_kind kind,
			const struct kpol_node *spec, struct kpol_selector *ret)
{
	const struct kpol_node *nodes = kpol_node_get(spec, "nodeSelector");
	const struct kpol_node *node = nodes ? nodes : kpol_node_get(spec, "selector");
	const struct kpol_node *place = node ? node->key : spec->key;

	ret->host = nodes || kind == KPOL_KIND_KUBEARMOR_HOST;
	ret->place = (struct kpol_place){ place->line, place->column };
	if (node)
		return fill_selector(node, ret);
	return ret->host ? kpol_input_warn(in, KPOL_CODE_EVERY_NODE, spec->key,
					   "without a nodeSelector this policy is for every node")
			 : 0;
}
