// SPDX-License-Identifier: GPL-2.0-only
/* The live ruleset: what every hook decides with, replaced whole by one pointer swap. */
#include "ruleset.h"
#include "address.h"
#include "arena.h"
#include "work.h"

#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/slab.h>

struct kpol_ruleset __rcu *kpol_active;

/* Serialises all changes of the members below, of kpol_active and of policy modes. */
static DEFINE_MUTEX(lock);
static struct kpol_ruleset *live;
static bool off;
static u64 last_generation;
static u64 last_epoch;

void kpol_ruleset_lock(void)
{
	mutex_lock(&lock);
}

void kpol_ruleset_unlock(void)
{
	mutex_unlock(&lock);
}

struct kpol_ruleset *kpol_ruleset_live(void)
{
	lockdep_assert_held(&lock);
	return live;
}

u64 kpol_ruleset_next_generation(void)
{
	return last_generation + 1;
}

void kpol_content_set_mode(struct kpol_content *content, u32 policy, u8 mode)
{
	lockdep_assert_held(&lock);
	kpol_table_set_mode(content->table, policy, mode);
	/* Pairs with kpol_content_modes(): who sees the new number sees the new mode. */
	smp_store_release(&content->modes, content->modes + 1);
}

void kpol_content_put(struct kpol_content *content)
{
	if (!content || !refcount_dec_and_test(&content->users))
		return;
	kpol_table_free(content->table);
	kvfree(content->rules);
	kvfree(content->policies);
	kvfree(content->scopes);
	kvfree(content->sets);
	kpol_addresses_free(content->addresses);
	kpol_arena_free(content->arena);
	kfree(content);
}

static void free_ruleset(struct kpol_ruleset *set)
{
	kpol_content_put(set->content);
	kpol_bindings_free(set->bindings);
	kfree(set);
}

static void free_ruleset_work(struct work_struct *work)
{
	free_ruleset(container_of(to_rcu_work(work), struct kpol_ruleset, free_work));
}

static void update_active(void)
{
	rcu_assign_pointer(kpol_active, off ? NULL : live);
}

int kpol_ruleset_publish(struct kpol_content *content, struct kpol_bindings *bindings)
{
	struct kpol_ruleset *set = kzalloc(sizeof(*set), GFP_KERNEL_ACCOUNT), *old = live;

	lockdep_assert_held(&lock);
	if (!set)
		return -ENOMEM;
	set->content = content;
	set->bindings = bindings;
	set->epoch = ++last_epoch;
	INIT_RCU_WORK(&set->free_work, free_ruleset_work);
	last_generation = content->generation;
	live = set;
	update_active();
	if (old)
		queue_rcu_work(kpol_work, &old->free_work);
	return 0;
}

void kpol_ruleset_set_off(bool value)
{
	lockdep_assert_held(&lock);
	off = value;
	update_active();
}

void kpol_ruleset_exit(void)
{
	RCU_INIT_POINTER(kpol_active, NULL);
	rcu_barrier(); /* replaced rulesets have queued their free_work, */
	flush_workqueue(kpol_work); /* and it has run */
	if (live)
		free_ruleset(live);
	live = NULL;
}
