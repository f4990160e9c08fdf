// SPDX-License-Identifier: GPL-2.0-or-later
/* What became of this boot and the one before it. */
#include "store/boot.h"

#include <errno.h>

#include "store/sql.h"
#include "store/state.h"

enum { ENFORCED = 1, GOOD = 2, HELD = 4 };

int kpol_boot_get(struct kpol_store *store, struct kpol_boot *ret)
{
	int64_t id = 0, flags = 0;
	int r;

	r = kpol_state_get(store, "boot", &id);
	if (r == 0)
		r = kpol_state_get(store, "boot-flags", &flags);
	if (r < 0 && r != -ENOENT)
		return r;
	*ret = (struct kpol_boot){
		.id = id,
		.enforced = flags & ENFORCED,
		.good = flags & GOOD,
		.held = flags & HELD,
	};
	return 0;
}

int kpol_boot_set(struct kpol_store *store, const struct kpol_boot *boot)
{
	int64_t flags =
		(boot->enforced ? ENFORCED : 0) | (boot->good ? GOOD : 0) | (boot->held ? HELD : 0);
	int r;

	r = kpol_sql_begin(store);
	if (r < 0)
		return r;
	r = kpol_state_set(store, "boot", boot->id);
	if (r == 0)
		r = kpol_state_set(store, "boot-flags", flags);
	return kpol_sql_end(store, r);
}
