/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A batch as the bytes of a stream, and where each payload ends in them. */
#ifndef KPOL_SEND_FRAMES_H
#define KPOL_SEND_FRAMES_H

#include "base/buffer.h"
#include "send/transport.h"

/** struct kpol_frames - zero-initialise, end with kpol_frames_clear(). */
struct kpol_frames {
	struct kpol_buffer bytes;
	size_t *ends;
	size_t n;
};

/**
 * kpol_frames_fill() - frame all payloads
 *
 * Octet counting: "LEN " before each (RFC 6587, 3.4.1). LF: one behind each, and a space for one
 * that a payload has inside, for it would make two of it.
 *
 * Return: 0 or -ENOMEM.
 */
int kpol_frames_fill(struct kpol_frames *frames, const struct kpol_send_batch *batch,
		     enum kpol_framing framing);

/** kpol_frames_within() - how many end within the first @len bytes. */
size_t kpol_frames_within(const struct kpol_frames *frames, size_t len);

/** kpol_frames_line() - append one payload as a line. */
void kpol_frames_line(const struct kpol_send_item *item, struct kpol_buffer *out);

void kpol_frames_clear(struct kpol_frames *frames);

#endif /* KPOL_SEND_FRAMES_H */
