// SPDX-License-Identifier: GPL-2.0-or-later
/* The event connection: the socket the module sends events and notices of change to. */
#include "nl/events.h"

#include <errno.h>
#include <netlink/genl/genl.h>
#include <sys/socket.h>

#include "nl/private.h"
#include "nl/request.h"

/* A burst of about ten thousand events while the daemon is busy with a large bundle. */
#define RECEIVE_BUFFER (8 << 20)

/**
 * struct kpol_nl_events - the event connection
 * @nl: its socket, and the buffer to read into; also used once, to subscribe.
 */
struct kpol_nl_events {
	struct kpol_nl *nl;
	const struct kpol_nl_events_ops *ops;
	void *userdata;
	uint64_t overruns;
};

static int subscribe(struct kpol_nl *nl)
{
	_cleanup_msg_ struct nl_msg *msg = NULL;
	int r;

	r = kpol_nl_msg(nl, KPOL_CMD_EVENT_SUBSCRIBE, &msg);
	if (r < 0)
		return r;
	return kpol_nl_do(nl, msg, 0, NULL, NULL);
}

static void take_damaged(struct kpol_nl_events *events)
{
	if (events->ops->damaged)
		events->ops->damaged(events->userdata);
}

static void take_event(struct kpol_nl_events *events, const struct nlmsghdr *hdr)
{
	struct kpol_nl_event decoded;

	if (kpol_nl_event_decode(hdr, &decoded) == 0)
		events->ops->event(&decoded.event, events->userdata);
	else
		take_damaged(events);
}

static void take_status(struct kpol_nl_events *events, const struct nlmsghdr *hdr)
{
	struct kpol_nl_status status;

	if (kpol_nl_status_decode(hdr, &status) < 0)
		take_damaged(events);
	else if (events->ops->status)
		events->ops->status(&status, events->userdata);
}

static void take_message(const struct nlmsghdr *hdr, void *userdata)
{
	struct kpol_nl_events *events = userdata;
	const struct genlmsghdr *genl = nlmsg_data(hdr);

	if (hdr->nlmsg_type != events->nl->family || !genlmsg_valid_hdr((struct nlmsghdr *)hdr, 0))
		return;
	if (genl->cmd == KPOL_CMD_EVENT_NTF)
		take_event(events, hdr);
	else if (genl->cmd == KPOL_CMD_STATUS_NTF)
		take_status(events, hdr);
}

/* Takes the connection over, on success only. */
static int wrap(struct kpol_nl *nl, const struct kpol_nl_events_ops *ops, void *userdata,
		struct kpol_nl_events **ret)
{
	struct kpol_nl_events *events = calloc(1, sizeof(*events));

	if (!events)
		return -ENOMEM;
	*events = (struct kpol_nl_events){ .nl = nl, .ops = ops, .userdata = userdata };
	nl->stray = take_message;
	nl->stray_userdata = events;
	*ret = events;
	return 0;
}

int kpol_nl_events_new_fd(int fd, uint16_t family, const struct kpol_nl_events_ops *ops,
			  void *userdata, struct kpol_nl_events **ret_events)
{
	struct kpol_nl *nl;
	int r;

	r = kpol_nl_new_fd(fd, family, &nl);
	if (r < 0)
		return r;
	r = wrap(nl, ops, userdata, ret_events);
	if (r < 0)
		free(nl); /* but not the descriptor, which is still the caller's */
	return r;
}

static int join(const char *group, const struct kpol_nl_events_ops *ops, void *userdata,
		struct kpol_nl_events **ret)
{
	_cleanup_(kpol_nl_freep) struct kpol_nl *nl = NULL;
	int r;

	r = kpol_nl_new(false, &nl);
	if (r < 0)
		return r;
	kpol_nl_grow_buffer(nl->fd, RECEIVE_BUFFER);
	r = kpol_nl_join(nl, group);
	if (r == 0)
		r = wrap(nl, ops, userdata, ret);
	if (r == 0)
		TAKE_PTR(nl);
	return r;
}

int kpol_nl_events_new(const struct kpol_nl_events_ops *ops, void *userdata,
		       struct kpol_nl_events **ret_events)
{
	_cleanup_(kpol_nl_events_freep) struct kpol_nl_events *events = NULL;
	int r;

	r = join(KPOL_MCGRP_STATUS, ops, userdata, &events);
	if (r < 0)
		return r;
	/* Last, because the module empties its queue into the socket now, maybe before it answers.
	 */
	r = subscribe(events->nl);
	if (r < 0)
		return r;
	*ret_events = TAKE_PTR(events);
	return 0;
}

int kpol_nl_events_watch(const struct kpol_nl_events_ops *ops, void *userdata,
			 struct kpol_nl_events **ret_events)
{
	return join(KPOL_MCGRP_EVENT, ops, userdata, ret_events);
}

void kpol_nl_events_free(struct kpol_nl_events *events)
{
	if (!events)
		return;
	kpol_nl_free(events->nl);
	free(events);
}

int kpol_nl_events_fd(const struct kpol_nl_events *events)
{
	return events->nl->fd;
}

uint64_t kpol_nl_events_overruns(const struct kpol_nl_events *events)
{
	return events->overruns;
}

/* Return: 1: took a datagram or an overrun, 0: none waiting, -errno. */
static int read_one(struct kpol_nl_events *events)
{
	struct nlmsghdr *hdr = (struct nlmsghdr *)events->nl->buf;
	ssize_t n = kpol_nl_receive(events->nl->fd, events->nl->buf, sizeof(events->nl->buf),
				    MSG_DONTWAIT);
	int left = (int)n;

	if (n == -EAGAIN)
		return 0;
	if (n == -ENOBUFS || n == -EMSGSIZE) {
		events->overruns++;
		return 1;
	}
	if (n < 0)
		return (int)n;
	for (; nlmsg_ok(hdr, left); hdr = nlmsg_next(hdr, &left))
		take_message(hdr, events);
	return 1;
}

int kpol_nl_events_read(struct kpol_nl_events *events, int max)
{
	int n = 0;

	while (n < max) {
		int r = read_one(events);

		if (r < 0)
			return r;
		if (r == 0)
			break;
		n++;
	}
	return n;
}
