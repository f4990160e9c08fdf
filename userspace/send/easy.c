// SPDX-License-Identifier: GPL-2.0-or-later
/* A handle of libcurl as all transports want it. */
#include "send/easy.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/kpol.h>

#include "base/cleanup.h"

/* A peer that is gone without a word is noticed after a minute, also while nothing is sent. */
static const struct {
	int level, name, value;
} socket_options[] = {
	{ SOL_SOCKET, SO_KEEPALIVE, 1 },
	{ IPPROTO_TCP, TCP_KEEPIDLE, 30 },
	{ IPPROTO_TCP, TCP_KEEPINTVL, 10 },
	{ IPPROTO_TCP, TCP_KEEPCNT, 3 },
};

static int on_open(void *userdata, curl_socket_t fd, curlsocktype purpose)
{
	const struct kpol_send_settings *settings = userdata;
	unsigned int unanswered_ms = (unsigned int)(settings->send_timeout_us / 1000);

	(void)purpose;
	for (size_t i = 0; i < sizeof(socket_options) / sizeof(socket_options[0]); i++)
		(void)setsockopt(fd, socket_options[i].level, socket_options[i].name,
				 &socket_options[i].value, sizeof(socket_options[i].value));
	(void)setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &unanswered_ms, sizeof(unanswered_ms));
	return CURL_SOCKOPT_OK;
}

/* By content, so that no connection made with other contents is taken over. */
static CURLcode set_blob(CURL *curl, CURLoption option, const struct kpol_blob *from)
{
	struct curl_blob blob = { from->bytes, from->len, CURL_BLOB_COPY };

	return from->bytes ? curl_easy_setopt(curl, option, &blob) : CURLE_OK;
}

/* There is no setting that weakens this. */
static int set_trust(CURL *curl, const struct kpol_secrets *secrets)
{
	CURLcode code = CURLE_OK;

	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (secrets->ca.bytes) {
		/* Only these, not the machine's too. */
		curl_easy_setopt(curl, CURLOPT_CAINFO, NULL);
		curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
		code = set_blob(curl, CURLOPT_CAINFO_BLOB, &secrets->ca);
	}
	if (code == CURLE_OK)
		code = set_blob(curl, CURLOPT_SSLCERT_BLOB, &secrets->cert);
	if (code == CURLE_OK)
		code = set_blob(curl, CURLOPT_SSLKEY_BLOB, &secrets->key);
	return code == CURLE_OK ? 0 : -ENOMEM;
}

int kpol_easy_init(struct kpol_easy *easy, const struct kpol_send_settings *settings,
		   const struct kpol_secrets *secrets, void *userdata)
{
	CURL *curl = curl_easy_init();

	if (!curl)
		return -ENOMEM;
	memset(easy, 0, sizeof(*easy));
	easy->curl = curl;
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	/* Or ending a handle would wait until the resolver's thread comes back. */
	curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS,
			 (long)(settings->connect_timeout_us / 1000));
	curl_easy_setopt(curl, CURLOPT_SOCKOPTFUNCTION, on_open);
	curl_easy_setopt(curl, CURLOPT_SOCKOPTDATA, (void *)settings);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, easy->words);
	curl_easy_setopt(curl, CURLOPT_PRIVATE, userdata);
	return set_trust(curl, secrets);
}

/* "::host:port": whatever the URL says, go there. */
static int go_to(struct kpol_easy *easy, const struct kpol_send_settings *settings)
{
	bool v6 = strchr(settings->host, ':');
	char text[300];

	(void)snprintf(text, sizeof(text), v6 ? "::[%s]:%u" : "::%s:%u", settings->host,
		       (unsigned int)settings->port);
	easy->connect_to = curl_slist_append(NULL, text);
	if (!easy->connect_to)
		return -ENOMEM;
	curl_easy_setopt(easy->curl, CURLOPT_CONNECT_TO, easy->connect_to);
	return 0;
}

int kpol_easy_connect_only(struct kpol_easy *easy, const struct kpol_send_settings *settings,
			   bool tls)
{
	const char *name = tls && settings->server_name ? settings->server_name : settings->host;
	char url[320];

	(void)snprintf(url, sizeof(url), strchr(name, ':') ? "%s://[%s]:%u" : "%s://%s:%u",
		       tls ? "https" : "http", name, (unsigned int)settings->port);
	if (curl_easy_setopt(easy->curl, CURLOPT_URL, url) != CURLE_OK)
		return -ENOMEM;
	curl_easy_setopt(easy->curl, CURLOPT_CONNECT_ONLY, 1L);
	curl_easy_setopt(easy->curl, CURLOPT_SSL_ENABLE_ALPN, 0L);
	return name == settings->host ? 0 : go_to(easy, settings);
}

void kpol_easy_clear(struct kpol_easy *easy)
{
	if (easy->curl)
		curl_easy_cleanup(easy->curl);
	curl_slist_free_all(easy->connect_to);
	memset(easy, 0, sizeof(*easy));
}

/* By what OpenSSL or curl says: the same code stands for quite different faults. */
static const struct {
	const char *words;
	const char *advice;
} by_words[] = {
	{ "subject name",
	  "its certificate is for another name, set server-name to one that is in it" },
	{ "has expired", "its certificate has expired and must be renewed there" },
	{ "not yet valid", "its certificate is not valid yet, compare the clocks" },
	{ "issuer", "set ca-file to the authority that signed its certificate" },
	{ "self-signed", "set ca-file to the authority that signed its certificate" },
	{ "alert certificate required", "it wants a certificate of ours, set certificate and key" },
	{ "alert unknown ca", "it does not know who signed our certificate, tell it" },
	{ "alert bad certificate", "it refuses our certificate, issue one that it accepts" },
	{ "alert certificate expired", "our certificate has expired, renew it" },
	{ "alert handshake", "it wants another certificate or other ciphers than ours" },
	{ "protocol", "it speaks nothing newer than TLS 1.1, which is refused here" },
};

static const struct {
	CURLcode code;
	const char *advice;
} by_code[] = {
	{ CURLE_COULDNT_RESOLVE_HOST, "check the name and this machine's resolver" },
	{ CURLE_COULDNT_CONNECT, "check that it listens there and that no firewall is between" },
	{ CURLE_OPERATION_TIMEDOUT, "check that it is alive and that no firewall is between" },
	{ CURLE_SSL_CERTPROBLEM, "check that certificate and key are PEM and belong together" },
	{ CURLE_SSL_CACERT_BADFILE, "check that ca-file holds certificates in PEM" },
	{ CURLE_SSL_CONNECT_ERROR, "check that it speaks TLS 1.2 or newer there" },
	{ CURLE_GOT_NOTHING, "it closed the connection without an answer" },
	{ CURLE_RECV_ERROR, "the connection broke before the answer was whole" },
	{ CURLE_PARTIAL_FILE, "the connection broke before the answer was whole" },
	{ CURLE_WEIRD_SERVER_REPLY, "check that it speaks HTTP there" },
	{ CURLE_UNSUPPORTED_PROTOCOL, "check that it speaks HTTP there" },
};

static const char *advice_of(CURLcode code, const char *words)
{
	bool tls = code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CONNECT_ERROR ||
		   strstr(words, "alert");

	for (size_t i = 0; tls && i < sizeof(by_words) / sizeof(by_words[0]); i++)
		if (strstr(words, by_words[i].words))
			return by_words[i].advice;
	for (size_t i = 0; i < sizeof(by_code) / sizeof(by_code[0]); i++)
		if (by_code[i].code == code)
			return by_code[i].advice;
	return NULL;
}

void kpol_easy_explain(const struct kpol_easy *easy, CURLcode code, const char *target, char *text,
		       size_t size)
{
	const char *words = easy->words[0] ? easy->words : curl_easy_strerror(code);
	const char *advice = advice_of(code, words);
	int len = (int)strcspn(words, "\r\n");

	(void)snprintf(text, size, "%s: %.*s%s%s", target, len, words, advice ? ": " : "",
		       advice ? advice : "");
}
