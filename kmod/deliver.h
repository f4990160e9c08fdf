/* SPDX-License-Identifier: GPL-2.0-only */
/* Delivery: a worker that takes events from the queue to the daemon's socket. */
#ifndef KPOL_DELIVER_H
#define KPOL_DELIVER_H

#include <linux/types.h>

/** kpol_deliver_kick() - there is something to deliver; any context. */
void kpol_deliver_kick(void);

/** kpol_deliver_open() - the netlink family is registered: there may be bystanders from now on. */
void kpol_deliver_open(void);

/** kpol_deliver_close() - it is about to go: none is told any more when this returns. May sleep. */
void kpol_deliver_close(void);

/** kpol_deliver_has_bystanders() - does somebody listen to KPOL_MCGRP_EVENT? Any context. */
bool kpol_deliver_has_bystanders(void);

/** kpol_deliver_subscribe() - @portid gets the events from now on, also those that wait; 0: nobody. */
void kpol_deliver_subscribe(u32 portid);

/** kpol_deliver_forget() - this socket is gone. */
void kpol_deliver_forget(u32 portid);

u32 kpol_deliver_subscriber(void);

int kpol_deliver_init(void);
void kpol_deliver_exit(void);

#endif /* KPOL_DELIVER_H */
