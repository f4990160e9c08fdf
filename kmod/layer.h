/* SPDX-License-Identifier: GPL-2.0-only */
/* Layers: what a stacking filesystem does below a file that a task is at. */
#ifndef KPOL_LAYER_H
#define KPOL_LAYER_H

#include "judge.h"

#include <linux/cred.h>
#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/sched.h>

/**
 * kpol_layer_is_acting() - does a stacking filesystem act here, if the object has no path?
 *
 * Overlayfs works on its layers on a mount that is in no namespace, with the mounter's credentials put in place
 * of the task's. A task that has no io_uring cannot bring both about by itself. One that has is judged, and may be
 * denied a layer: what has no path is not allowed on a guess.
 */
static inline bool kpol_layer_is_acting(void)
{
	return current_cred() != current_real_cred() && !kpol_may_do_requests();
}

/**
 * kpol_layer_is_memory() - is this an object that never had a name: a memfd, a socket, a pipe, an eventfd?
 *
 * The filesystems of these are the kernel's own and cannot be mounted. Who has one got it by making it or from
 * someone who did.
 */
static inline bool kpol_layer_is_memory(const struct dentry *dentry)
{
	return dentry->d_sb->s_flags & SB_NOUSER;
}

#endif /* KPOL_LAYER_H */
