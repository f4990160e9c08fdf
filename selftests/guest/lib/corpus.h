/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What has once been sent, and reached new places: kept, changed, and sent again. */
#ifndef KPOL_GUEST_CORPUS_H
#define KPOL_GUEST_CORPUS_H

#include "wire.h"

/** corpus_keep() - a copy; ends the program without memory. */
void corpus_keep(const struct wire *wire);

/** corpus_change() - one that was kept, with some bytes changed; only when there is one. */
void corpus_change(struct wire *wire);

/** corpus_size() - how many have been kept. */
unsigned int corpus_size(void);

/** corpus_get() - number @i, from 0, as it was kept; of the newest 2,048. */
void corpus_get(unsigned int i, struct wire *wire);

/** corpus_read() - keep what the files of a directory hold, by name. Return: how many; 0: there is no such directory. */
unsigned int corpus_read(const char *directory);

/** corpus_print() - all that is kept, in hexadecimal, a line each: `fuzz.sh gate` makes files of them. */
void corpus_print(void);

#endif /* KPOL_GUEST_CORPUS_H */
