/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was last seen of a cluster, for a daemon that starts while the API server is away. */
#ifndef KPOL_STORE_SEEN_H
#define KPOL_STORE_SEEN_H

#include <stddef.h>

#include "store/store.h"

/** struct kpol_seen - @kind: "pod" and the like. @key: one of that kind. @value: JSON; NULL: there is no such thing any more. */
struct kpol_seen {
	const char *kind;
	const char *key;
	const char *value;
};

/** kpol_seen_write() - all of them or none. Return: 0 or a negative errno. */
int kpol_seen_write(struct kpol_store *store, const struct kpol_seen *items, size_t n);

/**
 * kpol_seen_read() - everything of a kind, by key
 * @each: a negative errno of it ends the reading.
 *
 * Return: 0 or a negative errno.
 */
int kpol_seen_read(struct kpol_store *store, const char *kind,
		   int (*each)(const struct kpol_seen *item, void *userdata), void *userdata);

#endif /* KPOL_STORE_SEEN_H */
