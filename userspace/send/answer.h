/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an HTTP answer means for the payloads of its request. */
#ifndef KPOL_SEND_ANSWER_H
#define KPOL_SEND_ANSWER_H

#include <stddef.h>

/* REFUSED: these payloads, for good. LATER: whatever is sent, for now. */
enum kpol_answer { KPOL_ANSWER_TAKEN, KPOL_ANSWER_REFUSED, KPOL_ANSWER_LATER };

/**
 * struct kpol_response - @words: what it said and what to do; constant.
 * @code: Splunk's, -1: none. @first_bad: the payload that Splunk complains of, -1: it names none.
 */
struct kpol_response {
	enum kpol_answer answer;
	const char *words;
	int code;
	int first_bad;
};

/**
 * kpol_answer_http() - by status
 *
 * 2xx: taken. What speaks of these payloads (400, 413, 415, 422 and the like) refuses them. What
 * speaks of who we are, where we went or how busy it is (401, 403, 404, 429, 3xx, 5xx, …) would
 * answer any payload so: nothing is given up for a token that has expired.
 */
struct kpol_response kpol_answer_http(long status);

/** kpol_answer_hec() - by Splunk's code in the answer's JSON, else by status. */
struct kpol_response kpol_answer_hec(long status, const char *body, size_t len);

#endif /* KPOL_SEND_ANSWER_H */
