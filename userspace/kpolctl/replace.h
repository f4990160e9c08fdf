/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file replaced whole: readers see the old text or the new one, never a part. */
#ifndef KPOL_KPOLCTL_REPLACE_H
#define KPOL_KPOLCTL_REPLACE_H

#include <stddef.h>

/**
 * kpolctl_file_replace() - give @path a new content
 *
 * Owner's rights and mode stay. A symbolic link is followed. Return: 0 or a negative errno; the file is then as before.
 */
int kpolctl_file_replace(const char *path, const char *text, size_t len);

#endif /* KPOL_KPOLCTL_REPLACE_H */
