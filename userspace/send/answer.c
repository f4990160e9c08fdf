// SPDX-License-Identifier: GPL-2.0-or-later
/* What an HTTP answer means for the payloads of its request. */
#include "send/answer.h"

#include <json.h>
#include <stdbool.h>

/* The first row that has the status in its range. */
static const struct {
	long from, to;
	enum kpol_answer answer;
	const char *words;
} statuses[] = {
	{ 200, 299, KPOL_ANSWER_TAKEN, "" },
	{ 300, 399, KPOL_ANSWER_LATER,
	  "it points elsewhere, which is not followed: set url to where" },
	{ 401, 401, KPOL_ANSWER_LATER, "it does not know us: renew what is in token-file" },
	{ 403, 403, KPOL_ANSWER_LATER, "we may not send there: see what the token is allowed" },
	{ 404, 405, KPOL_ANSWER_LATER, "there is nothing to send to: check the path in url" },
	{ 407, 407, KPOL_ANSWER_LATER, "a proxy is in between: let kpold through without" },
	{ 408, 408, KPOL_ANSWER_LATER, "the request took it too long" },
	{ 421, 421, KPOL_ANSWER_LATER, "it is the wrong server for this: check the host in url" },
	{ 425, 425, KPOL_ANSWER_LATER, "it is too early for it" },
	{ 429, 429, KPOL_ANSWER_LATER, "it gets too much at once" },
	{ 413, 413, KPOL_ANSWER_REFUSED, "it takes no payload that long" },
	{ 415, 415, KPOL_ANSWER_REFUSED, "it wants another format: see body and the format" },
	{ 400, 499, KPOL_ANSWER_REFUSED, "it cannot read the payload: see which format it wants" },
	{ 503, 503, KPOL_ANSWER_LATER, "it is too busy" },
	{ 500, 599, KPOL_ANSWER_LATER, "it is in trouble itself" },
};

struct kpol_response kpol_answer_http(long status)
{
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
		if (status >= statuses[i].from && status <= statuses[i].to)
			return (struct kpol_response){ statuses[i].answer, statuses[i].words, -1,
						       -1 };
	return (struct kpol_response){ KPOL_ANSWER_LATER, "that is no answer of HTTP", -1, -1 };
}

/* "Possible error codes" in Splunk's "Troubleshoot HTTP Event Collector". */
static const struct {
	int code;
	enum kpol_answer answer;
	const char *words;
} codes[] = {
	{ 0, KPOL_ANSWER_TAKEN, "" },
	{ 1, KPOL_ANSWER_LATER, "the token is disabled: enable it in Splunk" },
	{ 2, KPOL_ANSWER_LATER, "a token is required: set token-file" },
	{ 3, KPOL_ANSWER_LATER, "the authorization is invalid: see what is in token-file" },
	{ 4, KPOL_ANSWER_LATER, "the token is invalid: renew what is in token-file" },
	{ 5, KPOL_ANSWER_REFUSED, "there is no data in it" },
	{ 6, KPOL_ANSWER_REFUSED, "the data is invalid: a format in JSON is wanted" },
	{ 7, KPOL_ANSWER_LATER, "the index is incorrect: the token may not write to it" },
	{ 8, KPOL_ANSWER_LATER, "Splunk has an internal error" },
	{ 9, KPOL_ANSWER_LATER, "Splunk is busy" },
	{ 10, KPOL_ANSWER_LATER, "the token wants acknowledgement: switch that off in Splunk" },
	{ 11, KPOL_ANSWER_LATER, "the token wants acknowledgement: switch that off in Splunk" },
	{ 12, KPOL_ANSWER_REFUSED, "an event is missing: a format in JSON is wanted" },
	{ 13, KPOL_ANSWER_REFUSED, "an event is blank" },
	{ 14, KPOL_ANSWER_LATER, "acknowledgement is disabled" },
	{ 15, KPOL_ANSWER_REFUSED, "an event's indexed fields are wrong" },
	{ 16, KPOL_ANSWER_LATER, "a token in the query is not enabled" },
	{ 18, KPOL_ANSWER_LATER, "Splunk's queues are full" },
	{ 19, KPOL_ANSWER_LATER, "Splunk's acknowledgement is unavailable" },
	{ 20, KPOL_ANSWER_LATER, "Splunk's queues are full" },
	{ 21, KPOL_ANSWER_LATER, "the token is invalid: renew what is in token-file" },
	{ 22, KPOL_ANSWER_LATER, "the token is disabled: enable it in Splunk" },
	{ 23, KPOL_ANSWER_LATER, "Splunk is shutting down" },
	{ 26, KPOL_ANSWER_LATER, "Splunk's queue is at its capacity" },
	{ 27, KPOL_ANSWER_LATER, "Splunk's acknowledgement is at its capacity" },
};

static int get_int(json_object *object, const char *key)
{
	json_object *member = NULL;

	if (!json_object_object_get_ex(object, key, &member) ||
	    !json_object_is_type(member, json_type_int))
		return -1;
	return json_object_get_int(member);
}

static json_object *parse(const char *body, size_t len)
{
	json_tokener *tokener = json_tokener_new_ex(8);
	json_object *object;

	if (!tokener)
		return NULL;
	object = json_tokener_parse_ex(tokener, body, (int)len);
	json_tokener_free(tokener);
	if (json_object_is_type(object, json_type_object))
		return object;
	json_object_put(object);
	return NULL;
}

/* A code cannot make of a refusal a success, nor the other way round. */
struct kpol_response kpol_answer_hec(long status, const char *body, size_t len)
{
	struct kpol_response response = kpol_answer_http(status);
	json_object *object = len ? parse(body, len) : NULL;

	if (!object)
		return response;
	response.code = get_int(object, "code");
	response.first_bad = get_int(object, "invalid-event-number");
	json_object_put(object);
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		bool taken = codes[i].answer == KPOL_ANSWER_TAKEN;

		if (codes[i].code != response.code ||
		    taken != (response.answer == KPOL_ANSWER_TAKEN))
			continue;
		response.answer = codes[i].answer;
		response.words = codes[i].words;
	}
	return response;
}
