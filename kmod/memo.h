/* SPDX-License-Identifier: GPL-2.0-only */
/* The memo: file accesses of this CPU that were plainly allowed and will be again. */
#ifndef KPOL_MEMO_H
#define KPOL_MEMO_H

#include <linux/percpu.h>
#include <linux/string.h>

#include "engine/hash.h"
#include "path.h"
#include "scope.h"

#define KPOL_MEMO_PATH_MAX 96 /* longer paths are judged anew each time */
#define KPOL_MEMO_SLOTS 64

/**
 * struct kpol_memo - one access that was allowed with nothing to report
 * @epoch: of the ruleset that allowed it; 0: empty.
 * @modes: kpol_content_modes() before it was judged: a mode that has changed since makes it void.
 *
 * Only accesses whose answer depends on nothing but scope, operation and path are kept, and the path is
 * compared whole, so that a hit is exactly what kpol_decide() would say. Used by its CPU in task context with
 * preemption off: no tearing.
 */
struct kpol_memo {
	u64 epoch;
	u32 modes;
	u32 scope;
	u32 op;
	u32 len;
	char path[KPOL_MEMO_PATH_MAX];
};

struct kpol_memos {
	struct kpol_memo slots[KPOL_MEMO_SLOTS];
};

extern struct kpol_memos __percpu *kpol_memos;

/** kpol_memo_slot() - where this access would be remembered. */
static inline struct kpol_memo *kpol_memo_slot(const struct kpol_subject *subject, u32 op,
					       struct kpol_text path)
{
	u64 hash = hash_bytes(subject->scope ^ (u64)op << 32, path.bytes, path.len);

	hash *= 0x9e3779b97f4a7c15ULL;
	return &this_cpu_ptr(kpol_memos)->slots[hash >> 32 & (KPOL_MEMO_SLOTS - 1)];
}

/** kpol_memo_is() - is it this access that is remembered there, and does it still count? */
static inline bool kpol_memo_is(const struct kpol_memo *memo, const struct kpol_subject *subject,
				u32 op, struct kpol_text path)
{
	return memo->epoch == subject->set->epoch && memo->op == op &&
	       memo->scope == subject->scope &&
	       memo->modes == kpol_content_modes(subject->set->content) && memo->len == path.len &&
	       !memcmp(memo->path, path.bytes, path.len);
}

/** kpol_memo_set() - remember; @modes as they were before the access was judged. */
static inline void kpol_memo_set(struct kpol_memo *memo, const struct kpol_subject *subject, u32 op,
				 u32 modes, struct kpol_text path)
{
	memo->epoch = subject->set->epoch;
	memo->modes = modes;
	memo->scope = subject->scope;
	memo->op = op;
	memo->len = path.len;
	memcpy(memo->path, path.bytes, path.len);
}

int kpol_memo_init(void);
void kpol_memo_exit(void);

#endif /* KPOL_MEMO_H */
