/* SPDX-License-Identifier: GPL-2.0-only */
/* FMODE_BACKING: not needed from 6.5 on. */
#ifndef KPOL_COMPAT_LINUX_FS_H
#define KPOL_COMPAT_LINUX_FS_H

#include_next <linux/fs.h>
#include <linux/version.h>

/**
 * kpol_file_is_backing() - did a stacking filesystem open this file for one that was opened by a task?
 * @file: a file being opened.
 *
 * Before 6.5 overlayfs gave the backing file the path of the overlay file, so that it shows as a path and
 * an inode that do not belong together.
 */
static inline bool kpol_file_is_backing(const struct file *file)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 5, 0)
	return file->f_inode != d_backing_inode(file->f_path.dentry);
#else
	return file->f_mode & FMODE_BACKING;
#endif
}

#endif /* KPOL_COMPAT_LINUX_FS_H */
