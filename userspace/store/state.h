/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Single values kept by name; private to store/. */
#ifndef KPOL_STORE_STATE_H
#define KPOL_STORE_STATE_H

#include <stdint.h>

#include "store/store.h"

/** kpol_state_get() - Return: 0, or -ENOENT and @ret untouched. */
int kpol_state_get(struct kpol_store *store, const char *key, int64_t *ret);
int kpol_state_set(struct kpol_store *store, const char *key, int64_t value);
int kpol_state_del(struct kpol_store *store, const char *key);

#endif /* KPOL_STORE_STATE_H */
