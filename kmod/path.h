/* SPDX-License-Identifier: GPL-2.0-only */
/* Paths as the workload sees them, written into buffers of this CPU. */
#ifndef KPOL_PATH_H
#define KPOL_PATH_H

#include <linux/path.h>
#include <linux/types.h>

struct mm_struct;

/* Which of a CPU's two sets of buffers: a softirq may interrupt a task that is using its own. */
enum kpol_context { KPOL_IN_TASK, KPOL_IN_SOFTIRQ, KPOL_CONTEXTS };

/**
 * struct kpol_text - a string in a buffer of this CPU
 * @bytes: NULL: there is none.
 * @len: without the terminating NUL.
 *
 * Valid until the next kpol_path_*() call with the same buffer, and only while preemption is off.
 */
struct kpol_text {
	const char *bytes;
	u32 len;
};

int kpol_path_init(void);
void kpol_path_exit(void);

/**
 * kpol_path_object() - path from the root of the mount namespace, whatever chroot says
 * @path: file or directory.
 * @dentry: a child of @path that may not exist yet, or NULL.
 *
 * Context: any with preemption off and no softirq user of the same buffer: task context only.
 * Return: the text; bytes is NULL if nothing leads there (memfd, detached mount) or it is too long.
 */
struct kpol_text kpol_path_object(const struct path *path, const struct dentry *dentry);

/**
 * kpol_path_source() - path of the executable of a task's memory
 * @mm: current->mm, or NULL.
 *
 * Context: as kpol_path_object(); a buffer of its own.
 */
struct kpol_text kpol_path_source(struct mm_struct *mm);

/** kpol_path_scratch() - a buffer of PATH_MAX bytes for kpol_scope's use; preemption off. */
char *kpol_path_scratch(enum kpol_context context);

#endif /* KPOL_PATH_H */
