/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One HTTP exchange with the API server, whose answer is passed on as it comes. */
#ifndef KPOL_K8S_REQUEST_H
#define KPOL_K8S_REQUEST_H

#include <stddef.h>
#include <stdint.h>

#include "net/conn.h"
#include "k8s/endpoint.h"

struct kpol_k8s_request;

/**
 * struct kpol_k8s_write - what is to be written instead of read
 * @method: "PATCH" or "POST". @type: of the body, "application/json". Both must outlive the request.
 * @body: is copied.
 */
struct kpol_k8s_write {
	const char *method;
	const char *type;
	const char *body;
};

/* Of a refusal's body that much is kept: a Status object is smaller. */
#define KPOL_K8S_REFUSAL_MAX (64U << 10)

/**
 * struct kpol_k8s_reply - how an exchange ended
 * @error: 0: with a whole answer; else why not: -ECONNREFUSED, -ECONNRESET, -ETIMEDOUT,
 * -EKEYREJECTED (the certificate), -EPROTO, what @data of the ops returned, …
 * @status: HTTP's, 0: none came.
 * @retry_after_us: what the server asked for, 0: nothing.
 * @sentence: why there was no answer; "" without an error.
 * @refusal: body of an answer that is not 2xx, NUL-terminated; only its beginning if it is long.
 */
struct kpol_k8s_reply {
	int error;
	long status;
	uint64_t retry_after_us;
	const char *sentence;
	const char *refusal;
	size_t refusal_len;
};

/**
 * struct kpol_k8s_request_ops
 * @begun: an answer 2xx has begun; may come long before the first @data. Inside of curl, as that. NULL: nobody asks.
 * @data: bytes of the body of an answer 2xx; NULL: nobody asks. Called inside of curl: it may neither start nor free
 * requests. A negative errno ends the exchange.
 * @done: the last call, the reply is valid during it. It may free the request.
 */
struct kpol_k8s_request_ops {
	void (*begun)(void *userdata);
	int (*data)(const char *bytes, size_t len, void *userdata);
	void (*done)(const struct kpol_k8s_reply *reply, void *userdata);
};

/** kpol_k8s_request_ended() - for kpol_conn_new(). */
void kpol_k8s_request_ended(CURL *easy, CURLcode code);

/**
 * kpol_k8s_request_new() - begin a GET
 * @path: after the endpoint's URL, from its slash on, escaped as an URL is.
 * @timeout_ms: for all of it.
 * @ret_path: the file that could not be read.
 *
 * The endpoint's files are read anew, so that a rotated token or authority is used at once. An
 * authority that has changed takes no connection over.
 *
 * Return: 0; as kpol_blob_refresh() with @ret_path set; -ENOMEM.
 */
int kpol_k8s_request_new(struct kpol_conn *conn, struct kpol_k8s_endpoint *endpoint,
			 const char *path, uint64_t timeout_ms,
			 const struct kpol_k8s_request_ops *ops, void *userdata,
			 const char **ret_path, struct kpol_k8s_request **ret);

/** kpol_k8s_request_write() - the same for a change. */
int kpol_k8s_request_write(struct kpol_conn *conn, struct kpol_k8s_endpoint *endpoint,
			   const char *path, uint64_t timeout_ms,
			   const struct kpol_k8s_write *write,
			   const struct kpol_k8s_request_ops *ops, void *userdata,
			   const char **ret_path, struct kpol_k8s_request **ret);

/** kpol_k8s_request_free() - break it off if it is still going on; no more calls then. */
void kpol_k8s_request_free(struct kpol_k8s_request *request);
DEFINE_CLEANUP(struct kpol_k8s_request *, kpol_k8s_request_free)

#endif /* KPOL_K8S_REQUEST_H */
