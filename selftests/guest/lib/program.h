/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A program that does nothing: it asks the kernel for nothing but its end. */
#ifndef KPOL_GUEST_PROGRAM_H
#define KPOL_GUEST_PROGRAM_H

/** program_write() - write it into an open file. Return: 0 or -errno. */
int program_write(int fd);

/** program_make() - the same as a file, followed by @more; ends the test program on failure. */
void program_make(const char *path, const char *more);

/** program_sha256() - of what a file holds, as a policy has it; good until the next call. */
const char *program_sha256(const char *path);

#endif /* KPOL_GUEST_PROGRAM_H */
