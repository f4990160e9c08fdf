/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One method call: its parameters, its caller, its reply. */
#ifndef KPOLD_CALL_H
#define KPOLD_CALL_H

#include <json.h>

#include "base/jsonw.h"
#include "kpold/client.h"

/**
 * struct kpold_call - @more: the caller takes many replies.
 * @w: the reply being written; @begun once kpold_call_reply() or kpold_call_error() was called.
 * @parameters: NULL: none were sent.
 */
struct kpold_call {
	struct kpold_daemon *d;
	struct kpold_client *client;
	uint32_t uid, pid;
	struct json_object *parameters;
	bool more;
	bool begun;
	struct kpol_jsonw w;
};

/** kpold_call_dispatch() - parse a message, run its method, queue the reply. */
void kpold_call_dispatch(struct kpold_daemon *d, struct kpold_client *client,
			 const struct ucred *peer, const char *message, size_t len);

/** kpold_call_reply() - begin a reply; the caller adds members, the dispatcher ends it. */
struct kpol_jsonw *kpold_call_reply(struct kpold_call *call);

/**
 * kpold_call_error() - begin an error reply instead, whatever was begun before
 * @name: without "io.kpol.".
 */
struct kpol_jsonw *kpold_call_error(struct kpold_call *call, const char *name, const char *format,
				    ...) __attribute__((format(printf, 3, 4)));

/** kpold_call_errno() - the error for an errno that says nothing special. */
void kpold_call_errno(struct kpold_call *call, const char *what, int error);

/** kpold_call_string() - a string parameter, NULL if absent. */
const char *kpold_call_string(const struct kpold_call *call, const char *key);

/** kpold_call_int() - a number, @fallback if absent. */
int64_t kpold_call_int(const struct kpold_call *call, const char *key, int64_t fallback);

bool kpold_call_bool(const struct kpold_call *call, const char *key);

#endif /* KPOLD_CALL_H */
