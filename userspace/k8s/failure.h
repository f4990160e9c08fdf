/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the API server says when it refuses, and a sentence for whoever has to mend it. */
#ifndef KPOL_K8S_FAILURE_H
#define KPOL_K8S_FAILURE_H

#include <json-c/json.h>
#include <stddef.h>
#include <stdint.h>

#include "k8s/resource.h"

#define KPOL_K8S_SENTENCE_MAX 512

/**
 * struct kpol_k8s_failure - a Status object
 * @code: HTTP's, or what the object says: in a watch the error comes inside an answer 200.
 * @retry_after_us: details.retryAfterSeconds.
 * @reason: "Expired"; @message: printable, as much as there is room for.
 */
struct kpol_k8s_failure {
	long code;
	uint64_t retry_after_us;
	char reason[64];
	char message[256];
};

/** kpol_k8s_failure_read() - from a Status object; what it does not say stays empty. */
void kpol_k8s_failure_read(struct json_object *status, struct kpol_k8s_failure *failure);

/** kpol_k8s_failure_parse() - from the body of an answer; some are text, of proxies and such. */
void kpol_k8s_failure_parse(long code, const char *body, size_t len,
			    struct kpol_k8s_failure *failure);

/** kpol_k8s_failure_is_expired() - is the version asked for too old? (410, Gone, Expired) */
bool kpol_k8s_failure_is_expired(const struct kpol_k8s_failure *failure);

/**
 * kpol_k8s_failure_tell() - a sentence without a full stop
 * @verb: what was tried: "list", "watch".
 */
void kpol_k8s_failure_tell(const struct kpol_k8s_failure *failure,
			   const struct kpol_k8s_resource *resource, const char *verb,
			   char sentence[KPOL_K8S_SENTENCE_MAX]);

#endif /* KPOL_K8S_FAILURE_H */
