// SPDX-License-Identifier: GPL-2.0-or-later
/* A directory that a workload sees as "/", looked into from outside: nothing in it leads out. */
#include "compile/root.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"

/* An image is somebody else's: its links must not lead to this machine's files. */
static int open_in_root(int root, const char *path, uint64_t flags)
{
	struct open_how how = { .flags = flags | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT };
	long fd = syscall(SYS_openat2, root, path, &how, sizeof(how));

	return fd < 0 ? -errno : (int)fd;
}

static int open_root(const char *root)
{
	int fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int kpol_root_open(const char *root, const char *path)
{
	int dir = open_root(root), fd;
	struct stat st;

	if (dir < 0)
		return dir;
	fd = open_in_root(dir, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	close(dir);
	if (fd < 0)
		return fd;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return fd;
	close(fd);
	return -ENOTSUP;
}

/* Where an open file is, on this machine. */
static int read_link(int fd, char path[PATH_MAX])
{
	char link[32];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, PATH_MAX - 1);
	if (n < 0)
		return -errno;
	path[n] = '\0';
	return 0;
}

/* The name of @fd below @dir; "" for @dir itself. */
static int name_below(int dir, int fd, char ret[PATH_MAX])
{
	char root[PATH_MAX], path[PATH_MAX];
	size_t len;
	int r = read_link(dir, root);

	if (r == 0)
		r = read_link(fd, path);
	if (r < 0)
		return r;
	len = strlen(root);
	if (len == 1)
		len = 0;
	if (strncmp(path, root, len) || (path[len] && path[len] != '/'))
		return -EXDEV;
	strcpy(ret, !strcmp(path + len, "/") ? "" : path + len);
	return 0;
}

void kpol_root_memo_clear(struct kpol_root_memo *memo)
{
	free(memo->missing);
	free(memo->real);
	*memo = (struct kpol_root_memo){ 0 };
}

/* Of @path the first @len bytes exist and are called @real: with the component behind, it is missing. */
static int remember(struct kpol_root_memo *memo, const char *path, size_t len, const char *real)
{
	size_t end = len;

	if (!memo || !path[len])
		return 0;
	end += path[end] == '/';
	end += strcspn(path + end, "/");
	kpol_root_memo_clear(memo);
	memo->missing = strndup(path, end);
	if (asprintf(&memo->real, "%s%.*s", real, (int)(end - len), path + len) < 0)
		memo->real = NULL;
	return memo->missing && memo->real ? 0 : -ENOMEM;
}

/* What stands behind the part of @path that is known to be missing; NULL: nothing is known. */
static const char *behind_missing(const struct kpol_root_memo *memo, const char *path)
{
	size_t len = memo && memo->missing ? strlen(memo->missing) : 0;

	if (!len || strncmp(memo->missing, path, len) || (path[len] && path[len] != '/'))
		return NULL;
	return path + len;
}

/* The longest beginning of @path that exists, as it is called in truth, and then the rest. */
static int resolve(int dir, const char *path, struct kpol_root_memo *memo, char **ret)
{
	_cleanup_free_ char *head = strdup(path);
	char real[PATH_MAX] = "";
	size_t len = strlen(path);
	int fd = -ENOENT, r = 0;

	if (!head)
		return -ENOMEM;
	while (len) {
		head[len] = '\0';
		fd = open_in_root(dir, head, O_PATH);
		if (fd >= 0 || (fd != -ENOENT && fd != -ENOTDIR))
			break;
		while (len && head[--len] != '/')
			;
	}
	if (len && fd < 0)
		return fd;
	if (len) {
		r = name_below(dir, fd, real);
		close(fd);
	}
	if (r == 0)
		r = remember(memo, path, len, real);
	if (r < 0)
		return r;
	return asprintf(ret, "%s%s", real, path + len) < 0 ? -ENOMEM : 0;
}

int kpol_root_resolve(const char *root, const char *path, struct kpol_root_memo *memo, char **ret)
{
	const char *rest = behind_missing(memo, path);
	int dir, r;

	if (rest)
		return asprintf(ret, "%s%s", memo->real, rest) < 0 ? -ENOMEM : 0;
	dir = open_root(root);
	if (dir < 0)
		return dir;
	r = resolve(dir, path, memo, ret);
	close(dir);
	return r;
}
