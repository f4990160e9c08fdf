// SPDX-License-Identifier: GPL-2.0-or-later
/* Ways around network rules: other calls, other forms of an address, other kinds of sockets. */
#include <arpa/inet.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/bypass_fixture.h"
#include "lib/descriptor.h"
#include "lib/uring.h"

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif
#define SCTP_BINDX_ADD 100
#define SCTP_CONNECTX 110

#define RULE(action, peer) \
	BYPASS_HEADER "  network:\n    action: " action "\n    matchPeers: [" peer "]\n"
/* Nobody is at 10.9.9.9. */
#define ELSEWHERE RULE("Allow", "{direction: egress, cidr: 10.9.9.9/32}")
#define NOT_HERE RULE("Block", "{direction: egress, cidr: 127.0.0.0/8}")
#define NOT_HERE_6 RULE("Block", "{direction: egress, cidr: \"::1/128\"}")
#define HERE RULE("Allow", "{direction: egress, cidr: 127.0.0.1/32}")
#define TCP RULE("Allow", "{direction: egress, cidr: 127.0.0.0/8, protocol: tcp}")
#define DNS RULE("Allow", "{direction: egress, cidr: 127.0.0.0/8, ports: [53], protocol: udp}")
#define SERVES_8080 RULE("Allow", "{direction: ingress, ports: [8080], protocol: tcp}")
#define SERVES_10                                                        \
	BYPASS_HEADER "  network:\n    action: Allow\n    matchPeers:\n" \
		      "    - {direction: ingress, cidr: 10.0.0.0/8}\n"   \
		      "    - {direction: egress, cidr: 127.0.0.0/8}\n"

#define NO_SCTP .missing = -EPROTONOSUPPORT, .facility = "SCTP"
#define NO_RING .missing = -ENOSYS, .facility = "io_uring"

static int run(char *const argv[])
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		close(2); /* the address may be there already */
		execv(argv[0], argv);
		_exit(1);
	}
	waitpid(pid, &status, 0);
	return status;
}

/* An address that looks like one of a tunnel to 127.0.0.1. */
#define SIX_TO_FOUR "2002:7f00:1::1"

static void bypass_prepare(void)
{
	run((char *const[]){ "/bin/busybox", "ip", "-6", "address", "add", SIX_TO_FOUR "/128",
			     "dev", "lo", NULL });
}

static struct sockaddr_in at(const char *ip, int port)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port) };

	inet_pton(AF_INET, ip, &address.sin_addr);
	return address;
}

/* Acts */

static int end(int fd, int r)
{
	int error = errno;

	if (fd >= 0)
		close(fd);
	return fd < 0 || r < 0 ? -error : 0;
}

static int send_many(const char *unused)
{
	struct sockaddr_in first = at("127.0.0.1", 7), second = at("127.0.0.2", 7);
	struct iovec iov = { "x", 1 };
	struct mmsghdr messages[] = {
		{ .msg_hdr = { .msg_name = &first,
			       .msg_namelen = sizeof(first),
			       .msg_iov = &iov,
			       .msg_iovlen = 1 } },
		{ .msg_hdr = { .msg_name = &second,
			       .msg_namelen = sizeof(second),
			       .msg_iov = &iov,
			       .msg_iovlen = 1 } },
	};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), n = sendmmsg(fd, messages, 2, 0);

	close(fd);
	return n == 2 ? 0 : n == 1 ? -EACCES : -errno;
}

/* A socket that was let connect is let go, and used for somebody else. */
static int send_after_unspec(const char *unused)
{
	const struct sockaddr nobody = { .sa_family = AF_UNSPEC };
	struct sockaddr_in first = at("127.0.0.1", 7), second = at("127.0.0.2", 7);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (connect(fd, (void *)&first, sizeof(first)) || connect(fd, &nobody, sizeof(nobody)))
		return end(fd, -1);
	return end(fd, sendto(fd, "x", 1, 0, (void *)&second, sizeof(second)));
}

/* An address in a call on a socket that is connected to another one. */
static int send_past_connection(const char *unused)
{
	struct sockaddr_in first = at("127.0.0.1", 7), second = at("127.0.0.2", 7);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (connect(fd, (void *)&first, sizeof(first)))
		return end(fd, -1);
	return end(fd, sendto(fd, "x", 1, 0, (void *)&second, sizeof(second)));
}

static int connect_fast(const char *ip)
{
	struct sockaddr_in address = at(ip, 7);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, &one, sizeof(one));
	return end(fd, connect(fd, (void *)&address, sizeof(address)));
}

static int connect_nowhere_bound(const char *own)
{
	struct sockaddr_in local = at(own, 0), nowhere = at("0.0.0.0", 7);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (bind(fd, (void *)&local, sizeof(local)))
		return end(fd, -1);
	return end(fd, connect(fd, (void *)&nowhere, sizeof(nowhere)));
}

static int make(int family, int type, int protocol)
{
	return end(socket(family, type | SOCK_CLOEXEC, protocol), 0);
}

static int make_generic_netlink(const char *unused)
{
	return make(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC);
}

static int make_vsock(const char *unused)
{
	return make(AF_VSOCK, SOCK_STREAM, 0);
}

static int make_alg(const char *unused)
{
	return make(AF_ALG, SOCK_SEQPACKET, 0);
}

static int make_packet_datagram(const char *unused)
{
	return make(AF_PACKET, SOCK_DGRAM, 0);
}

static int make_udplite(const char *unused)
{
	return make(AF_INET, SOCK_DGRAM, IPPROTO_UDPLITE);
}

static int connect_mptcp(const char *ip)
{
	struct sockaddr_in address = at(ip, 7);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_MPTCP);

	return end(fd, fd < 0 ? -1 : connect(fd, (void *)&address, sizeof(address)));
}

static int sctp_with(int option, const char *second, int port)
{
	struct sockaddr_in both[] = { at("127.0.0.1", port), at(second, port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_SCTP);

	return end(fd, fd < 0 ? -1 : setsockopt(fd, IPPROTO_SCTP, option, both, sizeof(both)));
}

static int sctp_connect_two(const char *second)
{
	return sctp_with(SCTP_CONNECTX, second, 7);
}

static int sctp_bind_two(const char *second)
{
	return sctp_with(SCTP_BINDX_ADD, second, 7302);
}

static int kept = -1;

static int keep_socket(const char *unused)
{
	close(kept);
	kept = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	return kept < 0 ? -errno : 0;
}

static int connect_kept(const char *ip)
{
	struct sockaddr_in address = at(ip, 7);

	return connect(kept, (void *)&address, sizeof(address)) ? -errno : 0;
}

static int send_by_kept(const char *ip)
{
	struct sockaddr_in address = at(ip, 7);

	return sendto(kept, "x", 1, 0, (void *)&address, sizeof(address)) == 1 ? 0 : -errno;
}

static int send_by_child(const char *ip)
{
	int status;
	pid_t pid = fork();

	if (!pid)
		_exit(-send_by_kept(ip));
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -EPIPE;
}

static int post_raw(const char *unused)
{
	return descriptor_post(socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP));
}

static int take_socket(const char *unused)
{
	int fd = descriptor_take();

	return fd < 0 ? fd : close(fd);
}

/* The kernel picks the port. */
static int listen_unbound(const char *unused)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	return end(fd, listen(fd, 1));
}

static int do_by_uring(struct io_uring_sqe request)
{
	struct uring ring;
	int r = uring_open(&ring, 0);

	if (r)
		return r;
	r = uring_do(&ring, &request);
	uring_close(&ring);
	return r < 0 ? r : 0;
}

static int connect_by_uring(const char *ip)
{
	struct sockaddr_in address = at(ip, 7);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), r;

	r = do_by_uring((struct io_uring_sqe){ .opcode = IORING_OP_CONNECT,
					       .fd = fd,
					       .addr = (unsigned long)&address,
					       .off = sizeof(address) });
	close(fd);
	return r;
}

static int send_by_uring(const char *ip)
{
	struct sockaddr_in address = at(ip, 7);
	struct iovec iov = { "x", 1 };
	struct msghdr msg = { .msg_name = &address,
			      .msg_namelen = sizeof(address),
			      .msg_iov = &iov,
			      .msg_iovlen = 1 };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), r;

	r = do_by_uring((struct io_uring_sqe){
		.opcode = IORING_OP_SENDMSG, .fd = fd, .addr = (unsigned long)&msg, .len = 1 });
	close(fd);
	return r;
}

static int make_raw_by_uring(const char *unused)
{
	return do_by_uring((struct io_uring_sqe){ .opcode = 45 /* IORING_OP_SOCKET */,
						  .fd = AF_INET,
						  .off = SOCK_RAW,
						  .len = IPPROTO_ICMP });
}

#define REFUSED .free = -ECONNREFUSED

BYPASS(tcp_fast_open, .act = act_fastopen, .arg = "tcp4 127.0.0.1 7", REFUSED, .policy = ELSEWHERE);
BYPASS(tcp_fast_open_by_connect, .act = connect_fast, .arg = "127.0.0.1", REFUSED,
       .policy = ELSEWHERE);
BYPASS(udp_unconnected, .act = act_send, .arg = "udp4 127.0.0.1 7", .policy = ELSEWHERE);
BYPASS(udp_connected, .act = act_connect, .arg = "udp4 127.0.0.1 7", .policy = ELSEWHERE);
BYPASS(udp_past_a_connection, .act = send_past_connection, .policy = HERE);
BYPASS(sendmmsg, .act = send_many, .policy = HERE);
BYPASS(connect_af_unspec, .act = send_after_unspec, .policy = HERE);
BYPASS(sendto_af_unspec, .act = act_send_unspec, .arg = "udp4 127.0.0.1 7", .policy = NOT_HERE);
BYPASS(ipv4_mapped, .act = act_connect, .arg = "udp6 ::ffff:127.0.0.1 7", .policy = NOT_HERE);
BYPASS(ipv4_mapped_send, .act = act_send, .arg = "udp6 ::ffff:127.0.0.1 7", .policy = NOT_HERE);
BYPASS(six_to_four, .act = act_connect, .arg = "udp6 " SIX_TO_FOUR " 7", .policy = HERE,
       .still = act_connect, .still_arg = "udp4 127.0.0.1 7");
BYPASS(zero_address, .act = act_connect, .arg = "tcp4 0.0.0.0 7", REFUSED, .policy = NOT_HERE);
BYPASS(zero_address_send, .act = act_send, .arg = "udp4 0.0.0.0 7", .policy = NOT_HERE);
BYPASS(zero_address_mapped, .act = act_connect, .arg = "tcp6 ::ffff:0.0.0.0 7", REFUSED,
       .policy = NOT_HERE);
BYPASS(zero_address_of_bound_socket, .act = connect_nowhere_bound, .arg = "127.0.0.2", REFUSED,
       .policy = RULE("Block", "{direction: egress, cidr: 127.0.0.2/32}"));
BYPASS(zero_address_6, .act = act_connect, .arg = "tcp6 :: 7", REFUSED, .policy = NOT_HERE_6);
BYPASS(zero_address_6_send, .act = act_send, .arg = "udp6 :: 7", .policy = NOT_HERE_6);
BYPASS(raw_socket, .act = act_socket, .arg = "raw4", .policy = TCP);
BYPASS(raw_socket_6, .act = act_socket, .arg = "raw6", .policy = TCP);
BYPASS(packet_socket, .act = act_socket, .arg = "packet", .policy = TCP);
BYPASS(packet_datagram_socket, .act = make_packet_datagram, .policy = TCP);
BYPASS(netlink_socket, .act = make_generic_netlink, .policy = TCP, .still = act_socket,
       .still_arg = "route");
BYPASS(vsock, .act = make_vsock, .policy = TCP, .missing = -EAFNOSUPPORT, .facility = "AF_VSOCK");
BYPASS(af_alg, .act = make_alg, .policy = TCP, .missing = -EAFNOSUPPORT, .facility = "AF_ALG");
BYPASS(udplite, .act = make_udplite, .policy = DNS, .missing = -EPROTONOSUPPORT,
       .facility = "UDP-Lite");
BYPASS(sctp, .act = act_connect, .arg = "sctp4 127.0.0.2 7", REFUSED, .policy = HERE, NO_SCTP);
BYPASS(sctp_connect_to_several, .act = sctp_connect_two, .arg = "127.0.0.2", REFUSED,
       .policy = HERE, NO_SCTP);
BYPASS(sctp_bind_to_several, .act = sctp_bind_two, .arg = "127.0.0.2", .policy = SERVES_8080,
       NO_SCTP);
BYPASS(mptcp, .act = connect_mptcp, .arg = "127.0.0.2", REFUSED, .policy = HERE,
       .missing = -EPROTONOSUPPORT, .facility = "MPTCP");
BYPASS(socket_made_before, .act = connect_kept, .arg = "127.0.0.2", .before = keep_socket,
       .policy = HERE);
BYPASS(socket_made_before_send, .act = send_by_kept, .arg = "127.0.0.2", .before = keep_socket,
       .policy = HERE);
BYPASS(socket_inherited, .act = send_by_child, .arg = "127.0.0.2", .before = keep_socket,
       .policy = HERE);
BYPASS(socket_received, .act = take_socket, .before = post_raw, .policy = TCP);
BYPASS(bind_without_permission, .act = act_bind, .arg = "tcp4 127.0.0.1 7301",
       .policy = SERVES_8080, .still = act_bind, .still_arg = "tcp4 127.0.0.1 8080");
BYPASS(listen_without_permission, .act = act_listen, .arg = "tcp4 127.0.0.1 7301", .policy = HERE);
BYPASS(listen_without_bind, .act = listen_unbound, .policy = SERVES_8080);
BYPASS(incoming_from_denied_peer, .act = act_accept, .arg = "tcp4 127.0.0.1 7303",
       .policy = SERVES_10);
BYPASS(dns_over_another_port, .act = act_send, .arg = "udp4 127.0.0.1 5353", .policy = DNS,
       .still = act_send, .still_arg = "udp4 127.0.0.1 53");
BYPASS(dns_over_tcp, .act = act_connect, .arg = "tcp4 127.0.0.1 53", REFUSED, .policy = DNS);
BYPASS(io_uring_connect, .act = connect_by_uring, .arg = "127.0.0.2", .policy = HERE, NO_RING);
BYPASS(io_uring_send, .act = send_by_uring, .arg = "127.0.0.2", .policy = HERE, NO_RING);
BYPASS(io_uring_socket, .act = make_raw_by_uring, .policy = TCP, NO_RING);

TEST_HARNESS_MAIN
