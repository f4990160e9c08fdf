/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The manual page kpolctl(8), from the rows. */
#ifndef KPOL_KPOLCTL_MAN_H
#define KPOL_KPOLCTL_MAN_H

/** kpolctl_man() - "kpolctl __man": the page in man(7) macros on stdout. Return: KPOLCTL_OK. */
int kpolctl_man(int argc, char **argv);

#endif /* KPOL_KPOLCTL_MAN_H */
