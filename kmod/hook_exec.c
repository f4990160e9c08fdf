// SPDX-License-Identifier: GPL-2.0-only
/* Execution: programs started. */
#include "hook.h"
#include "entering.h"
#include "inquiry.h"
#include "judge.h"

#include <linux/binfmts.h>
#include <linux/fs.h>
#include <linux/nsproxy.h>
#include <linux/sched/task.h>

/* Programs that a service manager starts inside the unit's cgroup before the unit's own program. */
static const char *const launchers[] = {
	"/usr/lib/systemd/systemd-executor",
	"/lib/systemd/systemd-executor",
};

static bool in_initial_mounts(void)
{
	const struct nsproxy *nsproxy = current->nsproxy;

	return nsproxy && nsproxy->mnt_ns == init_task.nsproxy->mnt_ns;
}

static bool is_launcher(const struct file *file)
{
	struct kpol_text path = kpol_path_object(&file->f_path, NULL);
	u32 i;

	for (i = 0; path.bytes && i < ARRAY_SIZE(launchers); i++)
		if (!strcmp(path.bytes, launchers[i]))
			return true;
	return false;
}

/* Does this exec still belong to whoever sets the workload up? */
static bool is_setup(const struct kpol_subject *subject, const struct linux_binprm *bprm)
{
	if (!in_initial_mounts())
		return false;
	return kpol_scope_flags(subject->set, subject->scope) & KPOL_SCOPE_CONTAINER ||
	       is_launcher(bprm->file);
}

/* The first exec of the workload ends its entering, and is judged. A mere question ends nothing. */
static bool deny_exec(const struct kpol_subject *subject, const struct linux_binprm *bprm,
		      struct kpol_asked *asked)
{
	if (kpol_entering_has(current)) {
		if (is_setup(subject, bprm))
			return false;
		if (!kpol_bprm_is_check(bprm))
			kpol_entering_remove(current);
	}
	return kpol_judge_exec(subject, bprm->file, asked);
}

/* The verdict hangs on what is not known here. While the module goes nobody can find it out any more. */
static noinline bool deny_unknown(const struct kpol_subject *subject,
				  const struct linux_binprm *bprm, struct ftrace_regs *fregs)
{
	struct kpol_asked asked = { .tried = ~0U };

	return !kpol_inquiry_begin(fregs) && kpol_judge_exec(subject, bprm->file, &asked);
}

KPOL_HOOK(bprm_check)
{
	const struct linux_binprm *bprm = KPOL_ARG(const struct linux_binprm *, 0);
	struct kpol_asked asked = {};
	struct kpol_subject subject;
	bool deny;

	if (kpol_inquiry_passes(bprm) || !kpol_subject_get(&subject))
		return false;
	deny = deny_exec(&subject, bprm, &asked);
	if (unlikely(asked.missing))
		deny = deny_unknown(&subject, bprm, fregs);
	kpol_subject_put();
	return deny;
}
