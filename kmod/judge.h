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
 * struct kpol_asked - what an execution may be asked beside its path
 * @facts: what is known; NULL: nothing.
 * @tried: KPOL_FACT_* that nobody will find out if they are not among @facts.
 * @missing: set to those that the verdict hangs on and that could be found out; then there is none yet, and no
 *	event. Else not touched.
 */
struct kpol_asked {
	const struct kpol_facts *facts;
	u32 tried;
	u32 missing;
};

/**
 * kpol_judge_exec() - judge the execution of a file
 * @asked: see there.
 *
 * What is judged elsewhere as an execution, a file that a loader maps, has no facts: where the verdict hangs on some,
 * it is the safe one.
 *
 * Context: task context, preemption off.
 */
bool kpol_judge_exec(const struct kpol_subject *subject, const struct file *file,
		     struct kpol_asked *asked);

/**
 * kpol_judge() - judge an access without a path
 * @access: scope, class and op filled, and what the class needs; source is filled here when needed.
 * @context: KPOL_IN_SOFTIRQ: there is no acting task.
 */
bool kpol_judge(const struct kpol_subject *subject, struct kpol_access *access,
		enum kpol_context context);

/**
 * kpol_judge_quietly() - the same verdict without an event, for what the kernel asks without telling
 * @access: as for kpol_judge().
 *
 * Context: task context, preemption off.
 */
bool kpol_judge_quietly(const struct kpol_subject *subject, struct kpol_access *access);

/**
 * kpol_judge_word() - judge what the current task does in a class without paths
 * @word: the object, or NULL: the class has none, or it is one that has no word.
 *
 * A task that is entering is not judged.
 *
 * Context: task context.
 */
bool kpol_judge_word(u32 class, u32 op, const char *word);

/**
 * kpol_may_do_requests() - may the current task's credentials be those that io_uring kept with a request?
 *
 * It keeps with a request the credentials its task had then, and whoever does the request later puts them in
 * place of its own: a worker, or the task itself. Anybody can bring that about.
 */
static inline bool kpol_may_do_requests(void)
{
#ifdef CONFIG_IO_URING
	return current->flags & PF_IO_WORKER || current->io_uring;
#else
	return false;
#endif
}

/** kpol_judge_has() - may some rule of the subject's scope have a say on one of these operations? */
static inline bool kpol_judge_has(const struct kpol_subject *subject, u32 class, u32 ops)
{
	return kpol_table_needs(subject->set->content->table, subject->scope, class, ops);
}

int kpol_judge_init(void);
void kpol_judge_exit(void);

#endif /* KPOL_JUDGE_H */
