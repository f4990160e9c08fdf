// SPDX-License-Identifier: GPL-2.0-or-later
/* A batch as the bytes of a stream. */
#include "send/frames.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "send/private.h"

static void add_counted(const struct kpol_send_item *item, struct kpol_buffer *out)
{
	kpol_buffer_printf(out, "%zu ", kpol_send_item_len(item));
	kpol_send_item_add(item, out);
}

void kpol_frames_line(const struct kpol_send_item *item, struct kpol_buffer *out)
{
	size_t start = out->len;

	kpol_send_item_add(item, out);
	for (size_t i = start; i < out->len; i++)
		if (out->text[i] == '\n')
			out->text[i] = ' ';
	kpol_buffer_putc(out, '\n');
}

int kpol_frames_fill(struct kpol_frames *frames, const struct kpol_send_batch *batch,
		     enum kpol_framing framing)
{
	for (size_t i = 0; i < batch->n; i++) {
		size_t *end = kpol_append(&frames->ends, &frames->n, sizeof(*end));

		if (!end)
			return -ENOMEM;
		/* A count of 0 is no frame (RFC 6587, 3.4.1). */
		if (kpol_send_item_len(&batch->items[i]) == 0)
			;
		else if (framing == KPOL_FRAMING_OCTETS)
			add_counted(&batch->items[i], &frames->bytes);
		else
			kpol_frames_line(&batch->items[i], &frames->bytes);
		*end = frames->bytes.len;
	}
	return frames->bytes.failed ? -ENOMEM : 0;
}

size_t kpol_frames_within(const struct kpol_frames *frames, size_t len)
{
	size_t n = 0;

	while (n < frames->n && frames->ends[n] <= len)
		n++;
	return n;
}

void kpol_frames_clear(struct kpol_frames *frames)
{
	kpol_buffer_clear(&frames->bytes);
	free(frames->ends);
	memset(frames, 0, sizeof(*frames));
}
