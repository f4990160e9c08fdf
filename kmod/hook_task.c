// SPDX-License-Identifier: GPL-2.0-only
/* Tasks: one that takes hold of another, signals it, moves it to another cgroup, or says what it runs. */
#include "hook.h"
#include "entering.h"
#include "judge.h"

#include <linux/prctl.h>
#include <linux/ptrace.h>

/* Reading another task's state in /proc is not tracing; attaching, or its memory, is. */
KPOL_HOOK(ptrace_access_check)
{
	return KPOL_ARG(unsigned int, 1) & PTRACE_MODE_ATTACH &&
	       kpol_judge_word(KPOL_CLASS_PTRACE, KPOL_OP_TRACE, NULL);
}

KPOL_HOOK(ptrace_traceme)
{
	return kpol_judge_word(KPOL_CLASS_PTRACE, KPOL_OP_TRACEME, NULL);
}

static bool is_of_scope(const struct kpol_subject *subject, struct cgroup *cgroup)
{
	return kpol_scope_of(subject->set, cgroup, KPOL_IN_TASK) == subject->scope;
}

/* Within its own scope a task may signal as the kernel lets it. */
static bool deny_kill(struct task_struct *target)
{
	struct kpol_access access = { .class = KPOL_CLASS_SIGNAL, .op = KPOL_OP_KILL };
	struct kpol_subject subject;
	bool deny;

	if (!kpol_subject_get(&subject))
		return false;
	deny = kpol_judge_has(&subject, KPOL_CLASS_SIGNAL, KPOL_OP_KILL) &&
	       !is_of_scope(&subject, kpol_task_cgroup(target)) && !kpol_entering_has(current) &&
	       kpol_judge(&subject, &access, KPOL_IN_TASK);
	kpol_subject_put();
	return deny;
}

/* Signal 0 only asks whether there is such a task. With credentials it is a driver's, in an interrupt. */
KPOL_HOOK(task_kill)
{
	return KPOL_ARG(int, 2) && !KPOL_ARG(const struct cred *, 3) &&
	       deny_kill(KPOL_ARG(struct task_struct *, 0));
}

/*
 * cgroup_attach_permissions(from, to, …) is asked when a task is moved, and when one is cloned into another
 * cgroup. Below the cgroups of its own scope a task may move what is there already as the kernel lets it. The
 * host's managers move tasks all the time.
 */
static bool deny_move(struct cgroup *from, struct cgroup *to)
{
	struct kpol_access access = { .class = KPOL_CLASS_NAMESPACE,
				      .op = KPOL_OP_USERNS,
				      .object = KPOL_WORD_LEAVE,
				      .object_len = sizeof(KPOL_WORD_LEAVE) - 1 };
	struct kpol_subject subject;
	bool deny;

	if (!kpol_subject_get(&subject))
		return false;
	deny = !(kpol_scope_flags(subject.set, subject.scope) & KPOL_SCOPE_HOST) &&
	       !(is_of_scope(&subject, from) && is_of_scope(&subject, to)) &&
	       !kpol_entering_has(current) && kpol_judge(&subject, &access, KPOL_IN_TASK);
	kpol_subject_put();
	return deny;
}

KPOL_HOOK(cgroup_attach_permissions)
{
	return deny_move(KPOL_ARG(struct cgroup *, 0), KPOL_ARG(struct cgroup *, 1));
}

/*
 * The program a task runs is what fromSource rules know it by, and its auxiliary vector tells a loader: see
 * is_loader() in hook_memory.c. Who has the privilege may change both. What stands in memory cannot be read here,
 * so PR_SET_MM_MAP counts whatever it is for. Of the second argument the kernel, too, takes an int.
 */
static bool renames_program(int option, int what)
{
	return option == PR_SET_MM &&
	       (what == PR_SET_MM_EXE_FILE || what == PR_SET_MM_MAP || what == PR_SET_MM_AUXV);
}

KPOL_HOOK(task_prctl)
{
	return renames_program(KPOL_ARG(int, 0), KPOL_ARG(int, 1)) &&
	       kpol_judge_word(KPOL_CLASS_NAMESPACE, KPOL_OP_USERNS, KPOL_WORD_SOURCE);
}
