// SPDX-License-Identifier: GPL-2.0-only
/* Network: sockets made, connected, bound, listened on, sent from, and connected to. */
#include "hook.h"
#include "entering.h"
#include "judge.h"

#include <linux/cgroup.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/net.h>
#include <linux/netlink.h>
#include <linux/sctp.h>
#include <linux/socket.h>
#include <net/inet_sock.h>
#include <net/ipv6.h>
#include <net/request_sock.h>
#include <net/sock.h>

/* What never leaves the machine and is no Internet address: Unix sockets and routing questions. */
static bool is_exempt(int family, int protocol)
{
	return family == AF_UNIX || (family == AF_NETLINK && protocol == NETLINK_ROUTE);
}

/* The protocol that 0 stands for. Multipath TCP is TCP to a policy. */
static u8 resolve_protocol(int family, int type, int protocol)
{
	if (family != AF_INET && family != AF_INET6)
		return 0;
	if (protocol == IPPROTO_MPTCP)
		return IPPROTO_TCP;
	if (protocol)
		return protocol;
	return type == SOCK_STREAM	? IPPROTO_TCP
	       : type == SOCK_DGRAM	? IPPROTO_UDP
	       : type == SOCK_SEQPACKET ? IPPROTO_SCTP
					: 0;
}

static void fill_socket(struct kpol_access *access, u32 op, const struct sock *sk)
{
	*access = (struct kpol_access){
		.class = KPOL_CLASS_NETWORK,
		.op = op,
		.family = sk->sk_family,
		.socktype = sk->sk_type,
		.protocol = resolve_protocol(sk->sk_family, sk->sk_type, sk->sk_protocol),
	};
}

/* Where the kernel sends what is for no address: to the socket's own one, or around the loop. */
static __be32 own_address(const struct sock *sk)
{
	return inet_sk(sk)->inet_saddr ?: htonl(INADDR_LOOPBACK);
}

/* 0.0.0.0, ::ffff:0.0.0.0 and :: as a destination. */
static void name_nowhere(struct kpol_access *access, const struct sock *sk)
{
	struct in6_addr *in6 = (struct in6_addr *)access->addr;

	if (access->family == AF_INET && !in6->s6_addr32[0])
		in6->s6_addr32[0] = own_address(sk);
	else if (access->family == AF_INET6 && ipv6_addr_v4mapped(in6) && !in6->s6_addr32[3])
		in6->s6_addr32[3] = own_address(sk);
	else if (access->family == AF_INET6 && ipv6_addr_any(in6))
		*in6 = in6addr_loopback;
}

/*
 * The address of a call on @sk. @unspec_counts: in this call some protocols take AF_UNSPEC for the socket's own
 * family. An address shorter than its family needs is the kernel's to refuse: false, and nothing beyond it is
 * read.
 */
static bool fill_address(struct kpol_access *access, const struct sock *sk,
			 const struct sockaddr *address, int len, bool unspec_counts)
{
	int family;

	if (len < (int)sizeof(address->sa_family))
		return false;
	family = address->sa_family;
	if (family == AF_UNSPEC && unspec_counts)
		family = access->family;
	if (family == AF_INET && len >= (int)sizeof(struct sockaddr_in)) {
		const struct sockaddr_in *in = (const void *)address;

		memcpy(access->addr, &in->sin_addr, 4);
		access->port = ntohs(in->sin_port);
	} else if (family == AF_INET6 && len >= (int)offsetof(struct sockaddr_in6, sin6_scope_id)) {
		const struct sockaddr_in6 *in6 = (const void *)address;

		memcpy(access->addr, &in6->sin6_addr, 16);
		access->port = ntohs(in6->sin6_port);
	} else {
		return false;
	}
	access->family = family;
	access->has_addr = true;
	if (access->op & KPOL_OPS_EGRESS)
		name_nowhere(access, sk);
	return true;
}

static bool is_internet(const struct sock *sk)
{
	return sk->sk_family == AF_INET || sk->sk_family == AF_INET6;
}

static bool deny_access(struct kpol_access *access)
{
	struct kpol_subject subject;
	bool deny;

	if (!kpol_subject_get(&subject))
		return false;
	deny = kpol_judge_has(&subject, KPOL_CLASS_NETWORK, access->op) &&
	       !kpol_entering_has(current) && kpol_judge(&subject, access, KPOL_IN_TASK);
	kpol_subject_put();
	return deny;
}

KPOL_HOOK(socket_create)
{
	int family = KPOL_ARG(int, 0), type = KPOL_ARG(int, 1) & SOCK_TYPE_MASK;
	int protocol = KPOL_ARG(int, 2);
	struct kpol_access access = {
		.class = KPOL_CLASS_NETWORK,
		.op = KPOL_OP_SOCKET,
		.family = family,
		.socktype = type,
		.protocol = resolve_protocol(family, type, protocol),
	};

	if (KPOL_ARG(int, 3) || is_exempt(family, protocol))
		return false;
	return deny_access(&access);
}

bool kpol_net_deny_received(const struct file *file)
{
	const struct socket *sock = sock_from_file((struct file *)file);
	const struct sock *sk = sock ? sock->sk : NULL;
	struct kpol_access access;

	if (!sk || is_exempt(sk->sk_family, sk->sk_protocol))
		return false;
	fill_socket(&access, KPOL_OP_SOCKET, sk);
	return deny_access(&access);
}

/* Of sockets of other families an address means nothing to a policy; the operation itself still does. */
static bool deny_call(const struct socket *sock, u32 op, const struct sockaddr *address, int len,
		      bool unspec_counts)
{
	const struct sock *sk = sock->sk;
	struct kpol_access access;

	if (!sk || is_exempt(sk->sk_family, sk->sk_protocol))
		return false;
	fill_socket(&access, op, sk);
	if (is_internet(sk) && !fill_address(&access, sk, address, len, unspec_counts))
		return false;
	if (op == KPOL_OP_BIND && access.has_addr && !access.port)
		return false; /* any free port: opens nothing by itself, listen is judged with the port it got */
	return deny_access(&access);
}

/* connect() with AF_UNSPEC takes a connection away. */
KPOL_HOOK(socket_connect)
{
	return deny_call(KPOL_ARG(const struct socket *, 0), KPOL_OP_CONNECT,
			 KPOL_ARG(const struct sockaddr *, 1), KPOL_ARG(int, 2), false);
}

/* bind() takes AF_UNSPEC for AF_INET when the address is 0.0.0.0. */
KPOL_HOOK(socket_bind)
{
	return deny_call(KPOL_ARG(const struct socket *, 0), KPOL_OP_BIND,
			 KPOL_ARG(const struct sockaddr *, 1), KPOL_ARG(int, 2), true);
}

/*
 * IPv4 datagram sockets and raw sockets of both families take AF_UNSPEC for their own. On a TCP socket only
 * Fast Open looks at the address.
 */
KPOL_HOOK(socket_sendmsg)
{
	const struct socket *sock = KPOL_ARG(const struct socket *, 0);
	const struct msghdr *msg = KPOL_ARG(const struct msghdr *, 1);
	bool opens = msg->msg_flags & MSG_FASTOPEN;

	if (!msg->msg_name || !sock->sk || (!opens && sock->sk->sk_protocol == IPPROTO_TCP))
		return false;
	return deny_call(sock, opens ? KPOL_OP_CONNECT : KPOL_OP_SEND, msg->msg_name,
			 msg->msg_namelen, true);
}

KPOL_HOOK(socket_listen)
{
	const struct sock *sk = KPOL_ARG(const struct socket *, 0)->sk;
	struct kpol_access access;

	if (!sk || is_exempt(sk->sk_family, sk->sk_protocol))
		return false;
	fill_socket(&access, KPOL_OP_LISTEN, sk);
	if (is_internet(sk)) {
		access.port = inet_sk(sk)->inet_num;
		access.has_addr = true;
		if (sk->sk_family == AF_INET)
			memcpy(access.addr, &sk->sk_rcv_saddr, 4);
		else
			memcpy(access.addr, &sk->sk_v6_rcv_saddr, 16);
	}
	return deny_access(&access);
}

static bool deny_sctp(const struct sock *sk, u32 op, const struct sockaddr *address, int len)
{
	struct kpol_access access;

	fill_socket(&access, op, sk);
	return fill_address(&access, sk, address, len, false) && deny_access(&access);
}

static u32 sctp_op(int option)
{
	switch (option) {
	case SCTP_SOCKOPT_BINDX_ADD:
		return KPOL_OP_BIND;
	case SCTP_SOCKOPT_CONNECTX:
	case SCTP_SENDMSG_CONNECT:
		return KPOL_OP_CONNECT;
	default:
		return 0; /* from the peer, of an association that was judged: there is no acting task */
	}
}

/* Several addresses in one call, one behind the other. */
KPOL_HOOK(sctp_bind_connect)
{
	const struct sock *sk = KPOL_ARG(const struct sock *, 0);
	const char *at = KPOL_ARG(const char *, 2);
	int len = KPOL_ARG(int, 3), size;
	u32 op = sctp_op(KPOL_ARG(int, 1));

	for (; op && len >= (int)sizeof(sa_family_t); at += size, len -= size) {
		const struct sockaddr *address = (const void *)at;

		size = address->sa_family == AF_INET ? sizeof(struct sockaddr_in)
						     : sizeof(struct sockaddr_in6);
		if (deny_sctp(sk, op, address, len))
			return true;
	}
	return false;
}

static void fill_request(struct kpol_access *access, const struct sock *sk,
			 const struct request_sock *req)
{
	const struct inet_request_sock *ireq = inet_rsk(req);

	fill_socket(access, KPOL_OP_ACCEPT, sk);
	access->family = ireq->ireq_family;
	access->port = inet_sk(sk)->inet_num;
	access->has_addr = true;
	if (access->family == AF_INET)
		memcpy(access->addr, &ireq->ir_rmt_addr, 4);
	else
		memcpy(access->addr, &ireq->ir_v6_rmt_addr, 16);
}

/* In softirq current is a stranger: the listener is the one whose cgroup the socket remembers. */
KPOL_SOFTIRQ_HOOK(inet_conn_request)
{
	const struct sock *sk = KPOL_ARG(const struct sock *, 0);
	struct cgroup *cgroup = sock_cgroup_ptr((struct sock_cgroup_data *)&sk->sk_cgrp_data);
	struct kpol_subject subject;
	struct kpol_access access;
	bool deny = false;

	local_bh_disable(); /* the buffers of the softirq context are ours until enabled again */
	subject.set = kpol_ruleset_active();
	if (subject.set && cgroup) {
		subject.cgroup = cgroup_id(cgroup);
		subject.scope = kpol_scope_of(subject.set, cgroup, KPOL_IN_SOFTIRQ);
		if (subject.scope && kpol_judge_has(&subject, KPOL_CLASS_NETWORK, KPOL_OP_ACCEPT)) {
			fill_request(&access, sk, KPOL_ARG(const struct request_sock *, 2));
			deny = kpol_judge(&subject, &access, KPOL_IN_SOFTIRQ);
		}
	}
	local_bh_enable();
	return deny;
}
