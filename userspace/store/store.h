/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The daemon's memory: an SQLite database in its state directory. */
#ifndef KPOL_STORE_STORE_H
#define KPOL_STORE_STORE_H

#include "base/cleanup.h"

struct kpol_store;

/**
 * kpol_store_open() - open the database, or begin a new one
 * @dir: state directory; "" keeps everything in memory, for when there is no other way.
 * @ret_moved: name that a damaged database was given (free it), NULL if there was none.
 * @ret_store: free with kpol_store_free().
 *
 * A database that fails its integrity check is moved aside, with its log, never deleted. The file
 * is locked while open, so that a second daemon cannot use it.
 *
 * Return: 0; -EBUSY: another daemon has it open; -ENOTSUP: written by a newer version; -ENOSPC,
 * -EACCES, -EROFS, -EIO, -ENOMEM.
 */
int kpol_store_open(const char *dir, char **ret_moved, struct kpol_store **ret_store);

void kpol_store_free(struct kpol_store *store);
DEFINE_CLEANUP(struct kpol_store *, kpol_store_free)

/**
 * kpol_store_check() - is the database still the file of that name?
 * Return: 0, or -ESTALE: it was moved or deleted, and what is written is lost with it.
 */
int kpol_store_check(struct kpol_store *store);

/** kpol_store_error() - what the database said when a call failed. */
const char *kpol_store_error(const struct kpol_store *store);

#endif /* KPOL_STORE_STORE_H */
