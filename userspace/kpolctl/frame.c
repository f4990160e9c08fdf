// SPDX-License-Identifier: GPL-2.0-or-later
/* Varlink's framing. */
#include "kpolctl/frame.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define READ_BYTES (64UL << 10)

void kpolctl_frames_clear(struct kpolctl_frames *frames)
{
	free(frames->data);
	frames->data = NULL;
	frames->len = frames->size = 0;
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

/* Hands out the message that ends at @end and moves the rest to the front. */
static int take_frame(struct kpolctl_frames *frames, const char *end, struct json_object **ret)
{
	size_t used = (size_t)(end - frames->data) + 1;
	int r = parse_frame(frames->data, used - 1, ret);

	frames->len -= used;
	memmove(frames->data, end + 1, frames->len);
	return r;
}

static int make_room(struct kpolctl_frames *frames)
{
	size_t size = 2 * frames->size + READ_BYTES;
	char *data;

	if (frames->size - frames->len >= READ_BYTES)
		return 0;
	if (frames->len > KPOLCTL_FRAME_MAX)
		return -EMSGSIZE;
	data = realloc(frames->data, size);
	if (!data)
		return -ENOMEM;
	frames->data = data;
	frames->size = size;
	return 0;
}

/* Return: bytes read, 0: end of stream. */
static ssize_t read_more(struct kpolctl_frames *frames)
{
	ssize_t n = make_room(frames);

	if (n)
		return n;
	do
		n = read(frames->fd, frames->data + frames->len, READ_BYTES);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EAGAIN ? -ETIMEDOUT : -errno;
	frames->len += (size_t)n;
	return n;
}

int kpolctl_frame_read(struct kpolctl_frames *frames, struct json_object **ret)
{
	size_t seen = 0;
	ssize_t n;

	for (;;) {
		const char *end = NULL;

		if (frames->len > seen)
			end = memchr(frames->data + seen, '\0', frames->len - seen);
		if (end)
			return take_frame(frames, end, ret);
		seen = frames->len;
		n = read_more(frames);
		if (n < 0)
			return (int)n;
		if (n == 0)
			return frames->len ? -EBADMSG : 0;
	}
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
	if (len >= KPOLCTL_FRAME_MAX)
		return -EMSGSIZE;
	return send_all(fd, text, len + 1);
}
