// SPDX-License-Identifier: GPL-2.0-or-later
/* What a workload may try with programs, files and other tasks, each as one act. */
#include "act.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest.h"
#include "result.h"

int act_in_child(void (*body)(const char *arg), const char *arg)
{
	int fds[2], error = 0;
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC))
		return -errno;
	pid = fork();
	if (pid < 0)
		return -errno;
	if (!pid) {
		body(arg);
		error = errno;
		if (write(fds[1], &error, sizeof(error)) != sizeof(error))
			_exit(2);
		_exit(1);
	}
	close(fds[1]);
	if (read(fds[0], &error, sizeof(error)) != sizeof(error))
		error = 0;
	close(fds[0]);
	waitpid(pid, NULL, 0);
	return -error;
}

static void do_exec(const char *path)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null >= 0) {
		dup2(null, 1);
		dup2(null, 2);
	}
	execl(path, path, GUEST_NOTHING, (char *)NULL);
}

int act_exec(const char *path)
{
	return act_in_child(do_exec, path);
}

static int open_close(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0600);

	if (fd < 0)
		return -errno;
	close(fd);
	return 0;
}

int act_read(const char *path)
{
	return open_close(path, O_RDONLY);
}

int act_write(const char *path)
{
	return open_close(path, O_WRONLY);
}

int act_read_write(const char *path)
{
	return open_close(path, O_RDWR);
}

static int held = -1;

int act_hold(const char *path)
{
	held = open(path, O_WRONLY | O_CLOEXEC);
	return held < 0 ? -errno : 0;
}

int act_write_held(const char *unused)
{
	int r = result((int)write(held, "x", 1));

	close(held);
	held = -1;
	return r;
}

int act_create(const char *path)
{
	return open_close(path, O_WRONLY | O_CREAT | O_EXCL);
}

int act_mkdir(const char *path)
{
	return result(mkdir(path, 0700));
}

int act_mknod(const char *path)
{
	return result(mknod(path, S_IFIFO | 0600, 0));
}

int act_symlink(const char *path)
{
	return result(symlink("nowhere", path));
}

int act_unlink(const char *path)
{
	return result(unlink(path));
}

int act_rmdir(const char *path)
{
	return result(rmdir(path));
}

static int with_pair(int (*call)(const char *from, const char *to), const char *pair)
{
	char from[512], to[512];

	if (sscanf(pair, "%511s %511s", from, to) != 2)
		return -EINVAL;
	return result(call(from, to));
}

int act_rename(const char *pair)
{
	return with_pair(rename, pair);
}

int act_link(const char *pair)
{
	return with_pair(link, pair);
}

int act_truncate(const char *path)
{
	return result(truncate(path, 0));
}

int act_open_truncate(const char *path)
{
	return open_close(path, O_WRONLY | O_TRUNC);
}

int act_map_exec(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), r;
	void *map;

	if (fd < 0)
		return -errno;
	map = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);
	r = map == MAP_FAILED ? -errno : 0;
	close(fd);
	if (!r)
		munmap(map, 4096);
	return r;
}

static void do_traceme(const char *unused)
{
	errno = 0;
	if (!ptrace(PTRACE_TRACEME, 0, NULL, NULL))
		errno = 0;
}

int act_traceme(const char *unused)
{
	return act_in_child(do_traceme, unused);
}

int act_attach(const char *pid)
{
	pid_t target = atoi(pid);

	if (ptrace(PTRACE_ATTACH, target, NULL, NULL))
		return -errno;
	waitpid(target, NULL, __WALL);
	ptrace(PTRACE_DETACH, target, NULL, NULL);
	return 0;
}

int act_trace(const char *unused)
{
	char number[16];
	pid_t pid = fork();
	int r;

	if (pid < 0)
		return -errno;
	if (!pid)
		for (;;)
			pause();
	snprintf(number, sizeof(number), "%d", pid);
	r = act_attach(number);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return r;
}
