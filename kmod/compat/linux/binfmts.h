/* SPDX-License-Identifier: GPL-2.0-only */
/* AT_EXECVE_CHECK: not needed from 6.14 on. */
#ifndef KPOL_COMPAT_LINUX_BINFMTS_H
#define KPOL_COMPAT_LINUX_BINFMTS_H

#include_next <linux/binfmts.h>
#include <linux/version.h>

/** kpol_bprm_is_check() - is this execve only a question, after which nothing runs? */
static inline bool kpol_bprm_is_check(const struct linux_binprm *bprm)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 14, 0)
	return false;
#else
	return bprm->is_check;
#endif
}

#endif /* KPOL_COMPAT_LINUX_BINFMTS_H */
