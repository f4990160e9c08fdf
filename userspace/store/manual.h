/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What people set by hand on top of the bundle: modes and bindings. */
#ifndef KPOL_STORE_MANUAL_H
#define KPOL_STORE_MANUAL_H

#include <stddef.h>
#include <stdint.h>

#include "store/store.h"

/** struct kpol_manual_mode - a policy's mode; end a list with kpol_manual_modes_free(). */
struct kpol_manual_mode {
	char *policy;
	uint32_t mode;
};

/** struct kpol_manual_bind - "unit:NAME" or "cgroup:/PATH" to a scope's name. */
struct kpol_manual_bind {
	char *target;
	char *scope;
};

/* All return 0 or a negative errno. */

int kpol_manual_mode_set(struct kpol_store *store, const char *policy, uint32_t mode);

/** kpol_manual_mode_del() - @policy: NULL for all. */
int kpol_manual_mode_del(struct kpol_store *store, const char *policy);
int kpol_manual_modes(struct kpol_store *store, struct kpol_manual_mode **ret, size_t *ret_n);
void kpol_manual_modes_free(struct kpol_manual_mode *modes, size_t n);

int kpol_manual_bind_set(struct kpol_store *store, const char *target, const char *scope);

/** kpol_manual_bind_del() - Return: 0, or -ENOENT: there was none. */
int kpol_manual_bind_del(struct kpol_store *store, const char *target);
int kpol_manual_binds(struct kpol_store *store, struct kpol_manual_bind **ret, size_t *ret_n);
void kpol_manual_binds_free(struct kpol_manual_bind *binds, size_t n);

/** kpol_manual_global_set() - the global switch as last set, enum kpol_mode. */
int kpol_manual_global_set(struct kpol_store *store, uint32_t mode);

/** kpol_manual_global() - *@ret is KPOL_MODE_ENFORCE if it was never set. */
int kpol_manual_global(struct kpol_store *store, uint32_t *ret);

#endif /* KPOL_STORE_MANUAL_H */
