// SPDX-License-Identifier: GPL-2.0-or-later
/* Policies that are custom resources: all that are good make up one bundle. */
#include <errno.h>
#include <json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "compile/selector.h"
#include "k8s/field.h"
#include "k8s/policy.h"
#include "kpold/apply.h"
#include "kpold/kernel.h"
#include "kpold/kube_private.h"
#include "kpold/log.h"

/* What the bundle is called, and its file in events and messages. */
#define BUNDLE_FILE "cluster"

/**
 * struct document - a policy on its way into the bundle
 * @first_line: where it begins in the bundle's text.
 * @reason: why it is not in; NULL: it is. @line: of the document, where the reason is.
 */
struct document {
	const struct kpol_k8s_resource *resource;
	const struct kpol_k8s_policy *policy;
	unsigned int first_line;
	unsigned int line;
	char *reason;
};

struct documents {
	struct document *items;
	size_t n;
};

static void clear_documents(struct documents *documents)
{
	for (size_t i = 0; i < documents->n; i++)
		free(documents->items[i].reason);
	free(documents->items);
}

/* The same policies always make the same text. */
static int compare_documents(const void *a, const void *b)
{
	const struct document *x = a, *y = b;
	int r = x->resource == y->resource ? 0 : x->resource < y->resource ? -1 : 1;

	if (r == 0)
		r = strcmp(x->policy->object.namespace, y->policy->object.namespace);
	return r ? r : strcmp(x->policy->object.name, y->policy->object.name);
}

static int collect(const struct kpold_kube *kube, struct documents *documents)
{
	for (size_t id = KPOL_K8S_RUNTIME_POLICIES; id < KPOL_K8S_RESOURCES; id++) {
		const struct kpol_k8s_table *table =
			kpol_k8s_reflector_table(kube->watches[id].reflector);
		const struct kpol_k8s_object *object;
		size_t at = 0;

		while ((object = kpol_k8s_table_next(table, &at))) {
			struct document *document =
				kpol_append(&documents->items, &documents->n, sizeof(*document));

			if (!document)
				return -ENOMEM;
			document->resource = &kpol_k8s_resources[id];
			document->policy = (const void *)object;
		}
	}
	if (documents->n > 1)
		qsort(documents->items, documents->n, sizeof(*documents->items), compare_documents);
	return 0;
}

static unsigned int count_lines(const char *text)
{
	unsigned int n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

/* A member a line, so that a rule has a line of its own. */
static void add_document(struct document *document, unsigned int *line, struct kpol_buffer *text)
{
	_cleanup_json_ struct json_object *json = json_tokener_parse(document->policy->json);
	const char *pretty =
		json ? json_object_to_json_string_ext(json, JSON_C_TO_STRING_PRETTY |
								    JSON_C_TO_STRING_SPACED |
								    JSON_C_TO_STRING_NOSLASHESCAPE)
		     : NULL;

	if (!pretty) {
		text->failed = true;
		return;
	}
	document->first_line = *line + 1;
	kpol_buffer_printf(text, "---\n%s\n", pretty);
	*line += count_lines(pretty) + 2;
}

static char *compose(struct documents *documents)
{
	struct kpol_buffer text = { 0 };
	unsigned int line = 1;

	kpol_buffer_puts(&text, "# The cluster's policies, as custom resources.\n");
	for (size_t i = 0; i < documents->n; i++)
		if (!documents->items[i].reason)
			add_document(&documents->items[i], &line, &text);
	if (line == 1)
		kpol_buffer_puts(&text, "apiVersion: kpol.io/v1\nkind: PolicyBundle\n"
					"metadata: {name: " BUNDLE_FILE "}\nspec: {empty: true}\n");
	return kpol_buffer_take(&text);
}

static struct document *find_line(struct documents *documents, unsigned int line)
{
	struct document *found = NULL;

	for (size_t i = 0; i < documents->n; i++)
		if (!documents->items[i].reason && documents->items[i].first_line <= line)
			found = &documents->items[i];
	return line ? found : NULL;
}

/* The line a person sees: of the document, its first member being line 2. */
static int reject(struct documents *documents, unsigned int line, const char *message)
{
	struct document *document = find_line(documents, line);

	if (!document)
		return -EINVAL;
	document->reason = strdup(message);
	if (!document->reason)
		return -ENOMEM;
	document->line = line - document->first_line;
	kpold_log(LOG_ERR, "%s %s%s%s is rejected: line %u: %s", document->resource->kind,
		  document->policy->object.namespace,
		  document->policy->object.namespace[0] ? "/" : "", document->policy->object.name,
		  document->line, document->reason);
	return 0;
}

/* Return: 0: somebody was rejected, so it can be tried again; -EINVAL: nobody is to blame; -ENOMEM. */
static int reject_guilty(struct documents *documents, const struct kpold_outcome *outcome)
{
	int result = -EINVAL;

	if (outcome->line)
		return reject(documents, outcome->line, outcome->reason);
	for (size_t i = 0; i < outcome->diags.n; i++) {
		const struct kpol_diag *diag = &outcome->diags.items[i];
		int r;

		if (diag->severity != KPOL_ERROR)
			continue;
		r = reject(documents, diag->line, diag->message);
		if (r == -ENOMEM)
			return r;
		result = r == 0 ? 0 : result;
	}
	return result;
}

/*
 * Whoever may write policies in a namespace has a say in its pods. The machine itself is for those who may in one
 * certain namespace, and for kinds that are of no namespace.
 */
static bool oversteps(const struct kpold_config *config, const struct document *document,
		      const struct kpol_policy *policy)
{
	const char *namespace = document->policy->object.namespace;

	return namespace[0] && kpol_selector_selects(policy) != KPOL_SELECTS_CONTAINERS &&
	       strcmp(namespace, config->host_namespace) != 0;
}

static int check_reach(const struct kpold_config *config, struct documents *documents,
		       const struct kpol_bundle *bundle, struct kpol_diags *diags)
{
	int r = 0;

	for (size_t i = 0; i < bundle->n_policies; i++) {
		const struct kpol_policy *policy = &bundle->policies[i];
		const struct document *document = find_line(documents, policy->place.line);

		if (!document || !oversteps(config, document, policy))
			continue;
		r = kpol_diag_add(diags, KPOL_ERROR, "KPOLD003", bundle->file, policy->place.line,
				  0,
				  "only a policy in namespace \"%s\" may select hosts, units or "
				  "cgroups (host-namespace in kpold.conf)",
				  config->host_namespace);
	}
	return r;
}

static int apply_text(struct kpold_kube *kube, struct documents *documents, const char *text,
		      struct kpold_outcome *outcome)
{
	struct kpold_order order = { .change = "policies of the cluster", .keep_modes = true };
	int r, error = 0;

	r = kpold_bundle_read(kube->d, BUNDLE_FILE, text, strlen(text), &outcome->diags,
			      &order.bundle);
	if (r == 0)
		r = check_reach(kube->d->config, documents, order.bundle, &outcome->diags);
	if (r == 0)
		r = kpold_apply(kube->d, &order, outcome, &error);
	kpol_bundle_free(order.bundle);
	return r;
}

static void say_outcome(const struct documents *documents, const struct kpold_outcome *outcome,
			int r)
{
	size_t rejected = 0;

	for (size_t i = 0; i < documents->n; i++)
		rejected += documents->items[i].reason != NULL;
	if (r < 0)
		kpold_log(LOG_ERR, "the policies of the cluster cannot be loaded: %s",
			  kpold_outcome_reason(outcome, r));
	else if (outcome->changed)
		kpold_log(LOG_INFO, "%zu policies of the cluster are live, %zu are rejected",
			  documents->n - rejected, rejected);
}

/* What is wrong with one policy keeps no other out. */
static int apply_documents(struct kpold_kube *kube, struct documents *documents)
{
	int r, guilty;

	do {
		_cleanup_(kpold_outcome_clear) struct kpold_outcome outcome = { 0 };
		_cleanup_free_ char *text = compose(documents);

		r = text ? apply_text(kube, documents, text, &outcome) : -ENOMEM;
		guilty = r == -EINVAL || r == -EREMOTEIO ? reject_guilty(documents, &outcome)
							 : -EINVAL;
		if (guilty < 0)
			say_outcome(documents, &outcome, r);
	} while (r < 0 && guilty == 0);
	return r;
}

static bool all_synced(const struct kpold_kube *kube)
{
	for (size_t id = KPOL_K8S_RUNTIME_POLICIES; id < KPOL_K8S_RESOURCES; id++)
		if (!kube->watches[id].synced)
			return false;
	return true;
}

static int fill_report(const struct document *document, struct kpold_kube_report *report)
{
	const struct kpol_k8s_object *object = &document->policy->object;

	*report = (struct kpold_kube_report){ .resource = document->resource,
					      .generation = document->policy->generation,
					      .line = document->line,
					      .namespace = strdup(object->namespace),
					      .name = strdup(object->name),
					      .uid = strdup(object->uid) };
	if (document->reason)
		report->reason = strdup(document->reason);
	return report->namespace && report->name && report->uid &&
			       !document->reason == !report->reason
		       ? 0
		       : -ENOMEM;
}

/* What a policy that is live is called there. */
static void name_rows(const struct kpold_live *live, struct documents *documents,
		      struct kpold_kube_report *reports)
{
	for (size_t i = 0; live->bundle && live->ruleset && i < live->ruleset->n_policies; i++) {
		const struct kpol_policy *policy = kpold_live_source(live, (uint32_t)i + 1);
		const struct document *document =
			policy ? find_line(documents, policy->place.line) : NULL;
		char **row = document ? &reports[document - documents->items].row : NULL;

		if (row && !*row)
			*row = strdup(live->ruleset->policies[i].name);
	}
}

static void report_documents(struct kpold_kube *kube, struct documents *documents)
{
	struct kpold_kube_report *reports = calloc(documents->n + 1, sizeof(*reports));
	int r = reports ? 0 : -ENOMEM;

	for (size_t i = 0; i < documents->n && r == 0; i++)
		r = fill_report(&documents->items[i], &reports[i]);
	if (r == 0) {
		name_rows(&kube->d->live, documents, reports);
		kpold_kube_reports_take(kube, reports, documents->n);
		return;
	}
	kpold_log(LOG_ERR, "no memory to tell the API server of policies");
	for (size_t i = 0; reports && i < documents->n; i++)
		kpold_kube_report_clear(&reports[i]);
	free(reports);
}

/* Now that there are policies pods can be told apart: in the same ruleset as the first policies come. */
static void open_eyes(struct kpold_daemon *d)
{
	bool changed;
	int r;

	if (!d->cluster.blind)
		return;
	d->cluster.blind = false;
	r = d->workloads_known ? kpold_workloads_scan(&d->workloads, &changed) : 0;
	if (r < 0)
		kpold_log(LOG_WARNING, "cannot read the cgroups: %s", strerror(-r));
}

void kpold_kube_policies_synced(struct kpold_kube *kube)
{
	_cleanup_(clear_documents) struct documents documents = { 0 };

	if (!all_synced(kube) || !kpold_kernel_nl(kube->d))
		return;
	open_eyes(kube->d);
	if (collect(kube, &documents) < 0) {
		kpold_log(LOG_ERR, "no memory for the policies of the cluster");
		return;
	}
	if (apply_documents(kube, &documents) == 0)
		report_documents(kube, &documents);
}

/* Nothing, or a ruleset with nothing in it that somebody else has left. */
static bool is_bare(const struct kpold_live *live)
{
	return !live->ruleset || (!live->bundle && live->ruleset->n_policies == 0);
}

static void begin_blind(struct kpold_kube *kube)
{
	struct kpold_daemon *d = kube->d;
	struct documents none = { 0 };
	bool changed;

	d->cluster.blind = true;
	if (d->workloads_known)
		(void)kpold_workloads_scan(&d->workloads, &changed);
	(void)apply_documents(kube, &none);
}

void kpold_kube_renew(struct kpold_kube *kube)
{
	if (!kube || !kube->d->config->cluster_policies)
		return;
	if (all_synced(kube))
		kpold_kube_policies_synced(kube);
	else if (is_bare(&kube->d->live))
		begin_blind(kube);
}

/* What a node tells of a policy is a change of its status, which we are told of in turn. */
static bool same_document(const struct kpol_k8s_change *change)
{
	const struct kpol_k8s_policy *before = (const void *)change->before;
	const struct kpol_k8s_policy *after = (const void *)change->after;

	return before && after && before->generation == after->generation &&
	       strcmp(before->json, after->json) == 0;
}

void kpold_kube_policies_changed(struct kpold_kube *kube, const struct kpol_k8s_change *changes,
				 size_t n)
{
	bool differs = false;

	for (size_t i = 0; i < n; i++)
		differs |= !same_document(&changes[i]);
	if (differs)
		kpold_kube_policies_synced(kube);
}
