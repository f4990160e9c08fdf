/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What people set by hand, laid over what a bundle compiles to. */
#ifndef KPOLD_OVERLAY_H
#define KPOLD_OVERLAY_H

#include "kpold/daemon.h"

/** kpold_overlay_modes() - give policies the modes set by hand. Return: 0 or a negative errno. */
int kpold_overlay_modes(struct kpold_daemon *d, struct kpol_ruleset *ruleset);

/**
 * kpold_overlay_binds() - add the bindings set by hand, which win over compiled ones
 * @diags: gets a warning for each scope that no longer exists.
 *
 * Return: 0 or a negative errno.
 */
int kpold_overlay_binds(struct kpold_daemon *d, struct kpol_ruleset *ruleset,
			struct kpol_diags *diags);

/**
 * kpold_target_parse() - "unit:NAME" or "cgroup:/PATH" as a binding's key
 * @ret: @path is inside @target.
 *
 * Return: 0 or -EINVAL.
 */
int kpold_target_parse(const char *target, struct kpol_binding_row *ret);

/**
 * kpold_overlay_unknown() - leave pods where the kernel has them until the API server has told of its pods
 *
 * The database has those that an earlier daemon knew, but for what it saw in its last moment. If a scope of that name is
 * gone, which one of several policies' can be, they are pending.
 * Return: 0 or -ENOMEM.
 */
int kpold_overlay_unknown(struct kpold_daemon *d, struct kpol_ruleset *ruleset);

#endif /* KPOLD_OVERLAY_H */
