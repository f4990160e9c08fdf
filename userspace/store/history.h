/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The bundles loaded: the live one, the one being loaded, and those to return to. */
#ifndef KPOL_STORE_HISTORY_H
#define KPOL_STORE_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/kpol.h>

#include "store/store.h"

#define KPOL_HISTORY_MAX 20

/**
 * struct kpol_stored - one bundle as it was loaded; zero-initialise, end with kpol_stored_clear()
 * @id: from 1, never used twice; 0: not stored yet.
 * @parent: what was live before it, 0: nothing. Rollback follows this, so that after a rollback and
 *a new load nobody comes back to the bundle that was rolled back from.
 * @text: exact bytes; NULL in listings.
 * @digest: of the ruleset it last became here; changes with the workloads.
 * @loaded_at: µs since 1970. @change: "load", "adopt".
 * @good: it was live in the kernel at some time.
 */
struct kpol_stored {
	int64_t id, parent;
	char *name, *version, *file;
	char *text;
	size_t text_len;
	uint8_t digest[KPOL_DIGEST_LEN];
	int64_t loaded_at;
	uint32_t uid;
	char *change;
	bool good;
};

void kpol_stored_clear(struct kpol_stored *stored);

/**
 * struct kpol_intent - what is, or was, about to be committed
 * @bundle: id. @generation: the kernel's before the commit.
 * @reset: the commit makes modes set by hand void.
 */
struct kpol_intent {
	int64_t bundle;
	uint8_t digest[KPOL_DIGEST_LEN];
	uint64_t generation;
	bool reset;
};

/* All return 0 or a negative errno; -ENOSPC means: do not touch the kernel. */

/**
 * kpol_history_intend() - write down, durably, what is about to be committed
 * @bundle: inserted if its @id is 0.
 * @ret_id: may be NULL.
 */
int kpol_history_intend(struct kpol_store *store, const struct kpol_stored *bundle,
			const struct kpol_intent *intent, int64_t *ret_id);

/** kpol_history_confirm() - the kernel has it: the intent becomes live; old bundles are dropped. */
int kpol_history_confirm(struct kpol_store *store);

/** kpol_history_withdraw() - the kernel refused; a bundle that was never good is forgotten. */
int kpol_history_withdraw(struct kpol_store *store);

/** kpol_history_intent() - Return: 0, or -ENOENT: none pending. */
int kpol_history_intent(struct kpol_store *store, struct kpol_intent *ret);

/** kpol_history_live() - id of the live bundle, 0: none. */
int kpol_history_live(struct kpol_store *store, int64_t *ret_id);

/** kpol_history_set_live() - what the kernel has turned out to be this one; 0: none we know. */
int kpol_history_set_live(struct kpol_store *store, int64_t id);

/** kpol_history_get() - with its text. Return: 0, -ENOENT, … */
int kpol_history_get(struct kpol_store *store, int64_t id, struct kpol_stored *ret);

/** kpol_history_find() - the newest bundle with that digest. Return: 0 and its id, or -ENOENT. */
int kpol_history_find(struct kpol_store *store, const uint8_t digest[KPOL_DIGEST_LEN],
		      int64_t *ret_id);

/**
 * kpol_history_back() - the bundle @steps before @id
 * Return: 0 and its id, or -ENOENT: there is none that far back.
 */
int kpol_history_back(struct kpol_store *store, int64_t id, unsigned int steps, int64_t *ret_id);

/** kpol_history_list() - newest first, without texts. @ret_items: clear each, then free(). */
int kpol_history_list(struct kpol_store *store, struct kpol_stored **ret_items, size_t *ret_n);

#endif /* KPOL_STORE_HISTORY_H */
