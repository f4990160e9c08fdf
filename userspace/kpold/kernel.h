/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The link with the module: up, down, and up again. */
#ifndef KPOLD_KERNEL_H
#define KPOLD_KERNEL_H

#include "kpold/daemon.h"

/**
 * kpold_kernel_connect() - reach the module for requests
 * @autoload: let the kernel load it.
 *
 * Return: 0 (also when it was reached before); -ENODEV: not loaded; -errno.
 */
int kpold_kernel_connect(struct kpold_daemon *d, bool autoload);

/**
 * kpold_kernel_subscribe() - take the event stream
 *
 * After adoption: what the module has in its queue is judged by the ruleset it has.
 * Return: 0, -ENODEV, -errno.
 */
int kpold_kernel_subscribe(struct kpold_daemon *d);

/** kpold_kernel_nl() - for requests; NULL: the module is not there. Valid until the loop's next
 * turn. */
struct kpol_nl *kpold_kernel_nl(struct kpold_daemon *d);

/**
 * kpold_kernel_lost() - the link is of no use any more: say so once, and make a new one
 * @why: NULL: the module is gone.
 */
void kpold_kernel_lost(struct kpold_daemon *d, const char *why);

/**
 * kpold_kernel_check() - see whether all is as we left it
 * @ret: filled on success.
 *
 * Notices a missing module and a global switch set by somebody else.
 * Return: 0; -ENODEV; -errno.
 */
int kpold_kernel_check(struct kpold_daemon *d, struct kpol_nl_status *ret);

/** kpold_kernel_close() - end the link without a word; nothing is known to be live then. */
void kpold_kernel_close(struct kpold_daemon *d);

#endif /* KPOLD_KERNEL_H */
