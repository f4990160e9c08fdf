// SPDX-License-Identifier: GPL-2.0-only
/* Events: what was reported, counted, folded and queued for the daemon. */
#include "event.h"
#include "fold.h"
#include "queue.h"

#include <linux/atomic.h>

static atomic64_t counts[__KPOL_VERDICT_END][KPOL_CLASS_MAX + 1];

void kpol_event_report(struct kpol_event *event)
{
	atomic64_inc(&counts[event->verdict][event->class]);
	if (!kpol_fold_take(event))
		kpol_queue_put(event);
}

void kpol_event_counts(struct kpol_event_counts *ret)
{
	u32 i;

	for (i = 0; i <= KPOL_CLASS_MAX; i++) {
		ret->denied[i] = atomic64_read(&counts[KPOL_VERDICT_DENY][i]);
		ret->would_deny[i] = atomic64_read(&counts[KPOL_VERDICT_WOULD_DENY][i]);
		ret->audited[i] = atomic64_read(&counts[KPOL_VERDICT_AUDIT][i]);
	}
}
