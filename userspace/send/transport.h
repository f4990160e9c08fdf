/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Transports: the ways that payloads leave this machine by, and a link of one of them to one receiver. */
#ifndef KPOL_SEND_TRANSPORT_H
#define KPOL_SEND_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>
#include <systemd/sd-event.h>

#include "base/cleanup.h"
#include "send/settings.h"

/**
 * struct kpol_send_item - one payload
 * @parts: fields for the journal; for all others they are one text in pieces.
 * @time_us: of what it tells, since 1970; 0: unknown. Only Splunk is told it apart from the text.
 */
struct kpol_send_item {
	const struct iovec *parts;
	int n_parts;
	uint64_t time_us;
};

/**
 * struct kpol_send_batch - payloads in order
 * @items: with all that they point to, borrowed from kpol_link_send() until @done or
 * kpol_link_recall().
 * @token: for the caller, comes back with the result.
 */
struct kpol_send_batch {
	const struct kpol_send_item *items;
	size_t n;
	uint64_t token;
};

/**
 * struct kpol_send_result - what became of a batch
 * @n_done: that many from its beginning are through: taken for certain, or refused for good.
 * @n_refused: of these; sending them again would not help.
 * @error: one sentence; "": all of these were taken.
 *
 * It comes once something is through. What is behind @n_done may or may not have arrived: it is the
 * caller's to send again, in the next batch.
 */
struct kpol_send_result {
	uint64_t token;
	size_t n_done;
	size_t n_refused;
	const char *error;
};

/* IDLE: it connects when there is a batch. WAITING: a try has failed. */
enum kpol_link_phase { KPOL_LINK_IDLE, KPOL_LINK_CONNECTING, KPOL_LINK_UP, KPOL_LINK_WAITING };

/**
 * struct kpol_link_state - how it stands
 * @retry_us: CLOCK_MONOTONIC, of the next try while it is WAITING.
 * @error: why the last try failed and what to do, one sentence without a full stop; "": it worked.
 */
struct kpol_link_state {
	enum kpol_link_phase phase;
	uint64_t retry_us;
	char error[384];
};

/**
 * struct kpol_link_ops - both are called by the loop, never from inside of a call into the link
 * @done: the end of a batch. It may send the next one, and may free the link.
 * @changed: phase or error are others now; NULL: nobody asks. It may not free the link.
 */
struct kpol_link_ops {
	void (*done)(const struct kpol_send_result *result, void *userdata);
	void (*changed)(const struct kpol_link_state *state, void *userdata);
};

struct kpol_link;

/**
 * struct kpol_send_transport - one way out
 * @purpose: one sentence; what it promises is in docs/exporting.md.
 * @settings: that it understands, ended by one without a name.
 * @start: make @link->own and begin to connect. Return: 0 or -ENOMEM; failures of the outside are
 * told by kpol_link_fail().
 * @attempt: there may be something to do: a batch has come, or it is time to try again.
 * @recall: forget the batch; a frame that is half written makes the connection useless.
 * @reopen: NULL: there is nothing to reopen.
 * @stop: @link->own may be NULL.
 */
struct kpol_send_transport {
	const char *name;
	const char *purpose;
	const struct kpol_send_setting *settings;
	int (*start)(struct kpol_link *link);
	void (*attempt)(struct kpol_link *link);
	void (*recall)(struct kpol_link *link);
	void (*reopen)(struct kpol_link *link);
	void (*stop)(struct kpol_link *link);
};

/** kpol_send_transports() - all there are, ended by NULL. */
const struct kpol_send_transport *const *kpol_send_transports(void);

/**
 * kpol_send_transport_find() - by name
 * @ret_nearest: the name that may have been meant, NULL if none is near; untouched if found.
 */
const struct kpol_send_transport *kpol_send_transport_find(const char *name,
							   const char **ret_nearest);

/**
 * kpol_link_new() - begin to connect
 * @settings: as kpol_send_settings_check() found them good; borrowed as long as the link lives.
 *
 * Return: 0 or -ENOMEM. That nobody answers is no error here but the link's state.
 */
int kpol_link_new(sd_event *loop, const struct kpol_send_transport *transport,
		  const struct kpol_send_settings *settings, const struct kpol_link_ops *ops,
		  void *userdata, struct kpol_link **ret);

/** kpol_link_free() - closes what is open. A batch under way is recalled. */
void kpol_link_free(struct kpol_link *link);
DEFINE_CLEANUP(struct kpol_link *, kpol_link_free)

/**
 * kpol_link_send() - hand over a batch
 *
 * In any phase: it waits in the link until there is a connection, however long that takes. Order
 * is kept, because there is one batch at a time.
 *
 * Return: 0: @done will be called once; -EBUSY: there is a batch; -EINVAL: it is empty.
 */
int kpol_link_send(struct kpol_link *link, const struct kpol_send_batch *batch);

/**
 * kpol_link_recall() - take the batch back: @done will not be called
 *
 * Some or all of it may have arrived all the same.
 */
void kpol_link_recall(struct kpol_link *link);

/** kpol_link_reopen() - a file was moved away, a secret replaced: use the new one. */
void kpol_link_reopen(struct kpol_link *link);

/** kpol_link_state() - valid until the loop turns. */
const struct kpol_link_state *kpol_link_state(const struct kpol_link *link);

#endif /* KPOL_SEND_TRANSPORT_H */
