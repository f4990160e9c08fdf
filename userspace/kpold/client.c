// SPDX-License-Identifier: GPL-2.0-or-later
/* One connection to the control socket: its bytes in, its bytes out. */
#include "kpold/client.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/frame.h"
#include "kpold/call.h"
#include "kpold/log.h"

/* A follower that has this much unread is slow: it loses events, not we memory. */
#define FOLLOW_MAX (1U << 20)

/**
 * struct kpold_client - @out: not yet sent from @sent on.
 * @skipped: events this follower has missed since it was last told.
 */
struct kpold_client {
	struct kpold_daemon *d;
	struct kpold_client_list *list;
	struct kpold_client *next;
	int fd;
	sd_event_source *io;
	struct ucred peer;
	struct kpol_frame in;
	struct kpol_buffer out;
	size_t sent;
	bool following;
	bool busy;
	bool broken;
	uint64_t skipped;
};

struct kpold_client *kpold_client_next(const struct kpold_client *client)
{
	return client->next;
}

static void unlink_client(struct kpold_client *client)
{
	struct kpold_client **at = &client->list->first;

	while (*at && *at != client)
		at = &(*at)->next;
	if (*at) {
		*at = client->next;
		client->list->n--;
	}
}

void kpold_client_free(struct kpold_client *client)
{
	unlink_client(client);
	sd_event_source_disable_unref(client->io);
	close(client->fd);
	kpol_frame_clear(&client->in);
	kpol_buffer_clear(&client->out);
	free(client);
}

static bool drained(const struct kpold_client *client)
{
	return client->sent == client->out.len;
}

/* While an answer waits to be read we read no further request; a hang-up is reported all the same.
 */
static void update_interest(struct kpold_client *client)
{
	(void)sd_event_source_set_io_events(client->io, drained(client) ? EPOLLIN : EPOLLOUT);
}

static void tell_skipped(struct kpold_client *client)
{
	kpol_buffer_printf(&client->out,
			   "{\"parameters\":{\"skipped\":%" PRIu64 "},\"continues\":true}",
			   client->skipped);
	kpol_buffer_putc(&client->out, '\0');
	client->skipped = 0;
}

static int flush(struct kpold_client *client)
{
	while (!drained(client)) {
		ssize_t n = send(client->fd, client->out.text + client->sent,
				 client->out.len - client->sent, MSG_DONTWAIT | MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN ? 0 : -errno;
		client->sent += (size_t)n;
	}
	kpol_buffer_clear(&client->out);
	client->sent = 0;
	if (client->skipped) {
		tell_skipped(client);
		return flush(client);
	}
	return 0;
}

int kpold_client_send(struct kpold_client *client, const char *message, size_t len)
{
	kpol_buffer_add(&client->out, message, len);
	if (client->out.failed) {
		client->broken = true;
		return -ENOMEM;
	}
	return 0;
}

void kpold_client_follow(struct kpold_client *client)
{
	client->following = true;
}

void kpold_client_publish(struct kpold_client *client, const char *json)
{
	if (!client->following)
		return;
	if (client->out.len - client->sent > FOLLOW_MAX) {
		client->skipped++;
		return;
	}
	kpol_buffer_printf(&client->out, "{\"parameters\":%s,\"continues\":true}", json);
	kpol_buffer_putc(&client->out, '\0');
	if (!client->busy) {
		if (flush(client) < 0)
			client->broken = true;
		update_interest(client);
	}
}

/* Answers what has arrived, one request at a time. */
static void serve(struct kpold_client *client)
{
	char *message;
	size_t len;

	while (!client->broken && drained(client) &&
	       (message = kpol_frame_take(&client->in, &len))) {
		if (client->following) {
			client->broken = true; /* a stream takes no further request */
			break;
		}
		client->busy = true;
		kpold_call_dispatch(client->d, client, &client->peer, message, len);
		client->busy = false;
		if (flush(client) < 0)
			client->broken = true;
	}
}

static int receive(struct kpold_client *client)
{
	char *room;
	size_t size;
	ssize_t n;
	int r;

	r = kpol_frame_room(&client->in, &room, &size);
	if (r < 0)
		return r;
	n = recv(client->fd, room, size, MSG_DONTWAIT);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	if (n == 0)
		return -ECONNRESET;
	kpol_frame_received(&client->in, (size_t)n);
	return 0;
}

static int on_io(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct kpold_client *client = userdata;
	int r = 0;

	(void)source;
	(void)fd;
	if (revents & EPOLLIN)
		r = receive(client);
	if (r == 0 && (revents & EPOLLOUT))
		r = flush(client);
	if (r == -EMSGSIZE)
		kpold_log(LOG_WARNING, "request of pid %d is larger than %u MiB, connection closed",
			  (int)client->peer.pid, KPOL_FRAME_MAX >> 20);
	if (r == 0)
		serve(client);
	if (r < 0 || client->broken || (revents & (EPOLLHUP | EPOLLERR)))
		kpold_client_free(client);
	else
		update_interest(client);
	return 0;
}

int kpold_client_new(struct kpold_daemon *d, struct kpold_client_list *list, int fd,
		     const struct ucred *peer)
{
	struct kpold_client *client = calloc(1, sizeof(*client));
	int r;

	if (!client) {
		close(fd);
		return -ENOMEM;
	}
	*client = (struct kpold_client){ .d = d, .list = list, .fd = fd, .peer = *peer };
	client->next = list->first;
	list->first = client;
	list->n++;
	r = sd_event_add_io(d->loop, &client->io, fd, EPOLLIN, on_io, client);
	if (r < 0)
		kpold_client_free(client);
	return r;
}
