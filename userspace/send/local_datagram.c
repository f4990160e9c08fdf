// SPDX-License-Identifier: GPL-2.0-or-later
/* Datagrams to a Unix socket, such as /dev/log. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/cleanup.h"
#include "send/local.h"

/** struct datagram - @fd: connected, or -1. */
struct datagram {
	struct sockaddr_un address;
	int fd;
};

static int open_datagram(const char *target, void **ret_state)
{
	struct datagram *state = calloc(1, sizeof(*state));

	if (!state)
		return -ENOMEM;
	state->fd = -1;
	state->address.sun_family = AF_UNIX;
	if (strlen(target) >= sizeof(state->address.sun_path)) {
		free(state);
		return -ENAMETOOLONG;
	}
	strcpy(state->address.sun_path, target);
	*ret_state = state;
	return 0;
}

static void disconnect(struct datagram *state)
{
	if (state->fd >= 0)
		close(state->fd);
	state->fd = -1;
}

static int connect_datagram(struct datagram *state)
{
	_cleanup_close_ int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -errno;
	if (connect(fd, (const struct sockaddr *)&state->address, sizeof(state->address)) < 0)
		return -errno;
	state->fd = TAKE_FD(fd);
	return 0;
}

static int send_once(struct datagram *state, const struct iovec *parts, int n_parts)
{
	struct msghdr msg = { .msg_iov = (struct iovec *)parts, .msg_iovlen = (size_t)n_parts };

	if (state->fd < 0) {
		int r = connect_datagram(state);

		if (r < 0)
			return r;
	}
	if (sendmsg(state->fd, &msg, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0)
		return 0;
	return -errno;
}

/* A restarted receiver has a new socket under the old name: the first send finds out, the second
 * works. */
static int send_datagram(void *userdata, const struct iovec *parts, int n_parts)
{
	struct datagram *state = userdata;
	int r = send_once(state, parts, n_parts);

	if (r == -ECONNREFUSED || r == -ENOTCONN || r == -ECONNRESET || r == -EPIPE) {
		disconnect(state);
		r = send_once(state, parts, n_parts);
	}
	if (r < 0 && r != -EAGAIN && r != -EMSGSIZE && r != -ENOBUFS)
		disconnect(state);
	return r;
}

static void close_datagram(void *userdata)
{
	struct datagram *state = userdata;

	if (!state)
		return;
	disconnect(state);
	free(state);
}

const struct kpol_local kpol_local_datagram = {
	.name = "datagram",
	.open = open_datagram,
	.send = send_datagram,
	.close = close_datagram,
};
