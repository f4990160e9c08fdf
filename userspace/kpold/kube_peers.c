// SPDX-License-Identifier: GPL-2.0-or-later
/* Label peers: the pods of the whole cluster, followed while some live rule asks for them, and their addresses in sets. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "compile/address.h"
#include "compile/set.h"
#include "k8s/pod.h"
#include "kpold/kernel.h"
#include "kpold/kube_private.h"
#include "kpold/log.h"
#include "nl/control.h"

/* Changes of so long become one message. */
#define GATHER_USEC 20000

/* Beyond that all addresses are looked at. */
#define TOUCHED_MAX 64

/** struct peers - pods as the compiler wants them; @addresses of all, one behind the other. */
struct peers {
	struct kpol_pod *pods;
	const struct kpol_k8s_pod **order;
	struct kpol_address *addresses;
	size_t n;
};

static void clear_peers(struct peers *peers)
{
	free(peers->pods);
	free(peers->order);
	free(peers->addresses);
}

/* Oldest first: of two pods with one address the younger has it. */
static int compare_age(const void *a, const void *b)
{
	const struct kpol_k8s_object *x = *(const struct kpol_k8s_object *const *)a;
	const struct kpol_k8s_object *y = *(const struct kpol_k8s_object *const *)b;

	if (x->created != y->created)
		return x->created < y->created ? -1 : 1;
	return strcmp(x->uid, y->uid);
}

static bool is_among(const struct kpol_k8s_ip *ip, const struct kpol_address *addresses, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (ip->family == addresses[i].family &&
		    memcmp(ip->addr, addresses[i].addr, sizeof(ip->addr)) == 0)
			return true;
	return false;
}

static bool has_any(const struct kpol_k8s_pod *pod, const struct kpold_kube_touched *touched)
{
	for (size_t i = 0; i < pod->n_ips; i++)
		if (is_among(&pod->ips[i], touched->items, touched->n))
			return true;
	return false;
}

/* @touched: only pods with one of these addresses; NULL: all. Return: the number of addresses. */
static size_t order_pods(const struct kpol_k8s_table *table,
			 const struct kpold_kube_touched *touched, struct peers *peers)
{
	const struct kpol_k8s_object *object;
	size_t at = 0, n_addresses = 0;

	while ((object = kpol_k8s_table_next(table, &at))) {
		const struct kpol_k8s_pod *pod = (const void *)object;

		if (!kpol_k8s_pod_has_addresses(pod) || (touched && !has_any(pod, touched)))
			continue;
		peers->order[peers->n++] = pod;
		n_addresses += pod->n_ips;
	}
	if (peers->n > 1)
		qsort(peers->order, peers->n, sizeof(*peers->order), compare_age);
	return n_addresses;
}

static void fill_pod(const struct kpol_k8s_pod *from, struct kpol_pod *to,
		     struct kpol_address *addresses)
{
	*to = (struct kpol_pod){ .namespace = from->object.namespace,
				 .labels = from->object.labels,
				 .n_labels = from->object.n_labels,
				 .addresses = addresses,
				 .n_addresses = from->n_ips };
	for (size_t i = 0; i < from->n_ips; i++) {
		addresses[i].family = from->ips[i].family;
		memcpy(addresses[i].addr, from->ips[i].addr, sizeof(addresses[i].addr));
	}
}

static int collect(const struct kpol_k8s_table *table, const struct kpold_kube_touched *touched,
		   struct peers *peers)
{
	size_t n_addresses, at = 0;

	peers->order = calloc(table->n + 1, sizeof(*peers->order));
	if (!peers->order)
		return -ENOMEM;
	n_addresses = order_pods(table, touched, peers);
	peers->pods = calloc(peers->n + 1, sizeof(*peers->pods));
	peers->addresses = calloc(n_addresses + 1, sizeof(*peers->addresses));
	if (!peers->pods || !peers->addresses)
		return -ENOMEM;
	for (size_t i = 0; i < peers->n; i++) {
		fill_pod(peers->order[i], &peers->pods[i], &peers->addresses[at]);
		at += peers->order[i]->n_ips;
	}
	return 0;
}

static int compile(const struct kpold_kube *kube, const struct kpol_ruleset *ruleset,
		   const struct kpold_kube_touched *touched, struct kpol_address_rows *ret)
{
	_cleanup_(clear_peers) struct peers peers = { 0 };
	int r = collect(kpol_k8s_reflector_table(kube->peers.reflector), touched, &peers);

	return r < 0 ? r : kpol_compile_addresses(ruleset, peers.pods, peers.n, ret);
}

static uint32_t *append_id(struct kpol_address_row *row)
{
	return kpol_append(&row->ids, &row->n_ids, sizeof(*row->ids));
}

static int compare_ids(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

/* The same address in the sets of the same names. */
static int carry_row(const struct kpol_ruleset *from, const struct kpol_address_row *row,
		     const struct kpol_ruleset *to, struct kpol_address_rows *ret)
{
	struct kpol_address_row new = { .family = row->family }, *slot;

	memcpy(new.addr, row->addr, sizeof(new.addr));
	for (size_t i = 0; i < row->n_ids; i++) {
		uint32_t id = kpol_set_find(to, from->sets[row->ids[i] - 1].name), *place;

		if (!id)
			continue;
		place = append_id(&new);
		if (!place)
			goto fail;
		*place = id;
	}
	if (!new.n_ids)
		return 0;
	qsort(new.ids, new.n_ids, sizeof(*new.ids), compare_ids);
	slot = kpol_append(&ret->items, &ret->n, sizeof(*slot));
	if (!slot)
		goto fail;
	*slot = new;
	return 0;
fail:
	free(new.ids);
	return -ENOMEM;
}

/* Until all pods are known, who was in a set stays in it. */
static int carry(const struct kpol_ruleset *from, const struct kpol_ruleset *to,
		 struct kpol_address_rows *ret)
{
	int r = 0;

	for (size_t i = 0; from && i < from->addresses.n && r == 0; i++)
		r = carry_row(from, &from->addresses.items[i], to, ret);
	return r;
}

int kpold_kube_addresses(struct kpold_daemon *d, struct kpol_ruleset *ruleset)
{
	struct kpold_kube *kube = d->kube;

	if (!kube || ruleset->n_sets == 0)
		return 0;
	if (kube->peers.synced)
		return compile(kube, ruleset, NULL, &ruleset->addresses);
	return carry(d->live.ruleset, ruleset, &ruleset->addresses);
}

static void gather(struct kpold_kube *kube)
{
	int enabled = SD_EVENT_OFF;

	(void)sd_event_source_get_enabled(kube->gather, &enabled);
	if (enabled != SD_EVENT_OFF)
		return;
	(void)sd_event_source_set_time_relative(kube->gather, GATHER_USEC);
	(void)sd_event_source_set_enabled(kube->gather, SD_EVENT_ONESHOT);
}

static int send_changes(struct kpold_daemon *d, const struct kpol_address_rows *changes)
{
	if (changes->n == 0 || !kpold_kernel_nl(d))
		return 0;
	return kpol_nl_addresses_set(d->kernel.nl, changes, d->live.generation);
}

int kpold_addresses_sync(struct kpold_daemon *d, const struct kpol_address_rows *wanted)
{
	_cleanup_(kpol_address_rows_clear) struct kpol_address_rows changes = { 0 };
	int r = kpol_address_rows_diff(&d->live.ruleset->addresses, wanted, &changes);

	return r < 0 ? r : send_changes(d, &changes);
}

/* One of the touched addresses as it is now: in some sets, or forgotten. */
static int append_row(struct kpol_address_rows *rows, const struct kpol_address *address,
		      const struct kpol_address_row *now)
{
	struct kpol_address_row *row = kpol_append(&rows->items, &rows->n, sizeof(*row));

	if (!row)
		return -ENOMEM;
	row->family = address->family;
	memcpy(row->addr, address->addr, sizeof(row->addr));
	if (!now)
		return 0;
	row->ids = calloc(now->n_ids, sizeof(*row->ids));
	if (!row->ids)
		return -ENOMEM;
	memcpy(row->ids, now->ids, now->n_ids * sizeof(*row->ids));
	row->n_ids = now->n_ids;
	return 0;
}

static bool same_row(const struct kpol_address_row *a, const struct kpol_address_row *b)
{
	if (!a || !b)
		return a == b;
	return a->n_ids == b->n_ids && memcmp(a->ids, b->ids, a->n_ids * sizeof(*a->ids)) == 0;
}

/* Other addresses of the same pods may have an owner that was not looked at: they are left as they are. */
static int find_changes(const struct kpold_kube *kube, struct kpol_address_rows *changes)
{
	_cleanup_(kpol_address_rows_clear) struct kpol_address_rows rows = { 0 };
	const struct kpol_ruleset *ruleset = kube->d->live.ruleset;
	const struct kpold_kube_touched *touched = &kube->touched;
	int r = compile(kube, ruleset, touched, &rows);

	for (size_t i = 0; i < touched->n && r == 0; i++) {
		const struct kpol_address *address = &touched->items[i];
		const struct kpol_address_row *now =
			kpol_address_rows_find(&rows, address->family, address->addr);

		if (!same_row(now, kpol_address_rows_find(&ruleset->addresses, address->family,
							  address->addr)))
			r = append_row(changes, address, now);
	}
	return r;
}

static int find_all_changes(const struct kpold_kube *kube, struct kpol_address_rows *changes)
{
	_cleanup_(kpol_address_rows_clear) struct kpol_address_rows rows = { 0 };
	const struct kpol_ruleset *ruleset = kube->d->live.ruleset;
	int r = compile(kube, ruleset, NULL, &rows);

	return r < 0 ? r : kpol_address_rows_diff(&ruleset->addresses, &rows, changes);
}

static void forget_touched(struct kpold_kube_touched *touched, bool all)
{
	free(touched->items);
	*touched = (struct kpold_kube_touched){ .all = all };
}

/* Pods have come, gone or changed. */
static void update(struct kpold_kube *kube)
{
	_cleanup_(kpol_address_rows_clear) struct kpol_address_rows changes = { 0 };
	struct kpold_daemon *d = kube->d;
	int r;

	if (!kube->peers.synced || !d->live.ruleset || !d->live.items_known)
		return;
	r = kube->touched.all ? find_all_changes(kube, &changes) : find_changes(kube, &changes);
	if (r == 0)
		r = send_changes(d, &changes);
	if (r == 0)
		r = kpol_address_rows_apply(&d->live.ruleset->addresses, &changes);
	forget_touched(&kube->touched, r < 0);
	if (r == 0)
		return;
	kpold_log(LOG_ERR, "cannot say which addresses label peers have: %s", strerror(-r));
	if (r == -ESTALE)
		kpold_daemon_rescan_soon(d);
	else
		gather(kube);
}

static int on_gathered(sd_event_source *source, uint64_t usec, void *userdata)
{
	(void)source;
	(void)usec;
	update(userdata);
	return 0;
}

static void touch_ip(struct kpold_kube_touched *touched, const struct kpol_k8s_ip *ip)
{
	struct kpol_address *slot;

	if (touched->all || is_among(ip, touched->items, touched->n))
		return;
	slot = touched->n < TOUCHED_MAX ? kpol_append(&touched->items, &touched->n, sizeof(*slot))
					: NULL;
	if (!slot) {
		touched->all = true;
		return;
	}
	slot->family = ip->family;
	memcpy(slot->addr, ip->addr, sizeof(slot->addr));
}

static void touch(struct kpold_kube_touched *touched, const struct kpol_k8s_object *object)
{
	const struct kpol_k8s_pod *pod = (const void *)object;

	for (size_t i = 0; pod && i < pod->n_ips; i++)
		touch_ip(touched, &pod->ips[i]);
}

static void on_changed(const struct kpol_k8s_change *changes, size_t n, void *userdata)
{
	struct kpold_kube *kube = userdata;

	for (size_t i = 0; i < n; i++) {
		touch(&kube->touched, changes[i].before);
		touch(&kube->touched, changes[i].after);
	}
	gather(kube);
}

static void on_state(const struct kpol_k8s_status *status, void *userdata)
{
	struct kpold_kube *kube = userdata;

	kpold_kube_say_state(&kube->peers, status);
	if (kube->peers.synced || !status->synced)
		return;
	kube->peers.synced = true;
	kube->touched.all = true;
	update(kube);
}

static const struct kpol_k8s_reflector_ops ops = { on_changed, on_state };

static int begin(struct kpold_kube *kube)
{
	const struct kpol_k8s_scope scope = {
		.conn = kube->conn,
		.endpoint = &kube->endpoint,
		.resource = &kpol_k8s_resources[KPOL_K8S_PODS],
	};
	int r = 0;

	if (!kube->gather)
		r = sd_event_add_time_relative(kube->d->loop, &kube->gather, CLOCK_MONOTONIC,
					       GATHER_USEC, 0, on_gathered, kube);
	if (r >= 0)
		r = sd_event_source_set_enabled(kube->gather, SD_EVENT_OFF);
	kube->peers.kube = kube;
	kube->peers.id = KPOL_K8S_PODS;
	return r < 0 ? r : kpol_k8s_reflector_new(&scope, &ops, kube, &kube->peers.reflector);
}

/* The pods of the whole cluster are a lot to ask for: only while somebody asks for them. */
void kpold_kube_peers_follow(struct kpold_kube *kube)
{
	const struct kpol_ruleset *ruleset = kube->d->live.ruleset;
	bool wanted = ruleset && ruleset->n_sets > 0;
	int r;

	if (wanted == !!kube->peers.reflector)
		return;
	if (!wanted) {
		kpol_k8s_reflector_free(TAKE_PTR(kube->peers.reflector));
		kube->peers.synced = false;
		return;
	}
	r = begin(kube);
	if (r < 0)
		kpold_log(LOG_ERR, "cannot follow the pods of the cluster: %s", strerror(-r));
}

void kpold_kube_peers_stop(struct kpold_kube *kube)
{
	kpol_k8s_reflector_free(TAKE_PTR(kube->peers.reflector));
	sd_event_source_disable_unref(kube->gather);
	forget_touched(&kube->touched, false);
}
