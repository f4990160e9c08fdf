// SPDX-License-Identifier: GPL-2.0-or-later
/* An event of a watch. */
#include "k8s/watch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "k8s/field.h"

static enum kpol_k8s_event_type type_of(const char *word)
{
	static const char *const words[] = {
		[KPOL_K8S_EVENT_ADDED] = "ADDED",     [KPOL_K8S_EVENT_MODIFIED] = "MODIFIED",
		[KPOL_K8S_EVENT_DELETED] = "DELETED", [KPOL_K8S_EVENT_BOOKMARK] = "BOOKMARK",
		[KPOL_K8S_EVENT_ERROR] = "ERROR",
	};

	for (int i = KPOL_K8S_EVENT_ADDED; i <= KPOL_K8S_EVENT_ERROR; i++)
		if (strcmp(words[i], word) == 0)
			return (enum kpol_k8s_event_type)i;
	return KPOL_K8S_EVENT_OTHER;
}

static int take_version(struct json_object *json, struct kpol_k8s_event *event)
{
	struct json_object *metadata = kpol_k8s_field_object(json, "metadata");
	const char *version = kpol_k8s_field_text(metadata, "resourceVersion");

	event->version = version && version[0] ? strdup(version) : NULL;
	return version && version[0] && !event->version ? -ENOMEM : 0;
}

static int take_object(const struct kpol_k8s_resource *resource, struct json_object *json,
		       struct kpol_k8s_event *event)
{
	int r = take_version(json, event);

	if (r == 0 && event->type != KPOL_K8S_EVENT_BOOKMARK)
		r = kpol_k8s_resource_parse(resource, json, &event->object);
	return r == -EBADMSG ? 0 : r;
}

int kpol_k8s_event_parse(const struct kpol_k8s_resource *resource, const char *text, size_t len,
			 struct kpol_k8s_event *ret)
{
	_cleanup_json_ struct json_object *json = kpol_k8s_json_parse(text, len);
	_cleanup_(kpol_k8s_event_clear) struct kpol_k8s_event event = { 0 };
	const char *word = kpol_k8s_field_text(json, "type");
	struct json_object *object = kpol_k8s_field_object(json, "object");
	int r = 0;

	if (!word || !object)
		return -EBADMSG;
	event.type = type_of(word);
	if (event.type == KPOL_K8S_EVENT_ERROR)
		kpol_k8s_failure_read(object, &event.failure);
	else if (event.type != KPOL_K8S_EVENT_OTHER)
		r = take_object(resource, object, &event);
	if (r < 0)
		return r;
	*ret = event;
	memset(&event, 0, sizeof(event));
	return 0;
}

void kpol_k8s_event_clear(struct kpol_k8s_event *event)
{
	free(event->object);
	free(event->version);
	event->object = NULL;
	event->version = NULL;
}
