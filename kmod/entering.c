// SPDX-License-Identifier: GPL-2.0-only
/*
 * The set of tasks that have entered a bound cgroup from outside and have not yet become the workload.
 *
 * A container runtime sets up the container from inside its cgroup. Those steps are the runtime's, not the
 * workload's, so a task that comes from an unbound (or the host's) cgroup is exempt until it executes the
 * workload; hook_exec.c decides when that is. A task that was ever judged in a bound cgroup cannot get in
 * here by moving. Forgetting an entry confines its task: the set fails closed.
 *
 * An entry lives from the migration or fork that made it to the exec or exit that ends it.
 */
#include "entering.h"
#include "scope.h"

#include <linux/ftrace.h>
#include <linux/hash.h>
#include <linux/rculist.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/tracepoint.h>

#define BUCKET_BITS 8

struct entry {
	struct hlist_node node;
	const struct task_struct *task;
	struct rcu_head rcu;
};

atomic_t kpol_entering_count = ATOMIC_INIT(0);
static atomic64_t lost;
static struct hlist_head buckets[1 << BUCKET_BITS];
static DEFINE_RAW_SPINLOCK(lock); /* writers; readers are under RCU */

static struct hlist_head *bucket_of(const struct task_struct *task)
{
	return &buckets[hash_ptr(task, BUCKET_BITS)];
}

static struct entry *find_entry(const struct task_struct *task)
{
	struct entry *entry;

	hlist_for_each_entry_rcu(entry, bucket_of(task), node, rcu_read_lock_sched_held())
		if (entry->task == task)
			return entry;
	return NULL;
}

bool kpol_entering_find(const struct task_struct *task)
{
	return find_entry(task);
}

u64 kpol_entering_lost(void)
{
	return atomic64_read(&lost);
}

static void add_task(const struct task_struct *task)
{
	struct entry *entry = kmalloc(sizeof(*entry), GFP_ATOMIC | __GFP_NOWARN);
	unsigned long flags;

	if (!entry) {
		atomic64_inc(&lost);
		return;
	}
	entry->task = task;
	raw_spin_lock_irqsave(&lock, flags);
	if (find_entry(task)) {
		kfree(entry);
	} else {
		hlist_add_head_rcu(&entry->node, bucket_of(task));
		atomic_inc(&kpol_entering_count);
	}
	raw_spin_unlock_irqrestore(&lock, flags);
}

void kpol_entering_remove(const struct task_struct *task)
{
	struct entry *entry;
	unsigned long flags;

	raw_spin_lock_irqsave(&lock, flags);
	entry = find_entry(task);
	if (entry) {
		hlist_del_rcu(&entry->node);
		atomic_dec(&kpol_entering_count);
		kfree_rcu(entry, rcu);
	}
	raw_spin_unlock_irqrestore(&lock, flags);
}

/* Outside is a cgroup with no scope, or the host's. */
static bool is_outside(const struct kpol_ruleset *set, u32 scope)
{
	return !scope || kpol_scope_flags(set, scope) & KPOL_SCOPE_HOST;
}

static bool enters(const struct kpol_ruleset *set, struct cgroup *from, struct cgroup *to)
{
	return is_outside(set, kpol_scope_of(set, from, KPOL_IN_TASK)) &&
	       !is_outside(set, kpol_scope_of(set, to, KPOL_IN_TASK));
}

/*
 * Entry of cgroup_attach_task(to, leader, threadgroup): nothing has moved yet, so the old cgroup can still be
 * seen, and the exemption is there before the task is in.
 */
static void on_attach(unsigned long ip, unsigned long parent_ip, struct ftrace_ops *op,
		      struct ftrace_regs *fregs)
{
	struct cgroup *to = (void *)ftrace_regs_get_argument(fregs, 0);
	struct task_struct *leader = (void *)ftrace_regs_get_argument(fregs, 1), *task;
	bool group = ftrace_regs_get_argument(fregs, 2) & 1;
	const struct kpol_ruleset *set;

	preempt_disable_notrace();
	set = kpol_ruleset_active();
	if (set && to->root == &cgrp_dfl_root) {
		if (!group) {
			if (enters(set, kpol_task_cgroup(leader), to))
				add_task(leader);
		} else {
			for_each_thread(leader, task)
				if (enters(set, kpol_task_cgroup(task), to))
					add_task(task);
		}
	}
	preempt_enable_notrace();
}

/* The child does not run yet. It may have been cloned into another cgroup than its parent's. */
static void on_fork(void *data, struct task_struct *parent, struct task_struct *child)
{
	const struct kpol_ruleset *set;
	struct cgroup *from, *to;

	preempt_disable_notrace();
	set = kpol_ruleset_active();
	if (set) {
		from = kpol_task_cgroup(parent);
		to = kpol_task_cgroup(child);
		if (kpol_entering_has(parent) || (from != to && enters(set, from, to)))
			add_task(child);
	}
	preempt_enable_notrace();
}

/* Newer kernels pass one more argument, which the calling convention lets us leave alone. */
static void on_exit(void *data, struct task_struct *task)
{
	if (kpol_entering_has(task))
		kpol_entering_remove(task);
}

static struct ftrace_ops attach_ops = { .func = on_attach };

static struct watch {
	const char *name;
	void *probe;
	struct tracepoint *tracepoint;
} watches[] = {
	{ "sched_process_fork", on_fork, NULL },
	{ "sched_process_exit", on_exit, NULL },
};

static void match_tracepoint(struct tracepoint *tracepoint, void *data)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(watches); i++)
		if (!strcmp(tracepoint->name, watches[i].name))
			watches[i].tracepoint = tracepoint;
}

static void unwatch(size_t n)
{
	while (n--)
		tracepoint_probe_unregister(watches[n].tracepoint, watches[n].probe, NULL);
	tracepoint_synchronize_unregister();
}

static int watch_attach(void)
{
	char name[] = "cgroup_attach_task";
	int err = ftrace_set_filter(&attach_ops, name, sizeof(name) - 1, 1);

	return err ?: register_ftrace_function(&attach_ops);
}

int kpol_entering_init(void)
{
	size_t i;
	int err;

	for_each_kernel_tracepoint(match_tracepoint, NULL);
	for (i = 0; i < ARRAY_SIZE(watches); i++) {
		err = watches[i].tracepoint ? tracepoint_probe_register(watches[i].tracepoint,
									watches[i].probe, NULL)
					    : -ENOENT;
		if (err) {
			pr_err("kpol: tracepoint %s: error %d\n", watches[i].name, -err);
			goto undo;
		}
	}
	err = watch_attach();
	if (err) {
		pr_err("kpol: cannot watch cgroup_attach_task: error %d\n", -err);
		goto undo;
	}
	return 0;

undo:
	unwatch(i);
	return err;
}

void kpol_entering_exit(void)
{
	struct entry *entry;
	struct hlist_node *next;
	size_t i;

	unregister_ftrace_function(&attach_ops);
	ftrace_free_filter(&attach_ops);
	unwatch(ARRAY_SIZE(watches));
	for (i = 0; i < ARRAY_SIZE(buckets); i++)
		hlist_for_each_entry_safe(entry, next, &buckets[i], node)
			kfree(entry);
	rcu_barrier(); /* kfree_rcu() of ours may still be pending: it needs no code of ours, but be plain */
}
