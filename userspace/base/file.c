// SPDX-License-Identifier: GPL-2.0-or-later
/* A whole file in memory. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/buffer.h"
#include "base/cleanup.h"

static int read_all(int fd, size_t max, struct kpol_buffer *buffer)
{
	char bytes[32768];
	ssize_t n;

	for (;;) {
		n = read(fd, bytes, sizeof(bytes));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : 0;
		if ((size_t)n > max - buffer->len)
			return -EFBIG;
		kpol_buffer_add(buffer, bytes, (size_t)n);
		if (buffer->failed)
			return -ENOMEM;
	}
}

int kpol_file_read(const char *path, size_t max, char **ret_text, size_t *ret_len)
{
	_cleanup_(kpol_buffer_clear) struct kpol_buffer buffer = { 0 };
	_cleanup_close_ int fd = -1;
	size_t len;
	char *text;
	int r;

	fd = strcmp(path, "-") ? open(path, O_RDONLY | O_CLOEXEC) : dup(STDIN_FILENO);
	if (fd < 0)
		return -errno;
	r = read_all(fd, max, &buffer);
	if (r < 0)
		return r;
	len = buffer.len;
	text = kpol_buffer_take(&buffer);
	if (!text)
		return -ENOMEM;
	*ret_text = text;
	*ret_len = len;
	return 0;
}
