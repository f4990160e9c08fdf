// SPDX-License-Identifier: GPL-2.0-or-later
/* Small changes to what is live, without a transaction: bindings, addresses, modes; and what a task is under.
 */
#include "nl/control.h"

#include <errno.h>
#include <netlink/attr.h>
#include <string.h>

#include "nl/attr.h"
#include "nl/request.h"
#include "nl/row.h"

int kpol_nl_binding_add(struct kpol_nl *nl, const struct kpol_binding_row *binding,
			uint64_t generation)
{
	_cleanup_msg_ struct nl_msg *msg = NULL;
	int r;

	r = kpol_nl_msg(nl, KPOL_CMD_BINDING_ADD, &msg);
	if (r < 0)
		return r;
	r = kpol_nl_put_binding(msg, 0, binding);
	if (r < 0)
		return r;
	if (nla_put_u64(msg, KPOL_A_BINDING_GENERATION, generation) < 0)
		return -EMSGSIZE;
	return kpol_nl_do(nl, msg, KPOL_A_BINDING_MAX, NULL, NULL);
}

int kpol_nl_binding_del(struct kpol_nl *nl, const struct kpol_binding_row *binding)
{
	_cleanup_msg_ struct nl_msg *msg = NULL;
	struct kpol_binding_row key = *binding;
	int r;

	key.scope = 0;
	r = kpol_nl_msg(nl, KPOL_CMD_BINDING_DEL, &msg);
	if (r < 0)
		return r;
	r = kpol_nl_put_binding(msg, 0, &key);
	if (r < 0)
		return r;
	return kpol_nl_do(nl, msg, KPOL_A_BINDING_MAX, NULL, NULL);
}

/* One message with as many rows as fit, from @from on. Return: how many. */
static int send_addresses(struct kpol_nl *nl, const struct kpol_address_rows *rows, size_t from,
			  uint64_t generation)
{
	_cleanup_msg_ struct nl_msg *msg = NULL;
	size_t at = from;
	int r;

	r = kpol_nl_msg(nl, KPOL_CMD_ADDRESS_SET, &msg);
	if (r < 0)
		return r;
	if (nla_put_u64(msg, KPOL_A_ADDRESSES_GENERATION, generation) < 0)
		return -EMSGSIZE;
	while (at < rows->n &&
	       kpol_nl_put_address(msg, KPOL_A_ADDRESSES_ADDRESS, &rows->items[at]) == 0)
		at++;
	if (at == from)
		return -EMSGSIZE;
	r = kpol_nl_do(nl, msg, KPOL_A_ADDRESSES_MAX, NULL, NULL);
	return r < 0 ? r : (int)(at - from);
}

int kpol_nl_addresses_set(struct kpol_nl *nl, const struct kpol_address_rows *rows,
			  uint64_t generation)
{
	for (size_t at = 0; at < rows->n;) {
		int r = send_addresses(nl, rows, at, generation);

		if (r < 0)
			return r;
		at += (size_t)r;
	}
	return 0;
}

int kpol_nl_policy_mode_set(struct kpol_nl *nl, const char *policy, uint32_t mode)
{
	_cleanup_msg_ struct nl_msg *msg = NULL;
	int r;

	r = kpol_nl_msg(nl, KPOL_CMD_POLICY_MODE_SET, &msg);
	if (r < 0)
		return r;
	if (nla_put_string(msg, KPOL_A_POLICY_NAME, policy) < 0 ||
	    nla_put_u32(msg, KPOL_A_POLICY_MODE, mode) < 0)
		return -EMSGSIZE;
	return kpol_nl_do(nl, msg, KPOL_A_POLICY_MAX, NULL, NULL);
}

int kpol_nl_mode_set(struct kpol_nl *nl, uint32_t mode)
{
	_cleanup_msg_ struct nl_msg *msg = NULL;
	int r;

	r = kpol_nl_msg(nl, KPOL_CMD_MODE_SET, &msg);
	if (r < 0)
		return r;
	if (nla_put_u32(msg, KPOL_A_MODE_MODE, mode) < 0)
		return -EMSGSIZE;
	return kpol_nl_do(nl, msg, KPOL_A_MODE_MAX, NULL, NULL);
}

int kpol_nl_lock(struct kpol_nl *nl)
{
	_cleanup_msg_ struct nl_msg *msg = NULL;
	int r;

	r = kpol_nl_msg(nl, KPOL_CMD_LOCK, &msg);
	return r < 0 ? r : kpol_nl_do(nl, msg, 0, NULL, NULL);
}

static int take_task(struct nlattr **attrs, const struct nlmsghdr *hdr, void *userdata)
{
	struct kpol_nl_task *task = userdata;

	(void)hdr;
	task->cgroup = kpol_nl_attr_u64(attrs[KPOL_A_TASK_CGROUP]);
	task->scope = kpol_nl_attr_u32(attrs[KPOL_A_TASK_SCOPE]);
	task->entering = attrs[KPOL_A_TASK_ENTERING] != NULL;
	kpol_nl_attr_string(attrs[KPOL_A_TASK_SOURCE], task->source, sizeof(task->source));
	return 0;
}

int kpol_nl_task_get(struct kpol_nl *nl, uint32_t pid, struct kpol_nl_task *ret)
{
	_cleanup_msg_ struct nl_msg *msg = NULL;
	int r;

	r = kpol_nl_msg(nl, KPOL_CMD_TASK_GET, &msg);
	if (r < 0)
		return r;
	if (nla_put_u32(msg, KPOL_A_TASK_PID, pid) < 0)
		return -EMSGSIZE;
	memset(ret, 0, sizeof(*ret));
	return kpol_nl_do(nl, msg, KPOL_A_TASK_MAX, take_task, ret);
}
