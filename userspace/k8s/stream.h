/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The values in a JSON stream, cut out one by one however the bytes arrive. */
#ifndef KPOL_K8S_STREAM_H
#define KPOL_K8S_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

/* An API server takes no object above 3 MiB, etcd none above 1.5 MiB. */
#define KPOL_K8S_VALUE_MAX (4U << 20)

/**
 * enum kpol_k8s_stream_kind
 * @KPOL_K8S_STREAM_EVENTS: of a watch: objects, one after the other.
 * @KPOL_K8S_STREAM_LIST: one object, whose "items" come out one by one and whose other members
 * whole; in the order they come, which is not always the same.
 */
enum kpol_k8s_stream_kind { KPOL_K8S_STREAM_EVENTS, KPOL_K8S_STREAM_LIST };

/**
 * struct kpol_k8s_stream - zero-initialise with kind, value and userdata; end with
 * kpol_k8s_stream_clear()
 * @value: called for each value.
 *
 *   @key: of the member, "items" for each of the items; "" in a stream of events.
 *   @text: NUL-terminated and balanced, but not checked further; valid during the call, and may be changed. NULL: the
 *   value was larger than KPOL_K8S_VALUE_MAX and is lost.
 *   Return: 0, or a negative errno that ends the stream.
 * @state, @depth, @in_string, @escaped: where the last byte left us; private.
 * @text: the value so far.
 */
struct kpol_k8s_stream {
	enum kpol_k8s_stream_kind kind;
	int (*value)(const char *key, char *text, size_t len, void *userdata);
	void *userdata;
	uint8_t state;
	uint32_t depth;
	bool in_string;
	bool escaped;
	bool in_items;
	bool too_large;
	char key[32];
	size_t key_len;
	struct kpol_buffer text;
};

/**
 * kpol_k8s_stream_feed() - the next bytes
 *
 * Return: 0; -EBADMSG: this is no such stream, nothing after it can be trusted; -ENOMEM; or what
 * @value returned.
 */
int kpol_k8s_stream_feed(struct kpol_k8s_stream *stream, const char *bytes, size_t len);

/** kpol_k8s_stream_ended() - may it end here? A list only whole, events between two of them. */
bool kpol_k8s_stream_ended(const struct kpol_k8s_stream *stream);

void kpol_k8s_stream_clear(struct kpol_k8s_stream *stream);

#endif /* KPOL_K8S_STREAM_H */
