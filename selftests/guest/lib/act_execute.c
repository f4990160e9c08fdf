// SPDX-License-Identifier: GPL-2.0-or-later
/* Programs executed without anything else that a policy could have a say in. */
#include "act.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "guest.h"
#include "program.h"

static void become(const char *path)
{
	execl(path, path, GUEST_NOTHING, (char *)NULL);
}

int act_execute(const char *path)
{
	return act_in_child(become, path);
}

static void call(const char *line)
{
	char copy[1024], *argv[64], *save = NULL;
	size_t n = 0;

	snprintf(copy, sizeof(copy), "%s", line);
	for (char *word = strtok_r(copy, " ", &save); word && n < 63;
	     word = strtok_r(NULL, " ", &save))
		argv[n++] = strcmp(word, "-") ? word : "";
	argv[n] = NULL;
	execv(argv[0], argv);
}

int act_call(const char *line)
{
	return act_in_child(call, line);
}

static int become_at_once(const char *path)
{
	become(path);
	return -errno;
}

int act_execute_through(const char *chain)
{
	char first[512], second[512];

	if (sscanf(chain, "%511s %511s", first, second) != 2)
		return -EINVAL;
	return guest_run(first, become_at_once, second);
}

static void become_memfd(const char *unused)
{
	char *const argv[] = { (char *)"memfd", NULL }, *const envp[] = { NULL };
	int fd = memfd_create("program", MFD_CLOEXEC);

	if (fd >= 0 && !program_write(fd))
		fexecve(fd, argv, envp);
}

int act_execute_memfd(const char *unused)
{
	return act_in_child(become_memfd, NULL);
}
