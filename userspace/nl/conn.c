// SPDX-License-Identifier: GPL-2.0-or-later
/* The request connection to kpol.ko: a generic netlink socket and what the kernel last said on it.
 */
#include "nl/conn.h"

#include <errno.h>
#include <linux/netlink.h>
#include <netlink/errno.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/family.h>
#include <netlink/genl/genl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "nl/private.h"

/* A request is handled inside sendmsg(2), so its answer is there at once; a commit of a million
 * rules on an emulated machine takes some seconds. Only a broken kernel reaches this.
 */
#define REQUEST_TIMEOUT_S 25

static int nle_errno(int nle)
{
	switch (nle < 0 ? -nle : nle) {
	case NLE_OBJ_NOTFOUND:
	case NLE_NOATTR:
		return -ENODEV;
	case NLE_NOMEM:
		return -ENOMEM;
	case NLE_PERM:
	case NLE_NOACCESS:
		return -EPERM;
	case NLE_AF_NOSUPPORT:
	case NLE_PROTO_MISMATCH:
		return -EPROTONOSUPPORT;
	default:
		return -EIO;
	}
}

DEFINE_CLEANUP(struct nl_sock *, nl_socket_free)

int kpol_nl_socket(struct nl_sock **ret_sock)
{
	_cleanup_(nl_socket_freep) struct nl_sock *sock = nl_socket_alloc();
	int fd, on = 1, r;

	if (!sock)
		return -ENOMEM;
	r = genl_connect(sock);
	if (r < 0)
		return nle_errno(r);
	fd = nl_socket_get_fd(sock);
	/* Kernels we support know both; without them we only lose the sentence. */
	(void)setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	(void)setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	*ret_sock = TAKE_PTR(sock);
	return 0;
}

/* Reads the list of families: unlike a question by name, it never makes the kernel load the module.
 */
static int family_listed(struct nl_sock *sock)
{
	struct nl_cache *cache;
	struct genl_family *family;
	int r;

	r = genl_ctrl_alloc_cache(sock, &cache);
	if (r < 0)
		return nle_errno(r);
	family = genl_ctrl_search_by_name(cache, KPOL_FAMILY_NAME);
	r = family ? (int)genl_family_get_id(family) : -ENODEV;
	if (family)
		genl_family_put(family);
	nl_cache_free(cache);
	return r;
}

int kpol_nl_family(struct nl_sock *sock, bool load)
{
	int r;

	if (!load)
		return family_listed(sock);
	r = genl_ctrl_resolve(sock, KPOL_FAMILY_NAME);
	return r < 0 ? nle_errno(r) : r;
}

int kpol_nl_new_fd(int fd, uint16_t family, struct kpol_nl **ret_nl)
{
	struct kpol_nl *nl = calloc(1, sizeof(*nl));

	if (!nl)
		return -ENOMEM;
	nl->fd = fd;
	nl->family = family;
	*ret_nl = nl;
	return 0;
}

int kpol_nl_new(bool load, struct kpol_nl **ret_nl)
{
	_cleanup_(nl_socket_freep) struct nl_sock *sock = NULL;
	struct timeval timeout = { .tv_sec = REQUEST_TIMEOUT_S };
	int family, r;

	r = kpol_nl_socket(&sock);
	if (r < 0)
		return r;
	family = kpol_nl_family(sock, load);
	if (family < 0)
		return family;
	if (setsockopt(nl_socket_get_fd(sock), SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout)) <
	    0)
		return -errno;
	r = kpol_nl_new_fd(nl_socket_get_fd(sock), (uint16_t)family, ret_nl);
	if (r < 0)
		return r;
	(*ret_nl)->sock = TAKE_PTR(sock);
	return 0;
}

void kpol_nl_free(struct kpol_nl *nl)
{
	if (!nl)
		return;
	if (nl->sock)
		nl_socket_free(nl->sock);
	else
		close(nl->fd);
	free(nl);
}

int kpol_nl_join(struct kpol_nl *nl, const char *group)
{
	int number = genl_ctrl_resolve_grp(nl->sock, KPOL_FAMILY_NAME, group);

	if (number < 0)
		return -ENODEV;
	return setsockopt(nl->fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &number, sizeof(number)) < 0
		       ? -errno
		       : 0;
}

void kpol_nl_grow_buffer(int fd, int size)
{
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) < 0)
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
}

const struct kpol_nl_error *kpol_nl_last_error(const struct kpol_nl *nl)
{
	return &nl->error;
}

int kpol_nl_present(void)
{
	_cleanup_(nl_socket_freep) struct nl_sock *sock = NULL;
	int r;

	r = kpol_nl_socket(&sock);
	if (r < 0)
		return r;
	r = kpol_nl_family(sock, false);
	return r == -ENODEV ? 0 : r < 0 ? r : 1;
}

ssize_t kpol_nl_receive(int fd, char *buf, size_t size, int flags)
{
	struct sockaddr_nl from = { 0 };
	struct iovec iov = { .iov_base = buf, .iov_len = size };
	struct msghdr msg = {
		.msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &iov, .msg_iovlen = 1
	};
	ssize_t n;

	do
		n = recvmsg(fd, &msg, flags);
	while (n < 0 && errno == EINTR);

	if (n < 0)
		return errno == EAGAIN && !(flags & MSG_DONTWAIT) ? -ETIMEDOUT : -errno;
	if (n == 0)
		return -ECONNRESET;
	if (msg.msg_flags & MSG_TRUNC)
		return -EMSGSIZE;
	if (msg.msg_namelen == sizeof(from) && from.nl_family == AF_NETLINK && from.nl_pid != 0)
		return 0; /* another process, not the kernel */
	return n;
}
