// SPDX-License-Identifier: GPL-2.0-or-later
/* What became of each policy on this node: status of the resource, and an event for one that is rejected. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/jsonw.h"
#include "kpold/kube_private.h"
#include "kpold/live.h"

/* Many nodes tell of the same policy: not all in the same moment. */
#define REPORT_USEC 1000000
#define SPREAD_USEC 4000000

void kpold_kube_report_clear(struct kpold_kube_report *report)
{
	free(report->namespace);
	free(report->name);
	free(report->uid);
	free(report->row);
	free(report->reason);
	memset(report, 0, sizeof(*report));
}

static void rfc3339(time_t now, char text[32])
{
	struct tm tm;

	gmtime_r(&now, &tm);
	strftime(text, 32, "%Y-%m-%dT%H:%M:%SZ", &tm);
}

/* Pods of this node that the policy is in force for. */
static unsigned int count_pods(const struct kpold_daemon *d, const struct kpold_kube_report *report)
{
	const struct kpol_ruleset *ruleset = d->live.ruleset;
	char name[KPOL_NAME_MAX + 1];
	unsigned int n = 0;

	snprintf(name, sizeof(name), "%s%s%s", report->namespace, report->namespace[0] ? "/" : "",
		 report->name);
	for (size_t i = 0; ruleset && i < d->pods.n; i++) {
		const char *in = d->pods.items[i].scope;
		const struct kpol_scope_row *scope =
			in ? kpold_live_scope(&d->live, kpold_ruleset_scope_id(ruleset, in)) : NULL;

		for (size_t k = 0; scope && k < scope->n_policies; k++)
			n += strcmp(ruleset->policies[scope->policies[k] - 1].name, report->row) ==
			     0;
	}
	return n;
}

static bool is_enforced(const struct kpold_daemon *d, const struct kpold_kube_report *report)
{
	const struct kpol_ruleset *ruleset = d->live.ruleset;
	char name[KPOL_NAME_MAX + 1];

	snprintf(name, sizeof(name), "%s%s%s", report->namespace, report->namespace[0] ? "/" : "",
		 report->name);
	for (size_t i = 0; ruleset && i < ruleset->n_policies; i++)
		if (strcmp(ruleset->policies[i].name, report->row) == 0)
			return ruleset->policies[i].mode == KPOL_MODE_ENFORCE;
	return false;
}

static void json_condition(struct kpol_jsonw *w, const struct kpold_kube_report *report,
			   const char *type, bool is, const char *reason, const char *message)
{
	char at[32];

	rfc3339(report->since, at);
	kpol_jsonw_object_begin(w, NULL);
	kpol_jsonw_string(w, "type", type);
	kpol_jsonw_string(w, "status", is ? "True" : "False");
	kpol_jsonw_string(w, "reason", reason);
	kpol_jsonw_string(w, "message", message);
	kpol_jsonw_string(w, "lastTransitionTime", at);
	kpol_jsonw_int(w, "observedGeneration", report->generation);
	kpol_jsonw_object_end(w);
}

static void json_conditions(struct kpol_jsonw *w, const struct kpold_kube *kube,
			    const struct kpold_kube_report *report)
{
	bool good = !report->reason, enforced = good && is_enforced(kube->d, report);

	kpol_jsonw_array_begin(w, "conditions");
	json_condition(w, report, "Accepted", good, good ? "Valid" : "Invalid",
		       good ? "" : report->reason);
	json_condition(w, report, "Enforced", enforced,
		       enforced ? "Enforcing"
		       : good	? "Observing"
				: "Rejected",
		       "");
	kpol_jsonw_array_end(w);
}

static void json_node(struct kpol_jsonw *w, const struct kpold_kube *kube,
		      const struct kpold_kube_report *report)
{
	kpol_jsonw_array_begin(w, "nodes");
	kpol_jsonw_object_begin(w, NULL);
	kpol_jsonw_string(w, "name", kube->d->config->node);
	kpol_jsonw_uint(w, "pods", report->pods);
	kpol_jsonw_int(w, "generation", report->generation);
	if (report->reason) {
		kpol_jsonw_string(w, "error", report->reason);
		kpol_jsonw_uint(w, "line", report->line);
	}
	kpol_jsonw_object_end(w);
	kpol_jsonw_array_end(w);
}

static void json_identity(struct kpol_jsonw *w, const struct kpold_kube_report *report)
{
	char version[128];

	snprintf(version, sizeof(version), "%s/%s", report->resource->group,
		 report->resource->version);
	kpol_jsonw_string(w, "apiVersion", version);
	kpol_jsonw_string(w, "kind", report->resource->kind);
}

/* Server-side apply: each node owns its own entry in the list of nodes. */
static void write_status(struct kpold_kube *kube, const struct kpold_kube_report *report)
{
	struct kpold_kube_message message = { .method = "PATCH",
					      .type = "application/apply-patch+yaml" };
	struct kpol_jsonw w = { 0 };

	kpol_jsonw_object_begin(&w, NULL);
	json_identity(&w, report);
	kpol_jsonw_object_begin(&w, "metadata");
	kpol_jsonw_string(&w, "name", report->name);
	kpol_jsonw_string(&w, "namespace", report->namespace);
	kpol_jsonw_object_end(&w);
	kpol_jsonw_object_begin(&w, "status");
	kpol_jsonw_int(&w, "observedGeneration", report->generation);
	json_conditions(&w, kube, report);
	json_node(&w, kube, report);
	kpol_jsonw_object_end(&w);
	kpol_jsonw_object_end(&w);
	message.body = kpol_jsonw_take(&w);
	if (asprintf(&message.path,
		     "/apis/%s/%s/namespaces/%s/%s/%s/status?fieldManager=kpold-%s&force=true",
		     report->resource->group, report->resource->version, report->namespace,
		     report->resource->plural, report->name, kube->d->config->node) < 0)
		message.path = NULL;
	kpold_kube_write(kube, &message);
}

static void json_event_meta(struct kpol_jsonw *w, const struct kpold_kube_report *report,
			    const char *namespace)
{
	char name[KPOL_NAME_MAX + 64];

	/* The same from every node, so that it is there once. */
	snprintf(name, sizeof(name), "%.200s.%.8s.%" PRId64, report->name, report->uid,
		 report->generation);
	kpol_jsonw_object_begin(w, "metadata");
	kpol_jsonw_string(w, "name", name);
	kpol_jsonw_string(w, "namespace", namespace);
	kpol_jsonw_object_end(w);
	kpol_jsonw_object_begin(w, "involvedObject");
	json_identity(w, report);
	kpol_jsonw_string(w, "name", report->name);
	kpol_jsonw_string_if(w, "namespace", report->namespace[0] ? report->namespace : NULL);
	kpol_jsonw_string(w, "uid", report->uid);
	kpol_jsonw_object_end(w);
}

/* https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/, in the core group's form. */
static void write_event(struct kpold_kube *kube, const struct kpold_kube_report *report)
{
	const char *namespace = report->namespace[0] ? report->namespace : "default";
	struct kpold_kube_message message = { .method = "POST", .type = "application/json" };
	struct kpol_jsonw w = { 0 };
	char at[32];

	rfc3339(time(NULL), at);
	kpol_jsonw_object_begin(&w, NULL);
	kpol_jsonw_string(&w, "apiVersion", "v1");
	kpol_jsonw_string(&w, "kind", "Event");
	json_event_meta(&w, report, namespace);
	kpol_jsonw_string(&w, "type", "Warning");
	kpol_jsonw_string(&w, "reason", "PolicyRejected");
	kpol_jsonw_string(&w, "message", report->reason);
	kpol_jsonw_string(&w, "firstTimestamp", at);
	kpol_jsonw_string(&w, "lastTimestamp", at);
	kpol_jsonw_uint(&w, "count", 1);
	kpol_jsonw_object_begin(&w, "source");
	kpol_jsonw_string(&w, "component", "kpold");
	kpol_jsonw_string(&w, "host", kube->d->config->node);
	kpol_jsonw_object_end(&w);
	kpol_jsonw_object_end(&w);
	message.body = kpol_jsonw_take(&w);
	if (asprintf(&message.path, "/api/v1/namespaces/%s/events", namespace) < 0)
		message.path = NULL;
	kpold_kube_write(kube, &message);
}

static void report_one(struct kpold_kube *kube, struct kpold_kube_report *report)
{
	unsigned int pods = report->reason ? 0 : count_pods(kube->d, report);
	bool own = report->resource == &kpol_k8s_resources[KPOL_K8S_RUNTIME_POLICIES];

	if (!report->told && report->reason)
		write_event(kube, report);
	if (own && (!report->told || pods != report->pods)) {
		report->pods = pods;
		write_status(kube, report);
	}
	report->told = true;
}

static int on_report(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct kpold_kube *kube = userdata;

	(void)source;
	(void)usec;
	for (size_t i = 0; i < kube->n_reports; i++)
		report_one(kube, &kube->reports[i]);
	return 0;
}

int kpold_kube_report_start(struct kpold_kube *kube)
{
	int r = sd_event_add_time_relative(kube->d->loop, &kube->report, CLOCK_MONOTONIC,
					   REPORT_USEC, 0, on_report, kube);

	return r < 0 ? r : sd_event_source_set_enabled(kube->report, SD_EVENT_OFF);
}

void kpold_kube_report_soon(struct kpold_kube *kube)
{
	int enabled = SD_EVENT_OFF;

	(void)sd_event_source_get_enabled(kube->report, &enabled);
	if (enabled != SD_EVENT_OFF || kube->n_reports == 0)
		return;
	(void)sd_event_source_set_time_relative(kube->report,
						REPORT_USEC + (uint64_t)random() % SPREAD_USEC);
	(void)sd_event_source_set_enabled(kube->report, SD_EVENT_ONESHOT);
}

static bool same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

/* What was told of it before stays told. */
static void recall_told(const struct kpold_kube_report *old, struct kpold_kube_report *new)
{
	if (strcmp(old->uid, new->uid) != 0)
		return;
	if (!old->reason == !new->reason)
		new->since = old->since;
	new->pods = old->pods;
	new->told = old->told &&
		    old->generation == new->generation &&same_text(old->reason, new->reason);
}

void kpold_kube_reports_take(struct kpold_kube *kube, struct kpold_kube_report *reports, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		reports[i].since = time(NULL);
		for (size_t k = 0; k < kube->n_reports; k++)
			recall_told(&kube->reports[k], &reports[i]);
	}
	for (size_t i = 0; i < kube->n_reports; i++)
		kpold_kube_report_clear(&kube->reports[i]);
	free(kube->reports);
	kube->reports = reports;
	kube->n_reports = n;
	kpold_kube_report_soon(kube);
}
