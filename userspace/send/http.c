// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Batches by HTTP POST: to a webhook, or to Splunk's HTTP Event Collector.
 *
 * Taken means that the receiver said so. A batch whose answer did not come, be it that the connection broke or that time ran
 * out, is sent again: nothing is lost, and what had arrived arrives twice. Redirects are not followed, for a token would go along.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/kpol.h>

#include "net/conn.h"
#include "send/answer.h"
#include "send/body.h"
#include "send/easy.h"
#include "send/private.h"
#include "send/rows.h"

/* Of an answer that much is kept, and that much is read. */
#define ANSWER_KEPT 4096
#define ANSWER_MAX (64U << 10)

/**
 * struct dialect - what is Splunk's own
 * @path: behind the URL. @scheme: of the token.
 */
struct dialect {
	const char *path;
	const char *scheme;
	void (*body)(const struct kpol_send_settings *settings, const struct kpol_send_item *items,
		     size_t n, struct kpol_buffer *out);
	bool codes;
};

/**
 * struct http - @headers: of the request, with the token.
 * @n: payloads in the request under way, 0: there is none. @limit: send no more at once, 0: as many as there are.
 * @got: bytes of the answer's body. @answered: its headers are whole.
 */
struct http {
	struct kpol_link *link;
	const struct dialect *dialect;
	struct kpol_conn *conn;
	struct kpol_easy easy;
	struct kpol_secrets secrets;
	struct curl_slist *headers;
	struct kpol_buffer body, answer;
	size_t n, limit, got;
	bool answered;
};

static long status_of(const struct http *http)
{
	long status = 0;

	(void)curl_easy_getinfo(http->easy.curl, CURLINFO_RESPONSE_CODE, &status);
	return status;
}

static size_t on_header(char *bytes, size_t size, size_t n, void *userdata)
{
	struct http *http = userdata;

	if (n && (bytes[0] == '\r' || bytes[0] == '\n') && status_of(http) >= 200)
		http->answered = true;
	return size * n;
}

static size_t on_data(char *bytes, size_t size, size_t n, void *userdata)
{
	struct http *http = userdata;
	size_t len = size * n, room = ANSWER_KEPT - http->answer.len;

	kpol_buffer_add(&http->answer, bytes, len < room ? len : room);
	http->got += len;
	return http->got <= ANSWER_MAX ? len : 0;
}

static void end_request(struct http *http)
{
	if (http->easy.curl)
		kpol_conn_remove(http->conn, http->easy.curl);
	kpol_easy_clear(&http->easy);
	for (struct curl_slist *header = http->headers; header; header = header->next)
		explicit_bzero(header->data, strlen(header->data));
	curl_slist_free_all(http->headers);
	http->headers = NULL;
	kpol_buffer_clear(&http->body);
	kpol_buffer_clear(&http->answer);
	http->n = http->got = 0;
	http->answered = false;
}

static int add_header(struct http *http, const char *header)
{
	struct curl_slist *headers = curl_slist_append(http->headers, header);

	if (!headers)
		return -ENOMEM;
	http->headers = headers;
	return 0;
}

static int add_token(struct http *http)
{
	const struct kpol_blob *token = &http->secrets.token;
	size_t size = token->len + 64;
	char *header;
	int r;

	if (!token->bytes)
		return 0;
	header = calloc(1, size);
	if (!header)
		return -ENOMEM;
	(void)snprintf(header, size, "Authorization: %s %s", http->dialect->scheme, token->bytes);
	r = add_header(http, header);
	explicit_bzero(header, size);
	free(header);
	return r;
}

static const char *content_type(const struct http *http)
{
	if (!http->dialect->codes && http->link->settings->body == KPOL_BODY_NDJSON)
		return "Content-Type: application/x-ndjson";
	return "Content-Type: application/json";
}

static int set_headers(struct http *http)
{
	int r = add_header(http, content_type(http));

	/* Or curl asks first whether it may send a long one, and waits. */
	if (r == 0)
		r = add_header(http, "Expect:");
	if (r == 0)
		r = add_token(http);
	if (r == 0)
		curl_easy_setopt(http->easy.curl, CURLOPT_HTTPHEADER, http->headers);
	return r;
}

static int set_url(struct http *http)
{
	const char *url = http->link->settings->url, *path = http->dialect->path;
	size_t len = strlen(url);
	char *whole;
	CURLcode code;

	if (strstr(url, path))
		path = "";
	else if (path[0] && url[len - 1] == '/')
		len--;
	if (asprintf(&whole, "%.*s%s", (int)len, url, path) < 0)
		return -ENOMEM;
	code = curl_easy_setopt(http->easy.curl, CURLOPT_URL, whole);
	free(whole);
	return code == CURLE_OK ? 0 : -ENOMEM;
}

static void set_manners(struct http *http)
{
	const struct kpol_send_settings *settings = http->link->settings;
	CURL *curl = http->easy.curl;

	curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(curl, CURLOPT_USERAGENT, "kpold/" KPOL_VERSION);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS,
			 (long)((settings->connect_timeout_us + settings->send_timeout_us) / 1000));
	curl_easy_setopt(curl, CURLOPT_POST, 1L);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)http->body.len);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDS, http->body.text);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, http);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_data);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, http);
}

static int prepare(struct http *http)
{
	int r = kpol_easy_init(&http->easy, http->link->settings, &http->secrets, http);

	if (r == 0)
		r = set_url(http);
	if (r == 0)
		r = set_headers(http);
	if (r == 0) {
		set_manners(http);
		r = kpol_conn_add(http->conn, http->easy.curl);
	}
	if (r < 0) {
		kpol_easy_clear(&http->easy);
		end_request(http);
	}
	return r;
}

static int begin(struct http *http, const struct kpol_send_batch *batch, char *why, size_t size)
{
	size_t n = http->limit && http->limit < batch->n ? http->limit : batch->n;
	int r = kpol_secrets_read(&http->secrets, http->link->settings, why, size);

	if (r < 0)
		return r;
	http->dialect->body(http->link->settings, batch->items, n, &http->body);
	r = http->body.failed ? -ENOMEM : prepare(http);
	if (r == 0)
		http->n = n;
	else
		(void)snprintf(why, size, "there is no memory for a request");
	return r;
}

static void attempt(struct kpol_link *link)
{
	const struct kpol_send_batch *batch = kpol_link_waiting(link);
	struct http *http = link->own;
	char why[384];
	int r;

	if (http->n || !batch) {
		if (!http->n)
			kpol_link_phase(link, KPOL_LINK_IDLE);
		return;
	}
	r = begin(http, batch, why, sizeof(why));
	kpol_secrets_clear(&http->secrets);
	if (r < 0) {
		kpol_link_fail(link, 0, "%s", why);
		return;
	}
	kpol_link_retry_off(link);
	if (link->state.phase != KPOL_LINK_UP)
		kpol_link_phase(link, KPOL_LINK_CONNECTING);
}

/* One bad payload must not take the others along: halves are tried until it is alone. */
static bool try_fewer(struct http *http, const struct kpol_response *response, size_t n)
{
	if (n == 1)
		return false;
	http->limit = n / 2;
	if (response->first_bad > 0 && (size_t)response->first_bad < n)
		http->limit = (size_t)response->first_bad;
	else if (response->first_bad == 0)
		http->limit = 1;
	return true;
}

static void take_refusal(struct http *http, const struct kpol_response *response, long status,
			 size_t n)
{
	struct kpol_link *link = http->link;

	kpol_link_works(link);
	kpol_link_phase(link, KPOL_LINK_UP);
	if (try_fewer(http, response, n)) {
		attempt(link);
		return;
	}
	http->limit = 0;
	kpol_link_end(link, 1, 1, "%s: refused with status %ld: %s", link->settings->url, status,
		      response->words);
}

static void take_success(struct http *http, size_t n)
{
	/* Back to whole batches, step by step. */
	http->limit = http->limit && n == http->limit ? http->limit * 2 : 0;
	kpol_link_works(http->link);
	kpol_link_phase(http->link, KPOL_LINK_UP);
	kpol_link_end(http->link, n, 0, NULL);
}

static uint64_t asked_for(const struct http *http)
{
	curl_off_t seconds = 0;

	(void)curl_easy_getinfo(http->easy.curl, CURLINFO_RETRY_AFTER, &seconds);
	return seconds > 0 ? (uint64_t)(seconds < 86400 ? seconds : 86400) * 1000000 : 0;
}

static void take_answer(struct http *http)
{
	long status = status_of(http);
	struct kpol_response response =
		http->dialect->codes ? kpol_answer_hec(status, http->answer.text, http->answer.len)
				     : kpol_answer_http(status);
	uint64_t asked = asked_for(http);
	size_t n = http->n;

	end_request(http);
	if (response.answer == KPOL_ANSWER_TAKEN)
		take_success(http, n);
	else if (response.answer == KPOL_ANSWER_REFUSED)
		take_refusal(http, &response, status, n);
	else
		kpol_link_fail(http->link, asked, "%s: status %ld: %s", http->link->settings->url,
			       status, response.words);
}

static void on_done(CURL *curl, CURLcode code)
{
	struct http *http = NULL;
	char why[384];

	if (curl_easy_getinfo(curl, CURLINFO_PRIVATE, (char **)&http) != CURLE_OK || !http)
		return;
	/* What is behind the headers does not change what they said; curl is content with half of them. */
	if (http->answered) {
		take_answer(http);
		return;
	}
	kpol_easy_explain(&http->easy, code ? code : CURLE_RECV_ERROR, http->link->settings->url,
			  why, sizeof(why));
	end_request(http);
	kpol_link_fail(http->link, 0, "%s", why);
}

static void recall(struct kpol_link *link)
{
	end_request(link->own);
}

static const struct dialect webhook = { .path = "", .scheme = "Bearer", .body = kpol_body_http };
static const struct dialect splunk = { .path = "/services/collector/event",
				       .scheme = "Splunk",
				       .body = kpol_body_hec,
				       .codes = true };

static int start(struct kpol_link *link, const struct dialect *dialect)
{
	struct http *http = calloc(1, sizeof(*http));

	if (!http)
		return -ENOMEM;
	link->own = http;
	http->link = link;
	http->dialect = dialect;
	return kpol_conn_new(link->loop, on_done, &http->conn);
}

static int start_http(struct kpol_link *link)
{
	return start(link, &webhook);
}

static int start_hec(struct kpol_link *link)
{
	return start(link, &splunk);
}

static void stop(struct kpol_link *link)
{
	struct http *http = link->own;

	if (!http)
		return;
	if (http->conn)
		end_request(http);
	kpol_conn_free(http->conn);
	kpol_secrets_clear(&http->secrets);
	free(http);
}

static const char *const bodies[] = {
	[KPOL_BODY_NDJSON] = "ndjson", [KPOL_BODY_ARRAY] = "array", NULL
};

static const struct kpol_send_setting http_settings[] = {
	{ "url", kpol_send_parse_url, KPOL_FIELD(url), .required = true,
	  .sentence = "where batches are posted to" },
	{ "body", kpol_send_parse_word, KPOL_FIELD(body), .words = bodies, .fallback = "ndjson",
	  .sentence = "a batch as lines of JSON, or as one array" },
	{ "token-file", kpol_send_parse_secret, KPOL_FIELD(token_file),
	  .sentence = "a token for the header Authorization: Bearer" },
	KPOL_SETTINGS_TRUST,
	KPOL_SETTINGS_PATIENCE,
	{ 0 },
};

static const struct kpol_send_setting hec_settings[] = {
	{ "url", kpol_send_parse_url, KPOL_FIELD(url), .required = true,
	  .sentence = "of the collector, such as https://splunk.example:8088" },
	{ "token-file", kpol_send_parse_secret, KPOL_FIELD(token_file), .required = true,
	  .sentence = "the token that the collector has for us" },
	{ "index", kpol_send_parse_text, KPOL_FIELD(index),
	  .sentence = "where Splunk keeps the events, if not where the token says" },
	{ "source", kpol_send_parse_text, KPOL_FIELD(source), .fallback = "kpold",
	  .sentence = "what Splunk calls the source" },
	{ "source-type", kpol_send_parse_text, KPOL_FIELD(source_type), .fallback = "_json",
	  .sentence = "what Splunk takes the events for" },
	KPOL_SETTINGS_TRUST,
	KPOL_SETTINGS_PATIENCE,
	{ 0 },
};

const struct kpol_send_transport kpol_send_transport_http = {
	.name = "http",
	.purpose = "batches by POST to a webhook, over TLS if its url says https",
	.settings = http_settings,
	.start = start_http,
	.attempt = attempt,
	.recall = recall,
	.stop = stop,
};

const struct kpol_send_transport kpol_send_transport_hec = {
	.name = "splunk-hec",
	.purpose = "batches to Splunk's HTTP Event Collector",
	.settings = hec_settings,
	.start = start_hec,
	.attempt = attempt,
	.recall = recall,
	.stop = stop,
};
