/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Insides of a connection, for the files of nl/ that open, read and write it. */
#ifndef KPOL_NL_PRIVATE_H
#define KPOL_NL_PRIVATE_H

#include <linux/netlink.h>
#include <netlink/socket.h>
#include <sys/types.h>

#include "nl/conn.h"

/* A dump's messages are at most 32 KiB (netlink_dump()), an event's far less. */
#define KPOL_NL_RECEIVE_MAX (64U << 10)

/**
 * struct kpol_nl - a request connection
 * @sock: owns @fd; NULL when the descriptor was handed in.
 * @seq: of the last request; what is not a reply to it goes to @stray, if set.
 */
struct kpol_nl {
	struct nl_sock *sock;
	int fd;
	uint16_t family;
	uint32_t seq;
	void (*stray)(const struct nlmsghdr *hdr, void *userdata);
	void *stray_userdata;
	struct kpol_nl_error error;
	_Alignas(8) char buf[KPOL_NL_RECEIVE_MAX];
};

/**
 * kpol_nl_socket() - a generic netlink socket with extended acknowledgements on
 * Return: 0 or -errno.
 */
int kpol_nl_socket(struct nl_sock **ret_sock);

/** kpol_nl_family() - number of the kpol family. Return: > 0, -ENODEV or -errno. */
int kpol_nl_family(struct nl_sock *sock, bool load);

/** kpol_nl_join() - get what is sent to a multicast group of the family. Return: 0, -ENODEV or -errno. */
int kpol_nl_join(struct kpol_nl *nl, const char *group);

/**
 * kpol_nl_grow_buffer() - room for what arrives while nobody reads
 *
 * Without CAP_NET_ADMIN over the initial namespace net.core.rmem_max is the limit: less, but enough to work.
 */
void kpol_nl_grow_buffer(int fd, int size);

/**
 * kpol_nl_receive() - one datagram from the kernel, EINTR handled, others' datagrams dropped
 * Return: bytes; 0: dropped, call again; -EMSGSIZE: it did not fit; -errno of recvmsg(2), with
 * -ETIMEDOUT for a blocking socket whose timeout has passed.
 */
ssize_t kpol_nl_receive(int fd, char *buf, size_t size, int flags);

#endif /* KPOL_NL_PRIVATE_H */
