/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A batch as the body of a request. */
#ifndef KPOL_SEND_BODY_H
#define KPOL_SEND_BODY_H

#include "base/buffer.h"
#include "send/transport.h"

/** kpol_body_http() - @n payloads as lines or as one array, as the settings say. */
void kpol_body_http(const struct kpol_send_settings *settings, const struct kpol_send_item *items,
		    size_t n, struct kpol_buffer *out);

/**
 * kpol_body_hec() - each payload as the "event" of an object of Splunk's, one after the other
 *
 * A payload that is no JSON object or array goes as a string.
 */
void kpol_body_hec(const struct kpol_send_settings *settings, const struct kpol_send_item *items,
		   size_t n, struct kpol_buffer *out);

#endif /* KPOL_SEND_BODY_H */
