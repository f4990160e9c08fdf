// SPDX-License-Identifier: GPL-2.0-only
/* Files: opened, created, removed, renamed, linked, cut. */
#include "hook.h"
#include "entering.h"
#include "judge.h"
#include "layer.h"

#include <linux/fs.h>
#include <linux/magic.h>
#include <linux/sched.h>

static bool deny_file(const struct kpol_subject *subject, u32 op, const struct path *path,
		      const struct dentry *dentry, const struct inode *owner_of)
{
	return kpol_judge_path(subject, KPOL_CLASS_FILE, op, path, dentry, owner_of);
}

/* An object that is in a directory, or will be: the directory's path and the dentry. */
static bool deny_child(u32 op, const struct path *dir, const struct dentry *dentry)
{
	const struct inode *inode = d_backing_inode(dentry) ?: d_backing_inode(dir->dentry);
	struct kpol_subject subject;
	bool deny;

	if (!kpol_subject_get(&subject))
		return false;
	deny = !kpol_entering_has(current) && deny_file(&subject, op, dir, dentry, inode);
	kpol_subject_put();
	return deny;
}

/* What never had a name is memory, cut to size by whoever holds it. */
static bool deny_path(u32 op, const struct path *path)
{
	struct kpol_subject subject;
	bool deny;

	if (kpol_layer_is_memory(path->dentry) || !kpol_subject_get(&subject))
		return false;
	deny = !kpol_entering_has(current) &&
	       deny_file(&subject, op, path, NULL, d_backing_inode(path->dentry));
	kpol_subject_put();
	return deny;
}

/*
 * Opens that are not an access of their own:
 * - to execute: hook_exec.c judges the execution;
 * - of a backing file, by a stacking filesystem, for an open that was judged at its own level;
 * - of an anonymous pipe, through /proc/self/fd: it has no name, and the task holds it already.
 */
static bool is_judged_elsewhere(const struct file *file)
{
	const struct inode *inode = file_inode(file);

	return file->f_flags & __FMODE_EXEC || IS_PRIVATE(inode) || kpol_file_is_backing(file) ||
	       (S_ISFIFO(inode->i_mode) && inode->i_sb->s_magic == PIPEFS_MAGIC);
}

static bool is_layer(const struct file *file)
{
	return kpol_layer_is_acting() && !kpol_path_object(&file->f_path, NULL).bytes;
}

static bool deny_open(const struct kpol_subject *subject, const struct file *file)
{
	const struct inode *inode = file_inode(file);

	if (kpol_entering_has(current) || is_judged_elsewhere(file) || is_layer(file))
		return false;
	if (file->f_mode & FMODE_READ &&
	    deny_file(subject, KPOL_OP_READ, &file->f_path, NULL, inode))
		return true;
	return file->f_mode & FMODE_WRITE &&
	       deny_file(subject, KPOL_OP_WRITE, &file->f_path, NULL, inode);
}

KPOL_HOOK(file_open)
{
	struct kpol_subject subject;
	bool deny;

	if (!kpol_subject_get(&subject))
		return false;
	deny = kpol_judge_has(&subject, KPOL_CLASS_FILE, KPOL_OP_READ | KPOL_OP_WRITE) &&
	       deny_open(&subject, KPOL_ARG(const struct file *, 0));
	kpol_subject_put();
	return deny;
}

/*
 * A descriptor that another process hands over is judged as if it were opened here. What never had a name passes:
 * of a socket it is judged whether one like it could be made here.
 */
KPOL_HOOK(file_receive)
{
	const struct file *file = KPOL_ARG(const struct file *, 0);
	struct kpol_subject subject;
	bool deny;

	if (kpol_layer_is_memory(file->f_path.dentry))
		return kpol_net_deny_received(file);
	if (!kpol_subject_get(&subject))
		return false;
	deny = kpol_judge_has(&subject, KPOL_CLASS_FILE, KPOL_OP_READ | KPOL_OP_WRITE) &&
	       deny_open(&subject, file);
	kpol_subject_put();
	return deny;
}

/*
 * A device node is a name for what has no path of its own: the disk below all other paths, say. No allowlist of
 * paths allows to make one.
 */
static bool deny_device(void)
{
	struct kpol_access access = { .class = KPOL_CLASS_FILE, .op = KPOL_OP_CREATE };
	struct kpol_subject subject;
	bool deny;

	if (!kpol_subject_get(&subject))
		return false;
	deny = !kpol_entering_has(current) && kpol_judge(&subject, &access, KPOL_IN_TASK);
	kpol_subject_put();
	return deny;
}

/* What overlayfs writes for a file that is gone is no device. */
static bool is_device(umode_t mode, unsigned int dev)
{
	return S_ISBLK(mode) || (S_ISCHR(mode) && dev != WHITEOUT_DEV);
}

KPOL_HOOK(path_mknod)
{
	if (is_device(KPOL_ARG(unsigned int, 2), KPOL_ARG(unsigned int, 3)) && deny_device())
		return true;
	return deny_child(KPOL_OP_CREATE, KPOL_ARG(const struct path *, 0),
			  KPOL_ARG(const struct dentry *, 1));
}

KPOL_HOOK(path_mkdir)
{
	return deny_child(KPOL_OP_CREATE, KPOL_ARG(const struct path *, 0),
			  KPOL_ARG(const struct dentry *, 1));
}

KPOL_HOOK(path_symlink)
{
	return deny_child(KPOL_OP_CREATE, KPOL_ARG(const struct path *, 0),
			  KPOL_ARG(const struct dentry *, 1));
}

KPOL_HOOK(path_unlink)
{
	return deny_child(KPOL_OP_UNLINK, KPOL_ARG(const struct path *, 0),
			  KPOL_ARG(const struct dentry *, 1));
}

KPOL_HOOK(path_rmdir)
{
	return deny_child(KPOL_OP_UNLINK, KPOL_ARG(const struct path *, 0),
			  KPOL_ARG(const struct dentry *, 1));
}

/* Both ends: what goes away, and what comes to be or is replaced. */
KPOL_HOOK(path_rename)
{
	return deny_child(KPOL_OP_RENAME, KPOL_ARG(const struct path *, 0),
			  KPOL_ARG(const struct dentry *, 1)) ||
	       deny_child(KPOL_OP_RENAME, KPOL_ARG(const struct path *, 2),
			  KPOL_ARG(const struct dentry *, 3));
}

/* A hard link is made within one mount: the new directory's. */
KPOL_HOOK(path_link)
{
	const struct path *dir = KPOL_ARG(const struct path *, 1);
	struct path old = { .mnt = dir->mnt, .dentry = KPOL_ARG(struct dentry *, 0) };

	return deny_path(KPOL_OP_LINK, &old) ||
	       deny_child(KPOL_OP_LINK, dir, KPOL_ARG(const struct dentry *, 2));
}

KPOL_HOOK(path_truncate)
{
	return deny_path(KPOL_OP_TRUNCATE, KPOL_ARG(const struct path *, 0));
}

KPOL_HOOK(file_truncate)
{
	return deny_path(KPOL_OP_TRUNCATE, &KPOL_ARG(const struct file *, 0)->f_path);
}

/* Acting with registered credentials would look like a stacking filesystem's work: see is_layer(). */
KPOL_HOOK(uring_override_creds)
{
	struct kpol_access access = { .class = KPOL_CLASS_FILE, .op = KPOL_OP_WRITE };
	struct kpol_subject subject;
	bool deny;

	if (!kpol_subject_get(&subject))
		return false;
	deny = kpol_judge_has(&subject, KPOL_CLASS_FILE, KPOL_OP_READ | KPOL_OP_WRITE) &&
	       kpol_judge(&subject, &access, KPOL_IN_TASK);
	kpol_subject_put();
	return deny || kpol_judge_word(KPOL_CLASS_NAMESPACE, KPOL_OP_RING, "creds");
}
