/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel enforces now, with everything the daemon knows about it. */
#ifndef KPOLD_LIVE_H
#define KPOLD_LIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "compile/ruleset.h"
#include "model/bundle.h"

/**
 * struct kpold_live - all owned; zero: nothing is loaded
 * @ruleset: as the kernel has it, modes included; NULL: nothing is loaded.
 * @bundle: where it came from; NULL: somebody else loaded it.
 * @bundle_shared: another state owns it.
 * @items_known: @ruleset was compiled from @bundle, so its item numbers count.
 * @stored: id in the history, 0: not there.
 * @adopted: it was in the kernel before this daemon started.
 * @loaded_at: µs since 1970.
 */
struct kpold_live {
	struct kpol_ruleset *ruleset;
	struct kpol_bundle *bundle;
	bool bundle_shared;
	bool items_known;
	uint64_t generation;
	int64_t stored;
	int64_t loaded_at;
	uint32_t loaded_by;
	bool adopted;
};

void kpold_live_clear(struct kpold_live *live);

/** kpold_live_policy() - row @id, or NULL. */
const struct kpol_policy_row *kpold_live_policy(const struct kpold_live *live, uint32_t id);
const struct kpol_scope_row *kpold_live_scope(const struct kpold_live *live, uint32_t id);

/** kpold_live_source() - the document a policy row was compiled from, or NULL. */
const struct kpol_policy *kpold_live_source(const struct kpold_live *live, uint32_t id);

/** kpold_live_item() - the item rule @id was compiled from, or NULL. */
const struct kpol_item *kpold_live_item(const struct kpold_live *live, uint32_t id);

/** kpold_live_file() - name of the bundle's file, or NULL. */
const char *kpold_live_file(const struct kpold_live *live);

/** kpold_ruleset_scope_id() - id of the scope of that name, 0: none. */
uint32_t kpold_ruleset_scope_id(const struct kpol_ruleset *ruleset, const char *name);

#endif /* KPOLD_LIVE_H */
