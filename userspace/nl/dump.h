/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the module has: its ruleset and hooks, read back. */
#ifndef KPOL_NL_DUMP_H
#define KPOL_NL_DUMP_H

#include "compile/ruleset.h"
#include "nl/conn.h"

/** struct kpol_nl_hook - one row of HOOK_GET. */
struct kpol_nl_hook {
	char name[64];
	uint32_t state;
	uint32_t class;
	uint32_t ops;
};

/**
 * kpol_nl_ruleset_get() - read the live ruleset back
 * @ret_generation: of what was read.
 * @ret_ruleset: policies, scopes (with the policies their rules name), sets (names only), rules,
 * bindings and addresses of one and the same generation; @items is all zero. Free with kpol_ruleset_free().
 *
 * Return: 0; -EAGAIN: it kept changing while we read; -EBADMSG: ids with gaps; -ENODEV, -ENOMEM, …
 */
int kpol_nl_ruleset_get(struct kpol_nl *nl, uint64_t *ret_generation,
			struct kpol_ruleset **ret_ruleset);

/** kpol_nl_hooks_get() - @ret_hooks: array to free(). Return: 0 or as kpol_nl_dump(). */
int kpol_nl_hooks_get(struct kpol_nl *nl, struct kpol_nl_hook **ret_hooks, size_t *ret_n);

#endif /* KPOL_NL_DUMP_H */
