/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A whole file in memory. */
#ifndef KPOL_BASE_FILE_H
#define KPOL_BASE_FILE_H

#include <stddef.h>

/**
 * kpol_file_read() - read all of a file
 * @path: "-" is standard input.
 * @max: bytes, refused beyond.
 * @ret_text: owned by the caller; NUL-terminated for convenience.
 *
 * Return: 0; -EFBIG: more than @max; the errno of open(2) or read(2); -ENOMEM.
 */
int kpol_file_read(const char *path, size_t max, char **ret_text, size_t *ret_len);

#endif /* KPOL_BASE_FILE_H */
