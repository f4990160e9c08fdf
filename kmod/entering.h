/* SPDX-License-Identifier: GPL-2.0-only */
/* The set of tasks that have entered a bound cgroup from outside and have not yet become the workload. */
#ifndef KPOL_ENTERING_H
#define KPOL_ENTERING_H

#include <linux/atomic.h>
#include <linux/sched.h>

extern atomic_t kpol_entering_count;

bool kpol_entering_find(const struct task_struct *task);

/** kpol_entering_has() - is this task exempt? Any context with preemption off. */
static inline bool kpol_entering_has(const struct task_struct *task)
{
	return unlikely(atomic_read(&kpol_entering_count)) && kpol_entering_find(task);
}

/** kpol_entering_remove() - from now on the task is judged; any context. */
void kpol_entering_remove(const struct task_struct *task);

/** kpol_entering_lost() - how many tasks could not be recorded, and so were confined at once. */
u64 kpol_entering_lost(void);

/**
 * kpol_entering_init() - watch migrations, forks and exits
 *
 * Return: 0 or a negative errno; the module must not load without it, or no container could start.
 */
int kpol_entering_init(void);
void kpol_entering_exit(void);

#endif /* KPOL_ENTERING_H */
