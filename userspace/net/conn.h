/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Connections: libcurl's multi interface inside an sd-event loop. */
#ifndef KPOL_NET_CONN_H
#define KPOL_NET_CONN_H

#include <curl/curl.h>
#include <systemd/sd-event.h>

#include "base/cleanup.h"

struct kpol_conn;

/**
 * kpol_conn_new() - connections driven by a loop
 * @done: an exchange of @easy has ended; called by the loop, outside of all of curl's callbacks,
 * so it may add and remove others.
 *
 * Return: 0; -ENOMEM.
 */
int kpol_conn_new(sd_event *loop, void (*done)(CURL *easy, CURLcode code), struct kpol_conn **ret);

/** kpol_conn_free() - all handles must have been removed. */
void kpol_conn_free(struct kpol_conn *conn);
DEFINE_CLEANUP(struct kpol_conn *, kpol_conn_free)

/** kpol_conn_loop() - the one given. */
sd_event *kpol_conn_loop(const struct kpol_conn *conn);

/** kpol_conn_add() - begin an exchange. Return: 0 or -ENOMEM. */
int kpol_conn_add(struct kpol_conn *conn, CURL *easy);

/** kpol_conn_remove() - end it, whatever it is doing; not from curl's callbacks. */
void kpol_conn_remove(struct kpol_conn *conn, CURL *easy);

#endif /* KPOL_NET_CONN_H */
