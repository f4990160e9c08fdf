/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One workload to its scope, without compiling anything anew. */
#ifndef KPOLD_REBIND_H
#define KPOLD_REBIND_H

#include "kpold/daemon.h"

#define KPOLD_BOUND_UNKNOWN UINT32_MAX

/**
 * kpold_rebind() - bind a workload to the scope that has exactly its policies
 * @bound: the scope it is in now, 0: none, KPOLD_BOUND_UNKNOWN: whatever a pattern says.
 *
 * The kernel goes from the one scope to the other in one step.
 * Return: 0, also if it is there already; -ESTALE: what is live has no such scope, so there must be another ruleset;
 * the kernel's errno.
 */
int kpold_rebind(struct kpold_daemon *d, const struct kpol_workload *workload, uint32_t bound);

/**
 * kpold_bound_scope() - the scope that the live ruleset's bindings by id give a workload
 * Return: of the nearest cgroup around it that has one; KPOLD_BOUND_UNKNOWN: only patterns say.
 */
uint32_t kpold_bound_scope(const struct kpold_daemon *d, const struct kpol_workload *workload);

#endif /* KPOLD_REBIND_H */
