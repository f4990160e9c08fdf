/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A handle of libcurl as all transports want it: verified, without waiting, without a proxy. */
#ifndef KPOL_SEND_EASY_H
#define KPOL_SEND_EASY_H

#include <curl/curl.h>

#include "send/secret.h"

/**
 * struct kpol_easy - zero-initialise, end with kpol_easy_clear()
 * @connect_to: where to go instead of the host that the URL names.
 * @words: curl's, of what went wrong.
 */
struct kpol_easy {
	CURL *curl;
	struct curl_slist *connect_to;
	char words[CURL_ERROR_SIZE];
};

/**
 * kpol_easy_init() - a handle that has all but its URL
 * @userdata: what CURLINFO_PRIVATE answers.
 *
 * Return: 0 or -ENOMEM.
 */
int kpol_easy_init(struct kpol_easy *easy, const struct kpol_send_settings *settings,
		   const struct kpol_secrets *secrets, void *userdata);

/**
 * kpol_easy_connect_only() - a pipe of bytes to the settings' address instead of HTTP
 * @tls: with TLS, for the name that the settings have to be verified.
 *
 * Return: 0 or -ENOMEM.
 */
int kpol_easy_connect_only(struct kpol_easy *easy, const struct kpol_send_settings *settings,
			   bool tls);

/** kpol_easy_clear() - it must be in no multi handle. */
void kpol_easy_clear(struct kpol_easy *easy);

/** kpol_easy_explain() - what went wrong and what to do, without a full stop. */
void kpol_easy_explain(const struct kpol_easy *easy, CURLcode code, const char *target, char *text,
		       size_t size);

#endif /* KPOL_SEND_EASY_H */
