/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What transports have of a link. Not for users of send/. */
#ifndef KPOL_SEND_PRIVATE_H
#define KPOL_SEND_PRIVATE_H

#include "base/buffer.h"
#include "net/backoff.h"
#include "send/transport.h"

/**
 * struct kpol_link - @own: of the transport.
 * @batch: n 0: there is none. @ended: @result waits for the loop to tell it.
 * @patient: the try that failed was made for nothing: a batch that comes need not wait.
 * @stale: the state is another one than was last told.
 */
struct kpol_link {
	sd_event *loop;
	const struct kpol_send_transport *transport;
	const struct kpol_send_settings *settings;
	const struct kpol_link_ops *ops;
	void *userdata;
	void *own;
	struct kpol_send_batch batch;
	struct kpol_send_result result;
	char result_error[384];
	bool ended;
	bool patient;
	bool stale;
	struct kpol_backoff backoff;
	sd_event_source *retry;
	sd_event_source *tell;
	struct kpol_link_state state;
};

/** kpol_link_waiting() - the batch to be sent, NULL: there is none, or it has ended. */
const struct kpol_send_batch *kpol_link_waiting(const struct kpol_link *link);

/** kpol_link_phase() - tell that it is another; UP and IDLE end an error. */
void kpol_link_phase(struct kpol_link *link, enum kpol_link_phase phase);

/**
 * kpol_link_end() - the batch has ended; told by the loop
 * @format: of its error; NULL: there is none.
 */
void kpol_link_end(struct kpol_link *link, size_t n_done, size_t n_refused, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/**
 * kpol_link_fail() - nothing can be sent for now: try again later
 * @asked_us: how long the receiver wants to be left alone; 0: it says nothing.
 *
 * A batch that has not ended goes on waiting.
 */
void kpol_link_fail(struct kpol_link *link, uint64_t asked_us, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/** kpol_link_works() - something was taken: the next failure begins with the shortest wait. */
void kpol_link_works(struct kpol_link *link);

/** kpol_link_retry_off() - no try is due; what is going on will call kpol_link_fail() if need be. */
void kpol_link_retry_off(struct kpol_link *link);

/** kpol_send_item_len() - bytes in all parts. */
size_t kpol_send_item_len(const struct kpol_send_item *item);

/** kpol_send_item_add() - append them. */
void kpol_send_item_add(const struct kpol_send_item *item, struct kpol_buffer *out);

extern const struct kpol_send_transport kpol_send_transport_journal, kpol_send_transport_unix,
	kpol_send_transport_udp, kpol_send_transport_tcp, kpol_send_transport_tls,
	kpol_send_transport_file, kpol_send_transport_stdout, kpol_send_transport_http,
	kpol_send_transport_hec;

#endif /* KPOL_SEND_PRIVATE_H */
