/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bytes that prove who somebody is: a token, a certificate, a key; given as they are or in a file that is replaced now and then. */
#ifndef KPOL_NET_BLOB_H
#define KPOL_NET_BLOB_H

#include <stddef.h>

/* A bundle of certificates is the largest of them. */
#define KPOL_BLOB_MAX (1U << 20)

/**
 * struct kpol_blob - zero-initialise, end with kpol_blob_clear()
 * @path: of its file; NULL: the bytes never change.
 * @bytes: NUL-terminated; NULL: nothing read or given.
 */
struct kpol_blob {
	char *path;
	char *bytes;
	size_t len;
};

/**
 * kpol_blob_refresh() - read its file again, if it has one
 *
 * Call it before each use: a mounted secret is replaced under the same name.
 * Return: 0; -EFBIG; -ENODATA: the file is empty; the errno of open(2) or read(2); -ENOMEM. The
 * bytes are as before then.
 */
int kpol_blob_refresh(struct kpol_blob *blob);

/** kpol_blob_set() - take a copy of bytes. Return: 0 or -ENOMEM. */
int kpol_blob_set(struct kpol_blob *blob, const void *bytes, size_t len);

/** kpol_blob_clear() - forget it: the memory is overwritten. */
void kpol_blob_clear(struct kpol_blob *blob);

#endif /* KPOL_NET_BLOB_H */
