// SPDX-License-Identifier: GPL-2.0-or-later
/* Connections: libcurl's multi interface inside an sd-event loop. */
#include "net/conn.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>

/**
 * struct kpol_conn - @timer: what curl asked to be called at.
 *
 * The event source of a socket is what curl_multi_assign() keeps for us.
 */
struct kpol_conn {
	sd_event *loop;
	CURLM *multi;
	sd_event_source *timer;
	void (*done)(CURL *easy, CURLcode code);
};

static void tell_ended(struct kpol_conn *conn)
{
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(conn->multi, &left))) {
		if (message->msg == CURLMSG_DONE)
			conn->done(message->easy_handle, message->data.result);
	}
}

static void act(struct kpol_conn *conn, curl_socket_t fd, int what)
{
	int running;

	(void)curl_multi_socket_action(conn->multi, fd, what, &running);
	tell_ended(conn);
}

static int on_socket(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	int what = 0;

	(void)source;
	if (revents & (EPOLLIN | EPOLLHUP))
		what |= CURL_CSELECT_IN;
	if (revents & EPOLLOUT)
		what |= CURL_CSELECT_OUT;
	if (revents & EPOLLERR)
		what |= CURL_CSELECT_ERR;
	act(userdata, fd, what);
	return 0;
}

static int on_timer(sd_event_source *source, uint64_t usec, void *userdata)
{
	(void)source;
	(void)usec;
	act(userdata, CURL_SOCKET_TIMEOUT, 0);
	return 0;
}

static int watch_socket(struct kpol_conn *conn, curl_socket_t fd, uint32_t events)
{
	sd_event_source *source;

	if (sd_event_add_io(conn->loop, &source, fd, events, on_socket, conn) < 0)
		return -1;
	if (curl_multi_assign(conn->multi, fd, source) == CURLM_OK)
		return 0;
	sd_event_source_disable_unref(source);
	return -1;
}

/* Called by curl: it wants to hear of a socket, of other events on it, or no more. */
static int want_socket(CURL *easy, curl_socket_t fd, int what, void *userdata, void *assigned)
{
	uint32_t events =
		(what & CURL_POLL_IN ? EPOLLIN : 0) | (what & CURL_POLL_OUT ? EPOLLOUT : 0);

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		sd_event_source_disable_unref(assigned);
		return 0;
	}
	if (assigned)
		return sd_event_source_set_io_events(assigned, events) < 0 ? -1 : 0;
	return watch_socket(userdata, fd, events);
}

/* Called by curl; it may not be called back from here, so 0 ms is a turn of the loop too. */
static int want_timer(CURLM *multi, long ms, void *userdata)
{
	struct kpol_conn *conn = userdata;
	uint64_t now;

	(void)multi;
	if (ms < 0)
		return sd_event_source_set_enabled(conn->timer, SD_EVENT_OFF) < 0 ? -1 : 0;
	if (sd_event_now(conn->loop, CLOCK_MONOTONIC, &now) < 0 ||
	    sd_event_source_set_time(conn->timer, now + (uint64_t)ms * 1000) < 0 ||
	    sd_event_source_set_enabled(conn->timer, SD_EVENT_ONESHOT) < 0)
		return -1;
	return 0;
}

static int set_up(struct kpol_conn *conn)
{
	conn->multi = curl_multi_init();
	if (!conn->multi)
		return -ENOMEM;
	curl_multi_setopt(conn->multi, CURLMOPT_SOCKETFUNCTION, want_socket);
	curl_multi_setopt(conn->multi, CURLMOPT_SOCKETDATA, conn);
	curl_multi_setopt(conn->multi, CURLMOPT_TIMERFUNCTION, want_timer);
	curl_multi_setopt(conn->multi, CURLMOPT_TIMERDATA, conn);
	curl_multi_setopt(conn->multi, CURLMOPT_PIPELINING, CURLPIPE_NOTHING);
	return sd_event_add_time_relative(conn->loop, &conn->timer, CLOCK_MONOTONIC, UINT64_MAX / 2,
					  1000, on_timer, conn);
}

int kpol_conn_new(sd_event *loop, void (*done)(CURL *easy, CURLcode code), struct kpol_conn **ret)
{
	_cleanup_(kpol_conn_freep) struct kpol_conn *conn = calloc(1, sizeof(*conn));
	int r;

	if (!conn || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return -ENOMEM;
	conn->loop = sd_event_ref(loop);
	conn->done = done;
	r = set_up(conn);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(conn);
	return 0;
}

void kpol_conn_free(struct kpol_conn *conn)
{
	if (!conn)
		return;
	if (conn->multi)
		curl_multi_cleanup(conn->multi);
	sd_event_source_disable_unref(conn->timer);
	sd_event_unref(conn->loop);
	free(conn);
	curl_global_cleanup();
}

sd_event *kpol_conn_loop(const struct kpol_conn *conn)
{
	return conn->loop;
}

int kpol_conn_add(struct kpol_conn *conn, CURL *easy)
{
	return curl_multi_add_handle(conn->multi, easy) == CURLM_OK ? 0 : -ENOMEM;
}

void kpol_conn_remove(struct kpol_conn *conn, CURL *easy)
{
	(void)curl_multi_remove_handle(conn->multi, easy);
}
