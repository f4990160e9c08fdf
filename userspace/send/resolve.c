// SPDX-License-Identifier: GPL-2.0-or-later
/* A name's address, without waiting for it. */
#include "send/resolve.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "net/conn.h"
#include "send/easy.h"

/** struct kpol_resolve - @len: of @address, 0: none was shown yet. */
struct kpol_resolve {
	const struct kpol_send_settings *settings;
	struct kpol_conn *conn;
	struct kpol_easy easy;
	struct sockaddr_storage address;
	socklen_t len;
	void (*done)(const struct sockaddr *address, socklen_t len, const char *error,
		     void *userdata);
	void *userdata;
};

static curl_socket_t on_open_socket(void *userdata, curlsocktype purpose,
				    struct curl_sockaddr *shown)
{
	struct kpol_resolve *resolve = userdata;

	(void)purpose;
	if (resolve->len == 0 && shown->addrlen <= sizeof(resolve->address)) {
		memcpy(&resolve->address, &shown->addr, shown->addrlen);
		resolve->len = shown->addrlen;
	}
	return CURL_SOCKET_BAD;
}

static void end(struct kpol_resolve *resolve)
{
	if (resolve->easy.curl)
		kpol_conn_remove(resolve->conn, resolve->easy.curl);
	kpol_easy_clear(&resolve->easy);
}

static void on_ended(CURL *curl, CURLcode code)
{
	struct kpol_resolve *resolve = NULL;
	char error[384];

	if (curl_easy_getinfo(curl, CURLINFO_PRIVATE, (char **)&resolve) != CURLE_OK || !resolve)
		return;
	kpol_easy_explain(&resolve->easy, code, resolve->settings->address_text, error,
			  sizeof(error));
	end(resolve);
	if (resolve->len)
		resolve->done((const struct sockaddr *)&resolve->address, resolve->len, NULL,
			      resolve->userdata);
	else
		resolve->done(NULL, 0, error, resolve->userdata);
}

int kpol_resolve_ask(struct kpol_resolve *resolve)
{
	const struct kpol_secrets none = { 0 };
	int r;

	if (resolve->easy.curl)
		return 0;
	resolve->len = 0;
	r = kpol_easy_init(&resolve->easy, resolve->settings, &none, resolve);
	if (r == 0)
		r = kpol_easy_connect_only(&resolve->easy, resolve->settings, false);
	if (r == 0) {
		curl_easy_setopt(resolve->easy.curl, CURLOPT_OPENSOCKETFUNCTION, on_open_socket);
		curl_easy_setopt(resolve->easy.curl, CURLOPT_OPENSOCKETDATA, resolve);
		r = kpol_conn_add(resolve->conn, resolve->easy.curl);
	}
	if (r < 0)
		kpol_easy_clear(&resolve->easy);
	return r;
}

int kpol_resolve_new(sd_event *loop, const struct kpol_send_settings *settings,
		     void (*done)(const struct sockaddr *address, socklen_t len, const char *error,
				  void *userdata),
		     void *userdata, struct kpol_resolve **ret)
{
	struct kpol_resolve *resolve = calloc(1, sizeof(*resolve));
	int r;

	if (!resolve)
		return -ENOMEM;
	resolve->settings = settings;
	resolve->done = done;
	resolve->userdata = userdata;
	r = kpol_conn_new(loop, on_ended, &resolve->conn);
	if (r == 0)
		r = kpol_resolve_ask(resolve);
	if (r < 0) {
		kpol_resolve_free(resolve);
		return r;
	}
	*ret = resolve;
	return 0;
}

void kpol_resolve_free(struct kpol_resolve *resolve)
{
	if (!resolve)
		return;
	if (resolve->conn)
		end(resolve);
	kpol_conn_free(resolve->conn);
	free(resolve);
}
