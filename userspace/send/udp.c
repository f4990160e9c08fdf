// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Syslog over UDP (RFC 5426): a datagram per payload.
 *
 * Taken means given to the network, no more. Datagrams get lost, twice or out of order, and nobody is told; that nobody
 * listens is known only if his machine says so, and then after the fact. For what must arrive take tls or http.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "send/private.h"
#include "send/resolve.h"
#include "send/rows.h"

/* A name may move to another address; a connected socket would never notice. */
#define ASK_AGAIN_US (300 * UINT64_C(1000000))

/** struct udp - @fd: connected, or -1. @n: payloads of the batch that are through. @asked_us: last. */
struct udp {
	struct kpol_link *link;
	struct kpol_resolve *resolve;
	int fd;
	sd_event_source *io;
	uint64_t asked_us;
	size_t n, n_refused;
};

static uint64_t now_us(const struct udp *udp)
{
	uint64_t now = 0;

	(void)sd_event_now(udp->link->loop, CLOCK_MONOTONIC, &now);
	return now;
}

static void close_socket(struct udp *udp)
{
	sd_event_source_disable_unref(udp->io);
	udp->io = NULL;
	if (udp->fd >= 0)
		close(udp->fd);
	udp->fd = -1;
}

static int send_item(struct udp *udp, const struct kpol_send_item *item)
{
	struct msghdr msg = { .msg_iov = (struct iovec *)item->parts,
			      .msg_iovlen = (size_t)item->n_parts };

	return sendmsg(udp->fd, &msg, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 ? -errno : 0;
}

static int send_items(struct udp *udp, const struct kpol_send_batch *batch)
{
	for (; udp->n < batch->n; udp->n++) {
		int r = send_item(udp, &batch->items[udp->n]);

		if (r == -EMSGSIZE)
			udp->n_refused++;
		else if (r < 0)
			return r;
	}
	return 0;
}

static const char *words_of(int error)
{
	return error == -ECONNREFUSED ? "nobody listens there: what was sent last is lost"
				      : strerror(-error);
}

/* An error of the socket is about an earlier datagram; this one has not been sent. */
static void broken(struct udp *udp, int error)
{
	close_socket(udp);
	kpol_link_fail(udp->link, 0, "%s: %s", udp->link->settings->address_text, words_of(error));
}

static void end(struct udp *udp)
{
	if (udp->n_refused)
		kpol_link_end(udp->link, udp->n, udp->n_refused, "%s: too long for a datagram",
			      udp->link->settings->address_text);
	else
		kpol_link_end(udp->link, udp->n, 0, NULL);
	udp->n = udp->n_refused = 0;
}

static void send_batch(struct udp *udp)
{
	const struct kpol_send_batch *batch = kpol_link_waiting(udp->link);
	int r;

	if (!batch)
		return;
	r = send_items(udp, batch);
	(void)sd_event_source_set_io_events(udp->io, r == -EAGAIN ? EPOLLOUT : 0);
	if (r == 0) {
		kpol_link_works(udp->link);
		end(udp);
	} else if (r != -EAGAIN) {
		broken(udp, r);
	}
}

/* EPOLLERR is told without being asked for: an ICMP message came, also while nothing is sent. */
static int on_io(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct udp *udp = userdata;
	socklen_t len = sizeof(int);
	int error = 0;

	(void)source;
	if (revents & EPOLLERR && getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) == 0 && error)
		broken(udp, -error);
	else
		send_batch(udp);
	return 0;
}

static int open_socket(struct udp *udp, const struct sockaddr *address, socklen_t len)
{
	close_socket(udp);
	udp->fd = socket(address->sa_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (udp->fd < 0 || connect(udp->fd, address, len) < 0)
		return -errno;
	return sd_event_add_io(udp->link->loop, &udp->io, udp->fd, 0, on_io, udp);
}

static void on_address(const struct sockaddr *address, socklen_t len, const char *error,
		       void *userdata)
{
	struct udp *udp = userdata;
	int r;

	udp->asked_us = now_us(udp);
	/* A resolver in trouble is no reason to leave an address that works. */
	if (!address && udp->fd >= 0)
		return;
	if (!address) {
		kpol_link_fail(udp->link, 0, "%s", error);
		return;
	}
	r = open_socket(udp, address, len);
	if (r < 0) {
		broken(udp, r);
		return;
	}
	kpol_link_phase(udp->link, KPOL_LINK_UP);
	send_batch(udp);
}

static void ask(struct udp *udp, bool next)
{
	if (kpol_resolve_ask(udp->resolve, next) < 0)
		kpol_link_fail(udp->link, 0, "there is no memory to look up a name");
}

static void attempt(struct kpol_link *link)
{
	struct udp *udp = link->own;

	if (udp->fd < 0) {
		kpol_link_retry_off(link);
		kpol_link_phase(link, KPOL_LINK_CONNECTING);
		/* Of a name with several addresses another one may work. */
		ask(udp, true);
		return;
	}
	if (now_us(udp) - udp->asked_us > ASK_AGAIN_US)
		ask(udp, false);
	send_batch(udp);
}

static void recall(struct kpol_link *link)
{
	struct udp *udp = link->own;

	udp->n = udp->n_refused = 0;
}

static int start(struct kpol_link *link)
{
	struct udp *udp = calloc(1, sizeof(*udp));

	if (!udp)
		return -ENOMEM;
	link->own = udp;
	udp->link = link;
	udp->fd = -1;
	kpol_link_phase(link, KPOL_LINK_CONNECTING);
	return kpol_resolve_new(link->loop, link->settings, on_address, udp, &udp->resolve);
}

static void stop(struct kpol_link *link)
{
	struct udp *udp = link->own;

	if (!udp)
		return;
	close_socket(udp);
	kpol_resolve_free(udp->resolve);
	free(udp);
}

static const struct kpol_send_setting settings[] = {
	KPOL_SETTING_ADDRESS(514,
			     "host and port of the receiver; 514 is the port if none is given"),
	{ "connect-timeout", kpol_send_parse_time, KPOL_FIELD(connect_timeout_us), 10000, 300000000,
	  .fallback = "10s", .sentence = "for the look-up of the name" },
	KPOL_SETTINGS_RETRY,
	{ 0 },
};

const struct kpol_send_transport kpol_send_transport_udp = {
	.name = "udp",
	.purpose = "syslog over UDP, which promises nothing",
	.settings = settings,
	.start = start,
	.attempt = attempt,
	.recall = recall,
	.stop = stop,
};
