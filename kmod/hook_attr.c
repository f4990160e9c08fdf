// SPDX-License-Identifier: GPL-2.0-only
/* Attributes of files: mode, owner, times, extended attributes. */
#include "hook.h"
#include "entering.h"
#include "judge.h"
#include "layer.h"

#include <linux/fs.h>
#include <linux/fs_struct.h>

static bool deny_setattr(const struct path *path)
{
	struct kpol_subject subject;
	bool deny;

	if (kpol_layer_is_memory(path->dentry) || !kpol_subject_get(&subject))
		return false;
	deny = !kpol_entering_has(current) &&
	       kpol_judge_path(&subject, KPOL_CLASS_FILE, KPOL_OP_SETATTR, path, NULL,
			       d_backing_inode(path->dentry));
	kpol_subject_put();
	return deny;
}

KPOL_HOOK(path_chmod)
{
	return deny_setattr(KPOL_ARG(const struct path *, 0));
}

KPOL_HOOK(path_chown)
{
	return deny_setattr(KPOL_ARG(const struct path *, 0));
}

/* There is an LSM hook behind it, but that is not told the mount. */
KPOL_HOOK(vfs_utimes)
{
	return deny_setattr(KPOL_ARG(const struct path *, 0));
}

/*
 * The mount that the task most likely reached the object by. It may be replaced meanwhile by a task that shares
 * it; a mount that is gone is freed after a grace period only, and preemption is off.
 */
static bool is_on(const struct path *place, const struct dentry *dentry, struct path *ret)
{
	struct vfsmount *mnt = READ_ONCE(place->mnt);

	if (!mnt || mnt->mnt_sb != dentry->d_sb)
		return false;
	*ret = (struct path){ .mnt = mnt, .dentry = (struct dentry *)dentry };
	return kpol_path_object(ret, NULL).bytes;
}

static bool find_path(const struct dentry *dentry, struct path *ret)
{
	const struct fs_struct *fs = current->fs;

	return fs && (is_on(&fs->root, dentry, ret) || is_on(&fs->pwd, dentry, ret));
}

static bool deny_found(const struct kpol_subject *subject, const struct dentry *dentry)
{
	struct kpol_access nameless = { .class = KPOL_CLASS_FILE, .op = KPOL_OP_XATTR };
	struct path path;

	if (find_path(dentry, &path))
		return kpol_judge_path(subject, KPOL_CLASS_FILE, KPOL_OP_XATTR, &path, NULL,
				       d_backing_inode(dentry));
	return !kpol_layer_is_acting() && kpol_judge(subject, &nameless, KPOL_IN_TASK);
}

/*
 * No hook for extended attributes is told the mount, and so the path. The path is the one that the object has on
 * the mount of the task's root or working directory. What is on neither has none.
 */
static bool deny_xattr(const struct dentry *dentry)
{
	struct kpol_subject subject;
	bool deny;

	if (kpol_layer_is_memory(dentry) || !kpol_subject_get(&subject))
		return false;
	deny = kpol_judge_has(&subject, KPOL_CLASS_FILE, KPOL_OP_XATTR) &&
	       !kpol_entering_has(current) && deny_found(&subject, dentry);
	kpol_subject_put();
	return deny;
}

KPOL_HOOK(inode_setxattr)
{
	return deny_xattr(KPOL_ARG(const struct dentry *, 1));
}

KPOL_HOOK(inode_removexattr)
{
	return deny_xattr(KPOL_ARG(const struct dentry *, 1));
}

KPOL_HOOK(inode_set_acl)
{
	return deny_xattr(KPOL_ARG(const struct dentry *, 1));
}

KPOL_HOOK(inode_remove_acl)
{
	return deny_xattr(KPOL_ARG(const struct dentry *, 1));
}
