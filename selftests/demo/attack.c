// SPDX-License-Identifier: GPL-2.0-or-later
/* What an attacker who has taken over a service tries next. */
#include "attack.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* Each returns 0 or an errno, and says in @what what it tries. */
typedef int attack_fn(const char *argument, char *what, size_t size);

/* The child tells the errno of execve(2) through a pipe that a successful one closes. */
static int exec_shell(const char *argument, char *what, size_t size)
{
	int pipe_fds[2], error = 0;
	pid_t pid;

	(void)argument;
	snprintf(what, size, "execve /bin/sh");
	if (pipe2(pipe_fds, O_CLOEXEC))
		return errno;
	pid = fork();
	if (pid == 0) {
		execl("/bin/sh", "sh", "-c", "exit 0", NULL);
		error = errno;
		_exit(write(pipe_fds[1], &error, sizeof(error)) != sizeof(error));
	}
	close(pipe_fds[1]);
	if (pid < 0 || read(pipe_fds[0], &error, sizeof(error)) < 0)
		error = errno;
	close(pipe_fds[0]);
	waitpid(pid, NULL, 0);
	return error;
}

static int change_file(const char *path, char *what, size_t size)
{
	static const char text[] = "# the attacker was here\n";
	int error = 0, fd;

	snprintf(what, size, "write %s", path);
	fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	if (fd < 0)
		return errno;
	if (write(fd, text, sizeof(text) - 1) < 0)
		error = errno;
	close(fd);
	return error;
}

static int write_config(const char *argument, char *what, size_t size)
{
	(void)argument;
	return change_file("/etc/payd/payd.conf", what, size);
}

static int write_shadow(const char *argument, char *what, size_t size)
{
	(void)argument;
	return change_file("/etc/shadow", what, size);
}

int attack_connect_socket(const char *address, unsigned int port)
{
	struct sockaddr_in peer = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	int fd, error;

	if (inet_pton(AF_INET, address, &peer.sin_addr) != 1) {
		errno = EINVAL;
		return -1;
	}
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || !connect(fd, (struct sockaddr *)&peer, sizeof(peer)))
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

static int connect_out(const char *argument, char *what, size_t size)
{
	char address[64] = "";
	unsigned int port = 0;
	int fd;

	sscanf(argument, "%63[^/]/%u", address, &port);
	snprintf(what, size, "connect %s:%u", address, port);
	fd = attack_connect_socket(address, port);
	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

static int trace_process(const char *argument, char *what, size_t size)
{
	pid_t pid = (pid_t)atoi(argument);

	snprintf(what, size, "ptrace attach to process %d", pid);
	if (ptrace(PTRACE_ATTACH, pid, NULL, NULL))
		return errno;
	waitpid(pid, NULL, __WALL);
	ptrace(PTRACE_DETACH, pid, NULL, NULL);
	return 0;
}

static const struct {
	const char *name; /* what follows a last slash is the argument */
	attack_fn *run;
} attacks[] = {
	{ "shell", exec_shell },     { "config", write_config },   { "shadow", write_shadow },
	{ "connect/", connect_out }, { "ptrace/", trace_process },
};

void attack_run(const char *name, char *answer, size_t size)
{
	char what[128] = "";
	int error;

	for (size_t i = 0; i < sizeof(attacks) / sizeof(attacks[0]); i++) {
		size_t len = strlen(attacks[i].name);

		if (strncmp(name, attacks[i].name, len))
			continue;
		error = attacks[i].run(name + len, what, sizeof(what));
		if (error)
			snprintf(answer, size, "%s: %s (%s)", what, strerrorname_np(error),
				 strerror(error));
		else
			snprintf(answer, size, "%s: succeeded", what);
		return;
	}
	snprintf(answer, size, "no such attack");
}
