/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The global switch, thrown in the kernel first and told to kpold after. */
#ifndef KPOL_KPOLCTL_SWITCH_H
#define KPOL_KPOLCTL_SWITCH_H

#include <stdint.h>

/**
 * kpolctl_switch_throw() - set the mode of everything and say so
 * @mode: enum kpol_mode.
 *
 * Straight over netlink, so that it works with kpold dead; kpold is told so that it keeps it and
 * has it in its audit trail. One of the two is enough for success. Return: an exit code.
 */
int kpolctl_switch_throw(uint32_t mode);

#endif /* KPOL_KPOLCTL_SWITCH_H */
