/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A transport: where payloads go. None of them waits. */
#ifndef KPOL_SEND_TRANSPORT_H
#define KPOL_SEND_TRANSPORT_H

#include <stddef.h>
#include <sys/uio.h>

/**
 * struct kpol_transport - one way out
 * @open: @target: what it needs to know, a path or NULL. Makes no connection yet if that could fail
 *for now. Return: 0 or -ENOMEM.
 * @send: hand over one payload. Return: 0; -EAGAIN: the receiver is full; -ENOENT, -ECONNREFUSED:
 *nobody there; -errno. The payload is not kept.
 * @close: @state may be NULL.
 */
struct kpol_transport {
	const char *name;
	int (*open)(const char *target, void **ret_state);
	int (*send)(void *state, const struct iovec *parts, int n_parts);
	void (*close)(void *state);
};

extern const struct kpol_transport kpol_transport_journal, kpol_transport_datagram;

#endif /* KPOL_SEND_TRANSPORT_H */
