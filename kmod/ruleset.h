/* SPDX-License-Identifier: GPL-2.0-only */
/* The live ruleset: what every hook decides with, replaced whole by one pointer swap. */
#ifndef KPOL_RULESET_H
#define KPOL_RULESET_H

#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/workqueue.h>
#include <linux/kpol.h>

#include "binding.h"
#include "engine/table.h"

struct kpol_addresses;
struct kpol_arena;

struct kpol_named {
	const char *name; /* in the arena */
	u32 flags; /* of a scope */
	atomic64_t dropped; /* of a scope: events of it that were lost since the commit */
};

/**
 * struct kpol_content - rows and table of one commit; immutable but for policy modes, addresses and counters
 * @users: rulesets that share it (a changed binding makes a new ruleset over the same content).
 * @arena: all strings of @rules, @policies, @scopes and @sets.
 * @policies: policy id n is policies[n - 1]; likewise @scopes and @sets.
 * @addresses: what is in the sets, see address.h; changed with kpol_ruleset_lock() held. NULL: there are no sets.
 * @modes: counts the changes of policy modes, each after it has taken effect in @table.
 */
struct kpol_content {
	refcount_t users;
	struct kpol_arena *arena;
	struct kpol_rule *rules;
	struct kpol_named *policies;
	struct kpol_named *scopes;
	struct kpol_named *sets;
	struct kpol_addresses *addresses;
	struct kpol_table *table;
	u32 n_rules;
	u32 n_policies;
	u32 n_scopes;
	u32 n_sets;
	size_t memory;
	u32 modes;
	u64 generation;
	u8 digest[KPOL_DIGEST_LEN];
	char label[KPOL_NAME_MAX + 1];
};

/**
 * struct kpol_ruleset - content and bindings that belong together
 * @epoch: never the same for two rulesets: it dates the entries of the scope cache.
 *
 * Published by kpol_ruleset_publish(); readers hold preemption off (an RCU read side on every kernel we
 * support) from kpol_ruleset_active() to the end of their use. Freed a grace period after it was replaced.
 */
struct kpol_ruleset {
	struct kpol_content *content;
	struct kpol_bindings *bindings;
	u64 epoch;
	struct rcu_work free_work;
};

/* What hooks decide with: the live ruleset, or NULL when the global switch is off or nothing is loaded. */
extern struct kpol_ruleset __rcu *kpol_active;

static __always_inline const struct kpol_ruleset *kpol_ruleset_active(void)
{
	return rcu_dereference_sched(kpol_active);
}

/* Writers, and readers that may sleep, hold this; it nests inside genl's own lock. */
void kpol_ruleset_lock(void);
void kpol_ruleset_unlock(void);

/** kpol_ruleset_live() - the live ruleset, or NULL; caller holds kpol_ruleset_lock(). */
struct kpol_ruleset *kpol_ruleset_live(void);

/**
 * kpol_ruleset_publish() - make this the live ruleset
 * @content: reference is taken over. @bindings: taken over.
 *
 * Context: kpol_ruleset_lock() held, may sleep.
 * Return: 0, or -ENOMEM: nothing changed, and both still belong to the caller.
 */
int kpol_ruleset_publish(struct kpol_content *content, struct kpol_bindings *bindings);

/** kpol_ruleset_next_generation() - the generation that the next commit gets. */
u64 kpol_ruleset_next_generation(void);

/** kpol_ruleset_set_off() - take the ruleset from the hooks' sight, or give it back; lock held. */
void kpol_ruleset_set_off(bool off);

/** kpol_content_modes() - a number that changes with every policy mode. */
static inline u32 kpol_content_modes(const struct kpol_content *content)
{
	/* Pairs with kpol_content_set_mode(): what is read behind it is as new as the number. */
	return smp_load_acquire(&content->modes);
}

/** kpol_content_set_mode() - switch policy @policy, 1..n_policies; kpol_ruleset_lock() held. */
void kpol_content_set_mode(struct kpol_content *content, u32 policy, u8 mode);

void kpol_content_put(struct kpol_content *content);

/** kpol_ruleset_exit() - free everything; no hook may be attached any more. */
void kpol_ruleset_exit(void);

#endif /* KPOL_RULESET_H */
