// SPDX-License-Identifier: GPL-2.0-or-later
/* One HTTP exchange with the API server. */
#include "k8s/request.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/kpol.h>

#include "base/buffer.h"

#define CONNECT_TIMEOUT_MS 10000L
#define HEADERS_MAX (64U << 10)

/**
 * struct kpol_k8s_request - @headers: of the request; with the token until the answer begins.
 * @failure: what @ops->data returned, or why the answer was not taken.
 */
struct kpol_k8s_request {
	struct kpol_conn *conn;
	CURL *easy;
	struct curl_slist *headers;
	struct curl_slist *connect_to;
	const struct kpol_k8s_request_ops *ops;
	void *userdata;
	size_t headers_len;
	struct kpol_buffer refusal;
	int failure;
	char sentence[CURL_ERROR_SIZE];
};

static void wipe_headers(struct kpol_k8s_request *request)
{
	for (struct curl_slist *header = request->headers; header; header = header->next)
		explicit_bzero(header->data, strlen(header->data));
}

static long status_of(const struct kpol_k8s_request *request)
{
	long status = 0;

	(void)curl_easy_getinfo(request->easy, CURLINFO_RESPONSE_CODE, &status);
	return status;
}

static bool is_good(long status)
{
	return status >= 200 && status < 300;
}

/* Once there is an answer, curl has no more use for the header list. */
static size_t on_header(char *bytes, size_t size, size_t n, void *userdata)
{
	struct kpol_k8s_request *request = userdata;
	size_t len = size * n;

	wipe_headers(request);
	request->headers_len += len;
	if (request->headers_len > HEADERS_MAX) {
		request->failure = -EMSGSIZE;
		return 0;
	}
	if (len > 0 && (bytes[0] == '\r' || bytes[0] == '\n') && request->ops->begun &&
	    is_good(status_of(request)))
		request->ops->begun(request->userdata);
	return len;
}

static void keep_refusal(struct kpol_k8s_request *request, const char *bytes, size_t len)
{
	size_t room = KPOL_K8S_REFUSAL_MAX - request->refusal.len;

	kpol_buffer_add(&request->refusal, bytes, len < room ? len : room);
}

static size_t on_data(char *bytes, size_t size, size_t n, void *userdata)
{
	struct kpol_k8s_request *request = userdata;
	size_t len = size * n;

	if (!is_good(status_of(request))) {
		keep_refusal(request, bytes, len);
		/* Who refuses in so many words is broken off. */
		return request->refusal.len < KPOL_K8S_REFUSAL_MAX ? len : 0;
	}
	if (request->failure == 0 && request->ops->data)
		request->failure = request->ops->data(bytes, len, request->userdata);
	return request->failure < 0 ? 0 : len;
}

static const struct {
	int level, name, value;
} socket_options[] = {
	/* A peer that is gone without a word is noticed after a minute, also while we wait. */
	{ SOL_SOCKET, SO_KEEPALIVE, 1 },	  { IPPROTO_TCP, TCP_KEEPIDLE, 30 },
	{ IPPROTO_TCP, TCP_KEEPINTVL, 10 },	  { IPPROTO_TCP, TCP_KEEPCNT, 3 },
	{ IPPROTO_TCP, TCP_USER_TIMEOUT, 60000 },
};

static int on_open(void *userdata, curl_socket_t fd, curlsocktype purpose)
{
	(void)userdata;
	(void)purpose;
	for (size_t i = 0; i < sizeof(socket_options) / sizeof(socket_options[0]); i++)
		(void)setsockopt(fd, socket_options[i].level, socket_options[i].name,
				 &socket_options[i].value, sizeof(socket_options[i].value));
	return CURL_SOCKOPT_OK;
}

static int add_header(struct kpol_k8s_request *request, const char *header)
{
	struct curl_slist *headers = curl_slist_append(request->headers, header);

	if (!headers)
		return -ENOMEM;
	request->headers = headers;
	return 0;
}

static size_t token_length(const struct kpol_blob *token)
{
	return token->bytes ? strcspn(token->bytes, " \t\r\n") : 0;
}

static int add_token(struct kpol_k8s_request *request, const struct kpol_blob *token)
{
	static const char begin[] = "Authorization: Bearer ";
	size_t len = token_length(token);
	char *header;
	int r;

	if (len == 0)
		return 0;
	header = calloc(1, sizeof(begin) + len);
	if (!header)
		return -ENOMEM;
	memcpy(header, begin, sizeof(begin) - 1);
	memcpy(header + sizeof(begin) - 1, token->bytes, len);
	r = add_header(request, header);
	explicit_bzero(header, sizeof(begin) + len);
	free(header);
	return r;
}

/* By content, not by name: curl then takes over no connection made with other contents. */
static CURLcode set_blob(CURL *easy, CURLoption option, const struct kpol_blob *from)
{
	struct curl_blob blob = { from->bytes, from->len, CURL_BLOB_COPY };

	return from->bytes ? curl_easy_setopt(easy, option, &blob) : CURLE_OK;
}

static int set_trust(struct kpol_k8s_request *request, const struct kpol_k8s_endpoint *endpoint)
{
	CURL *easy = request->easy;
	CURLcode code = CURLE_OK;

	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (endpoint->ca.bytes) {
		/* Only these, not the machine's too. */
		curl_easy_setopt(easy, CURLOPT_CAINFO, NULL);
		curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
		code = set_blob(easy, CURLOPT_CAINFO_BLOB, &endpoint->ca);
	}
	if (code == CURLE_OK)
		code = set_blob(easy, CURLOPT_SSLCERT_BLOB, &endpoint->cert);
	if (code == CURLE_OK)
		code = set_blob(easy, CURLOPT_SSLKEY_BLOB, &endpoint->key);
	return code == CURLE_OK ? 0 : -ENOMEM;
}

static void set_manners(struct kpol_k8s_request *request, const struct kpol_k8s_endpoint *endpoint,
			uint64_t timeout_ms)
{
	CURL *easy = request->easy;

	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "https");
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, "kpold/" KPOL_VERSION);
	curl_easy_setopt(easy, CURLOPT_PROXY, endpoint->proxy ? endpoint->proxy : "");
	curl_easy_setopt(easy, CURLOPT_NOPROXY, "");
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_TIMEOUT_MS);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)timeout_ms);
	curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, on_open);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, request->sentence);
	curl_easy_setopt(easy, CURLOPT_PRIVATE, request);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, request);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_data);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, request);
}

static int set_target(struct kpol_k8s_request *request, const struct kpol_k8s_endpoint *endpoint,
		      const char *path)
{
	_cleanup_free_ char *url = NULL;
	CURLcode code;

	if (asprintf(&url, "%s%s", endpoint->url, path) < 0) {
		url = NULL;
		return -ENOMEM;
	}
	code = curl_easy_setopt(request->easy, CURLOPT_URL, url);
	return code == CURLE_OK ? 0 : -ENOMEM;
}

static int set_connect_to(struct kpol_k8s_request *request, const char *connect_to)
{
	if (!connect_to)
		return 0;
	request->connect_to = curl_slist_append(NULL, connect_to);
	if (!request->connect_to)
		return -ENOMEM;
	curl_easy_setopt(request->easy, CURLOPT_CONNECT_TO, request->connect_to);
	return 0;
}

static int set_write(struct kpol_k8s_request *request, const struct kpol_k8s_write *write)
{
	char type[128];

	if (!write)
		return 0;
	snprintf(type, sizeof(type), "Content-Type: %s", write->type);
	curl_easy_setopt(request->easy, CURLOPT_CUSTOMREQUEST, write->method);
	if (curl_easy_setopt(request->easy, CURLOPT_COPYPOSTFIELDS, write->body) != CURLE_OK)
		return -ENOMEM;
	return add_header(request, type);
}

static int set_up(struct kpol_k8s_request *request, const struct kpol_k8s_endpoint *endpoint,
		  const char *path, uint64_t timeout_ms, const struct kpol_k8s_write *write)
{
	int r;

	set_manners(request, endpoint, timeout_ms);
	r = set_target(request, endpoint, path);
	if (r == 0)
		r = set_write(request, write);
	if (r == 0)
		r = set_connect_to(request, endpoint->connect_to);
	if (r == 0)
		r = set_trust(request, endpoint);
	if (r == 0)
		r = add_header(request, "Accept: application/json");
	if (r == 0)
		r = add_token(request, &endpoint->token);
	if (r == 0)
		curl_easy_setopt(request->easy, CURLOPT_HTTPHEADER, request->headers);
	return r;
}

int kpol_k8s_request_write(struct kpol_conn *conn, struct kpol_k8s_endpoint *endpoint,
			   const char *path, uint64_t timeout_ms,
			   const struct kpol_k8s_write *write,
			   const struct kpol_k8s_request_ops *ops, void *userdata,
			   const char **ret_path, struct kpol_k8s_request **ret)
{
	_cleanup_(kpol_k8s_request_freep) struct kpol_k8s_request *request = NULL;
	int r = kpol_k8s_endpoint_refresh(endpoint, ret_path);

	if (r < 0)
		return r;
	request = calloc(1, sizeof(*request));
	if (!request)
		return -ENOMEM;
	request->ops = ops;
	request->userdata = userdata;
	request->easy = curl_easy_init();
	if (!request->easy)
		return -ENOMEM;
	r = set_up(request, endpoint, path, timeout_ms, write);
	if (r == 0)
		r = kpol_conn_add(conn, request->easy);
	if (r < 0)
		return r;
	request->conn = conn;
	*ret = TAKE_PTR(request);
	return 0;
}

int kpol_k8s_request_new(struct kpol_conn *conn, struct kpol_k8s_endpoint *endpoint,
			 const char *path, uint64_t timeout_ms,
			 const struct kpol_k8s_request_ops *ops, void *userdata,
			 const char **ret_path, struct kpol_k8s_request **ret)
{
	return kpol_k8s_request_write(conn, endpoint, path, timeout_ms, NULL, ops, userdata,
				      ret_path, ret);
}

static const struct {
	CURLcode code;
	int error;
} errors[] = {
	{ CURLE_OK, 0 },
	{ CURLE_OUT_OF_MEMORY, -ENOMEM },
	{ CURLE_OPERATION_TIMEDOUT, -ETIMEDOUT },
	{ CURLE_COULDNT_RESOLVE_HOST, -EHOSTUNREACH },
	{ CURLE_COULDNT_RESOLVE_PROXY, -EHOSTUNREACH },
	{ CURLE_COULDNT_CONNECT, -ECONNREFUSED },
	{ CURLE_PEER_FAILED_VERIFICATION, -EKEYREJECTED },
	{ CURLE_SSL_CACERT_BADFILE, -EKEYREJECTED },
	{ CURLE_SSL_CERTPROBLEM, -EKEYREJECTED },
	{ CURLE_SSL_CONNECT_ERROR, -EPROTO },
	{ CURLE_WEIRD_SERVER_REPLY, -EPROTO },
	{ CURLE_URL_MALFORMAT, -EINVAL },
};

/* Everything else is a connection that ended before the answer did. */
static int error_of(CURLcode code)
{
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (errors[i].code == code)
			return errors[i].error;
	return -ECONNRESET;
}

static void tell_reply(struct kpol_k8s_request *request, struct kpol_k8s_reply *reply,
		       CURLcode code)
{
	curl_off_t retry_after = 0;

	(void)curl_easy_getinfo(request->easy, CURLINFO_RETRY_AFTER, &retry_after);
	if (retry_after > 0)
		reply->retry_after_us =
			(uint64_t)(retry_after < 86400 ? retry_after : 86400) * 1000000;
	reply->status = status_of(request);
	reply->error = request->failure < 0 ? request->failure : error_of(code);
	if (reply->error < 0 && !is_good(reply->status) && request->refusal.len > 0)
		reply->error = 0;
	reply->sentence = request->sentence[0] ? request->sentence : curl_easy_strerror(code);
	if (request->failure < 0)
		reply->sentence = strerror(-request->failure);
	reply->refusal = request->refusal.text ? request->refusal.text : "";
	reply->refusal_len = request->refusal.len;
}

void kpol_k8s_request_ended(CURL *easy, CURLcode code)
{
	struct kpol_k8s_request *request = NULL;
	struct kpol_k8s_reply reply = { 0 };

	if (curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&request) != CURLE_OK || !request)
		return;
	tell_reply(request, &reply, code);
	request->ops->done(&reply, request->userdata);
}

void kpol_k8s_request_free(struct kpol_k8s_request *request)
{
	if (!request)
		return;
	if (request->conn)
		kpol_conn_remove(request->conn, request->easy);
	if (request->easy)
		curl_easy_cleanup(request->easy);
	wipe_headers(request);
	curl_slist_free_all(request->headers);
	curl_slist_free_all(request->connect_to);
	kpol_buffer_clear(&request->refusal);
	free(request);
}
