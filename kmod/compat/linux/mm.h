/* SPDX-License-Identifier: GPL-2.0-only */
/* get_user_pages_remote() without the argument that nobody used: not needed from 6.5 on. */
#ifndef KPOL_COMPAT_LINUX_MM_H
#define KPOL_COMPAT_LINUX_MM_H

#include_next <linux/mm.h>
#include <linux/version.h>

/** kpol_get_page_remote() - the page at @pos of @mm, which is locked for reading. Return: 1, or none. */
static inline long kpol_get_page_remote(struct mm_struct *mm, unsigned long pos, struct page **page)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 5, 0)
	return get_user_pages_remote(mm, pos, 1, FOLL_FORCE, page, NULL, NULL);
#else
	return get_user_pages_remote(mm, pos, 1, FOLL_FORCE, page, NULL);
#endif
}

#endif /* KPOL_COMPAT_LINUX_MM_H */
