/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The way out: from the kernel's numbers to exporters, ring and followers. */
#ifndef KPOLD_STREAM_H
#define KPOLD_STREAM_H

#include "format/record.h"
#include "kpold/daemon.h"

/** kpold_stream_event() - one event from the kernel: find its gaps, add its words, send it on. */
void kpold_stream_event(struct kpold_daemon *d, const struct kpol_event *event);

/**
 * kpold_stream_tail() - find a loss that no later event shows
 * @status: of the module, now. Called once a tick: what the module had numbered a tick ago and has
 *not come although nothing is under way will not come.
 */
void kpold_stream_tail(struct kpold_daemon *d, const struct kpol_nl_status *status);

/** kpold_stream_record() - any record, as it is. */
void kpold_stream_record(struct kpold_daemon *d, const struct kpol_record *record);

/**
 * kpold_stream_control() - somebody changed what is enforced, or tried: into trail and stream
 * @outcome: NULL: it worked. @uid, @pid: pid 0: the daemon itself.
 */
void kpold_stream_control(struct kpold_daemon *d, uint32_t uid, uint32_t pid, const char *action,
			  const char *detail, const char *outcome);

#endif /* KPOLD_STREAM_H */
