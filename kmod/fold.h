/* SPDX-License-Identifier: GPL-2.0-only */
/* Folding: repeats of one violation become a count, sent once a second. */
#ifndef KPOL_FOLD_H
#define KPOL_FOLD_H

#include <linux/types.h>

struct kpol_event;

/**
 * kpol_fold_take() - is this a repeat of what was just reported?
 * @event: a new event.
 *
 * The first of its kind goes out at once. Repeats within a second are counted, and the count goes out as an
 * event of its own when the second is over.
 *
 * Context: any but NMI. Return: true: counted, nothing more to do; false: the caller queues it.
 */
bool kpol_fold_take(const struct kpol_event *event);

int kpol_fold_init(void);

/** kpol_fold_exit() - stop the timer; no hook may be attached any more. */
void kpol_fold_exit(void);

#endif /* KPOL_FOLD_H */
