/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Coming to terms with what the kernel has: adopt it, or send again what it should have. */
#ifndef KPOLD_ADOPT_H
#define KPOLD_ADOPT_H

#include "kpold/daemon.h"

/**
 * kpold_adopt_check() - bring the daemon's idea and the kernel's state together
 *
 * Connects if need be. If the kernel has a ruleset that is not the one we know, it is adopted; if
 * it has none but should, the kept bundle is sent again, or the last good one before it. Then
 * subscribes. Return: 0, -ENODEV, -errno; logged.
 */
int kpold_adopt_check(struct kpold_daemon *d);

#endif /* KPOLD_ADOPT_H */
