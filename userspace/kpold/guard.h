/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The boot guard: a policy that takes the machine down at boot gets one try. */
#ifndef KPOLD_GUARD_H
#define KPOLD_GUARD_H

#include <stdbool.h>
#include <stdint.h>

#include "compile/ruleset.h"
#include "kpold/daemon.h"

/**
 * kpold_guard_start() - look at how the last boot ended
 *
 * A boot that enforced and was not marked good (see kpold_config::boot_guard) is followed by one that is held
 * in observe. It is enough that a held boot is good for the next one to enforce again.
 *
 * Return: 0, or a negative errno of the event loop. Trouble with the store is logged: then nothing is held.
 */
int kpold_guard_start(struct kpold_daemon *d);

/**
 * kpold_guard_note() - @ruleset is about to be sent
 * Return: 0; -EROFS: that cannot be written down, so it must not be sent.
 */
int kpold_guard_note(struct kpold_daemon *d, const struct kpol_ruleset *ruleset);

/** kpold_guard_lift() - somebody says that this boot enforces; does nothing if it is not held. */
void kpold_guard_lift(struct kpold_daemon *d);

/** kpold_guard_holds() - is this boot held in observe? */
bool kpold_guard_holds(const struct kpold_daemon *d);

#endif /* KPOLD_GUARD_H */
