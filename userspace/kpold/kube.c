// SPDX-License-Identifier: GPL-2.0-or-later
/* Kubernetes: what the API server says of this node, followed and remembered. */
#include "kpold/kube.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "k8s/kubeconfig.h"
#include "kpold/copy.h"
#include "kpold/kube_private.h"
#include "kpold/log.h"
#include "kpold/rule_json.h"

/* Writes to the disk once for many changes. */
#define SAVE_USEC 1000000

/**
 * struct kind - what is done with one kind
 * @field: the fieldSelector's key that this node's name is the value of; NULL: all of the cluster's.
 */
static const struct kind {
	void (*changed)(struct kpold_kube *kube, const struct kpol_k8s_change *changes, size_t n);
	void (*synced)(struct kpold_kube *kube);
	const char *field;
	bool policies;
} kinds[KPOL_K8S_RESOURCES] = {
	[KPOL_K8S_PODS] = { kpold_kube_pods_changed, kpold_kube_pods_synced, "spec.nodeName",
			    false },
	[KPOL_K8S_NAMESPACES] = { kpold_kube_namespaces_changed, kpold_kube_namespaces_synced, NULL,
				  false },
	[KPOL_K8S_NODES] = { kpold_kube_node_changed, NULL, "metadata.name", false },
	[KPOL_K8S_RUNTIME_POLICIES] = { kpold_kube_policies_changed, kpold_kube_policies_synced,
					NULL, true },
	[KPOL_K8S_KUBEARMOR_POLICIES] = { kpold_kube_policies_changed, kpold_kube_policies_synced,
					  NULL, true },
	[KPOL_K8S_KUBEARMOR_HOST_POLICIES] = { kpold_kube_policies_changed,
					       kpold_kube_policies_synced, NULL, true },
	[KPOL_K8S_KUBEARMOR_CLUSTER_POLICIES] = { kpold_kube_policies_changed,
						  kpold_kube_policies_synced, NULL, true },
};

static void on_changed(const struct kpol_k8s_change *changes, size_t n, void *userdata)
{
	struct kpold_kube_watch *watch = userdata;

	kinds[watch->id].changed(watch->kube, changes, n);
}

/* Once for each trouble, and once when it is over. */
void kpold_kube_say_state(struct kpold_kube_watch *watch, const struct kpol_k8s_status *status)
{
	const char *what = kpol_k8s_resources[watch->id].plural;

	if (status->absent || strcmp(watch->said, status->error) == 0)
		return;
	snprintf(watch->said, sizeof(watch->said), "%s", status->error);
	if (status->error[0])
		kpold_log(LOG_WARNING, "API server, %s: %s", what, status->error);
	else
		kpold_log(LOG_INFO, "API server, %s: followed again", what);
}

static void on_state(const struct kpol_k8s_status *status, void *userdata)
{
	struct kpold_kube_watch *watch = userdata;

	kpold_kube_say_state(watch, status);
	if (watch->synced || (!status->synced && !status->absent))
		return;
	watch->synced = true;
	if (kinds[watch->id].synced)
		kinds[watch->id].synced(watch->kube);
}

static const struct kpol_k8s_reflector_ops ops = { on_changed, on_state };

static int start_watch(struct kpold_kube *kube, enum kpol_k8s_resource_id id)
{
	struct kpold_kube_watch *watch = &kube->watches[id];
	struct kpol_k8s_scope scope = {
		.conn = kube->conn,
		.endpoint = &kube->endpoint,
		.resource = &kpol_k8s_resources[id],
	};

	if (kinds[id].policies && !kube->d->config->cluster_policies)
		return 0;
	watch->kube = kube;
	watch->id = id;
	if (kinds[id].field &&
	    asprintf(&watch->selector, "%s=%s", kinds[id].field, kube->d->config->node) < 0) {
		watch->selector = NULL;
		return -ENOMEM;
	}
	scope.selector = watch->selector;
	return kpol_k8s_reflector_new(&scope, &ops, watch, &watch->reflector);
}

static int on_save(sd_event_source *source, uint64_t usec, void *userdata)
{
	(void)usec;
	(void)sd_event_source_set_enabled(source, SD_EVENT_OFF);
	kpold_kube_save(userdata);
	return 0;
}

void kpold_kube_save_soon(struct kpold_kube *kube)
{
	int enabled = SD_EVENT_OFF;

	if (!kube->save)
		return;
	(void)sd_event_source_get_enabled(kube->save, &enabled);
	if (enabled != SD_EVENT_OFF)
		return;
	(void)sd_event_source_set_time_relative(kube->save, SAVE_USEC);
	(void)sd_event_source_set_enabled(kube->save, SD_EVENT_ONESHOT);
}

static int find_endpoint(struct kpold_kube *kube)
{
	const struct kpold_config *config = kube->d->config;
	struct kpol_diags diags = { 0 };
	int r;

	if (strcmp(config->kubernetes, "in-cluster") == 0)
		r = kpol_k8s_endpoint_in_cluster(NULL, &diags, &kube->endpoint);
	else
		r = kpol_k8s_kubeconfig_load(config->kubernetes, NULL, &diags, &kube->endpoint);
	for (size_t i = 0; i < diags.n; i++) {
		_cleanup_free_ char *text = kpol_diag_format(&diags.items[i]);

		kpold_log(LOG_ERR, "%s", text ? text : "no memory");
	}
	kpol_diags_clear(&diags);
	return r;
}

static int start(struct kpold_kube *kube)
{
	struct kpold_daemon *d = kube->d;
	int r;

	r = find_endpoint(kube);
	if (r < 0)
		return r;
	(void)signal(SIGPIPE, SIG_IGN); /* a server that hangs up is one answer less, and no more */
	r = sd_event_add_time_relative(d->loop, &kube->save, CLOCK_MONOTONIC, SAVE_USEC, 0, on_save,
				       kube);
	if (r >= 0)
		r = sd_event_source_set_enabled(kube->save, SD_EVENT_OFF);
	if (r >= 0)
		r = kpold_kube_writer_start(kube);
	if (r >= 0)
		r = kpold_kube_report_start(kube);
	if (r >= 0)
		r = kpol_conn_new(d->loop, kpol_k8s_request_ended, &kube->conn);
	for (int id = 0; id < KPOL_K8S_RESOURCES && r >= 0; id++)
		r = start_watch(kube, (enum kpol_k8s_resource_id)id);
	if (r < 0)
		return r;
	r = kpold_kube_recall(kube);
	if (r < 0)
		kpold_log(LOG_WARNING, "cannot read what was known of the cluster: %s",
			  strerror(-r));
	return kpold_kube_node_set(kube);
}

int kpold_kube_new(struct kpold_daemon *d)
{
	struct kpold_kube *kube;
	int r;

	if (!kpold_config_is_cluster(d->config))
		return 0;
	kube = calloc(1, sizeof(*kube));
	if (!kube)
		return -ENOMEM;
	kube->d = d;
	r = start(kube);
	if (r < 0) {
		kpold_kube_free(kube);
		return r;
	}
	d->kube = kube;
	d->cluster =
		(struct kpold_cluster){ .pods = &d->pods,
					.roots = &d->config->pod_roots,
					.spare_static = d->config->pending == KPOL_MODE_ENFORCE };
	return 0;
}

void kpold_kube_free(struct kpold_kube *kube)
{
	if (!kube)
		return;
	kpold_kube_save(kube);
	for (size_t i = 0; i < KPOL_K8S_RESOURCES; i++) {
		kpol_k8s_reflector_free(kube->watches[i].reflector);
		free(kube->watches[i].selector);
	}
	kpold_kube_peers_stop(kube);
	kpold_kube_writer_stop(kube);
	kpol_conn_free(kube->conn);
	kpol_k8s_endpoint_clear(&kube->endpoint);
	for (size_t i = 0; i < kube->n_namespaces; i++)
		free(kube->namespaces[i].name);
	free(kube->namespaces);
	kpold_labels_clear(&kube->labels, &kube->n_labels);
	kpold_labels_clear(&kube->node_labels, &kube->n_node_labels);
	kpol_strv_clear(&kube->forgotten);
	for (size_t i = 0; i < kube->n_reports; i++)
		kpold_kube_report_clear(&kube->reports[i]);
	free(kube->reports);
	sd_event_source_disable_unref(kube->report);
	sd_event_source_disable_unref(kube->save);
	free(kube);
}

static void json_watch(struct kpol_jsonw *w, const struct kpold_kube_watch *watch,
		       const char *scope)
{
	const struct kpol_k8s_status *status = kpol_k8s_reflector_status(watch->reflector);

	kpol_jsonw_object_begin(w, NULL);
	kpol_jsonw_string(w, "resource", kpol_k8s_resources[watch->id].plural);
	kpol_jsonw_string(w, "of", scope);
	kpol_jsonw_string(w, "state",
			  status->absent ? "absent" : kpol_k8s_state_word(status->state));
	kpol_jsonw_bool(w, "synced", status->synced);
	kpol_jsonw_uint(w, "objects", status->n_objects);
	kpol_jsonw_uint(w, "unreadable", status->n_unreadable);
	kpol_jsonw_uint(w, "lists", status->n_lists);
	kpol_jsonw_uint(w, "watches", status->n_watches);
	kpol_jsonw_uint(w, "failures", status->n_failures);
	if (status->heard_us)
		kpold_json_time(w, "heardAt", (int64_t)status->heard_us);
	kpol_jsonw_string_if(w, "error",
			     status->error[0] && !status->absent ? status->error : NULL);
	kpol_jsonw_object_end(w);
}

void kpold_kube_json(struct kpol_jsonw *w, const struct kpold_kube *kube)
{
	if (!kube)
		return;
	kpol_jsonw_object_begin(w, "kubernetes");
	kpol_jsonw_string(w, "server", kube->endpoint.url);
	kpol_jsonw_string(w, "node", kube->d->config->node);
	kpol_jsonw_uint(w, "pods", kube->d->pods.n);
	kpol_jsonw_array_begin(w, "watches");
	for (size_t i = 0; i < KPOL_K8S_RESOURCES; i++)
		if (kube->watches[i].reflector)
			json_watch(w, &kube->watches[i], kinds[i].field ? "node" : "cluster");
	if (kube->peers.reflector)
		json_watch(w, &kube->peers, "cluster");
	kpol_jsonw_array_end(w);
	kpol_jsonw_object_end(w);
}

/* "the view of pods is 62 min old: …" */
static void tell_problem(struct kpol_jsonw *w, const struct kpold_kube_watch *watch)
{
	const struct kpol_k8s_status *status = kpol_k8s_reflector_status(watch->reflector);
	const char *what = kpol_k8s_resources[watch->id].plural;
	int64_t age = (kpold_now() - (int64_t)status->heard_us) / 1000000;
	char text[KPOL_K8S_SENTENCE_MAX + 128];

	if (status->absent || !status->error[0])
		return;
	if (status->heard_us)
		snprintf(text, sizeof(text), "the view of %s is %lld s old: %s", what,
			 (long long)age, status->error);
	else
		snprintf(text, sizeof(text),
			 "the API server has not told of %s since the daemon started: %s", what,
			 status->error);
	kpol_jsonw_string(w, NULL, text);
}

void kpold_kube_problems(struct kpol_jsonw *w, const struct kpold_kube *kube)
{
	for (size_t i = 0; kube && i < KPOL_K8S_RESOURCES; i++)
		if (kube->watches[i].reflector)
			tell_problem(w, &kube->watches[i]);
	if (kube && kube->peers.reflector)
		tell_problem(w, &kube->peers);
}
