// SPDX-License-Identifier: GPL-2.0-or-later
/* JSON messages on a descriptor, framed as varlink does. */
#include "kpolctl/frame.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <unistd.h>

void kpolctl_frames_clear(struct kpolctl_frames *frames)
{
	kpol_frame_clear(&frames->frame);
}

static int parse_frame(const char *text, size_t len, struct json_object **ret)
{
	struct json_tokener *tokener = json_tokener_new();
	struct json_object *object;
	bool whole;

	if (!tokener)
		return -ENOMEM;
	/* The NUL is parsed too: it is what tells json-c that a message has ended. */
	object = json_tokener_parse_ex(tokener, text, (int)len + 1);
	whole = object && json_tokener_get_parse_end(tokener) >= len;
	json_tokener_free(tokener);
	if (!whole || !json_object_is_type(object, json_type_object)) {
		json_object_put(object);
		return -EBADMSG;
	}
	*ret = object;
	return 1;
}

/* Return: bytes read, 0: end of stream. */
static ssize_t read_more(struct kpolctl_frames *frames)
{
	size_t size;
	char *room;
	ssize_t n = kpol_frame_room(&frames->frame, &room, &size);

	if (n)
		return n;
	do
		n = read(frames->fd, room, size);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EAGAIN ? -ETIMEDOUT : -errno;
	kpol_frame_received(&frames->frame, (size_t)n);
	return n;
}

int kpolctl_frame_read(struct kpolctl_frames *frames, struct json_object **ret)
{
	size_t len;
	ssize_t n;
	char *text;

	while (!(text = kpol_frame_take(&frames->frame, &len))) {
		n = read_more(frames);
		if (n < 0)
			return (int)n;
		if (n == 0)
			return frames->frame.len > frames->frame.start ? -EBADMSG : 0;
	}
	return parse_frame(text, len, ret);
}

static int send_all(int fd, const char *data, size_t len)
{
	while (len) {
		ssize_t n = send(fd, data, len, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN ? -ETIMEDOUT : -errno;
		data += n;
		len -= (size_t)n;
	}
	return 0;
}

int kpolctl_frame_write(int fd, struct json_object *message)
{
	size_t len;
	const char *text = json_object_to_json_string_length(
		message, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &len);

	if (!text)
		return -ENOMEM;
	if (len >= KPOL_FRAME_MAX)
		return -EMSGSIZE;
	return send_all(fd, text, len + 1);
}
