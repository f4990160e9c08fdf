/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The load transaction: begin, add rows, commit; nothing changes in the kernel before the commit.
 */
#ifndef KPOL_NL_TX_H
#define KPOL_NL_TX_H

#include "compile/ruleset.h"
#include "nl/conn.h"

/** typedef kpol_nl_progress_fn - called now and then with rows sent so far. */
typedef void (*kpol_nl_progress_fn)(size_t sent, void *userdata);

/**
 * kpol_nl_load() - send a whole ruleset in one transaction
 * @label: name of the bundle, for status; at most KPOL_NAME_MAX bytes are sent.
 * @dry_run: the module checks and builds everything, then changes nothing.
 * @progress: may be NULL.
 * @ret_generation: of the new ruleset; of the live one after a dry run.
 *
 * On failure the transaction is aborted; the module also drops it when the connection closes.
 *
 * Return: 0; -ENODEV; or the kernel's errno, where kpol_nl_last_error() has its sentence and the id
 * of the rule it stumbled on.
 */
int kpol_nl_load(struct kpol_nl *nl, const struct kpol_ruleset *ruleset, const char *label,
		 bool dry_run, kpol_nl_progress_fn progress, void *userdata,
		 uint64_t *ret_generation);

/* The single steps, for tests that get them wrong on purpose. */

/** kpol_nl_tx_begin() - Return: 0 and the transaction's id, or as above. */
int kpol_nl_tx_begin(struct kpol_nl *nl, const char *label, uint32_t *ret_id);

/** kpol_nl_tx_add() - send all rows, as many per message as fit in KPOL_NL_MESSAGE_MAX. */
int kpol_nl_tx_add(struct kpol_nl *nl, uint32_t id, const struct kpol_ruleset *ruleset,
		   kpol_nl_progress_fn progress, void *userdata);

int kpol_nl_tx_commit(struct kpol_nl *nl, uint32_t id, uint32_t n_rules,
		      const uint8_t digest[KPOL_DIGEST_LEN], bool dry_run,
		      uint64_t *ret_generation);

int kpol_nl_tx_abort(struct kpol_nl *nl, uint32_t id);

#endif /* KPOL_NL_TX_H */
