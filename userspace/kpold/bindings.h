/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bindings alone: from those the kernel has to those it should have, without a transaction. */
#ifndef KPOLD_BINDINGS_H
#define KPOLD_BINDINGS_H

#include "kpold/daemon.h"

/**
 * kpold_bindings_sync() - add and remove what differs
 * @wanted: same policies, scopes and rules as the live ruleset.
 *
 * A cgroup that is to be bound elsewhere is never unbound in between. A cgroup that vanished
 * meanwhile is no error. Return: 0; else a transaction is needed: -ESTALE, -ENODEV, the kernel's
 * errno.
 */
int kpold_bindings_sync(struct kpold_daemon *d, const struct kpol_ruleset *wanted);

#endif /* KPOLD_BINDINGS_H */
