/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A mesh of pods on one bridge: how each reaches each, over TCP and UDP, IPv4 and IPv6. */
#ifndef KPOL_GUEST_MESH_H
#define KPOL_GUEST_MESH_H

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "guest.h"
#include "slow.h"

#define PODS 6
#define NODE PODS /* the node itself, as a client */
#define PORT 7000
#define KINDS 4

/* 10.88.0.1 and fd88::1 are pod 0; the node is at .254. */
#define NODE_V4 "10.88.0.254"
#define CLUSTER_API "10.96.0.1" /* a service: the pods' own DNAT makes pod 2 of it */
#define CLUSTER_WEB "10.96.0.2" /* the same of pod 1 */

static const struct kind {
	const char *name;
	int family, type;
} kinds[KINDS] = {
	{ "tcp4", AF_INET, SOCK_STREAM },
	{ "tcp6", AF_INET6, SOCK_STREAM },
	{ "udp4", AF_INET, SOCK_DGRAM },
	{ "udp6", AF_INET6, SOCK_DGRAM },
};

/* What came of it: denied in the call, no answer, an answer. */
enum outcome { NOTHING, DENIED, SILENCE, ANSWER };
static const char *const outcomes[] = { "nothing", "denied", "silence", "answer" };

typedef unsigned char row[PODS][KINDS];

/* Seen by all workers. */
static struct shared {
	row rows[PODS + 1];
} * shared;

/* The network */

static int run(const char *command)
{
	int status = system(command);

	return WIFEXITED(status) ? -WEXITSTATUS(status) : -EINTR;
}

static void run_format(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void run_format(const char *format, ...)
{
	char command[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(command, sizeof(command), format, args);
	va_end(args);
	if (run(command)) {
		fprintf(stderr, "# failed: %s\n", command);
		_exit(1);
	}
}

/* An act: from here on the worker is in a network of its own. */
static int act_leave(const char *unused)
{
	return unshare(CLONE_NEWNET) ? -errno : 0;
}

static int act_run(const char *command)
{
	return run(command);
}

static void make_address(int family, int pod, int port, struct sockaddr_storage *ret,
			 socklen_t *ret_len)
{
	struct sockaddr_in *in = (void *)ret;
	struct sockaddr_in6 *in6 = (void *)ret;
	char text[64];

	memset(ret, 0, sizeof(*ret));
	if (family == AF_INET) {
		snprintf(text, sizeof(text), "10.88.0.%d", pod + 1);
		*in = (struct sockaddr_in){ .sin_family = family, .sin_port = htons(port) };
		inet_pton(family, text, &in->sin_addr);
		*ret_len = sizeof(*in);
	} else {
		snprintf(text, sizeof(text), "fd88::%d", pod + 1);
		*in6 = (struct sockaddr_in6){ .sin6_family = family, .sin6_port = htons(port) };
		inet_pton(family, text, &in6->sin6_addr);
		*ret_len = sizeof(*in6);
	}
}

/* The server */

static int open_server(int family, int type)
{
	int fd = socket(family, type | SOCK_CLOEXEC, 0), one = 1;
	struct sockaddr_storage any = { .ss_family = family };
	socklen_t len =
		family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);

	((struct sockaddr_in *)&any)->sin_port = htons(PORT); /* at the same place in both */
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one));
	if (fd < 0 || bind(fd, (void *)&any, len) || (type == SOCK_STREAM && listen(fd, 64)))
		return -errno;
	return fd;
}

static void greet(int fd)
{
	int client = accept4(fd, NULL, NULL, SOCK_CLOEXEC);

	if (client >= 0 && write(client, "k", 1) != 1)
		fprintf(stderr, "# cannot greet: %m\n");
	close(client);
}

static void echo(int fd)
{
	struct sockaddr_storage peer;
	socklen_t len = sizeof(peer);
	char byte;

	if (recvfrom(fd, &byte, 1, 0, (void *)&peer, &len) == 1)
		sendto(fd, &byte, 1, 0, (void *)&peer, len);
}

/* An act: serve all four kinds from now on, in a child. */
static int act_serve(const char *unused)
{
	struct pollfd fds[KINDS];

	for (int k = 0; k < KINDS; k++) {
		fds[k] = (struct pollfd){ .fd = open_server(kinds[k].family, kinds[k].type),
					  .events = POLLIN };
		if (fds[k].fd < 0)
			return fds[k].fd;
	}
	if (fork())
		return 0;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		poll(fds, KINDS, -1);
		for (int k = 0; k < KINDS; k++) {
			if (!fds[k].revents)
				continue;
			if (kinds[k].type == SOCK_STREAM)
				greet(fds[k].fd);
			else
				echo(fds[k].fd);
		}
	}
}

/* The client */

static int begin(int type, const struct sockaddr_storage *to, socklen_t len, enum outcome *ret)
{
	int fd = socket(to->ss_family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), r;

	r = type == SOCK_STREAM ? connect(fd, (void *)to, len)
				: (int)sendto(fd, "k", 1, 0, (void *)to, len);
	*ret = r < 0 && errno == EACCES ? DENIED : SILENCE;
	return fd;
}

static long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* A SYN that is dropped is sent again after a second: one that was lost has another chance. */
#define PATIENCE_MS (1600 * (long)slow_times())

/* Wait for an answer on each socket that may still get one. */
static void await(struct pollfd *fds, unsigned char **outcome, int n)
{
	long until = now_ms() + PATIENCE_MS, left;
	char byte;
	int waiting = 0;

	for (int i = 0; i < n; i++)
		waiting += *outcome[i] == SILENCE;
	while (waiting && (left = until - now_ms()) > 0) {
		for (int i = 0; i < n; i++)
			fds[i].events = *outcome[i] == SILENCE ? POLLIN : 0;
		poll(fds, (nfds_t)n, (int)left);
		for (int i = 0; i < n; i++) {
			if (*outcome[i] != SILENCE || !(fds[i].revents & (POLLIN | POLLERR)))
				continue;
			if (read(fds[i].fd, &byte, 1) == 1)
				*outcome[i] = ANSWER;
			else if (errno == EAGAIN)
				continue;
			else
				fds[i].fd = ~fds[i].fd; /* refused: silent from now on */
			waiting--;
		}
	}
}

/* An act: try every pod in every way, all at once. @me: number of the row. */
static int act_try(const char *me)
{
	row *mine = &shared->rows[atoi(me)];
	struct pollfd fds[PODS * KINDS];
	unsigned char *outcome[PODS * KINDS];
	int n = 0;

	for (int to = 0; to < PODS; to++) {
		for (int k = 0; k < KINDS; k++, n++) {
			struct sockaddr_storage address;
			enum outcome first;
			socklen_t len;

			make_address(kinds[k].family, to, PORT, &address, &len);
			outcome[n] = &(*mine)[to][k];
			fds[n].fd = begin(kinds[k].type, &address, len, &first);
			*outcome[n] = (unsigned char)first;
		}
	}
	await(fds, outcome, n);
	for (int i = 0; i < n; i++)
		close(fds[i].fd < 0 ? ~fds[i].fd : fds[i].fd);
	return 0;
}

/* An act: one TCP connection to an address as it is written, also in IPv6's form of an IPv4 address. */
static int act_reach(const char *text)
{
	struct sockaddr_storage address = { .ss_family = strchr(text, ':') ? AF_INET6 : AF_INET };
	struct sockaddr_in *in = (void *)&address;
	struct sockaddr_in6 *in6 = (void *)&address;
	bool v4 = address.ss_family == AF_INET;
	enum outcome first;
	unsigned char result, *outcome = &result;
	struct pollfd fd;

	in->sin_port = htons(PORT);
	inet_pton(address.ss_family, text, v4 ? (void *)&in->sin_addr : (void *)&in6->sin6_addr);
	fd.fd = begin(SOCK_STREAM, &address, v4 ? sizeof(*in) : sizeof(*in6), &first);
	result = (unsigned char)first;
	await(&fd, &outcome, 1);
	close(fd.fd < 0 ? ~fd.fd : fd.fd);
	return result;
}

#endif /* KPOL_GUEST_MESH_H */
