/* SPDX-License-Identifier: GPL-2.0-only */
/* Births: word of each new cgroup, while nothing can run in it yet. */
#ifndef KPOL_BIRTH_H
#define KPOL_BIRTH_H

/**
 * kpol_birth_init() - tell the listeners of KPOL_MCGRP_CGROUP from now on
 *
 * A listener that is too slow, or that no memory was left for, gets ENOBUFS from its socket and has to read the
 * hierarchy.
 *
 * Context: process context, the netlink family registered. Return: 0 or a negative errno.
 */
int kpol_birth_init(void);
void kpol_birth_exit(void);

#endif /* KPOL_BIRTH_H */
