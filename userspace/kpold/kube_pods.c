// SPDX-License-Identifier: GPL-2.0-or-later
/* Pods of this node: from what the API server says to bindings. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/words.h"
#include "k8s/place.h"
#include "k8s/pod.h"
#include "kpold/apply.h"
#include "kpold/copy.h"
#include "kpold/kernel.h"
#include "kpold/kube_private.h"
#include "kpold/log.h"
#include "kpold/rebind.h"

/* More pods than that at once are bound by one new ruleset. */
#define SINGLE_MAX 16

static int copy_containers(const struct kpol_k8s_pod *from, struct kpold_pod *to)
{
	int r = 0;

	for (size_t i = 0; i < from->n_containers && r == 0; i++)
		if (from->containers[i].id[0])
			r = kpold_label_add(&to->containers, &to->n_containers,
					    from->containers[i].id, from->containers[i].name);
	return r;
}

static int take(const struct kpol_k8s_pod *from, struct kpold_pod *to)
{
	to->cgroup_uid = strdup(from->cgroup_uid);
	to->uid = strdup(from->object.uid);
	to->namespace = strdup(from->object.namespace);
	to->name = strdup(from->object.name);
	if (!to->cgroup_uid || !to->uid || !to->namespace || !to->name)
		return -ENOMEM;
	if (kpold_labels_copy(&to->labels, &to->n_labels, from->object.labels,
			      from->object.n_labels) < 0)
		return -ENOMEM;
	return copy_containers(from, to);
}

/* Return: 1: it is another than before, 0: it is not, -ENOMEM. */
static int put(struct kpold_kube *kube, const struct kpol_k8s_pod *from)
{
	struct kpold_pods *pods = &kube->d->pods;
	struct kpold_pod *old = kpold_pods_find(pods, from->cgroup_uid), new = { 0 };
	bool same;

	if (take(from, &new) < 0) {
		kpold_pod_clear(&new);
		return -ENOMEM;
	}
	same = old && kpold_pods_same(old, &new);
	new.unsaved = !same || old->unsaved;
	if (kpold_pods_put(pods, &new) < 0)
		return -ENOMEM;
	if (!same)
		kpold_kube_save_soon(kube);
	return !same;
}

static int drop(struct kpold_kube *kube, const char *cgroup_uid)
{
	int r = kpold_kube_forget(kube, "pod", cgroup_uid);

	kpold_pods_remove(&kube->d->pods, cgroup_uid);
	return r;
}

/*
 * A pod deleted by force may go on running for a while: as long as it has a cgroup it stays what it was. That of a
 * static pod's image says nothing, as the kubelet makes another one.
 */
static int leave(struct kpold_kube *kube, const struct kpol_k8s_pod *from)
{
	struct kpold_pod *pod = kpold_pods_find(&kube->d->pods, from->cgroup_uid);

	if (!pod || strcmp(pod->uid, from->object.uid) != 0)
		return 0;
	pod->gone = true;
	if (!kpold_workloads_has_pod(&kube->d->workloads, from->cgroup_uid))
		return drop(kube, from->cgroup_uid);
	return 0;
}

void kpold_kube_settle(struct kpold_kube *kube)
{
	struct kpold_pods *pods;

	if (!kube)
		return;
	pods = &kube->d->pods;
	for (size_t i = pods->n; i > 0; i--) {
		const struct kpold_pod *pod = &pods->items[i - 1];

		if (pod->gone && !kpold_workloads_has_pod(&kube->d->workloads, pod->cgroup_uid))
			(void)drop(kube, pod->cgroup_uid);
	}
}

static struct kpold_pod *find_by_cgroup(struct kpold_daemon *d, const char *path, bool own)
{
	struct kpol_k8s_place place;

	if (kpol_k8s_place_read(path, &place) < 0 || (own && strlen(path) != place.pod_len))
		return NULL;
	return kpold_pods_find(&d->pods, place.uid);
}

static void note_scope(struct kpold_daemon *d, const struct kpol_binding_row *row)
{
	const struct kpol_scope_row *scope = kpold_live_scope(&d->live, row->scope);
	struct kpold_pod *pod = row->kind == KPOL_BIND_ID && row->path && scope
					? find_by_cgroup(d, row->path, true)
					: NULL;
	char *name;

	if (!pod || (pod->scope && strcmp(pod->scope, scope->name) == 0))
		return;
	name = strdup(scope->name);
	if (!name)
		return;
	free(pod->scope);
	pod->scope = name;
	pod->bound_at = kpold_now();
}

void kpold_kube_note_bound(struct kpold_daemon *d)
{
	if (!d->kube)
		return;
	for (size_t i = 0; d->live.ruleset && i < d->live.ruleset->n_bindings; i++)
		note_scope(d, &d->live.ruleset->bindings[i]);
	kpold_kube_peers_follow(d->kube);
	kpold_kube_report_soon(d->kube);
}

void kpold_kube_note_violation(struct kpold_daemon *d, const struct kpol_event *event)
{
	struct kpold_pod *pod;
	char *text;

	if (!d->kube || !event->cgroup_path ||
	    (event->verdict != KPOL_VERDICT_DENY && event->verdict != KPOL_VERDICT_WOULD_DENY))
		return;
	pod = find_by_cgroup(d, event->cgroup_path, false);
	if (!pod || asprintf(&text, "%s %s", kpol_word(KPOL_WORDS_OP, event->op),
			     event->object ? event->object : "") < 0)
		return;
	free(pod->violation);
	pod->violation = text;
	pod->violated_at = (int64_t)(event->time_ns / 1000);
}

static int rebind(const struct kpol_workload *workload, void *userdata)
{
	struct kpold_daemon *d = userdata;
	int r;

	if (!d->live.bundle || !d->live.ruleset || !kpold_kernel_nl(d))
		return 0;
	r = kpold_rebind(d, workload, kpold_bound_scope(d, workload));
	if (r == 0)
		note_scope(d, &(struct kpol_binding_row){
				      .kind = KPOL_BIND_ID,
				      .path = workload->cgroup,
				      .scope = kpold_bound_scope(d, workload),
			      });
	return r;
}

static int keep(const struct kpol_workload *workload, void *userdata)
{
	(void)workload;
	(void)userdata;
	return 0;
}

static void bind_again(struct kpold_kube *kube, const struct kpol_strv *uids)
{
	struct kpold_daemon *d = kube->d;
	bool single = uids->n <= SINGLE_MAX;
	int r = 0;

	if (!d->workloads_known || uids->n == 0)
		return;
	for (size_t i = 0; i < uids->n; i++) {
		int pod = kpold_workloads_pod_changed(&d->workloads, uids->items[i],
						      single && r == 0 ? rebind : keep, d);

		r = r < 0 ? r : pod;
	}
	if ((r < 0 || !single) && kpold_kernel_nl(d))
		(void)kpold_apply_workloads(d);
}

void kpold_kube_pods_changed(struct kpold_kube *kube, const struct kpol_k8s_change *changes,
			     size_t n)
{
	_cleanup_(kpol_strv_clear) struct kpol_strv uids = { 0 };
	int r = 0;

	for (size_t i = 0; i < n && r >= 0; i++) {
		const struct kpol_k8s_pod *after = (const void *)changes[i].after;

		if (after) {
			r = put(kube, after);
			if (r > 0)
				r = kpol_strv_add(&uids, after->cgroup_uid,
						  strlen(after->cgroup_uid));
		} else {
			r = leave(kube, (const void *)changes[i].before);
		}
	}
	if (r < 0) {
		kpold_log(LOG_ERR, "no memory for the pods of this node");
		kpold_daemon_rescan_soon(kube->d);
	}
	bind_again(kube, &uids);
	kpold_kube_report_soon(kube);
}

bool kpold_kube_pods_known(const struct kpold_kube *kube)
{
	return kube->watches[KPOL_K8S_PODS].synced;
}

/* What an earlier daemon knew and the API server doesn't; whoever is still unknown is no longer left where it was. */
void kpold_kube_pods_synced(struct kpold_kube *kube)
{
	struct kpold_pods *pods = &kube->d->pods;

	for (size_t i = 0; i < pods->n; i++)
		pods->items[i].gone |= pods->items[i].uid[0] == '\0';
	kpold_kube_settle(kube);
	kube->d->stale = true;
	kpold_daemon_rescan_soon(kube->d);
	kpold_log(LOG_INFO, "%zu pods of node %s are known", pods->n, kube->d->config->node);
}
