// SPDX-License-Identifier: GPL-2.0-or-later
/* The write-ahead log of a database that was not closed: how far it was written. */
#include "spool/log.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "base/cleanup.h"

#define MAGIC 0x377f0682
#define FRAME_HEADER 24
#define PAGE_SIZE_MAX 65536

/* All numbers are big-endian. */
struct header {
	uint32_t magic, version, page_size, checkpoint;
	uint32_t salt[2];
	uint32_t sum[2];
};

struct frame {
	uint32_t page, commit;
	uint32_t salt[2];
	uint32_t sum[2];
};

/* The checksum's numbers are in the byte order of the machine that wrote it: the magic's last bit. */
static bool is_whole(const struct header *header)
{
	uint32_t words[6], sum[2] = { 0, 0 };
	bool big = be32toh(header->magic) & 1;

	if ((be32toh(header->magic) & ~1U) != MAGIC)
		return false;
	memcpy(words, header, sizeof(words));
	for (int i = 0; i < 6; i += 2) {
		sum[0] += (big ? be32toh(words[i]) : le32toh(words[i])) + sum[1];
		sum[1] += (big ? be32toh(words[i + 1]) : le32toh(words[i + 1])) + sum[0];
	}
	return sum[0] == be32toh(header->sum[0]) && sum[1] == be32toh(header->sum[1]);
}

static uint32_t find_last_commit(int fd, const struct header *header)
{
	off_t step = FRAME_HEADER + (off_t)be32toh(header->page_size);
	off_t at = sizeof(*header), end = lseek(fd, 0, SEEK_END);
	uint32_t last = 0;
	struct frame frame;

	/* A frame that ends early was being written when the disk was full or the writer killed. */
	for (uint32_t i = 1; at + step <= end; i++) {
		if (pread(fd, &frame, sizeof(frame), at) != sizeof(frame))
			break;
		/* Frames of an earlier use of the log differ in both; damage is in one. */
		if (frame.commit &&
		    (frame.salt[0] == header->salt[0] || frame.salt[1] == header->salt[1]))
			last = i;
		at += step;
	}
	return last;
}

int kpol_log_commits(const char *path, uint32_t *ret_frame)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct header header;
	struct frame first;

	if (fd < 0 && errno != ENOENT)
		return -errno;
	*ret_frame = 0;
	/* Without a frame nothing can be lost. */
	if (fd < 0 || pread(fd, &header, sizeof(header), 0) != sizeof(header) ||
	    pread(fd, &first, sizeof(first), sizeof(header)) != sizeof(first))
		return 0;
	if (!is_whole(&header) || be32toh(header.page_size) > PAGE_SIZE_MAX)
		return -EUCLEAN;
	*ret_frame = find_last_commit(fd, &header);
	return 0;
}
