// SPDX-License-Identifier: GPL-2.0-or-later
/* What the API server says when it refuses. */
#include "k8s/failure.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "k8s/field.h"

/* What a terminal may be shown, and a line of a log. */
static void copy_printable(const char *text, size_t len, char *to, size_t size)
{
	_cleanup_free_ char *printable = kpol_text_escape(text, len);

	snprintf(to, size, "%s", printable ? printable : "");
}

static void copy_member(struct json_object *status, const char *key, char *to, size_t size)
{
	const char *text = kpol_k8s_field_text(status, key);

	if (text)
		copy_printable(text, strlen(text), to, size);
}

void kpol_k8s_failure_read(struct json_object *status, struct kpol_k8s_failure *failure)
{
	struct json_object *details = kpol_k8s_field_object(status, "details");
	int seconds = json_object_get_int(kpol_k8s_field(details, "retryAfterSeconds"));
	int code = json_object_get_int(kpol_k8s_field(status, "code"));

	if (code > 0)
		failure->code = code;
	if (seconds > 0)
		failure->retry_after_us = (uint64_t)seconds * 1000000;
	copy_member(status, "reason", failure->reason, sizeof(failure->reason));
	copy_member(status, "message", failure->message, sizeof(failure->message));
}

void kpol_k8s_failure_parse(long code, const char *body, size_t len,
			    struct kpol_k8s_failure *failure)
{
	_cleanup_json_ struct json_object *json = kpol_k8s_json_parse(body, len);

	*failure = (struct kpol_k8s_failure){ 0 };
	if (json_object_is_type(json, json_type_object))
		kpol_k8s_failure_read(json, failure);
	else
		copy_printable(body, strcspn(body, "\r\n"), failure->message,
			       sizeof(failure->message));
	/* The header is what the connection is about; a body may say anything. */
	failure->code = code;
}

bool kpol_k8s_failure_is_expired(const struct kpol_k8s_failure *failure)
{
	return failure->code == 410 || strcmp(failure->reason, "Expired") == 0 ||
	       strcmp(failure->reason, "Gone") == 0;
}

static void tell_forbidden(const struct kpol_k8s_resource *resource, const char *verb,
			   char *sentence)
{
	snprintf(sentence, KPOL_K8S_SENTENCE_MAX,
		 "the service account may not \"%s\" \"%s\" in the API group \"%s\" on the "
		 "cluster: add {apiGroups: [\"%s\"], resources: [%s], verbs: [get, list, watch]} "
		 "to its ClusterRole",
		 verb, resource->plural, resource->group, resource->group, resource->plural);
}

static void tell_absent(const struct kpol_k8s_resource *resource, char *sentence)
{
	snprintf(sentence, KPOL_K8S_SENTENCE_MAX,
		 resource->custom
			 ? "the cluster has no \"%s\" in the API group \"%s\": install its "
			   "CustomResourceDefinition"
			 : "there are no \"%s\" in the API group \"%s\" here: the address is not "
			   "that "
			   "of an API server",
		 resource->plural, resource->group);
}

void kpol_k8s_failure_tell(const struct kpol_k8s_failure *failure,
			   const struct kpol_k8s_resource *resource, const char *verb,
			   char sentence[KPOL_K8S_SENTENCE_MAX])
{
	switch (failure->code) {
	case 401:
		snprintf(sentence, KPOL_K8S_SENTENCE_MAX,
			 "the API server does not accept the credentials: the token or certificate "
			 "is expired, revoked, or for another cluster");
		return;
	case 403:
		tell_forbidden(resource, verb, sentence);
		return;
	case 404:
		tell_absent(resource, sentence);
		return;
	}
	snprintf(sentence, KPOL_K8S_SENTENCE_MAX, "to \"%s\" \"%s\" the API server answers %ld%s%s",
		 verb, resource->plural, failure->code, failure->message[0] ? ": " : "",
		 failure->message);
}
