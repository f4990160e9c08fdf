/* SPDX-License-Identifier: GPL-2.0-only */
/* The stage: a ruleset that is being sent and that nobody decides with yet. */
#ifndef KPOL_STAGE_H
#define KPOL_STAGE_H

#include <linux/types.h>

#include "address.h"
#include "binding.h"
#include "engine/rule.h"

struct netlink_ext_ack;
struct kpol_stage;

/**
 * struct kpol_stage_end - what a commit must agree with
 * @n_rules: rules the sender has sent.
 * @digest: KPOL_DIGEST_LEN bytes, what the sender computed.
 * @dry_run: check and build everything, then change nothing.
 */
struct kpol_stage_end {
	u32 n_rules;
	const u8 *digest;
	bool dry_run;
};

/*
 * There is one stage at a time. It belongs to the socket that began it and dies with it. All functions take the
 * stage's own lock and may sleep; those with an extack leave a sentence in it when they fail.
 */

/**
 * kpol_stage_begin() - start a transaction
 * @portid: the socket. @label: what STATUS_GET will call the ruleset. @ret_id: names the transaction.
 *
 * Return: 0; -EBUSY: another socket is loading; -ENOMEM.
 */
int kpol_stage_begin(u32 portid, const char *label, u32 *ret_id, struct netlink_ext_ack *extack);

/**
 * kpol_stage_lock() - find the socket's stage for a batch of rows
 *
 * Return: the stage, locked until kpol_stage_unlock(); or NULL with the lock not held.
 */
struct kpol_stage *kpol_stage_lock(u32 portid, u32 id, struct netlink_ext_ack *extack);
void kpol_stage_unlock(struct kpol_stage *stage);

/* Strings and rows are copied. Return: 0; -E2BIG: the sentence says which limit; -ENOMEM. */
int kpol_stage_add_policy(struct kpol_stage *stage, const char *name, u8 mode,
			  struct netlink_ext_ack *extack);
int kpol_stage_add_scope(struct kpol_stage *stage, const char *name, u32 flags,
			 struct netlink_ext_ack *extack);
int kpol_stage_add_rule(struct kpol_stage *stage, const struct kpol_rule *rule,
			struct netlink_ext_ack *extack);
int kpol_stage_add_set(struct kpol_stage *stage, const char *name, struct netlink_ext_ack *extack);
int kpol_stage_add_address(struct kpol_stage *stage, const struct kpol_address_row *row,
			   struct netlink_ext_ack *extack);
int kpol_stage_add_binding(struct kpol_stage *stage, const struct kpol_binding *binding,
			   struct netlink_ext_ack *extack);

/**
 * kpol_stage_commit() - check the whole, and make it the live ruleset
 * @ret_generation: of the new ruleset; for a dry run the one it would have got.
 *
 * Whatever the answer, the stage is gone afterwards; on failure the live ruleset is as it was.
 *
 * Return:
 * * 0		- live (or would be)
 * * -ENOENT	- this socket has no such transaction
 * * -EBADMSG	- the count or the digest does not match what arrived
 * * -EINVAL	- a row is not valid
 * * -EOPNOTSUPP - a rule of an enforced policy needs a hook that this kernel lacks
 * * -E2BIG, -ENOMEM
 */
int kpol_stage_commit(u32 portid, u32 id, const struct kpol_stage_end *end, u64 *ret_generation,
		      struct netlink_ext_ack *extack);

/** kpol_stage_abort() - throw it away; -ENOENT: nothing there. */
int kpol_stage_abort(u32 portid, u32 id, struct netlink_ext_ack *extack);

/** kpol_stage_drop() - the socket has gone: throw its stage away, if it has one. */
void kpol_stage_drop(u32 portid);

/** kpol_stage_exit() - nobody can send any more: throw away what is there. */
void kpol_stage_exit(void);

#endif /* KPOL_STAGE_H */
