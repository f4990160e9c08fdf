/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Varlink's framing: one JSON object, ended by a NUL byte. */
#ifndef KPOL_KPOLCTL_FRAME_H
#define KPOL_KPOLCTL_FRAME_H

#include <stddef.h>

#include <json-c/json.h>

#define KPOLCTL_FRAME_MAX (96UL << 20) /* bytes, see docs/control.md */

/**
 * struct kpolctl_frames - reads messages from one descriptor
 * @fd: borrowed.
 * @data: what was read but not yet handed out, @len of @size bytes.
 */
struct kpolctl_frames {
	int fd;
	char *data;
	size_t len;
	size_t size;
};

void kpolctl_frames_clear(struct kpolctl_frames *frames);

/**
 * kpolctl_frame_read() - wait for the next message
 * @ret: free with json_object_put().
 *
 * Return: 1; 0: end of stream between messages; -EBADMSG: no JSON object, or the stream ended
 * inside one; -EMSGSIZE; -ETIMEDOUT: the descriptor's SO_RCVTIMEO passed; -ENOMEM; the errno of
 * read(2).
 */
int kpolctl_frame_read(struct kpolctl_frames *frames, struct json_object **ret);

/**
 * kpolctl_frame_write() - send one message, whole
 *
 * Return: 0; -EMSGSIZE: it is longer than KPOLCTL_FRAME_MAX, nothing was sent; -ETIMEDOUT; -ENOMEM;
 * the errno of send(2), -EPIPE without a signal.
 */
int kpolctl_frame_write(int fd, struct json_object *message);

#endif /* KPOL_KPOLCTL_FRAME_H */
