// SPDX-License-Identifier: GPL-2.0-or-later
/* The load transaction: begin, add rows, commit; nothing changes in the kernel before the commit.
 */
#include "nl/tx.h"

#include <errno.h>
#include <netlink/attr.h>
#include <stdio.h>
#include <string.h>

#include "nl/attr.h"
#include "nl/request.h"
#include "nl/row.h"

static int take_id(struct nlattr **attrs, const struct nlmsghdr *hdr, void *userdata)
{
	(void)hdr;
	*(uint32_t *)userdata = kpol_nl_attr_u32(attrs[KPOL_A_TX_ID]);
	return 0;
}

static int take_generation(struct nlattr **attrs, const struct nlmsghdr *hdr, void *userdata)
{
	(void)hdr;
	*(uint64_t *)userdata = kpol_nl_attr_u64(attrs[KPOL_A_TX_GENERATION]);
	return 0;
}

int kpol_nl_tx_begin(struct kpol_nl *nl, const char *label, uint32_t *ret_id)
{
	_cleanup_msg_ struct nl_msg *msg = NULL;
	char cut[KPOL_NAME_MAX + 1];
	uint32_t id = 0;
	int r;

	r = kpol_nl_msg(nl, KPOL_CMD_TX_BEGIN, &msg);
	if (r < 0)
		return r;
	snprintf(cut, sizeof(cut), "%s", label);
	if (nla_put_string(msg, KPOL_A_TX_LABEL, cut) < 0)
		return -EMSGSIZE;
	r = kpol_nl_do(nl, msg, KPOL_A_TX_MAX, take_id, &id);
	if (r < 0)
		return r;
	*ret_id = id;
	return 0;
}

/**
 * struct batch - rows on their way to the module
 * @msg: being filled; NULL: none begun.
 * @sent: rows handed over, this message included.
 */
struct batch {
	struct kpol_nl *nl;
	uint32_t id;
	const struct kpol_ruleset *ruleset;
	struct nl_msg *msg;
	size_t sent;
	kpol_nl_progress_fn progress;
	void *userdata;
};

static void batch_drop(struct batch *batch)
{
	if (batch->msg)
		nlmsg_free(batch->msg);
	batch->msg = NULL;
}

static int batch_begin(struct batch *batch)
{
	int r = kpol_nl_msg(batch->nl, KPOL_CMD_TX_ADD, &batch->msg);

	if (r < 0)
		return r;
	return nla_put_u32(batch->msg, KPOL_A_TX_ID, batch->id) < 0 ? -EMSGSIZE : 0;
}

static int batch_flush(struct batch *batch)
{
	int r;

	if (!batch->msg)
		return 0;
	r = kpol_nl_do(batch->nl, batch->msg, KPOL_A_TX_MAX, NULL, NULL);
	batch_drop(batch);
	if (r == 0 && batch->progress)
		batch->progress(batch->sent, batch->userdata);
	return r;
}

typedef int (*put_fn)(struct nl_msg *msg, const struct kpol_ruleset *ruleset, size_t i);

static int put_policy(struct nl_msg *msg, const struct kpol_ruleset *ruleset, size_t i)
{
	return kpol_nl_put_policy(msg, KPOL_A_TX_POLICY, (uint32_t)i + 1, &ruleset->policies[i]);
}

static int put_scope(struct nl_msg *msg, const struct kpol_ruleset *ruleset, size_t i)
{
	return kpol_nl_put_scope(msg, KPOL_A_TX_SCOPE, (uint32_t)i + 1, &ruleset->scopes[i]);
}

static int put_set(struct nl_msg *msg, const struct kpol_ruleset *ruleset, size_t i)
{
	return kpol_nl_put_set(msg, KPOL_A_TX_SET, (uint32_t)i + 1, &ruleset->sets[i]);
}

static int put_address(struct nl_msg *msg, const struct kpol_ruleset *ruleset, size_t i)
{
	return kpol_nl_put_address(msg, KPOL_A_TX_ADDRESS, &ruleset->addresses.items[i]);
}

static int put_rule(struct nl_msg *msg, const struct kpol_ruleset *ruleset, size_t i)
{
	return kpol_nl_put_rule(msg, KPOL_A_TX_RULE, &ruleset->rules[i]);
}

static int put_binding(struct nl_msg *msg, const struct kpol_ruleset *ruleset, size_t i)
{
	return kpol_nl_put_binding(msg, KPOL_A_TX_BINDING, &ruleset->bindings[i]);
}

/* A row that does not fit goes first into the next message; one larger than a message is an error.
 */
static int batch_row(struct batch *batch, put_fn put, size_t i)
{
	int r = -EMSGSIZE;

	if (batch->msg)
		r = put(batch->msg, batch->ruleset, i);
	if (r == -EMSGSIZE) {
		r = batch_flush(batch);
		if (r < 0)
			return r;
		r = batch_begin(batch);
		if (r < 0)
			return r;
		r = put(batch->msg, batch->ruleset, i);
	}
	batch->sent += r == 0;
	return r;
}

static int batch_rows(struct batch *batch, put_fn put, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int r = batch_row(batch, put, i);

		if (r < 0)
			return r;
	}
	return 0;
}

static int batch_ruleset(struct batch *batch)
{
	const struct kpol_ruleset *ruleset = batch->ruleset;
	const struct {
		put_fn put;
		size_t n;
	} kinds[] = {
		{ put_policy, ruleset->n_policies },  { put_scope, ruleset->n_scopes },
		{ put_set, ruleset->n_sets },	      { put_rule, ruleset->n_rules },
		{ put_binding, ruleset->n_bindings }, { put_address, ruleset->addresses.n },
	};

	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
		int r = batch_rows(batch, kinds[k].put, kinds[k].n);

		if (r < 0)
			return r;
	}
	return batch_flush(batch);
}

int kpol_nl_tx_add(struct kpol_nl *nl, uint32_t id, const struct kpol_ruleset *ruleset,
		   kpol_nl_progress_fn progress, void *userdata)
{
	struct batch batch = {
		.nl = nl, .id = id, .ruleset = ruleset, .progress = progress, .userdata = userdata
	};
	int r = batch_ruleset(&batch);

	batch_drop(&batch);
	return r;
}

int kpol_nl_tx_commit(struct kpol_nl *nl, uint32_t id, uint32_t n_rules,
		      const uint8_t digest[KPOL_DIGEST_LEN], bool dry_run, uint64_t *ret_generation)
{
	_cleanup_msg_ struct nl_msg *msg = NULL;
	uint64_t generation = 0;
	int r;

	r = kpol_nl_msg(nl, KPOL_CMD_TX_COMMIT, &msg);
	if (r < 0)
		return r;
	if (nla_put_u32(msg, KPOL_A_TX_ID, id) < 0 ||
	    nla_put_u32(msg, KPOL_A_TX_RULES, n_rules) < 0 ||
	    nla_put(msg, KPOL_A_TX_DIGEST, KPOL_DIGEST_LEN, digest) < 0 ||
	    (dry_run && nla_put_flag(msg, KPOL_A_TX_DRY_RUN) < 0))
		return -EMSGSIZE;
	r = kpol_nl_do(nl, msg, KPOL_A_TX_MAX, take_generation, &generation);
	if (r < 0)
		return r;
	*ret_generation = generation;
	return 0;
}

int kpol_nl_tx_abort(struct kpol_nl *nl, uint32_t id)
{
	_cleanup_msg_ struct nl_msg *msg = NULL;
	int r;

	r = kpol_nl_msg(nl, KPOL_CMD_TX_ABORT, &msg);
	if (r < 0)
		return r;
	if (nla_put_u32(msg, KPOL_A_TX_ID, id) < 0)
		return -EMSGSIZE;
	return kpol_nl_do(nl, msg, KPOL_A_TX_MAX, NULL, NULL);
}

/* What went wrong is worth more than whether the clean-up worked. */
static void abort_quietly(struct kpol_nl *nl, uint32_t id)
{
	struct kpol_nl_error kept = *kpol_nl_last_error(nl);

	(void)kpol_nl_tx_abort(nl, id);
	kpol_nl_set_error(nl, &kept);
}

int kpol_nl_load(struct kpol_nl *nl, const struct kpol_ruleset *ruleset, const char *label,
		 bool dry_run, kpol_nl_progress_fn progress, void *userdata,
		 uint64_t *ret_generation)
{
	uint8_t digest[KPOL_DIGEST_LEN];
	uint32_t id;
	int r;

	r = kpol_ruleset_digest(ruleset, digest);
	if (r < 0)
		return r;
	r = kpol_nl_tx_begin(nl, label, &id);
	if (r < 0)
		return r;
	r = kpol_nl_tx_add(nl, id, ruleset, progress, userdata);
	if (r == 0)
		r = kpol_nl_tx_commit(nl, id, (uint32_t)ruleset->n_rules, digest, dry_run,
				      ret_generation);
	if (r < 0)
		abort_quietly(nl, id);
	return r;
}
