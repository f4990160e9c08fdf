/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A reflector from inside: what its list and its watch share; private to k8s/. */
#ifndef KPOL_K8S_PRIVATE_H
#define KPOL_K8S_PRIVATE_H

#include "net/backoff.h"
#include "k8s/list.h"
#include "k8s/reflector.h"
#include "k8s/stream.h"

/* How fresh a list must be: each is asked for when the one before is too old for the server. */
enum kpol_k8s_freshness { KPOL_K8S_FROM_CACHE, KPOL_K8S_AT_LEAST_OURS, KPOL_K8S_NEWEST };

/**
 * struct kpol_k8s_reflector
 * @request: the one going on; NULL while waiting.
 * @retry: the timer of a wait. @teller: tells users, next turn of the loop.
 * @version: to watch from; NULL: a list is needed first.
 * @known: of the last list or event, for lists at least as new; NULL: none.
 * @unpaged: the server has forgotten where the pages were; the next list is in one piece.
 * @asked_again: credentials were refused once, and read again since.
 * @quiet: the watch has not said anything yet.
 * @n_expired: watches that had expired from the start, in a row.
 * @failure: of an ERROR event; its code is 0 without one.
 */
struct kpol_k8s_reflector {
	struct kpol_k8s_scope scope;
	char *selector;
	const struct kpol_k8s_reflector_ops *ops;
	void *userdata;
	struct kpol_k8s_request *request;
	sd_event_source *retry;
	sd_event_source *teller;
	struct kpol_k8s_list list;
	struct kpol_k8s_stream stream;
	struct kpol_k8s_cache cache;
	struct kpol_backoff backoff;
	struct kpol_k8s_status status;
	char *version;
	char *known;
	enum kpol_k8s_freshness freshness;
	bool unpaged;
	bool asked_again;
	bool quiet;
	bool state_changed;
	unsigned int n_expired;
	uint64_t begun_us;
	struct kpol_k8s_failure failure;
};

/** kpol_k8s_reflect_list() - begin a list. */
void kpol_k8s_reflect_list(struct kpol_k8s_reflector *f);

/** kpol_k8s_reflect_watch() - begin a watch; there is a version. */
void kpol_k8s_reflect_watch(struct kpol_k8s_reflector *f);

/** kpol_k8s_reflect_proceed() - watch if there is a version to watch from, else list. */
void kpol_k8s_reflect_proceed(struct kpol_k8s_reflector *f);

/** kpol_k8s_reflect_enter() - be in another state. */
void kpol_k8s_reflect_enter(struct kpol_k8s_reflector *f, enum kpol_k8s_state state);

/** kpol_k8s_reflect_heard() - the server has said something; for the begun of the ops too. */
void kpol_k8s_reflect_heard(void *f);

/** kpol_k8s_reflect_tell() - users are told of changes and state, next turn of the loop. */
void kpol_k8s_reflect_tell(struct kpol_k8s_reflector *f);

/** kpol_k8s_reflect_dice() - any number. */
uint32_t kpol_k8s_reflect_dice(void);

/** kpol_k8s_reflect_now() - of the loop, in µs. */
uint64_t kpol_k8s_reflect_now(const struct kpol_k8s_reflector *f);

/** kpol_k8s_reflect_request() - begin a request, @path is freed; if that fails, wait. */
void kpol_k8s_reflect_request(struct kpol_k8s_reflector *f, char *path, uint64_t timeout_ms,
			      const struct kpol_k8s_request_ops *ops);

/** kpol_k8s_reflect_fail() - wait and try again. @asked_us: what the server wants, or 0. */
void kpol_k8s_reflect_fail(struct kpol_k8s_reflector *f, const char *sentence, uint64_t asked_us);

/** kpol_k8s_reflect_fail_reply() - the same, because of how a request ended. */
void kpol_k8s_reflect_fail_reply(struct kpol_k8s_reflector *f, const struct kpol_k8s_reply *reply,
				 const char *verb);

/**
 * kpol_k8s_reflect_ask_again() - were the credentials refused for the first time?
 *
 * Each request reads them anew, so to ask again is all it takes when they have been rotated.
 */
bool kpol_k8s_reflect_ask_again(struct kpol_k8s_reflector *f, const struct kpol_k8s_reply *reply);

/** kpol_k8s_reflect_freshen() - the next list has to be fresher. Return: is there such a thing? */
bool kpol_k8s_reflect_freshen(struct kpol_k8s_reflector *f);

#endif /* KPOL_K8S_PRIVATE_H */
