// SPDX-License-Identifier: GPL-2.0-or-later
/* A file that whole lines are appended to, and its predecessors. */
#include "send/logfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"

/* The link at the end of a path is not followed: the directory may be somebody else's. */
#define FLAGS (O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)

void kpol_logfile_close(struct kpol_logfile *file)
{
	if (file->fd >= 0)
		close(file->fd);
	file->fd = -1;
}

static bool is_current(const struct kpol_logfile *file)
{
	struct stat st;

	return file->fd >= 0 && lstat(file->settings->path, &st) == 0 &&
	       st.st_dev == file->device && st.st_ino == file->inode;
}

/* Whatever the mask is: a new file has the mode that was asked for. */
static int create_file(const struct kpol_send_settings *settings)
{
	_cleanup_close_ int fd = open(settings->path, FLAGS | O_CREAT | O_EXCL, 0600);

	if (fd < 0 || fchmod(fd, (mode_t)settings->mode) < 0)
		return -errno;
	return TAKE_FD(fd);
}

static int open_file(const struct kpol_send_settings *settings)
{
	int fd = open(settings->path, FLAGS);

	if (fd < 0 && errno == ENOENT)
		return create_file(settings);
	return fd < 0 ? -errno : fd;
}

static int append(struct kpol_logfile *file, const char *bytes, size_t len)
{
	ssize_t n = write(file->fd, bytes, len);

	if (n == (ssize_t)len) {
		file->size += len;
		return 0;
	}
	/* Half a line is worse than none: what comes next would be joined to it. */
	if (n > 0 && ftruncate(file->fd, (off_t)file->size) < 0)
		return -errno;
	return n < 0 ? -errno : -ENOSPC;
}

static int end_last_line(struct kpol_logfile *file)
{
	char last = '\n';

	if (file->size == 0 || pread(file->fd, &last, 1, (off_t)file->size - 1) != 1)
		return 0;
	return last == '\n' ? 0 : append(file, "\n", 1);
}

int kpol_logfile_open(struct kpol_logfile *file)
{
	struct stat st;
	int r;

	if (is_current(file))
		return 0;
	kpol_logfile_close(file);
	file->fd = open_file(file->settings);
	if (file->fd < 0) {
		r = file->fd;
		file->fd = -1;
		return r;
	}
	r = fstat(file->fd, &st) < 0 ? -errno : S_ISREG(st.st_mode) ? 0 : -EINVAL;
	file->device = st.st_dev;
	file->inode = st.st_ino;
	file->size = (uint64_t)st.st_size;
	if (r == 0)
		r = end_last_line(file);
	if (r < 0)
		kpol_logfile_close(file);
	return r;
}

/* Others may have appended or truncated since: logrotate's copytruncate does. */
int kpol_logfile_write(struct kpol_logfile *file, const char *line, size_t len)
{
	struct stat st;

	if (fstat(file->fd, &st) < 0)
		return -errno;
	file->size = (uint64_t)st.st_size;
	return append(file, line, len);
}

bool kpol_logfile_is_full(const struct kpol_logfile *file, size_t len)
{
	return file->settings->max_size && file->size &&
	       file->size + len > file->settings->max_size;
}

static int rename_one(const char *path, uint64_t from)
{
	char old[4096], new[4096];

	if (snprintf(new, sizeof(new), "%s.%llu", path, (unsigned long long)from + 1) >=
	    (int)sizeof(new))
		return -ENAMETOOLONG;
	if (from)
		(void)snprintf(old, sizeof(old), "%s.%llu", path, (unsigned long long)from);
	else
		(void)snprintf(old, sizeof(old), "%s", path);
	return rename(old, new) < 0 && errno != ENOENT ? -errno : 0;
}

/* From the oldest on, so that each name is free when it is taken, and the last is replaced. */
int kpol_logfile_rotate(struct kpol_logfile *file)
{
	const struct kpol_send_settings *settings = file->settings;
	int r = 0;

	for (uint64_t i = settings->max_files - 1; i > 0 && r == 0; i--)
		r = rename_one(settings->path, i - 1);
	if (r < 0)
		return r;
	kpol_logfile_close(file);
	return kpol_logfile_open(file);
}
