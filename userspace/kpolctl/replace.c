// SPDX-License-Identifier: GPL-2.0-or-later
/* A file replaced whole: readers see the old text or the new one, never a part. */
#include "kpolctl/replace.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/cleanup.h"

static int write_all(int fd, const char *text, size_t len)
{
	while (len) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		text += n;
		len -= (size_t)n;
	}
	return 0;
}

static int fill(int fd, const struct stat *as, const char *text, size_t len)
{
	int r = write_all(fd, text, len);

	if (r < 0)
		return r;
	/* Another owner's file keeps its owner where this is permitted. */
	if (fchown(fd, as->st_uid, as->st_gid) < 0 && errno != EPERM)
		return -errno;
	return fchmod(fd, as->st_mode & 07777) < 0 || fsync(fd) < 0 ? -errno : 0;
}

int kpolctl_file_replace(const char *path, const char *text, size_t len)
{
	_cleanup_free_ char *real = realpath(path, NULL), *beside = NULL;
	_cleanup_close_ int fd = -1;
	struct stat as;
	int r;

	if (!real || stat(real, &as) < 0)
		return -errno;
	if (asprintf(&beside, "%s.XXXXXX", real) < 0)
		return -ENOMEM;
	fd = mkstemp(beside);
	if (fd < 0)
		return -errno;
	r = fill(fd, &as, text, len);
	if (r == 0 && rename(beside, real) < 0)
		r = -errno;
	if (r < 0)
		unlink(beside);
	return r;
}
