// SPDX-License-Identifier: GPL-2.0-or-later
/* One question and its answer over a connection. */
#include "nl/request.h"

#include <errno.h>
#include <netlink/genl/genl.h>
#include <string.h>
#include <sys/socket.h>

#include "nl/extack.h"
#include "nl/private.h"

/* Highest attribute type of any message of the family. */
#define KPOL_NL_ATTRS_MAX 63

_Static_assert(KPOL_A_STATUS_MAX <= KPOL_NL_ATTRS_MAX && KPOL_A_EVENT_MAX <= KPOL_NL_ATTRS_MAX &&
		       KPOL_A_RULE_MAX <= KPOL_NL_ATTRS_MAX,
	       "attribute table too small");

/**
 * struct exchange - one request on its way
 * @result: what it comes to so far.
 */
struct exchange {
	struct kpol_nl *nl;
	int max;
	kpol_nl_reply_fn reply;
	void *userdata;
	bool done;
	bool interrupted;
	int result;
};

int kpol_nl_msg(struct kpol_nl *nl, uint8_t cmd, struct nl_msg **ret_msg)
{
	_cleanup_msg_ struct nl_msg *msg = nlmsg_alloc_size(KPOL_NL_MESSAGE_MAX);

	if (!msg || !genlmsg_put(msg, NL_AUTO_PORT, 0, nl->family, 0, NLM_F_REQUEST, cmd,
				 KPOL_FAMILY_VERSION))
		return -ENOMEM;
	*ret_msg = TAKE_PTR(msg);
	return 0;
}

static int send_request(struct kpol_nl *nl, struct nl_msg *msg, uint16_t flags)
{
	struct nlmsghdr *hdr = nlmsg_hdr(msg);
	ssize_t n;

	memset(&nl->error, 0, sizeof(nl->error));
	hdr->nlmsg_seq = ++nl->seq;
	hdr->nlmsg_pid = 0;
	hdr->nlmsg_flags = NLM_F_REQUEST | flags;
	do
		n = send(nl->fd, hdr, hdr->nlmsg_len, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : 0;
}

static void take_result(struct exchange *x, int result)
{
	if (x->result == 0)
		x->result = result;
}

/* genetlink itself answers ENOENT, without a sentence, when the family is gone. */
static void take_end(struct exchange *x, const struct nlmsghdr *hdr)
{
	int code = kpol_nl_extack_parse(hdr, &x->nl->error);

	if (code == -ENOENT && x->nl->error.message[0] == '\0')
		code = -ENODEV;
	take_result(x, code);
	x->done = true;
}

static void take_reply(struct exchange *x, const struct nlmsghdr *hdr)
{
	struct nlattr *attrs[KPOL_NL_ATTRS_MAX + 1];

	if (hdr->nlmsg_type != x->nl->family || !x->reply || x->result < 0)
		return;
	if (!genlmsg_valid_hdr((struct nlmsghdr *)hdr, 0) ||
	    genlmsg_parse((struct nlmsghdr *)hdr, 0, attrs, x->max, NULL) < 0) {
		take_result(x, -EBADMSG);
		return;
	}
	take_result(x, x->reply(attrs, hdr, x->userdata));
}

/* A notification, or the rest of a request that was given up. */
static void take_stray(struct kpol_nl *nl, const struct nlmsghdr *hdr)
{
	if (nl->stray)
		nl->stray(hdr, nl->stray_userdata);
}

static void take_message(struct exchange *x, const struct nlmsghdr *hdr)
{
	if (hdr->nlmsg_seq != x->nl->seq) {
		take_stray(x->nl, hdr);
		return;
	}
	if (hdr->nlmsg_flags & NLM_F_DUMP_INTR)
		x->interrupted = true;

	switch (hdr->nlmsg_type) {
	case NLMSG_NOOP:
		break;
	case NLMSG_ERROR:
	case NLMSG_DONE:
		take_end(x, hdr);
		break;
	default:
		take_reply(x, hdr);
	}
}

static int receive_answer(struct exchange *x)
{
	while (!x->done) {
		struct nlmsghdr *hdr = (struct nlmsghdr *)x->nl->buf;
		ssize_t n = kpol_nl_receive(x->nl->fd, x->nl->buf, sizeof(x->nl->buf), 0);
		int left = (int)n;

		if (n < 0)
			return (int)n;
		for (; nlmsg_ok(hdr, left); hdr = nlmsg_next(hdr, &left))
			take_message(x, hdr);
	}
	if (x->result == 0 && x->interrupted)
		return -EAGAIN;
	return x->result;
}

int kpol_nl_do(struct kpol_nl *nl, struct nl_msg *msg, int max, kpol_nl_reply_fn reply,
	       void *userdata)
{
	struct exchange x = { .nl = nl, .max = max, .reply = reply, .userdata = userdata };
	int r;

	r = send_request(nl, msg, NLM_F_ACK);
	return r < 0 ? r : receive_answer(&x);
}

int kpol_nl_dump(struct kpol_nl *nl, uint8_t cmd, int max, kpol_nl_reply_fn reply, void *userdata)
{
	struct exchange x = { .nl = nl, .max = max, .reply = reply, .userdata = userdata };
	_cleanup_msg_ struct nl_msg *msg = NULL;
	int r;

	r = kpol_nl_msg(nl, cmd, &msg);
	if (r < 0)
		return r;
	r = send_request(nl, msg, NLM_F_DUMP);
	return r < 0 ? r : receive_answer(&x);
}

void kpol_nl_set_error(struct kpol_nl *nl, const struct kpol_nl_error *error)
{
	nl->error = *error;
}
