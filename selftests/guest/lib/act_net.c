// SPDX-License-Identifier: GPL-2.0-or-later
/* What a workload may try on the network, each as one act. */
#include "act.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const struct kind {
	const char *name;
	int family, type, protocol;
} kinds[] = {
	{ "tcp4", AF_INET, SOCK_STREAM, 0 },
	{ "udp4", AF_INET, SOCK_DGRAM, 0 },
	{ "tcp6", AF_INET6, SOCK_STREAM, 0 },
	{ "udp6", AF_INET6, SOCK_DGRAM, 0 },
	{ "raw4", AF_INET, SOCK_RAW, IPPROTO_ICMP },
	{ "raw6", AF_INET6, SOCK_RAW, IPPROTO_ICMPV6 },
	{ "ping4", AF_INET, SOCK_DGRAM, IPPROTO_ICMP },
	{ "ping6", AF_INET6, SOCK_DGRAM, IPPROTO_ICMPV6 },
	{ "sctp4", AF_INET, SOCK_STREAM, IPPROTO_SCTP },
	{ "seqpacket4", AF_INET, SOCK_SEQPACKET, 0 },
	{ "rdm4", AF_INET, SOCK_RDM, 0 },
	{ "dccp4", AF_INET, SOCK_DCCP, 0 },
	{ "uevent", AF_NETLINK, SOCK_RAW, NETLINK_KOBJECT_UEVENT },
	{ "packet", AF_PACKET, SOCK_RAW, 0 },
	{ "unix", AF_UNIX, SOCK_STREAM, 0 },
	{ "route", AF_NETLINK, SOCK_RAW, NETLINK_ROUTE },
};

/* The kernel takes an IPv6 address without its scope: RFC 2133's. */
#define LEAST_IN6 offsetof(struct sockaddr_in6, sin6_scope_id)

#define MESSAGE "longer than an ICMP header, which raw sockets look for"

union address {
	struct sockaddr any;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};

static int make_socket(const char *name)
{
	size_t i;
	int fd;

	for (i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (strcmp(kinds[i].name, name))
			continue;
		fd = socket(kinds[i].family, kinds[i].type | SOCK_CLOEXEC, kinds[i].protocol);
		return fd < 0 ? -errno : fd;
	}
	return -EINVAL;
}

/* "tcp4 127.0.0.1 80": an open socket, or a negative errno. */
static int parse(const char *what, union address *address, socklen_t *len)
{
	char kind[16], ip[64];
	int port;

	if (sscanf(what, "%15s %63s %d", kind, ip, &port) != 3)
		return -EINVAL;
	memset(address, 0, sizeof(*address));
	if (strchr(ip, ':')) {
		address->in6.sin6_family = AF_INET6;
		address->in6.sin6_port = htons(port);
		inet_pton(AF_INET6, ip, &address->in6.sin6_addr);
		*len = sizeof(address->in6);
	} else {
		address->in.sin_family = AF_INET;
		address->in.sin_port = htons(port);
		inet_pton(AF_INET, ip, &address->in.sin_addr);
		*len = sizeof(address->in);
	}
	return make_socket(kind);
}

static int finish(int fd, int r)
{
	int error = r < 0 ? -errno : 0;

	close(fd);
	return error;
}

int act_socket(const char *kind)
{
	int fd = make_socket(kind);

	return fd < 0 ? fd : finish(fd, 0);
}

int act_connect(const char *what)
{
	union address address;
	socklen_t len;
	int fd = parse(what, &address, &len);

	return fd < 0 ? fd : finish(fd, connect(fd, &address.any, len));
}

int act_connect_unspec(const char *what)
{
	const struct sockaddr nobody = { .sa_family = AF_UNSPEC };
	union address address;
	socklen_t len;
	int fd = parse(what, &address, &len);

	if (fd < 0)
		return fd;
	if (connect(fd, &address.any, len))
		return finish(fd, -1);
	return finish(fd, connect(fd, &nobody, sizeof(nobody)));
}

static int bind_socket(const char *what, int then_listen)
{
	union address address;
	socklen_t len;
	int fd = parse(what, &address, &len), one = 1;

	if (fd < 0)
		return fd;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, &address.any, len))
		return finish(fd, -1);
	return finish(fd, then_listen ? listen(fd, 1) : 0);
}

int act_bind(const char *what)
{
	return bind_socket(what, 0);
}

int act_listen(const char *what)
{
	return bind_socket(what, 1);
}

/* Nobody answers a first packet that was dropped: that is how a denial looks to a peer. */
static int connect_patiently(int fd, const union address *address, socklen_t len)
{
	struct pollfd pollfd = { .fd = fd, .events = POLLOUT };

	if (!connect(fd, &address->any, len))
		return 0;
	if (errno != EINPROGRESS)
		return -1;
	if (poll(&pollfd, 1, 300) == 1)
		return 0;
	errno = EACCES;
	return -1;
}

int act_accept(const char *what)
{
	union address address;
	socklen_t len;
	int listener = parse(what, &address, &len), fd, one = 1, r;

	if (listener < 0)
		return listener;
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(listener, &address.any, len) || listen(listener, 1))
		return finish(listener, -1);
	fd = socket(address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return finish(listener, -1);
	r = finish(fd, connect_patiently(fd, &address, len));
	close(listener);
	return r;
}

static int send_to(const char *what, int flags, int family)
{
	union address address;
	socklen_t len;
	int fd = parse(what, &address, &len);

	if (fd < 0)
		return fd;
	if (family >= 0)
		address.any.sa_family = family;
	return finish(fd, sendto(fd, MESSAGE, sizeof(MESSAGE), flags, &address.any, len));
}

int act_send(const char *what)
{
	return send_to(what, 0, -1);
}

int act_send_unspec(const char *what)
{
	return send_to(what, 0, AF_UNSPEC);
}

static int connect_cut(const char *what, socklen_t len)
{
	union address address;
	socklen_t whole;
	int fd = parse(what, &address, &whole);

	return fd < 0 ? fd : finish(fd, connect(fd, &address.any, len));
}

int act_connect_short(const char *what)
{
	int least = strchr(what, ':') ? LEAST_IN6 : sizeof(struct sockaddr_in), r;

	for (int len = 0; len < least; len++) {
		r = connect_cut(what, len);
		if (r != -EINVAL)
			return r;
	}
	return -EINVAL;
}

int act_connect_least(const char *what)
{
	return connect_cut(what, strchr(what, ':') ? LEAST_IN6 : sizeof(struct sockaddr_in));
}

int act_send_short(const char *what)
{
	union address address;
	socklen_t len;
	int fd = parse(what, &address, &len);

	return fd < 0 ? fd : finish(fd, sendto(fd, MESSAGE, sizeof(MESSAGE), 0, &address.any, 7));
}

int act_fastopen(const char *what)
{
	return send_to(what, MSG_FASTOPEN, -1);
}
