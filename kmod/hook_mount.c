// SPDX-License-Identifier: GPL-2.0-only
/* What decides what a path means: mounts, roots and namespaces changed. */
#include "hook.h"
#include "judge.h"

#include <linux/fs.h>
#include <linux/mount.h>
#include <linux/ptrace.h>
#include <uapi/linux/mount.h>

/* What mount(2) is asked for; the order is its own. A new mount without a type is its to refuse. */
static const char *mount_word(unsigned long flags, const char *type)
{
	if (flags & MS_REMOUNT)
		return "remount";
	if (flags & MS_BIND)
		return "bind";
	if (flags & (MS_SHARED | MS_PRIVATE | MS_SLAVE | MS_UNBINDABLE))
		return "propagation";
	return flags & MS_MOVE ? "move" : type;
}

static bool deny_mount(const char *word)
{
	return kpol_judge_word(KPOL_CLASS_MOUNT, KPOL_OP_MOUNT, word);
}

KPOL_HOOK(sb_mount)
{
	return deny_mount(mount_word(KPOL_ARG(unsigned long, 3), KPOL_ARG(const char *, 2)));
}

/* The way of fsconfig(2); that of mount(2) is judged at its start too. */
KPOL_HOOK(sb_remount)
{
	return deny_mount("remount");
}

KPOL_HOOK(move_mount)
{
	return deny_mount("move");
}

KPOL_HOOK(sb_umount)
{
	return kpol_judge_word(KPOL_CLASS_MOUNT, KPOL_OP_UMOUNT,
			       KPOL_ARG(const struct vfsmount *, 0)->mnt_sb->s_type->name);
}

KPOL_HOOK(sb_pivotroot)
{
	return kpol_judge_word(KPOL_CLASS_MOUNT, KPOL_OP_PIVOT, "pivot");
}

/*
 * The system calls that make mounts which are nowhere yet have no security function: files can be opened in
 * such a mount, where they have no path.
 */
KPOL_HOOK(fsopen)
{
	return deny_mount("fsopen");
}

KPOL_HOOK(fsmount)
{
	return deny_mount("fsopen");
}

KPOL_HOOK(mount_setattr)
{
	return deny_mount("remount");
}

/* The third argument is in the same register for programs of 32 bits. Without a clone it is a mere O_PATH. */
KPOL_HOOK(open_tree)
{
	return KPOL_ARG(const struct pt_regs *, 0)->dx & OPEN_TREE_CLONE && deny_mount("bind");
}

KPOL_HOOK(path_chroot)
{
	return kpol_judge_word(KPOL_CLASS_NAMESPACE, KPOL_OP_CHROOT, "chroot");
}

KPOL_HOOK(create_user_ns)
{
	return kpol_judge_word(KPOL_CLASS_NAMESPACE, KPOL_OP_USERNS, "user");
}

/* setns(2) has no security function of its own. */
KPOL_HOOK(mntns_install)
{
	return kpol_judge_word(KPOL_CLASS_NAMESPACE, KPOL_OP_USERNS, "enter-mount");
}

KPOL_HOOK(userns_install)
{
	return kpol_judge_word(KPOL_CLASS_NAMESPACE, KPOL_OP_USERNS, "enter-user");
}
