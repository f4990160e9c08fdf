/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A program that does nothing: it asks the kernel for nothing but its end. */
#ifndef KPOL_GUEST_PROGRAM_H
#define KPOL_GUEST_PROGRAM_H

/** program_write() - write it into an open file. Return: 0 or -errno. */
int program_write(int fd);

#endif /* KPOL_GUEST_PROGRAM_H */
