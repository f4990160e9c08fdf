// SPDX-License-Identifier: GPL-2.0-only
/* The module's own workqueue: for freeing rulesets, folding events and delivering them. */
#include "work.h"

struct workqueue_struct *kpol_work;

int kpol_work_init(void)
{
	kpol_work = alloc_workqueue("kpol", WQ_UNBOUND | WQ_MEM_RECLAIM, 0);
	return kpol_work ? 0 : -ENOMEM;
}

void kpol_work_exit(void)
{
	destroy_workqueue(kpol_work);
}
