/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The event connection: the socket the module sends events and notices of change to. */
#ifndef KPOL_NL_EVENTS_H
#define KPOL_NL_EVENTS_H

#include "nl/event.h"
#include "nl/status.h"

struct kpol_nl_events;

/**
 * struct kpol_nl_events_ops - who takes what arrives
 * @event: one verdict; valid during the call.
 * @status: something changed: a commit, a mode, a binding; may be NULL.
 * @damaged: a message that could not be read was skipped; may be NULL.
 */
struct kpol_nl_events_ops {
	void (*event)(const struct kpol_event *event, void *userdata);
	void (*status)(const struct kpol_nl_status *status, void *userdata);
	void (*damaged)(void *userdata);
};

/**
 * kpol_nl_events_new() - subscribe: from now on the module sends its events here
 * @ops, @userdata: kept; may be called before this returns, for what the module had in its queue.
 * @ret_events: free with kpol_nl_events_free(), which ends the subscription.
 *
 * Return: 0; -ENODEV; -EPERM; or the errno of a socket call.
 */
int kpol_nl_events_new(const struct kpol_nl_events_ops *ops, void *userdata,
		       struct kpol_nl_events **ret_events);

/**
 * kpol_nl_events_watch() - hear what is reported, beside whoever has subscribed
 *
 * Takes no event from the subscriber. What this socket has no room for is gone for it, and shows as a gap.
 * Return: as kpol_nl_events_new().
 */
int kpol_nl_events_watch(const struct kpol_nl_events_ops *ops, void *userdata,
			 struct kpol_nl_events **ret_events);

/** kpol_nl_events_new_fd() - over any datagram socket, for tests; sends nothing. */
int kpol_nl_events_new_fd(int fd, uint16_t family, const struct kpol_nl_events_ops *ops,
			  void *userdata, struct kpol_nl_events **ret_events);

void kpol_nl_events_free(struct kpol_nl_events *events);
DEFINE_CLEANUP(struct kpol_nl_events *, kpol_nl_events_free)

/** kpol_nl_events_fd() - to poll for reading. */
int kpol_nl_events_fd(const struct kpol_nl_events *events);

/** kpol_nl_events_overruns() - how often the socket was full and the kernel threw something away.
 */
uint64_t kpol_nl_events_overruns(const struct kpol_nl_events *events);

/**
 * kpol_nl_events_read() - take what has arrived, without waiting
 * @max: datagrams at most, so that a flood does not keep the caller from its other work.
 *
 * A full socket (ENOBUFS) is counted and not an error: the gap shows in the sequence numbers.
 *
 * Return: datagrams read, 0: none waiting; -errno: the socket is broken.
 */
int kpol_nl_events_read(struct kpol_nl_events *events, int max);

#endif /* KPOL_NL_EVENTS_H */
