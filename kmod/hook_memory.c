// SPDX-License-Identifier: GPL-2.0-only
/* Memory made executable: a file's, or what a program has written itself. */
#include "hook.h"
#include "entering.h"
#include "judge.h"
#include "layer.h"

#include <linux/auxvec.h>
#include <linux/fs.h>
#include <linux/mman.h>
#include <linux/mm.h>
#include <linux/mm_types.h>
#include <linux/personality.h>

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
	if (kpol_judge_has(subject, KPOL_CLASS_LIBRARY, KPOL_OP_MAP))
		return kpol_judge_path(subject, KPOL_CLASS_LIBRARY, KPOL_OP_MAP, &file->f_path,
				       NULL, file_inode(file));
	/* During execve the kernel maps what bprm_check has judged. */
	if (current->in_execve || !current->mm || !is_loader(current->mm))
		return false;
	return kpol_judge_path(subject, KPOL_CLASS_PROCESS, KPOL_OP_EXEC, &file->f_path, NULL,
			       file_inode(file));
}

/* Memory that a program wrote, or may write, is to be executed. */
static bool deny_written(const struct kpol_subject *subject)
{
	struct kpol_access access = { .class = KPOL_CLASS_LIBRARY, .op = KPOL_OP_PROTECT };

	return kpol_judge(subject, &access, KPOL_IN_TASK);
}

/* @file: NULL: anonymous memory. @written: its pages are, or may become, other than the file's. */
static bool deny_code(const struct file *file, bool written)
{
	struct kpol_subject subject;
	bool deny;

	if (!kpol_subject_get(&subject))
		return false;
	if (kpol_entering_has(current))
		deny = false;
	else if (!file || kpol_layer_is_memory(file->f_path.dentry))
		deny = deny_written(&subject) || (file && deny_map(&subject, file));
	else
		deny = deny_map(&subject, file) || (written && deny_written(&subject));
	kpol_subject_put();
	return deny;
}

/* A task can ask for everything it may read to be executable, too. */
static bool is_executable(unsigned long prot)
{
	return prot & PROT_EXEC ||
	       (prot & PROT_READ && unlikely(current->personality & READ_IMPLIES_EXEC));
}

/* A private mapping that may be written holds the file's code only until then. */
KPOL_HOOK(mmap_file)
{
	unsigned long prot = KPOL_ARG(unsigned long, 1), flags = KPOL_ARG(unsigned long, 2);

	return is_executable(prot) &&
	       deny_code(KPOL_ARG(const struct file *, 0),
			 prot & PROT_WRITE && (flags & MAP_TYPE) == MAP_PRIVATE);
}

/* A private mapping has memory of its own from the first time that one of its pages was written. */
KPOL_HOOK(file_mprotect)
{
	const struct vm_area_struct *vma = KPOL_ARG(const struct vm_area_struct *, 0);
	unsigned long prot = KPOL_ARG(unsigned long, 2);
	bool was = vma->vm_flags & VM_EXEC, writable = prot & PROT_WRITE;

	if (!(prot & PROT_EXEC) || (was && !writable))
		return false;
	return deny_code(vma->vm_file, !(vma->vm_flags & VM_SHARED) && (writable || vma->anon_vma));
}
