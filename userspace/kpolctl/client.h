/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A conversation with kpold over its control socket. */
#ifndef KPOL_KPOLCTL_CLIENT_H
#define KPOL_KPOLCTL_CLIENT_H

#include <stdbool.h>

#include <json-c/json.h>

/**
 * struct kpolctl_request - what to ask
 * @method: without the prefix, "Load".
 * @parameters: given away; NULL: none.
 * @more: several replies are wanted.
 * @timeout_s: seconds to wait for each reply, 0: for ever.
 */
struct kpolctl_request {
	const char *method;
	struct json_object *parameters;
	bool more;
	unsigned int timeout_s;
};

/**
 * kpolctl_stream() - ask, then hand over each reply's parameters
 * @each: returns 0 to go on, anything else to stop; its value is then the result.
 *
 * Every failure is told on stderr. Return: an exit code of verb.h.
 */
int kpolctl_stream(const struct kpolctl_request *request,
		   int (*each)(struct json_object *parameters, void *context), void *context);

/**
 * kpolctl_call() - ask once
 * @ret: parameters of the reply, to be put; set only with KPOLCTL_OK.
 *
 * Every failure is told on stderr. Return: an exit code of verb.h.
 */
int kpolctl_call(const struct kpolctl_request *request, struct json_object **ret);

/**
 * kpolctl_try() - ask once and tell nobody
 * @ret: parameters of the reply, to be put; set only with 0.
 *
 * Return: 0; the errno of connect(2): nobody listens; -EPROTO: the answer was an error; else as
 * kpolctl_frame_read().
 */
int kpolctl_try(const struct kpolctl_request *request, struct json_object **ret);

#endif /* KPOL_KPOLCTL_CLIENT_H */
