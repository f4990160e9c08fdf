// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What an API server sends: in chunks of any size the same values come out as in one piece, and whatever they are,
 * objects are made of them or not.
 *
 * Input: one byte that says what it is: a list or a watch, of which kind, in chunks of which size; then the stream.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "k8s/list.h"
#include "k8s/trim.h"
#include "k8s/watch.h"

static uint64_t mix(uint64_t sum, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		sum = (sum ^ (uint8_t)bytes[i]) * 1099511628211ULL;
	return sum;
}

static int add_value(const char *key, char *text, size_t len, void *userdata)
{
	uint64_t *sum = userdata;

	if (text && strlen(text) > len)
		abort();
	*sum = mix(mix(*sum, key, strlen(key) + 1), text ? text : "", len);
	return 0;
}

static uint64_t digest(enum kpol_k8s_stream_kind kind, const char *bytes, size_t size, size_t chunk)
{
	uint64_t sum = 14695981039346656037ULL;
	struct kpol_k8s_stream stream = { .kind = kind, .value = add_value, .userdata = &sum };
	int r = 0;

	for (size_t at = 0; at < size && r == 0; at += chunk)
		r = kpol_k8s_stream_feed(&stream, bytes + at,
					 size - at < chunk ? size - at : chunk);
	sum = mix(sum, r < 0 ? "-" : "+", 1);
	sum = mix(sum, kpol_k8s_stream_ended(&stream) ? "." : "?", 1);
	kpol_k8s_stream_clear(&stream);
	return sum;
}

static void read_list(const struct kpol_k8s_resource *resource, const char *bytes, size_t size)
{
	struct kpol_k8s_list list = { 0 };

	kpol_k8s_list_begin(&list, resource);
	if (kpol_k8s_list_feed(&list, bytes, size) == 0)
		(void)kpol_k8s_list_page(&list);
	kpol_k8s_list_clear(&list);
}

static void read_event(const struct kpol_k8s_resource *resource, char *bytes, size_t size)
{
	struct kpol_k8s_event event = { 0 };
	char sentence[KPOL_K8S_SENTENCE_MAX];

	size = kpol_k8s_trim(bytes, size);
	if (bytes[size] != '\0')
		abort();
	if (kpol_k8s_event_parse(resource, bytes, size, &event) < 0)
		return;
	if (event.type == KPOL_K8S_EVENT_ERROR)
		kpol_k8s_failure_tell(&event.failure, resource, "watch", sentence);
	kpol_k8s_event_clear(&event);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t first = size ? data[0] : 0;
	enum kpol_k8s_stream_kind kind = first & 1 ? KPOL_K8S_STREAM_LIST : KPOL_K8S_STREAM_EVENTS;
	const struct kpol_k8s_resource *resource =
		&kpol_k8s_resources[(first >> 1) % KPOL_K8S_RESOURCES];
	char *bytes = calloc(1, size + 1);
	size_t len = size ? size - 1 : 0;

	if (!bytes)
		return 0;
	memcpy(bytes, data + (size ? 1 : 0), len);
	if (digest(kind, bytes, len, 1 + (first >> 4)) != digest(kind, bytes, len, len ? len : 1))
		abort();
	if (kind == KPOL_K8S_STREAM_LIST)
		read_list(resource, bytes, len);
	else
		read_event(resource, bytes, len);
	free(bytes);
	return 0;
}
