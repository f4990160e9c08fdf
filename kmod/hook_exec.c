// SPDX-License-Identifier: GPL-2.0-only
/* Execution: programs started and files mapped executable. */
#include "hook.h"
#include "entering.h"
#include "judge.h"

#include <linux/auxvec.h>
#include <linux/binfmts.h>
#include <linux/fs.h>
#include <linux/mman.h>
#include <linux/mm_types.h>
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
static bool deny_exec(const struct kpol_subject *subject, const struct linux_binprm *bprm)
{
	if (kpol_entering_has(current)) {
		if (is_setup(subject, bprm))
			return false;
		if (!kpol_bprm_is_check(bprm))
			kpol_entering_remove(current);
	}
	return kpol_judge_path(subject, KPOL_CLASS_PROCESS, KPOL_OP_EXEC, &bprm->file->f_path, NULL,
			       file_inode(bprm->file));
}

KPOL_HOOK(bprm_check)
{
	struct kpol_subject subject;
	bool deny;

	if (!kpol_subject_get(&subject))
		return false;
	deny = deny_exec(&subject, KPOL_ARG(const struct linux_binprm *, 0));
	kpol_subject_put();
	return deny;
}

/*
 * A program that no ELF interpreter was loaded for, and that maps another file executable, does a loader's
 * work: it is static, or it is the interpreter itself ("ld.so ./evil"). AT_BASE says where the interpreter of
 * the running image is, 0: none. It is written at the end of execve and belongs to the kernel.
 */
static bool is_loader(const struct mm_struct *mm)
{
	u32 i;

	for (i = 0; i + 1 < AT_VECTOR_SIZE && mm->saved_auxv[i] != AT_NULL; i += 2)
		if (mm->saved_auxv[i] == AT_BASE)
			return !mm->saved_auxv[i + 1];
	return false;
}

static bool deny_map(const struct kpol_subject *subject, const struct file *file)
{
	if (kpol_entering_has(current))
		return false;
	if (kpol_judge_has(subject, KPOL_CLASS_LIBRARY))
		return kpol_judge_path(subject, KPOL_CLASS_LIBRARY, KPOL_OP_MAP, &file->f_path,
				       NULL, file_inode(file));
	/* During execve the kernel maps what bprm_check has judged. */
	if (current->in_execve || !current->mm || !is_loader(current->mm))
		return false;
	return kpol_judge_path(subject, KPOL_CLASS_PROCESS, KPOL_OP_EXEC, &file->f_path, NULL,
			       file_inode(file));
}

KPOL_HOOK(mmap_file)
{
	const struct file *file = KPOL_ARG(const struct file *, 0);
	struct kpol_subject subject;
	bool deny;

	if (!file || !(KPOL_ARG(unsigned long, 1) & PROT_EXEC) || !kpol_subject_get(&subject))
		return false;
	deny = deny_map(&subject, file);
	kpol_subject_put();
	return deny;
}
