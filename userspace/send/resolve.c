// SPDX-License-Identifier: GPL-2.0-or-later
/* A name's address, without waiting for it. */
#include "send/resolve.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "net/conn.h"
#include "send/easy.h"

#define ADDRESSES_MAX 16

/** struct shown - an address that curl would connect to. */
struct shown {
	struct sockaddr_storage address;
	socklen_t len;
};

/** struct kpol_resolve - @shown: @n of them, in the resolver's order. @turn: which one is taken. */
struct kpol_resolve {
	const struct kpol_send_settings *settings;
	struct kpol_conn *conn;
	struct kpol_easy easy;
	struct shown shown[ADDRESSES_MAX];
	size_t n, turn;
	void (*done)(const struct sockaddr *address, socklen_t len, const char *error,
		     void *userdata);
	void *userdata;
};

static curl_socket_t on_open_socket(void *userdata, curlsocktype purpose,
				    struct curl_sockaddr *shown)
{
	struct kpol_resolve *resolve = userdata;
	struct shown *kept = &resolve->shown[resolve->n];

	(void)purpose;
	if (resolve->n < ADDRESSES_MAX && shown->addrlen <= sizeof(kept->address)) {
		memcpy(&kept->address, &shown->addr, shown->addrlen);
		kept->len = shown->addrlen;
		resolve->n++;
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
	const struct shown *taken;
	char error[384];

	if (curl_easy_getinfo(curl, CURLINFO_PRIVATE, (char **)&resolve) != CURLE_OK || !resolve)
		return;
	kpol_easy_explain(&resolve->easy, code, resolve->settings->address_text, error,
			  sizeof(error));
	end(resolve);
	if (resolve->n == 0) {
		resolve->done(NULL, 0, error, resolve->userdata);
		return;
	}
	taken = &resolve->shown[resolve->turn % resolve->n];
	resolve->done((const struct sockaddr *)&taken->address, taken->len, NULL,
		      resolve->userdata);
}

int kpol_resolve_ask(struct kpol_resolve *resolve, bool next)
{
	const struct kpol_secrets none = { 0 };
	int r;

	if (resolve->easy.curl)
		return 0;
	resolve->n = 0;
	resolve->turn += next;
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
		r = kpol_resolve_ask(resolve, false);
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
