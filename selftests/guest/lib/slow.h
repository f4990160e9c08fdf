/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Time limits on a machine that is slow on purpose. */
#ifndef KPOL_GUEST_SLOW_H
#define KPOL_GUEST_SLOW_H

/** slow_times() - how many times longer things may take here: KPOL_SLOW= of the kernel command line. */
unsigned int slow_times(void);

#endif /* KPOL_GUEST_SLOW_H */
