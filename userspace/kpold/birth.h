/* SPDX-License-Identifier: GPL-2.0-or-later */
/* New cgroups: bound as soon as the module tells of them. */
#ifndef KPOLD_BIRTH_H
#define KPOLD_BIRTH_H

#include "kpold/daemon.h"

/**
 * kpold_birth_listen() - hear of each new cgroup from the module
 *
 * Without it, which is logged, the hierarchy is read when inotify or the clock says so: later, but no cgroup is missed.
 */
void kpold_birth_listen(struct kpold_daemon *d);

void kpold_birth_close(struct kpold_daemon *d);

#endif /* KPOLD_BIRTH_H */
