/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A directory that a workload sees as "/", looked into from outside: nothing in it leads out. */
#ifndef KPOL_COMPILE_ROOT_H
#define KPOL_COMPILE_ROOT_H

/**
 * kpol_root_open() - open a file as the workload would
 * @root: directory that is "/". @path: absolute, below it; symbolic links are followed inside.
 *
 * Return: an O_RDONLY descriptor that cannot block; -ENOENT; -ENOTSUP: not a regular file; any errno
 * of openat2(2).
 */
int kpol_root_open(const char *root, const char *path);

/**
 * struct kpol_root_memo - what was found missing last, so that its neighbours need no look
 * @missing: a path that does not exist; NULL: none yet. @real: what it resolves to.
 *
 * Zero-initialise, end with kpol_root_memo_clear(). Of one root, while nothing changes in it.
 */
struct kpol_root_memo {
	char *missing;
	char *real;
};

void kpol_root_memo_clear(struct kpol_root_memo *memo);

/**
 * kpol_root_resolve() - the path without symbolic links, as the kernel module sees it
 * @memo: of the calls before; may be NULL.
 * @ret: free() it. What does not exist is taken as written, behind the last directory that does.
 *
 * Return: 0; -ENOMEM; any errno of open(2), openat2(2) and readlink(2).
 */
int kpol_root_resolve(const char *root, const char *path, struct kpol_root_memo *memo, char **ret);

#endif /* KPOL_COMPILE_ROOT_H */
