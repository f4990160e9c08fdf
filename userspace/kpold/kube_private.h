/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Kubernetes from inside: what the parts that follow one kind each share; private to kube*.c. */
#ifndef KPOLD_KUBE_PRIVATE_H
#define KPOLD_KUBE_PRIVATE_H

#include <time.h>

#include "compile/address.h"
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

/** struct kpold_kube_said - what a namespace's annotations say. @visible: see kpol_visibility_read(). */
struct kpold_kube_said {
	struct kpol_postures postures;
	uint32_t visible;
};

/** struct kpold_kube_namespace - one whose annotations say something. */
struct kpold_kube_namespace {
	char *name;
	struct kpold_kube_said said;
	bool listed;
	bool unsaved;
};

/** struct kpold_kube_touched - addresses whose pods have changed. @all: too many to count. */
struct kpold_kube_touched {
	struct kpol_address *items;
	size_t n;
	bool all;
};

/** struct kpold_kube_message - to be written; @path and @body are owned. */
struct kpold_kube_message {
	const char *method;
	const char *type;
	char *path;
	char *body;
};

/** struct kpold_kube_writer - @request: that of the first of @queue. @said: the HTTP status that the log tells of. */
struct kpold_kube_writer {
	struct kpold_kube_message *queue;
	size_t n;
	struct kpol_k8s_request *request;
	sd_event_source *retry;
	long said;
};

/**
 * struct kpold_kube_report - what became of a policy here
 * @reason: why it is rejected; NULL: it is live. @line: of the document, 0: none.
 * @row: the name of its row in the live ruleset; NULL: it has none.
 * @since: when it was accepted or rejected first.
 * @pods: how many it was in force for when that was told last.
 * @told: the API server knows.
 */
struct kpold_kube_report {
	const struct kpol_k8s_resource *resource;
	char *namespace;
	char *name;
	char *uid;
	char *row;
	int64_t generation;
	char *reason;
	unsigned int line;
	time_t since;
	unsigned int pods;
	bool told;
};

/**
 * struct kpold_kube
 * @labels: of this node: the settings' and the API server's.
 * @node_labels: the latter alone. @node_unsaved: the store does not have them like this.
 * @forgotten: kinds and keys, in turn, that the store has and should not.
 * @peers: the pods of the whole cluster, while some rule asks for them. @touched: addresses to look at again.
 * @gather: many changes become one.
 * @reports: what became of the policies. @report: tells of it, a moment after it has changed.
 * @save: writes down what is unsaved, a moment after it has changed.
 */
struct kpold_kube {
	struct kpold_daemon *d;
	struct kpol_k8s_endpoint endpoint;
	struct kpol_conn *conn;
	struct kpold_kube_watch watches[KPOL_K8S_RESOURCES];
	struct kpold_kube_namespace *namespaces;
	size_t n_namespaces;
	struct kpol_label *labels, *node_labels;
	size_t n_labels, n_node_labels;
	bool node_unsaved;
	struct kpol_strv forgotten;
	struct kpold_kube_watch peers;
	struct kpold_kube_touched touched;
	sd_event_source *gather;
	struct kpold_kube_writer writer;
	struct kpold_kube_report *reports;
	size_t n_reports;
	sd_event_source *report;
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

/** kpold_kube_say_state() - tell the log of trouble, once, and of its end. */
void kpold_kube_say_state(struct kpold_kube_watch *watch, const struct kpol_k8s_status *status);

/** kpold_kube_peers_follow() - another ruleset is live: begin or end to follow the cluster's pods. */
void kpold_kube_peers_follow(struct kpold_kube *kube);
void kpold_kube_peers_stop(struct kpold_kube *kube);

int kpold_kube_writer_start(struct kpold_kube *kube);
void kpold_kube_writer_stop(struct kpold_kube *kube);

/** kpold_kube_write() - tell the API server, now or when it can be. Takes over what @message holds. */
void kpold_kube_write(struct kpold_kube *kube, struct kpold_kube_message *message);

int kpold_kube_report_start(struct kpold_kube *kube);

/** kpold_kube_report_soon() - there may be something new to tell of policies. */
void kpold_kube_report_soon(struct kpold_kube *kube);

/** kpold_kube_reports_take() - what became of all policies there are. Takes over @reports. */
void kpold_kube_reports_take(struct kpold_kube *kube, struct kpold_kube_report *reports, size_t n);

void kpold_kube_report_clear(struct kpold_kube_report *report);

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
