// SPDX-License-Identifier: GPL-2.0-or-later
/* A conversation with kpold over its control socket. */
#include "kpolctl/client.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include "kpolctl/cleanup.h"
#include "kpolctl/field.h"
#include "kpolctl/frame.h"
#include "kpolctl/message.h"
#include "kpolctl/options.h"
#include "kpolctl/refusal.h"
#include "kpolctl/verb.h"

#define METHOD_PREFIX "io.kpol."

static int connect_socket(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	_cleanup_close_ int fd = -1;

	if (strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	strcpy(address.sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		return -errno;
	return TAKE_FD(fd);
}

static int set_timeout(int fd, unsigned int seconds)
{
	struct timeval timeout = { .tv_sec = seconds };

	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout)) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout)) < 0)
		return -errno;
	return 0;
}

static int send_request(int fd, const struct kpolctl_request *request)
{
	_cleanup_json_ struct json_object *message = json_object_new_object();
	char method[64];

	snprintf(method, sizeof(method), METHOD_PREFIX "%s", request->method);
	json_object_object_add(message, "method", json_object_new_string(method));
	json_object_object_add(message, "parameters",
			       request->parameters ? request->parameters
						   : json_object_new_object());
	if (request->more)
		json_object_object_add(message, "more", json_object_new_boolean(true));
	return kpolctl_frame_write(fd, message);
}

/* Return: a connected socket on which the request was sent, or a negative errno. */
static int open_request(const struct kpolctl_request *request, bool *ret_connected)
{
	int fd = connect_socket(kpolctl_options.socket), r;

	*ret_connected = fd >= 0;
	r = fd < 0 ? fd : set_timeout(fd, request->timeout_s);
	if (!r)
		r = send_request(fd, request);
	else
		json_object_put(request->parameters);
	if (!r)
		return fd;
	if (fd >= 0)
		close(fd);
	return r;
}

static int fail_connect(int error)
{
	const char *path = kpolctl_options.socket, *why = strerror(-error);

	if (error == -ENOENT || error == -ECONNREFUSED)
		return kpolctl_fail(KPOLCTL_DOWN,
				    "kpold is not running (%s: %s): systemctl start kpold", path,
				    why);
	if (error == -EACCES || error == -EPERM)
		return kpolctl_fail(KPOLCTL_DENIED,
				    "not permitted to talk to kpold (%s: %s): try as root", path,
				    why);
	return kpolctl_fail(KPOLCTL_TROUBLE, "cannot talk to kpold (%s: %s)", path, why);
}

static int fail_exchange(int error)
{
	if (error == -EMSGSIZE)
		return kpolctl_fail(KPOLCTL_TROUBLE, "the message is longer than %lu MiB",
				    KPOLCTL_FRAME_MAX >> 20);
	if (error == -ETIMEDOUT)
		return kpolctl_fail(KPOLCTL_TROUBLE, "kpold does not answer: journalctl -u kpold");
	if (error == -EBADMSG)
		return kpolctl_fail(KPOLCTL_TROUBLE,
				    "kpold's answer is broken: journalctl -u kpold");
	if (!error || error == -EPIPE || error == -ECONNRESET)
		return kpolctl_fail(
			KPOLCTL_TROUBLE,
			"kpold closed the connection without an answer: journalctl -u kpold");
	return kpolctl_fail(KPOLCTL_TROUBLE, "talking to kpold: %s", strerror(-error));
}

/* Reads replies until the last one. */
static int read_replies(int fd, int (*each)(struct json_object *parameters, void *context),
			void *context)
{
	_cleanup_(kpolctl_frames_clear) struct kpolctl_frames frames = { .fd = fd };
	bool more = true;
	int r;

	while (more) {
		_cleanup_json_ struct json_object *reply = NULL;

		r = kpolctl_frame_read(&frames, &reply);
		if (r <= 0)
			return fail_exchange(r);
		if (kpolctl_field(reply, "error"))
			return kpolctl_refusal(reply);
		more = kpolctl_field_true(reply, "continues");
		r = each(kpolctl_field(reply, "parameters"), context);
		if (r)
			return r;
	}
	return KPOLCTL_OK;
}

int kpolctl_stream(const struct kpolctl_request *request,
		   int (*each)(struct json_object *parameters, void *context), void *context)
{
	bool connected;
	_cleanup_close_ int fd = open_request(request, &connected);

	if (!connected)
		return fail_connect(fd);
	if (fd < 0)
		return fail_exchange(fd);
	return read_replies(fd, each, context);
}

static int keep_reply(struct json_object *parameters, void *context)
{
	struct json_object **ret = context;

	json_object_put(*ret);
	*ret = parameters ? json_object_get(parameters) : json_object_new_object();
	return 0;
}

int kpolctl_call(const struct kpolctl_request *request, struct json_object **ret)
{
	struct json_object *reply = NULL;
	int code = kpolctl_stream(request, keep_reply, &reply);

	if (code)
		json_object_put(reply);
	else
		*ret = reply;
	return code;
}

int kpolctl_try(const struct kpolctl_request *request, struct json_object **ret)
{
	bool connected;
	_cleanup_close_ int fd = open_request(request, &connected);
	_cleanup_(kpolctl_frames_clear) struct kpolctl_frames frames = { .fd = fd };
	_cleanup_json_ struct json_object *reply = NULL;
	int r;

	if (fd < 0)
		return fd;
	r = kpolctl_frame_read(&frames, &reply);
	if (r <= 0)
		return r ? r : -ECONNRESET;
	if (kpolctl_field(reply, "error"))
		return -EPROTO;
	return keep_reply(kpolctl_field(reply, "parameters"), ret);
}
