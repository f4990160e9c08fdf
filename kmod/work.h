/* SPDX-License-Identifier: GPL-2.0-only */
/* The module's own workqueue: for freeing rulesets, folding events and delivering them. */
#ifndef KPOL_WORK_H
#define KPOL_WORK_H

#include <linux/workqueue.h>

extern struct workqueue_struct *kpol_work;

int kpol_work_init(void);

/** kpol_work_exit() - wait for all work and end the queue; nothing queues any more. */
void kpol_work_exit(void);

#endif /* KPOL_WORK_H */
