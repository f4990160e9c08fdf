// SPDX-License-Identifier: GPL-2.0-or-later
/* Bytes that prove who somebody is. */
#include "net/blob.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"

static void wipe(char *bytes, size_t len)
{
	if (bytes)
		explicit_bzero(bytes, len);
	free(bytes);
}

static void replace(struct kpol_blob *blob, char *bytes, size_t len)
{
	wipe(blob->bytes, blob->len);
	blob->bytes = bytes;
	blob->len = len;
}

/* Straight into its place, so that no buffer on the way keeps a copy. */
static int read_exactly(int fd, char *bytes, size_t len)
{
	size_t at = 0;

	while (at < len) {
		ssize_t n = read(fd, bytes + at, len - at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -ENODATA;
		at += (size_t)n;
	}
	return 0;
}

static int read_file(const char *path, char **ret_bytes, size_t *ret_len)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	char *bytes;
	int r;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	if (st.st_size == 0)
		return -ENODATA;
	if (st.st_size > KPOL_BLOB_MAX)
		return -EFBIG;
	bytes = calloc(1, (size_t)st.st_size + 1);
	if (!bytes)
		return -ENOMEM;
	r = read_exactly(fd, bytes, (size_t)st.st_size);
	if (r < 0) {
		wipe(bytes, (size_t)st.st_size);
		return r;
	}
	*ret_bytes = bytes;
	*ret_len = (size_t)st.st_size;
	return 0;
}

int kpol_blob_refresh(struct kpol_blob *blob)
{
	char *bytes = NULL;
	size_t len = 0;
	int r;

	if (!blob->path)
		return 0;
	r = read_file(blob->path, &bytes, &len);
	if (r == 0)
		replace(blob, bytes, len);
	return r;
}

int kpol_blob_set(struct kpol_blob *blob, const void *bytes, size_t len)
{
	char *copy = calloc(1, len + 1);

	if (!copy)
		return -ENOMEM;
	if (len)
		memcpy(copy, bytes, len);
	replace(blob, copy, len);
	return 0;
}

void kpol_blob_clear(struct kpol_blob *blob)
{
	wipe(blob->bytes, blob->len);
	free(blob->path);
	memset(blob, 0, sizeof(*blob));
}
