/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What became of this boot and the one before it. */
#ifndef KPOL_STORE_BOOT_H
#define KPOL_STORE_BOOT_H

#include <stdbool.h>
#include <stdint.h>

#include "store/store.h"

/**
 * struct kpol_boot - the newest boot that is known
 * @id: of the boot, any number but 0. 0: none is known.
 * @enforced: a ruleset that may deny was sent, or should have been.
 * @good: the machine stayed up long enough after it.
 * @held: it was begun in observe, because the one before it was not good.
 */
struct kpol_boot {
	int64_t id;
	bool enforced;
	bool good;
	bool held;
};

/* Both return 0 or a negative errno. */

int kpol_boot_get(struct kpol_store *store, struct kpol_boot *ret);
int kpol_boot_set(struct kpol_store *store, const struct kpol_boot *boot);

#endif /* KPOL_STORE_BOOT_H */
