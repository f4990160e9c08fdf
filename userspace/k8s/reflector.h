/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A copy of all objects of one kind that follows the API server: list, watch, and list again when that is lost. */
#ifndef KPOL_K8S_REFLECTOR_H
#define KPOL_K8S_REFLECTOR_H

#include "k8s/cache.h"
#include "k8s/request.h"
#include "k8s/resource.h"
#include "k8s/status.h"

struct kpol_k8s_reflector;

/**
 * struct kpol_k8s_times - what a reflector waits for
 * @watch_min_s, @watch_max_s: after how long the server ends a watch, by dice.
 * @grace_ms: that much later we do: then the connection is one of those that are open on our side
 * only.
 * @list_ms: for a page.
 * @short_us: a watch that ends sooner without having said anything is a failure.
 * @backoff_first_us, @backoff_max_us: see backoff.h.
 */
struct kpol_k8s_times {
	unsigned int watch_min_s, watch_max_s;
	uint64_t grace_ms;
	uint64_t list_ms;
	uint64_t short_us;
	uint64_t backoff_first_us, backoff_max_us;
};

/** kpol_k8s_times_default - 300 to 600 s, 30 s, 120 s, 1 s, 0.8 to 30 s. */
extern const struct kpol_k8s_times kpol_k8s_times_default;

/**
 * struct kpol_k8s_reflector_ops - called by the loop, never from within a call of this library
 * @changed: a batch of changes; a whole list is one. Never empty.
 * @state: the state, or what is wrong, is another. The first status that says synced means that
 * @changed has told of everything there is.
 *
 * Neither may free the reflector.
 */
struct kpol_k8s_reflector_ops {
	void (*changed)(const struct kpol_k8s_change *changes, size_t n, void *userdata);
	void (*state)(const struct kpol_k8s_status *status, void *userdata);
};

/**
 * struct kpol_k8s_scope - what to reflect
 * @selector: fieldSelector, "spec.nodeName=node-1"; NULL: all there are.
 * @times: NULL: the default. Must outlive the reflector, as the others.
 */
struct kpol_k8s_scope {
	struct kpol_conn *conn;
	struct kpol_k8s_endpoint *endpoint;
	const struct kpol_k8s_resource *resource;
	const char *selector;
	const struct kpol_k8s_times *times;
};

/** kpol_k8s_reflector_new() - begin; the first call comes with the loop. Return: 0 or -ENOMEM. */
int kpol_k8s_reflector_new(const struct kpol_k8s_scope *scope,
			   const struct kpol_k8s_reflector_ops *ops, void *userdata,
			   struct kpol_k8s_reflector **ret);

void kpol_k8s_reflector_free(struct kpol_k8s_reflector *reflector);
DEFINE_CLEANUP(struct kpol_k8s_reflector *, kpol_k8s_reflector_free)

/** kpol_k8s_reflector_table() - what is known; for reading. Also while the server is away. */
const struct kpol_k8s_table *kpol_k8s_reflector_table(const struct kpol_k8s_reflector *reflector);

/** kpol_k8s_reflector_status() - valid until the loop goes on. */
const struct kpol_k8s_status *kpol_k8s_reflector_status(struct kpol_k8s_reflector *reflector);

#endif /* KPOL_K8S_REFLECTOR_H */
