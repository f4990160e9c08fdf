/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a workload may try, each as one act: 0 when it worked, else a negative errno. */
#ifndef KPOL_GUEST_ACT_H
#define KPOL_GUEST_ACT_H

/**
 * act_in_child() - let a child do something that may end in another program
 * @body: leaves errno set when it returns; execve(2) that works does not return.
 *
 * Return: 0 when it executed a program, or left errno 0; else -errno. The child is waited for.
 */
int act_in_child(void (*body)(const char *arg), const char *arg);

/* The argument is a path unless said otherwise. */
int act_exec(const char *path); /* errno of execve(2); the program is run and waited for */
int act_execute(const char *path); /* the same, and opens nothing */
int act_call(
	const char *line); /* a program and its arguments, apart by spaces; "-" is an empty one */
int act_execute_through(const char *chain); /* "a b": a, a copy of the test's own, becomes b */
int act_execute_memfd(const char *unused); /* a program without a path */
int act_read(const char *path);
int act_write(const char *path); /* opens for writing, changes nothing */
int act_read_write(const char *path);
int act_hold(const char *path); /* opens for writing and keeps it */
int act_write_held(const char *unused); /* writes to what is kept, and lets it go */
int act_create(const char *path); /* O_CREAT | O_EXCL */
int act_mkdir(const char *path);
int act_mknod(const char *path); /* a FIFO */
int act_symlink(const char *path);
int act_unlink(const char *path);
int act_rmdir(const char *path);
int act_rename(const char *pair); /* "from to" */
int act_link(const char *pair);
int act_truncate(const char *path);
int act_open_truncate(const char *path); /* O_WRONLY | O_TRUNC */
int act_map_exec(const char *path); /* open and mmap with PROT_EXEC */

/* "tcp4", "udp4", "tcp6", "udp6", "raw4", "packet", "unix", …: see kinds */
int act_socket(const char *kind);
/* "tcp4 127.0.0.1 80"; -ECONNREFUSED is what nobody listening looks like */
int act_connect(const char *what);
/* connect, then take the connection away with AF_UNSPEC */
int act_connect_unspec(const char *what);
int act_connect_short(const char *what); /* with every length the family is too long for */
int act_connect_least(const char *what); /* with the shortest the kernel takes */
int act_bind(const char *what);
int act_listen(const char *what); /* bind, then listen */
int act_accept(const char *what); /* listen and connect to oneself; -EACCES: nobody got in */
int act_send(const char *what); /* sendto(2) that names the address */
int act_send_unspec(const char *what); /* the same with sa_family AF_UNSPEC */
int act_send_short(const char *what); /* with an address cut off */
int act_fastopen(const char *what); /* sendto(2) with MSG_FASTOPEN */

int act_traceme(const char *unused); /* by a child of its own */
int act_attach(const char *pid);
int act_trace(const char *unused); /* a child */

/* The argument is the word that policies have for it. What mounts, does so in a child with mounts of its own. */
int act_mount(const char *word); /* a filesystem's type, "bind", "remount" or "propagation" */
int act_umount(const char *word); /* "proc" */
int act_chroot(const char *word);
int act_userns(const char *word);
int act_capable(
	const char *name); /* "net_raw", "sys_boot", "sys_time"; -EPERM is returned as -EACCES */
int act_bpf(const char *word); /* "map_create", "map_get_next_id" */
int act_load(const char *word); /* "kexec"; else no module: -ENOEXEC is what success looks like */
int act_perf(const char *unused);
int act_kill(const char *unused); /* its parent */

#endif /* KPOL_GUEST_ACT_H */
