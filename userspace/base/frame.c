// SPDX-License-Identifier: GPL-2.0-or-later
/* Varlink framing: messages on a byte stream, each ended by a NUL. */
#include "base/frame.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ROOM_MIN 4096

/* What is left moves to the front; memory of a huge message is given back once it is done. */
static void compact(struct kpol_frame *frame)
{
	if (frame->start == 0)
		return;
	memmove(frame->buf, frame->buf + frame->start, frame->len - frame->start);
	frame->len -= frame->start;
	frame->scanned -= frame->start;
	frame->start = 0;
	if (frame->len == 0 && frame->capacity > (1U << 20))
		kpol_frame_clear(frame);
}

static int grow(struct kpol_frame *frame)
{
	size_t capacity = frame->capacity ? frame->capacity * 2 : 4 * ROOM_MIN;
	char *buf = realloc(frame->buf, capacity);

	if (!buf)
		return -ENOMEM;
	frame->buf = buf;
	frame->capacity = capacity;
	return 0;
}

int kpol_frame_room(struct kpol_frame *frame, char **ret_room, size_t *ret_size)
{
	int r;

	compact(frame);
	if (frame->scanned >= KPOL_FRAME_MAX)
		return -EMSGSIZE;
	if (frame->capacity - frame->len < ROOM_MIN) {
		r = grow(frame);
		if (r < 0)
			return r;
	}
	*ret_room = frame->buf + frame->len;
	*ret_size = frame->capacity - frame->len;
	return 0;
}

void kpol_frame_received(struct kpol_frame *frame, size_t n)
{
	frame->len += n;
}

char *kpol_frame_take(struct kpol_frame *frame, size_t *ret_len)
{
	char *message, *end;

	if (frame->len == frame->scanned)
		return NULL;
	end = memchr(frame->buf + frame->scanned, '\0', frame->len - frame->scanned);
	if (!end) {
		frame->scanned = frame->len;
		return NULL;
	}
	message = frame->buf + frame->start;
	*ret_len = (size_t)(end - message);
	frame->start = frame->scanned = (size_t)(end - frame->buf) + 1;
	return message;
}

void kpol_frame_clear(struct kpol_frame *frame)
{
	free(frame->buf);
	memset(frame, 0, sizeof(*frame));
}
