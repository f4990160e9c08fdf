/* SPDX-License-Identifier: GPL-2.0-only */
/* The canary: once a second, do the hooks still fire? */
#ifndef KPOL_CANARY_H
#define KPOL_CANARY_H

#include <linux/types.h>

/**
 * kpol_canary_init() - begin to look, with all hooks attached
 *
 * A hook that is silent becomes KPOL_HOOK_LOST within two seconds, which the log, the status and whoever
 * listens for it are told. It is not a verdict: what a lost hook should have judged goes unjudged.
 *
 * Return: 0 or a negative errno.
 */
int kpol_canary_init(void);

/** kpol_canary_exit() - before hooks are detached. */
void kpol_canary_exit(void);

/** kpol_canary_lost() - how many hooks are silent. */
u32 kpol_canary_lost(void);

#endif /* KPOL_CANARY_H */
