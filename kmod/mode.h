/* SPDX-License-Identifier: GPL-2.0-only */
/* The global switch: enforce, observe or off; and the lock. */
#ifndef KPOL_MODE_H
#define KPOL_MODE_H

#include <linux/compiler.h>
#include <linux/types.h>
#include <linux/kpol.h>

extern u8 kpol_mode_now;

/** kpol_mode_enforces() - do denials deny? Read once per decision; any context. */
static inline bool kpol_mode_enforces(void)
{
	return READ_ONCE(kpol_mode_now) == KPOL_MODE_ENFORCE;
}

/** kpol_mode_boot() - what kpol.mode= on the kernel command line asked for, 0: nothing. */
u8 kpol_mode_boot(void);

/**
 * kpol_mode_set() - turn the global switch
 * @mode: KPOL_MODE_ENFORCE or KPOL_MODE_OBSERVE.
 *
 * Context: kpol_ruleset_lock() held.
 * Return: 0, or -EPERM: the kernel command line decided, and wins until reboot.
 */
int kpol_mode_set(u8 mode);

/** kpol_mode_is_locked() - is the module here until the next boot? Any context. */
bool kpol_mode_is_locked(void);

/**
 * kpol_mode_lock() - take a reference of the module's own that nobody gives back
 *
 * What remains is `rmmod -f`, where a kernel allows it.
 * Context: kpol_ruleset_lock() held.
 */
void kpol_mode_lock(void);

/** kpol_mode_init() - read the module parameter. Return: 0 or -EINVAL. */
int kpol_mode_init(void);

#endif /* KPOL_MODE_H */
