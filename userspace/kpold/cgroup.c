// SPDX-License-Identifier: GPL-2.0-or-later
/* The cgroup2 hierarchy: where it is mounted, and what directories it has. */
#include "kpold/cgroup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"

#define DEPTH_MAX 64

/* Octal escapes of proc(5): space, tab, newline, backslash. */
static void unescape(char *text)
{
	char *out = text;

	for (char *in = text; *in; out++) {
		if (in[0] == '\\' && in[1] >= '0' && in[1] <= '3' && in[2] && in[3]) {
			*out = (char)((in[1] - '0') << 6 | (in[2] - '0') << 3 | (in[3] - '0'));
			in += 4;
		} else {
			*out = *in++;
		}
	}
	*out = '\0';
}

/* In a cgroup namespace of our own the root of the hierarchy is that many levels up. */
static bool is_levels_up(const char *root)
{
	while (strncmp(root, "/..", 3) == 0)
		root += 3;
	return *root == '\0';
}

/*
 * "40 30 0:37 / /sys/fs/cgroup/unified rw,relatime shared:9 - cgroup2 cgroup2 rw"
 * @ret_whole: it is the whole hierarchy for certain; "/" is the root of our own namespace, which may be less.
 */
static bool is_cgroup2(char *line, char **ret_mount, bool *ret_whole)
{
	char *fields = strstr(line, " - "), *save = NULL, *root, *mount;

	if (!fields || strncmp(fields + 3, "cgroup2 ", 8) != 0)
		return false;
	*fields = '\0';
	for (int i = 0; i < 3; i++)
		if (!strtok_r(i == 0 ? line : NULL, " ", &save))
			return false;
	root = strtok_r(NULL, " ", &save);
	mount = strtok_r(NULL, " ", &save);
	if (!root || !mount || (strcmp(root, "/") != 0 && !is_levels_up(root)))
		return false;
	*ret_whole = strcmp(root, "/") != 0;
	unescape(mount);
	*ret_mount = mount;
	return true;
}

int kpold_cgroup_mount(const char *mountinfo, char **ret_path)
{
	_cleanup_fclose_ FILE *file = fopen(mountinfo, "re");
	_cleanup_free_ char *line = NULL, *found = NULL;
	size_t size = 0;

	if (!file)
		return -errno;
	while (getline(&line, &size, file) > 0) {
		bool whole = false;
		char *mount;

		if (!is_cgroup2(line, &mount, &whole) || (found && !whole))
			continue;
		free(found);
		found = strdup(mount);
		if (!found)
			return -ENOMEM;
		if (whole)
			break;
	}
	if (!found)
		return -ENOENT;
	*ret_path = TAKE_PTR(found);
	return 0;
}

/** struct walk - a walk under way. @path: of the current directory, @mount included. */
struct walk {
	const struct kpold_cgroup_visitor *visitor;
	void *userdata;
	char path[4096];
	size_t mount_len;
	int depth;
};

static void cleanup_closedir(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

static int walk_dir(struct walk *walk, int fd);

static int walk_child(struct walk *walk, int parent, const char *name)
{
	size_t len = strlen(walk->path);
	int fd, r;

	if (len + 1 + strlen(name) >= sizeof(walk->path) || walk->depth >= DEPTH_MAX)
		return 0;
	walk->path[len] = '/';
	strcpy(walk->path + len + 1, name);
	if (walk->visitor->enter)
		walk->visitor->enter(walk->path, walk->userdata);
	fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	r = fd >= 0 ? walk_dir(walk, fd) : 0;
	walk->path[len] = '\0';
	return r;
}

static int walk_children(struct walk *walk, DIR *dir)
{
	struct dirent *entry;
	int r = 0;

	walk->depth++;
	while (r == 0 && (entry = readdir(dir)))
		if (entry->d_type == DT_DIR && entry->d_name[0] != '.')
			r = walk_child(walk, dirfd(dir), entry->d_name);
	walk->depth--;
	return r;
}

/* Takes @fd. */
static int walk_dir(struct walk *walk, int fd)
{
	_cleanup_(cleanup_closedir) DIR *dir = fdopendir(fd);
	const char *path = walk->path + walk->mount_len;
	struct stat st;
	int r;

	if (!dir) {
		close(fd);
		return -ENOMEM;
	}
	if (fstat(fd, &st) < 0)
		return 0;
	r = walk->visitor->found(path[0] ? path : "/", st.st_ino, walk->userdata);
	return r < 0 ? r : walk_children(walk, dir);
}

int kpold_cgroup_walk(const char *mount, const struct kpold_cgroup_visitor *visitor, void *userdata)
{
	struct walk walk = { .visitor = visitor, .userdata = userdata };
	int fd;

	walk.mount_len = strlen(mount);
	if (walk.mount_len >= sizeof(walk.path))
		return -ENAMETOOLONG;
	strcpy(walk.path, mount);
	if (visitor->enter)
		visitor->enter(mount, userdata);
	fd = open(mount, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : walk_dir(&walk, fd);
}
