/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which places in the module's code a task has reached, as the kernel's KCOV tells it. */
#ifndef KPOL_GUEST_COVER_H
#define KPOL_GUEST_COVER_H

#include <stdbool.h>

/** cover_open() - have the calling thread watched. Return: false: this kernel has no KCOV. */
bool cover_open(void);

/** cover_rebase() - the module has been loaded: it is somewhere else than before. */
void cover_rebase(void);

/** cover_begin() - forget where the thread has been since the last look. */
void cover_begin(void);

/** cover_end() - Return: how many places it has been at since that nobody has been at before. */
unsigned int cover_end(void);

/** cover_places() - how many it has been at in all. */
unsigned int cover_places(void);

#endif /* KPOL_GUEST_COVER_H */
