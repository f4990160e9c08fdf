// SPDX-License-Identifier: GPL-2.0-or-later
/* Namespaces and this node: default postures, visibility and node labels. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "compile/compile.h"
#include "k8s/namespace.h"
#include "k8s/node.h"
#include "kpold/apply.h"
#include "kpold/copy.h"
#include "kpold/kube_private.h"
#include "kpold/log.h"

struct kpold_kube_namespace *kpold_kube_namespace(struct kpold_kube *kube, const char *name)
{
	struct kpold_kube_namespace *new;

	for (size_t i = 0; i < kube->n_namespaces; i++)
		if (strcmp(kube->namespaces[i].name, name) == 0)
			return &kube->namespaces[i];
	new = kpol_append(&kube->namespaces, &kube->n_namespaces, sizeof(*new));
	if (!new)
		return NULL;
	new->name = strdup(name);
	if (new->name)
		return new;
	kube->n_namespaces--;
	return NULL;
}

static bool says_something(const struct kpold_kube_said *said)
{
	const struct kpol_postures *postures = &said->postures;

	return said->visible || postures->process || postures->file || postures->network ||
	       postures->capabilities;
}

static bool says_the_same(const struct kpold_kube_said *a, const struct kpold_kube_said *b)
{
	return a->visible == b->visible &&
	       memcmp(&a->postures, &b->postures, sizeof(a->postures)) == 0;
}

static bool is_known(const struct kpold_kube *kube, const char *name)
{
	for (size_t i = 0; i < kube->n_namespaces; i++)
		if (strcmp(kube->namespaces[i].name, name) == 0)
			return true;
	return false;
}

/* Return: 1: it says something else than before, 0: the same, -ENOMEM. */
static int set_said(struct kpold_kube *kube, const char *name, const struct kpold_kube_said *said)
{
	struct kpold_kube_namespace *namespace;

	if (!says_something(said) && !is_known(kube, name))
		return 0;
	namespace = kpold_kube_namespace(kube, name);
	if (!namespace)
		return -ENOMEM;
	namespace->listed = true;
	if (says_the_same(&namespace->said, said))
		return 0;
	namespace->said = *said;
	namespace->unsaved = true;
	kpold_kube_save_soon(kube);
	return 1;
}

static void apply_said(struct kpold_kube *kube, int r)
{
	if (r < 0)
		kpold_log(LOG_ERR, "no memory for the namespaces");
	if (r > 0)
		(void)kpold_apply_again(kube->d, "namespaces");
}

void kpold_kube_namespaces_changed(struct kpold_kube *kube, const struct kpol_k8s_change *changes,
				   size_t n)
{
	int result = 0;

	for (size_t i = 0; i < n && result >= 0; i++) {
		const struct kpol_k8s_namespace *after = (const void *)changes[i].after;
		const char *name = after ? after->object.name : changes[i].before->name;
		struct kpold_kube_said said = { 0 };
		int r;

		if (after) {
			said.postures = after->postures;
			said.visible = kpol_visibility_read(after->visibility);
		}
		r = set_said(kube, name, &said);
		result = r != 0 ? r : result;
	}
	apply_said(kube, result);
}

/* Namespaces that an earlier daemon knew and that are no more. */
void kpold_kube_namespaces_synced(struct kpold_kube *kube)
{
	static const struct kpold_kube_said nothing;
	int result = 0;

	for (size_t i = 0; i < kube->n_namespaces; i++)
		if (!kube->namespaces[i].listed)
			result |= set_said(kube, kube->namespaces[i].name, &nothing);
	apply_said(kube, result);
}

int kpold_kube_annotations(const struct kpold_kube *kube, struct kpol_bundle *bundle)
{
	int r = 0;

	for (size_t i = 0; kube && i < kube->n_namespaces; i++)
		kpol_posture_fall_back(bundle, kube->namespaces[i].name,
				       &kube->namespaces[i].said.postures);
	for (size_t i = 0; kube && i < kube->n_namespaces && r == 0; i++)
		r = kpol_visibility_add(bundle, kube->namespaces[i].name,
					kube->namespaces[i].said.visible);
	return r;
}

/* The settings' come first, so they win. */
int kpold_kube_node_set(struct kpold_kube *kube)
{
	struct kpold_daemon *d = kube->d;
	int r;

	kpold_labels_clear(&kube->labels, &kube->n_labels);
	r = kpold_labels_copy(&kube->labels, &kube->n_labels, d->config->labels,
			      d->config->n_labels);
	if (r == 0)
		r = kpold_labels_copy(&kube->labels, &kube->n_labels, kube->node_labels,
				      kube->n_node_labels);
	d->workloads.labels = kube->labels;
	d->workloads.n_labels = kube->n_labels;
	return r;
}

static int take_labels(struct kpold_kube *kube, const struct kpol_k8s_object *node)
{
	int r;

	kpold_labels_clear(&kube->node_labels, &kube->n_node_labels);
	r = kpold_labels_copy(&kube->node_labels, &kube->n_node_labels, node->labels,
			      node->n_labels);
	return r < 0 ? r : kpold_kube_node_set(kube);
}

/* A node that has vanished from the server keeps its labels: this machine is still here. */
void kpold_kube_node_changed(struct kpold_kube *kube, const struct kpol_k8s_change *changes,
			     size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (changes[i].after && take_labels(kube, changes[i].after) < 0)
			kpold_log(LOG_ERR, "no memory for the labels of this node");
	kube->node_unsaved = true;
	kpold_kube_save_soon(kube);
	kpold_daemon_rescan(kube->d);
}
