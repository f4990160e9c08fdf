/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Kubernetes from inside: what the parts that follow one kind each share; private to kube*.c. */
#ifndef KPOLD_KUBE_PRIVATE_H
#define KPOLD_KUBE_PRIVATE_H

#include "k8s/reflector.h"
#include "kpold/kube.h"

/** struct kpold_kube_watch - one kind. @synced: all there is has been told. @said: what the log says is wrong. */
struct kpold_kube_watch {
	struct kpold_kube *kube;
	enum kpol_k8s_resource_id id;
	struct kpol_k8s_reflector *reflector;
	char *selector;
	bool synced;
	char said[KPOL_K8S_SENTENCE_MAX];
};

/** struct kpold_kube_namespace - one whose annotations say something. */
struct kpold_kube_namespace {
	char *name;
	struct kpol_postures postures;
	bool listed;
	bool unsaved;
};

/**
 * struct kpold_kube
 * @labels: of this node: the settings' and the API server's.
 * @node_labels: the latter alone. @node_unsaved: the store does not have them like this.
 * @forgotten: kinds and keys, in turn, that the store has and should not.
 * @save: writes down what is unsaved, a moment after it has changed.
 */
struct kpold_kube {
	struct kpold_daemon *d;
	struct kpol_k8s_endpoint endpoint;
	struct kpol_k8s_conn *conn;
	struct kpold_kube_watch watches[KPOL_K8S_RESOURCES];
	struct kpold_kube_namespace *namespaces;
	size_t n_namespaces;
	struct kpol_label *labels, *node_labels;
	size_t n_labels, n_node_labels;
	bool node_unsaved;
	struct kpol_strv forgotten;
	sd_event_source *save;
};

/* Of each kind: what a batch of changes does, and what there is to do once everything has been told. */

void kpold_kube_pods_changed(struct kpold_kube *kube, const struct kpol_k8s_change *changes,
			     size_t n);
void kpold_kube_pods_synced(struct kpold_kube *kube);
void kpold_kube_namespaces_changed(struct kpold_kube *kube, const struct kpol_k8s_change *changes,
				   size_t n);
void kpold_kube_namespaces_synced(struct kpold_kube *kube);
void kpold_kube_node_changed(struct kpold_kube *kube, const struct kpol_k8s_change *changes,
			     size_t n);
void kpold_kube_policies_changed(struct kpold_kube *kube, const struct kpol_k8s_change *changes,
				 size_t n);
void kpold_kube_policies_synced(struct kpold_kube *kube);

/** kpold_kube_node_set() - merge the labels of settings and node. Return: 0 or -ENOMEM. */
int kpold_kube_node_set(struct kpold_kube *kube);

/** kpold_kube_save_soon() - something is unsaved. */
void kpold_kube_save_soon(struct kpold_kube *kube);

/** kpold_kube_forget() - the store is to lose this. Return: 0 or -ENOMEM. */
int kpold_kube_forget(struct kpold_kube *kube, const char *kind, const char *key);

/** kpold_kube_save() - write down what is unsaved. */
void kpold_kube_save(struct kpold_kube *kube);

/** kpold_kube_recall() - take in what an earlier daemon wrote down. Return: 0 or a negative errno. */
int kpold_kube_recall(struct kpold_kube *kube);

/** kpold_kube_namespace() - by name, made if it is new. Return: NULL without memory. */
struct kpold_kube_namespace *kpold_kube_namespace(struct kpold_kube *kube, const char *name);

#endif /* KPOLD_KUBE_PRIVATE_H */
