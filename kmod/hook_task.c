// SPDX-License-Identifier: GPL-2.0-only
/* Tasks: one that takes hold of another. */
#include "hook.h"
#include "entering.h"
#include "judge.h"

#include <linux/ptrace.h>

static bool deny_trace(u32 op)
{
	struct kpol_access access = { .class = KPOL_CLASS_PTRACE, .op = op };
	struct kpol_subject subject;
	bool deny;

	if (!kpol_subject_get(&subject))
		return false;
	deny = kpol_judge_has(&subject, KPOL_CLASS_PTRACE, op) && !kpol_entering_has(current) &&
	       kpol_judge(&subject, &access, KPOL_IN_TASK);
	kpol_subject_put();
	return deny;
}

/* Reading another task's state in /proc is not tracing; attaching, or its memory, is. */
KPOL_HOOK(ptrace_access_check)
{
	return KPOL_ARG(unsigned int, 1) & PTRACE_MODE_ATTACH && deny_trace(KPOL_OP_TRACE);
}

KPOL_HOOK(ptrace_traceme)
{
	return deny_trace(KPOL_OP_TRACEME);
}
