/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One connection to the control socket: its bytes in, its bytes out. */
#ifndef KPOLD_CLIENT_H
#define KPOLD_CLIENT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "kpold/daemon.h"

struct kpold_client;

/** struct kpold_client_list - those connected; @n of them. */
struct kpold_client_list {
	struct kpold_client *first;
	size_t n;
};

/**
 * kpold_client_new() - serve a connection
 * @fd: taken over.
 * @list: the client adds itself, and takes itself out when it ends.
 *
 * Return: 0 or a negative errno, @fd closed.
 */
int kpold_client_new(struct kpold_daemon *d, struct kpold_client_list *list, int fd,
		     const struct ucred *peer);

/** kpold_client_free() - end the connection. */
void kpold_client_free(struct kpold_client *client);

/**
 * kpold_client_send() - queue one message
 * @len: its NUL included.
 *
 * Never waits: what the socket does not take is sent when it can. The client's next request is not
 * read before that, so nobody makes us hold more than one answer. Return: 0 or -ENOMEM.
 */
int kpold_client_send(struct kpold_client *client, const char *message, size_t len);

/** kpold_client_follow() - from now on the client gets what is published. */
void kpold_client_follow(struct kpold_client *client);

/** kpold_client_publish() - to a client that follows; counted and told later if it cannot keep up.
 */
void kpold_client_publish(struct kpold_client *client, const char *json);

/** kpold_client_next() - the next in the list. */
struct kpold_client *kpold_client_next(const struct kpold_client *client);

#endif /* KPOLD_CLIENT_H */
