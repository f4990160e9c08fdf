// SPDX-License-Identifier: GPL-2.0-or-later
/* Bindings alone: from those the kernel has to those it should have, without a transaction. */
#include "kpold/bindings.h"

#include <errno.h>

#include "kpold/diff.h"
#include "kpold/kernel.h"
#include "nl/control.h"

static int add_missing(struct kpold_daemon *d, const struct kpol_ruleset *wanted)
{
	for (size_t i = 0; i < wanted->n_bindings; i++) {
		const struct kpol_binding_row *row = &wanted->bindings[i];
		const struct kpol_binding_row *old = kpold_binding_find(d->live.ruleset, row);
		int r;

		if (old && kpold_binding_same(old, row))
			continue;
		r = kpol_nl_binding_add(d->kernel.nl, row, d->live.generation);
		if (r < 0 && r != -ENOENT)
			return r;
	}
	return 0;
}

static int remove_extra(struct kpold_daemon *d, const struct kpol_ruleset *wanted)
{
	for (size_t i = 0; i < d->live.ruleset->n_bindings; i++) {
		const struct kpol_binding_row *row = &d->live.ruleset->bindings[i];
		int r;

		if (kpold_binding_find(wanted, row))
			continue;
		r = kpol_nl_binding_del(d->kernel.nl, row);
		if (r < 0 && r != -ENOENT)
			return r;
	}
	return 0;
}

int kpold_bindings_sync(struct kpold_daemon *d, const struct kpol_ruleset *wanted)
{
	int r;

	if (!kpold_kernel_nl(d))
		return -ENODEV;
	r = add_missing(d, wanted);
	if (r == 0)
		r = remove_extra(d, wanted);
	if (r == -ENODEV)
		kpold_kernel_lost(d, NULL);
	return r;
}
