/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A name's address, without waiting for it. */
#ifndef KPOL_SEND_RESOLVE_H
#define KPOL_SEND_RESOLVE_H

#include <stdbool.h>
#include <sys/socket.h>
#include <systemd/sd-event.h>

#include "send/settings.h"

struct kpol_resolve;

/**
 * kpol_resolve_new() - ask for the settings' host, now and whenever kpol_resolve_ask() is called
 * @done: by the loop; @address NULL: @error says why. It may not free the resolver.
 *
 * curl's resolver is the one that all other transports use, with its threads and its timeout. It
 * shows an address to whoever opens sockets for it; we take it and open none.
 * Return: 0 or -ENOMEM.
 */
int kpol_resolve_new(sd_event *loop, const struct kpol_send_settings *settings,
		     void (*done)(const struct sockaddr *address, socklen_t len, const char *error,
				  void *userdata),
		     void *userdata, struct kpol_resolve **ret);

/**
 * kpol_resolve_ask() - again; does nothing while it is asking
 * @next: of several addresses the one after that of the last time, which does not work.
 *
 * Return: 0 or -ENOMEM.
 */
int kpol_resolve_ask(struct kpol_resolve *resolve, bool next);

void kpol_resolve_free(struct kpol_resolve *resolve);

#endif /* KPOL_SEND_RESOLVE_H */
