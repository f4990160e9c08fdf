/* SPDX-License-Identifier: GPL-2.0-only */
/* Delivery: a worker that takes events from the queue to the daemon's socket. */
#ifndef KPOL_DELIVER_H
#define KPOL_DELIVER_H

#include <linux/types.h>

/** kpol_deliver_kick() - there is something to deliver; any context. */
void kpol_deliver_kick(void);

/** kpol_deliver_subscribe() - @portid gets the events from now on, also those that wait; 0: nobody. */
void kpol_deliver_subscribe(u32 portid);

/** kpol_deliver_forget() - this socket is gone. */
void kpol_deliver_forget(u32 portid);

u32 kpol_deliver_subscriber(void);

int kpol_deliver_init(void);
void kpol_deliver_exit(void);

#endif /* KPOL_DELIVER_H */
