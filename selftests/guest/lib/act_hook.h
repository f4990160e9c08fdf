/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Acts that reach one hook and little else: 0 when they got past it, whatever the kernel says of them then; -EACCES
 * when they did not; -ENOSYS when this kernel has no such thing.
 */
#ifndef KPOL_GUEST_ACT_HOOK_H
#define KPOL_GUEST_ACT_HOOK_H

/** act_hold_all() - open what the acts below use, while that can be opened; @path: a file of no use else */
int act_hold_all(const char *path);

int act_held_truncate(const char *unused);
int act_held_receive(const char *unused); /* through a Unix socket */
int act_leave(const char *unused); /* a child, to another cgroup */
int act_prctl(const char *unused); /* to pass for another program */
int act_setns(const char *word); /* "mnt", "user": its own */

int act_chmod(const char *path);
int act_chown(const char *path);
int act_utimes(const char *path);
int act_xattr(const char *path);
int act_xattr_remove(const char *path);
int act_acl(const char *path);
int act_acl_remove(const char *path);

int act_protect(const char *unused); /* memory that was written made executable */
int act_map_written(const char *unused); /* memory to be written and executed at once */

/* System calls that mount, by name; with "32 " before it, as a program of 32 bits makes them. */
int act_mount_call(const char *name);
int act_remount(const char *path);

int act_ring(const char *word); /* "sqpoll", "creds" */
int act_load_file(const char *path); /* as a module */
int act_request(const char *unused); /* a protocol for which the kernel would ask for a module */
int act_listen_anywhere(const char *unused); /* without a port */
int act_sctp_bind(const char *ip); /* to port 7055 there and at 127.0.0.1 */

#endif /* KPOL_GUEST_ACT_HOOK_H */
