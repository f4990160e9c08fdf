/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How fresh the view of one kind is, for whoever asks what it is worth. */
#ifndef KPOL_K8S_STATUS_H
#define KPOL_K8S_STATUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "k8s/failure.h"

/**
 * enum kpol_k8s_state
 * @KPOL_K8S_LISTING: asking for all there is. @KPOL_K8S_WATCHING: hearing of what changes.
 * @KPOL_K8S_WAITING: something went wrong, the next try comes after a while.
 */
enum kpol_k8s_state { KPOL_K8S_LISTING, KPOL_K8S_WATCHING, KPOL_K8S_WAITING };

/**
 * struct kpol_k8s_status - times are µs since 1970, 0: never
 * @synced: there has been a whole list: what is not in the cache did not exist then.
 * @absent: the cluster has no definition of this kind, so there is none of it.
 * @error: the last thing that went wrong and has not been overcome; "" when all is well.
 * @error_since_us: when it began to go wrong; later errors do not move it.
 * @state_since_us: of @state.
 * @heard_us: the server last said anything at all; with a healthy watch about each minute.
 * @version: resourceVersion of the view, NULL: none yet. Valid until the loop goes on.
 * @n_unreadable: objects of the last list, and of the events since, that could not be understood.
 * @n_lists, @n_watches, @n_failures: so far.
 * @try_us: when the next try is due, while waiting.
 */
struct kpol_k8s_status {
	enum kpol_k8s_state state;
	bool synced;
	bool absent;
	char error[KPOL_K8S_SENTENCE_MAX];
	uint64_t error_since_us;
	uint64_t state_since_us;
	uint64_t heard_us;
	uint64_t try_us;
	const char *version;
	size_t n_objects;
	size_t n_unreadable;
	uint64_t n_lists, n_watches, n_failures;
};

/** kpol_k8s_state_word() - "listing", "watching" or "waiting". */
const char *kpol_k8s_state_word(enum kpol_k8s_state state);

/** kpol_k8s_status_enter() - be in @state from now on. */
void kpol_k8s_status_enter(struct kpol_k8s_status *status, enum kpol_k8s_state state);

/** kpol_k8s_status_heard() - the server has said something useful: errors are overcome. */
void kpol_k8s_status_heard(struct kpol_k8s_status *status);

/** kpol_k8s_status_fail() - something went wrong; the next try is in @wait_us. */
void kpol_k8s_status_fail(struct kpol_k8s_status *status, const char *sentence, uint64_t wait_us);

#endif /* KPOL_K8S_STATUS_H */
