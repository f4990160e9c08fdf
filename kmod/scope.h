/* SPDX-License-Identifier: GPL-2.0-only */
/* From a cgroup to its scope: nearest bound ancestor, found once and cached per CPU. */
#ifndef KPOL_SCOPE_H
#define KPOL_SCOPE_H

#include <linux/cgroup.h>
#include <linux/percpu.h>
#include <linux/sched.h>

#include "path.h"
#include "ruleset.h"

#define KPOL_CACHE_SIZE 256

/**
 * struct kpol_cache_entry - one answer
 * @epoch: of the ruleset it was found in; 0: empty.
 *
 * Written and read only on its CPU and in its context with preemption off: no tearing. Cgroups cannot
 * move in cgroup2, and ids are not used again, so an answer is right as long as its ruleset is.
 */
struct kpol_cache_entry {
	u64 cgroup;
	u64 epoch;
	u32 scope;
};

struct kpol_cache {
	struct kpol_cache_entry entries[KPOL_CONTEXTS][KPOL_CACHE_SIZE];
};

extern struct kpol_cache __percpu *kpol_cache;

/**
 * struct kpol_subject - who acts: the ruleset in force and the scope the actor belongs to
 *
 * Between kpol_subject_get() and kpol_subject_put() preemption is off.
 */
struct kpol_subject {
	const struct kpol_ruleset *set;
	u64 cgroup;
	u32 scope;
};

/** kpol_scope_resolve() - the slow way, fills the cache entry; preemption off. */
u32 kpol_scope_resolve(const struct kpol_ruleset *set, struct cgroup *cgroup,
		       struct kpol_cache_entry *entry, enum kpol_context context);

static __always_inline u32 kpol_scope_of(const struct kpol_ruleset *set, struct cgroup *cgroup,
					 enum kpol_context context)
{
	u64 id = cgroup_id(cgroup);
	struct kpol_cache_entry *entry =
		&this_cpu_ptr(kpol_cache)->entries[context][id % KPOL_CACHE_SIZE];

	if (likely(entry->cgroup == id && entry->epoch == set->epoch))
		return entry->scope;
	return kpol_scope_resolve(set, cgroup, entry, context);
}

/* The css_set and its cgroup live as long as an RCU read side, which preemption off is. */
static __always_inline struct cgroup *kpol_task_cgroup(struct task_struct *task)
{
	return rcu_dereference_sched(task->cgroups)->dfl_cgrp;
}

/**
 * kpol_scope_now() - the scope of the current task's cgroup, 0: none
 *
 * What every hook asks first, and mostly last: nothing is spilled to the stack for a task in no scope.
 * Context: task context, any.
 */
static __always_inline u32 kpol_scope_now(void)
{
	const struct kpol_ruleset *set;
	u32 scope = 0;

	preempt_disable_notrace();
	set = kpol_ruleset_active();
	if (set)
		scope = kpol_scope_of(set, kpol_task_cgroup(current), KPOL_IN_TASK);
	preempt_enable_notrace();
	return scope;
}

/**
 * kpol_subject_get() - is the current task one that some policy confines?
 * @subject: filled when the answer is yes.
 *
 * Kernel threads are nobody; io_uring workers are the process they serve.
 *
 * Context: task context, any. Return: true with preemption off, or false with nothing held.
 */
static __always_inline bool kpol_subject_get(struct kpol_subject *subject)
{
	preempt_disable_notrace();
	subject->set = kpol_ruleset_active();
	if (subject->set && !(current->flags & PF_KTHREAD)) {
		struct cgroup *cgroup = kpol_task_cgroup(current);

		subject->cgroup = cgroup_id(cgroup);
		subject->scope = kpol_scope_of(subject->set, cgroup, KPOL_IN_TASK);
		if (unlikely(subject->scope))
			return true;
	}
	preempt_enable_notrace();
	return false;
}

static inline void kpol_subject_put(void)
{
	preempt_enable_notrace();
}

/** kpol_scope_flags() - KPOL_SCOPE_* of a scope of this ruleset. */
static inline u32 kpol_scope_flags(const struct kpol_ruleset *set, u32 scope)
{
	return set->content->scopes[scope - 1].flags;
}

/**
 * kpol_scope_would_confine() - is the current task in a scope other than the host's, were these live?
 *
 * Who asks for that would lock himself out: no confined task may speak to the module.
 * Context: process context.
 */
bool kpol_scope_would_confine(const struct kpol_content *content,
			      const struct kpol_bindings *bindings);

int kpol_scope_init(void);
void kpol_scope_exit(void);

#endif /* KPOL_SCOPE_H */
