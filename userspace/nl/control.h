/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Small changes to what is live, without a transaction: bindings, addresses, modes; and what a task is under.
 */
#ifndef KPOL_NL_CONTROL_H
#define KPOL_NL_CONTROL_H

#include "compile/ruleset.h"
#include "nl/conn.h"

/* All return 0, -ENODEV, or the kernel's errno with its sentence in kpol_nl_last_error(). */

/** kpol_nl_binding_add() - @generation: the one @binding's scope counts in; -ESTALE if it is not
 * live. */
int kpol_nl_binding_add(struct kpol_nl *nl, const struct kpol_binding_row *binding,
			uint64_t generation);

/** kpol_nl_binding_del() - @binding's kind and cgroup or path say which. */
int kpol_nl_binding_del(struct kpol_nl *nl, const struct kpol_binding_row *binding);

/**
 * kpol_nl_addresses_set() - say anew which sets these addresses are in
 * @rows: each replaces what the address was in, whole and at one moment; without ids the address is forgotten.
 *	Others stay as they are.
 * @generation: of the ruleset whose sets the ids are; -ESTALE if it is not live.
 *
 * Goes out in as many messages as it takes. Each is done whole or not at all; after an error those before it are.
 */
int kpol_nl_addresses_set(struct kpol_nl *nl, const struct kpol_address_rows *rows,
			  uint64_t generation);

/** kpol_nl_policy_mode_set() - @mode: KPOL_MODE_ENFORCE or KPOL_MODE_OBSERVE. */
int kpol_nl_policy_mode_set(struct kpol_nl *nl, const char *policy, uint32_t mode);

/** kpol_nl_lock() - keep the module until the next boot. */
int kpol_nl_lock(struct kpol_nl *nl);

/** kpol_nl_mode_set() - the global switch. */
int kpol_nl_mode_set(struct kpol_nl *nl, uint32_t mode);

/**
 * struct kpol_nl_task - what TASK_GET says
 * @scope: 0: the task is confined by nothing.
 * @source: path of its executable as it sees it, "" if it has none.
 */
struct kpol_nl_task {
	uint64_t cgroup;
	uint32_t scope;
	bool entering;
	char source[KPOL_PATH_MAX + 1];
};

/** kpol_nl_task_get() - @pid: in the initial pid namespace; -ESRCH: no such task. */
int kpol_nl_task_get(struct kpol_nl *nl, uint32_t pid, struct kpol_nl_task *ret);

#endif /* KPOL_NL_CONTROL_H */
