/* SPDX-License-Identifier: GPL-2.0-only */
/* The common step of all hooks: access → decide → event → verdict. */
#ifndef KPOL_JUDGE_H
#define KPOL_JUDGE_H

#include "engine/decide.h"
#include "path.h"
#include "scope.h"

/* True means: deny. */

/**
 * kpol_judge_path() - judge an access to a file
 * @subject: from kpol_subject_get().
 * @class: PROCESS, LIBRARY or FILE. @op: one bit of it.
 * @path: the object, or its directory when @dentry is given. @dentry: child of @path, or NULL.
 * @owner_of: inode whose owner counts for ownerOnly, or NULL.
 *
 * Context: task context, preemption off.
 */
bool kpol_judge_path(const struct kpol_subject *subject, u32 class, u32 op, const struct path *path,
		     const struct dentry *dentry, const struct inode *owner_of);

/**
 * kpol_judge() - judge an access without a path
 * @access: scope, class and op filled, and what the class needs; source is filled here when needed.
 * @context: KPOL_IN_SOFTIRQ: there is no acting task.
 */
bool kpol_judge(const struct kpol_subject *subject, struct kpol_access *access,
		enum kpol_context context);

/** kpol_judge_has() - may some rule of the subject's scope have a say on one of these operations? */
static inline bool kpol_judge_has(const struct kpol_subject *subject, u32 class, u32 ops)
{
	return kpol_table_needs(subject->set->content->table, subject->scope, class, ops);
}

int kpol_judge_init(void);
void kpol_judge_exit(void);

#endif /* KPOL_JUDGE_H */
