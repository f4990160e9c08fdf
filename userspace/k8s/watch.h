/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An event of a watch. */
#ifndef KPOL_K8S_WATCH_H
#define KPOL_K8S_WATCH_H

#include "k8s/failure.h"
#include "k8s/resource.h"

/** enum kpol_k8s_event_type - @KPOL_K8S_EVENT_OTHER: of a kind not known here, to be passed over. */
enum kpol_k8s_event_type {
	KPOL_K8S_EVENT_OTHER,
	KPOL_K8S_EVENT_ADDED,
	KPOL_K8S_EVENT_MODIFIED,
	KPOL_K8S_EVENT_DELETED,
	KPOL_K8S_EVENT_BOOKMARK,
	KPOL_K8S_EVENT_ERROR,
};

/**
 * struct kpol_k8s_event - end with kpol_k8s_event_clear()
 * @object: of the first three types; NULL: it could not be understood.
 * @version: resourceVersion to go on from; NULL: none given. Owned.
 * @failure: of an ERROR.
 */
struct kpol_k8s_event {
	enum kpol_k8s_event_type type;
	struct kpol_k8s_object *object;
	char *version;
	struct kpol_k8s_failure failure;
};

/**
 * kpol_k8s_event_parse() - from a value of the stream
 * Return: 0; -EBADMSG: it is no event; -ENOMEM.
 */
int kpol_k8s_event_parse(const struct kpol_k8s_resource *resource, const char *text, size_t len,
			 struct kpol_k8s_event *ret);

void kpol_k8s_event_clear(struct kpol_k8s_event *event);

#endif /* KPOL_K8S_WATCH_H */
