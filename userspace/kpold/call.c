// SPDX-License-Identifier: GPL-2.0-or-later
/* One method call: its parameters, its caller, its reply. */
#include "kpold/call.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "kpold/method.h"

#define DEPTH_MAX 16

struct kpol_jsonw *kpold_call_reply(struct kpold_call *call)
{
	call->begun = true;
	kpol_jsonw_object_begin(&call->w, NULL);
	kpol_jsonw_object_begin(&call->w, "parameters");
	return &call->w;
}

struct kpol_jsonw *kpold_call_error(struct kpold_call *call, const char *name, const char *format,
				    ...)
{
	char message[1024], full[64];
	va_list args;

	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	snprintf(full, sizeof(full), "io.kpol.%s", name);
	kpol_jsonw_clear(&call->w);
	call->begun = true;
	kpol_jsonw_object_begin(&call->w, NULL);
	kpol_jsonw_string(&call->w, "error", full);
	kpol_jsonw_object_begin(&call->w, "parameters");
	kpol_jsonw_string(&call->w, "message", message);
	return &call->w;
}

void kpold_call_errno(struct kpold_call *call, const char *what, int error)
{
	kpold_call_error(call, "Internal", "%s: %s", what, strerror(-error));
}

static struct json_object *parameter(const struct kpold_call *call, const char *key, json_type type)
{
	struct json_object *value;

	if (!call->parameters || !json_object_object_get_ex(call->parameters, key, &value) ||
	    !json_object_is_type(value, type))
		return NULL;
	return value;
}

const char *kpold_call_string(const struct kpold_call *call, const char *key)
{
	struct json_object *value = parameter(call, key, json_type_string);

	return value ? json_object_get_string(value) : NULL;
}

int64_t kpold_call_int(const struct kpold_call *call, const char *key, int64_t fallback)
{
	struct json_object *value = parameter(call, key, json_type_int);

	return value ? json_object_get_int64(value) : fallback;
}

bool kpold_call_bool(const struct kpold_call *call, const char *key)
{
	struct json_object *value = parameter(call, key, json_type_boolean);

	return value && json_object_get_boolean(value);
}

static void end_reply(struct kpold_call *call)
{
	_cleanup_free_ char *text = NULL;

	if (!call->begun)
		return; /* a stream: its replies went out already */
	kpol_jsonw_object_end(&call->w);
	kpol_jsonw_object_end(&call->w);
	text = kpol_jsonw_take(&call->w);
	/* Without memory for the answer the connection ends; what was done stays done. */
	(void)kpold_client_send(call->client, text ? text : "{\"error\":\"io.kpol.Internal\"}",
				text ? strlen(text) + 1
				     : sizeof("{\"error\":\"io.kpol.Internal\"}"));
}

static void run_method(struct kpold_call *call, const char *method)
{
	const struct kpold_method *found = method ? kpold_method_find(method) : NULL;

	if (found)
		found->run(call);
	else
		kpold_call_error(call, "BadRequest", "there is no method \"%s\"",
				 method ? method : "");
}

static void run_message(struct kpold_call *call, struct json_object *message)
{
	struct json_object *method = NULL, *more;

	if (!json_object_is_type(message, json_type_object)) {
		kpold_call_error(call, "BadRequest", "a request is a JSON object");
		return;
	}
	json_object_object_get_ex(message, "method", &method);
	if (json_object_object_get_ex(message, "parameters", &call->parameters) &&
	    !json_object_is_type(call->parameters, json_type_object)) {
		kpold_call_error(call, "BadRequest", "\"parameters\" is a JSON object");
		return;
	}
	call->more =
		json_object_object_get_ex(message, "more", &more) && json_object_get_boolean(more);
	run_method(call, json_object_is_type(method, json_type_string)
				 ? json_object_get_string(method)
				 : NULL);
}

void kpold_call_dispatch(struct kpold_daemon *d, struct kpold_client *client,
			 const struct ucred *peer, const char *message, size_t len)
{
	struct kpold_call call = {
		.d = d, .client = client, .uid = peer->uid, .pid = (uint32_t)peer->pid
	};
	struct json_tokener *tokener = json_tokener_new_ex(DEPTH_MAX);
	struct json_object *parsed = NULL;

	if (tokener) {
		json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
		/* The NUL counts: it ends a number. */
		parsed = json_tokener_parse_ex(tokener, message, (int)len + 1);
	}
	if (parsed)
		run_message(&call, parsed);
	else
		kpold_call_error(&call, "BadRequest", "not JSON: %s",
				 tokener ? json_tokener_error_desc(json_tokener_get_error(tokener))
					 : "no memory");
	end_reply(&call);
	kpol_jsonw_clear(&call.w);
	json_object_put(parsed);
	json_tokener_free(tokener);
}
