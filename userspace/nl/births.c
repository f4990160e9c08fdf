// SPDX-License-Identifier: GPL-2.0-or-later
/* The births connection: the socket the module tells of new cgroups on. */
#include "nl/births.h"

#include <errno.h>
#include <netlink/genl/genl.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "nl/attr.h"
#include "nl/private.h"

/* Some hundred pods that start at once. */
#define RECEIVE_BUFFER (2 << 20)

/* So that a flood does not keep the caller from its other work. */
#define READ_MAX 256

/**
 * struct kpol_nl_births - the connection
 * @nl: its socket, and the buffer to read into.
 */
struct kpol_nl_births {
	struct kpol_nl *nl;
	const struct kpol_nl_births_ops *ops;
	void *userdata;
};

static void take_birth(struct kpol_nl_births *births, struct nlmsghdr *hdr)
{
	struct nlattr *attrs[KPOL_A_CGROUP_MAX + 1];
	char path[KPOL_PATH_MAX + 1];
	struct kpol_nl_birth birth = { .path = path };

	if (genlmsg_parse(hdr, 0, attrs, KPOL_A_CGROUP_MAX, NULL) < 0 || !attrs[KPOL_A_CGROUP_ID]) {
		births->ops->missed(births->userdata);
		return;
	}
	birth.cgroup = kpol_nl_attr_u64(attrs[KPOL_A_CGROUP_ID]);
	birth.scope = kpol_nl_attr_u32(attrs[KPOL_A_CGROUP_SCOPE]);
	kpol_nl_attr_string(attrs[KPOL_A_CGROUP_PATH], path, sizeof(path));
	births->ops->birth(&birth, births->userdata);
}

static void take_message(struct kpol_nl_births *births, struct nlmsghdr *hdr)
{
	const struct genlmsghdr *genl = nlmsg_data(hdr);

	if (hdr->nlmsg_type == births->nl->family && genlmsg_valid_hdr(hdr, 0) &&
	    genl->cmd == KPOL_CMD_CGROUP_NTF)
		take_birth(births, hdr);
}

/* Takes the connection over, on success only. */
static int wrap(struct kpol_nl *nl, const struct kpol_nl_births_ops *ops, void *userdata,
		struct kpol_nl_births **ret)
{
	struct kpol_nl_births *births = calloc(1, sizeof(*births));

	if (!births)
		return -ENOMEM;
	*births = (struct kpol_nl_births){ .nl = nl, .ops = ops, .userdata = userdata };
	*ret = births;
	return 0;
}

int kpol_nl_births_new_fd(int fd, uint16_t family, const struct kpol_nl_births_ops *ops,
			  void *userdata, struct kpol_nl_births **ret_births)
{
	struct kpol_nl *nl;
	int r = kpol_nl_new_fd(fd, family, &nl);

	if (r < 0)
		return r;
	r = wrap(nl, ops, userdata, ret_births);
	if (r < 0)
		free(nl); /* but not the descriptor, which is still the caller's */
	return r;
}

int kpol_nl_births_new(const struct kpol_nl_births_ops *ops, void *userdata,
		       struct kpol_nl_births **ret_births)
{
	_cleanup_(kpol_nl_freep) struct kpol_nl *nl = NULL;
	int r;

	r = kpol_nl_new(false, &nl);
	if (r < 0)
		return r;
	kpol_nl_grow_buffer(nl->fd, RECEIVE_BUFFER);
	r = kpol_nl_join(nl, KPOL_MCGRP_CGROUP);
	if (r == 0)
		r = wrap(nl, ops, userdata, ret_births);
	if (r == 0)
		TAKE_PTR(nl);
	return r;
}

void kpol_nl_births_free(struct kpol_nl_births *births)
{
	if (!births)
		return;
	kpol_nl_free(births->nl);
	free(births);
}

int kpol_nl_births_fd(const struct kpol_nl_births *births)
{
	return births->nl->fd;
}

/* Return: 1: took a datagram or missed some, 0: none waiting, -errno. */
static int read_one(struct kpol_nl_births *births)
{
	struct nlmsghdr *hdr = (struct nlmsghdr *)births->nl->buf;
	ssize_t n = kpol_nl_receive(births->nl->fd, births->nl->buf, sizeof(births->nl->buf),
				    MSG_DONTWAIT);
	int left = (int)n;

	if (n == -EAGAIN)
		return 0;
	if (n == -ENOBUFS || n == -EMSGSIZE)
		births->ops->missed(births->userdata);
	else if (n < 0)
		return (int)n;
	for (; nlmsg_ok(hdr, left); hdr = nlmsg_next(hdr, &left))
		take_message(births, hdr);
	return 1;
}

int kpol_nl_births_read(struct kpol_nl_births *births)
{
	int n = 0, r;

	do {
		r = read_one(births);
		n += r > 0;
	} while (r > 0 && n < READ_MAX);
	return r < 0 ? r : n;
}
