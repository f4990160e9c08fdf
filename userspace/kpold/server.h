/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The control socket: who listens, who is connected. */
#ifndef KPOLD_SERVER_H
#define KPOLD_SERVER_H

#include "kpold/daemon.h"

/** kpold_server_new() - listen on the configured path, or on what systemd hands over. */
int kpold_server_new(struct kpold_daemon *d, struct kpold_server **ret);
void kpold_server_free(struct kpold_server *server);

/** kpold_server_publish() - @json: an object; sent to all who follow. @server may be NULL. */
void kpold_server_publish(struct kpold_server *server, const char *json);

#endif /* KPOLD_SERVER_H */
