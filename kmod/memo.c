// SPDX-License-Identifier: GPL-2.0-only
/* The memo: file accesses of this CPU that were plainly allowed and will be again. */
#include "memo.h"

struct kpol_memos __percpu *kpol_memos;

int kpol_memo_init(void)
{
	kpol_memos = alloc_percpu(struct kpol_memos);
	return kpol_memos ? 0 : -ENOMEM;
}

void kpol_memo_exit(void)
{
	free_percpu(kpol_memos);
}
