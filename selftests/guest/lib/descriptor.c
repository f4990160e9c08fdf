// SPDX-License-Identifier: GPL-2.0-or-later
/* Descriptors handed from one process to another. */
#include "descriptor.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int pair[2] = { -1, -1 };

/* One byte, and room for one descriptor. */
#define ROOM CMSG_SPACE(sizeof(int))

static int send_one(int to, int fd)
{
	char byte = 0, room[ROOM] = { 0 };
	struct iovec iov = { &byte, 1 };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1, .msg_control = room, .msg_controllen = ROOM
	};
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg);

	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	cmsg->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(cmsg), &fd, sizeof(fd));
	return sendmsg(to, &msg, 0) == 1 ? 0 : -errno;
}

int descriptor_post(int fd)
{
	int r;

	close(pair[0]);
	close(pair[1]);
	if (fd < 0 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		return -errno;
	r = send_one(pair[0], fd);
	close(fd);
	return r;
}

int descriptor_take(void)
{
	char byte, room[ROOM];
	struct iovec iov = { &byte, 1 };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1, .msg_control = room, .msg_controllen = ROOM
	};
	struct cmsghdr *cmsg;
	int fd;

	if (recvmsg(pair[1], &msg, MSG_CMSG_CLOEXEC) != 1)
		return -errno;
	cmsg = CMSG_FIRSTHDR(&msg);
	/* This is how the kernel says that it was not let in. */
	if (!cmsg || cmsg->cmsg_type != SCM_RIGHTS || cmsg->cmsg_len < CMSG_LEN(sizeof(fd)))
		return -EACCES;
	memcpy(&fd, CMSG_DATA(cmsg), sizeof(fd));
	return fd;
}
