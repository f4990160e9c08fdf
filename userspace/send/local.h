/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Receivers on this machine that answer at once: what a link to them sends through. */
#ifndef KPOL_SEND_LOCAL_H
#define KPOL_SEND_LOCAL_H

#include <stddef.h>
#include <sys/uio.h>

/**
 * struct kpol_local - one way to a receiver here; it never waits
 * @open: @target: what it needs to know, a path or NULL. Makes no connection yet if that could fail
 * for now. Return: 0 or -ENOMEM.
 * @send: hand over one payload. Return: 0; -EAGAIN: the receiver is full; -ENOENT, -ECONNREFUSED:
 * nobody there; -errno. The payload is not kept.
 * @close: @state may be NULL.
 */
struct kpol_local {
	const char *name;
	int (*open)(const char *target, void **ret_state);
	int (*send)(void *state, const struct iovec *parts, int n_parts);
	void (*close)(void *state);
};

extern const struct kpol_local kpol_local_journal, kpol_local_datagram;

#endif /* KPOL_SEND_LOCAL_H */
