// SPDX-License-Identifier: GPL-2.0-or-later
/* A list being received. */
#include "k8s/list.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "k8s/field.h"
#include "k8s/trim.h"

static int keep_text(const char *text, char **kept)
{
	char *copy = text && text[0] ? strdup(text) : NULL;

	if (text && text[0] && !copy)
		return -ENOMEM;
	free(*kept);
	*kept = copy;
	return 0;
}

static int take_metadata(struct kpol_k8s_list *list, struct json_object *metadata)
{
	int r = keep_text(kpol_k8s_field_text(metadata, "continue"), &list->next);

	return r < 0 ? r
		     : keep_text(kpol_k8s_field_text(metadata, "resourceVersion"), &list->version);
}

static int take_item(struct kpol_k8s_list *list, struct json_object *json)
{
	struct kpol_k8s_object *object, *old = NULL;
	int r = kpol_k8s_resource_parse(list->resource, json, &object);

	if (r == -EBADMSG) {
		list->n_unreadable++;
		return 0;
	}
	if (r < 0)
		return r;
	r = kpol_k8s_table_put(&list->objects, object, &old);
	free(r < 0 ? object : old);
	return r;
}

static bool is_null(const char *text, size_t len)
{
	return text && len == 4 && memcmp(text, "null", 4) == 0;
}

static int take_value(const char *key, char *text, size_t len, void *userdata)
{
	struct kpol_k8s_list *list = userdata;
	_cleanup_json_ struct json_object *json = NULL;
	bool item = strcmp(key, "items") == 0;

	if (is_null(text, len) || (!item && strcmp(key, "metadata")))
		return 0;
	if (item && text && !list->resource->custom)
		len = kpol_k8s_trim(text, len);
	json = text ? kpol_k8s_json_parse(text, len) : NULL;
	if (item)
		return take_item(list, json);
	return json ? take_metadata(list, json) : -EBADMSG;
}

static void begin_page(struct kpol_k8s_list *list)
{
	kpol_k8s_stream_clear(&list->stream);
	list->stream = (struct kpol_k8s_stream){
		.kind = KPOL_K8S_STREAM_LIST,
		.value = take_value,
		.userdata = list,
	};
}

void kpol_k8s_list_begin(struct kpol_k8s_list *list, const struct kpol_k8s_resource *resource)
{
	kpol_k8s_list_clear(list);
	list->resource = resource;
	begin_page(list);
}

int kpol_k8s_list_feed(struct kpol_k8s_list *list, const char *bytes, size_t len)
{
	return kpol_k8s_stream_feed(&list->stream, bytes, len);
}

int kpol_k8s_list_page(struct kpol_k8s_list *list)
{
	/* Without a version there would be nothing to watch from. */
	if (!kpol_k8s_stream_ended(&list->stream) || !list->version)
		return -EBADMSG;
	begin_page(list);
	return list->next ? 1 : 0;
}

void kpol_k8s_list_clear(struct kpol_k8s_list *list)
{
	kpol_k8s_stream_clear(&list->stream);
	kpol_k8s_table_clear(&list->objects);
	free(list->next);
	free(list->version);
	memset(list, 0, sizeof(*list));
}
