/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Varlink framing: messages on a byte stream, each ended by a NUL. */
#ifndef KPOL_BASE_FRAME_H
#define KPOL_BASE_FRAME_H

#include <stddef.h>

#define KPOL_FRAME_MAX (96U << 20)

/**
 * struct kpol_frame - bytes received and not yet taken; zero-initialise, end with
 * kpol_frame_clear()
 * @start: first byte of the message being received.
 * @scanned: bytes known to hold no NUL, from @buf.
 */
struct kpol_frame {
	char *buf;
	size_t start, len, scanned, capacity;
};

/**
 * kpol_frame_room() - where the next bytes may be put
 * @ret_size: how many; at least one.
 *
 * Messages taken before are no longer valid.
 * Return: 0; -EMSGSIZE: the message is larger than KPOL_FRAME_MAX; -ENOMEM.
 */
int kpol_frame_room(struct kpol_frame *frame, char **ret_room, size_t *ret_size);

/** kpol_frame_received() - @n bytes have been put there. */
void kpol_frame_received(struct kpol_frame *frame, size_t n);

/**
 * kpol_frame_take() - the next whole message
 * @ret_len: without its NUL, which is there.
 *
 * Return: the message, valid until kpol_frame_room(); NULL: not complete yet.
 */
char *kpol_frame_take(struct kpol_frame *frame, size_t *ret_len);

void kpol_frame_clear(struct kpol_frame *frame);

#endif /* KPOL_BASE_FRAME_H */
