// SPDX-License-Identifier: GPL-2.0-or-later
/* The way out: from the kernel's numbers to exporters, ring and followers. */
#include "kpold/stream.h"

#include <poll.h>
#include <stdlib.h>

#include "kpold/enrich.h"
#include "kpold/export.h"
#include "kpold/kube.h"
#include "kpold/log.h"
#include "kpold/ring.h"
#include "kpold/server.h"
#include "store/audit.h"

/* An unknown cgroup is most likely a new one; but a flood of events must not become one of scans.
 */
#define SCAN_PAUSE_USEC 200000

void kpold_stream_record(struct kpold_daemon *d, const struct kpol_record *record)
{
	struct kpol_jsonw w = { 0 };
	char *json;

	kpold_exporters_send(d->exporters, record);
	kpol_jsonw_object_begin(&w, NULL);
	kpol_record_json(record, &w);
	kpol_jsonw_object_end(&w);
	json = kpol_jsonw_take(&w);
	if (!json)
		return;
	kpold_server_publish(d->server, json);
	kpold_ring_add(d->ring, json);
}

static void report_lost(struct kpold_daemon *d, uint64_t first, uint64_t last)
{
	struct kpol_record record = { .kind = KPOL_RECORD_LOST,
				      .time_ns = (uint64_t)kpold_now() * 1000,
				      .first = first,
				      .last = last };

	d->kernel.lost += last - first + 1;
	kpold_stream_record(d, &record);
}

/* Numbers start over when the module is loaded again: that is no gap. */
static void check_sequence(struct kpold_daemon *d, uint64_t seq)
{
	struct kpold_kernel *kernel = &d->kernel;

	if (kernel->next_seq && seq > kernel->next_seq)
		report_lost(d, kernel->next_seq, seq - 1);
	kernel->next_seq = seq + 1;
	kernel->last_seq = seq;
}

static bool is_drained(const struct kpold_daemon *d, const struct kpol_nl_status *status)
{
	struct pollfd waiting = { .events = POLLIN };

	if (status->event_queued > 0 || !d->kernel.events)
		return false;
	waiting.fd = kpol_nl_events_fd(d->kernel.events);
	return poll(&waiting, 1, 0) == 0;
}

void kpold_stream_tail(struct kpold_daemon *d, const struct kpol_nl_status *status)
{
	struct kpold_kernel *kernel = &d->kernel;
	uint64_t known = kernel->tail_seq;

	kernel->tail_seq = status->event_seq;
	if (!is_drained(d, status))
		return;
	if (!kernel->next_seq) {
		kernel->next_seq = status->event_seq + 1;
	} else if (known >= kernel->next_seq) {
		report_lost(d, kernel->next_seq, known);
		kernel->next_seq = known + 1;
	}
}

static void scan_for(struct kpold_daemon *d, uint64_t cgroup)
{
	uint64_t now;

	if (!cgroup || kpold_workloads_find(&d->workloads, cgroup))
		return;
	if (sd_event_now(d->loop, CLOCK_MONOTONIC, &now) < 0 ||
	    now < d->last_scan + SCAN_PAUSE_USEC)
		return;
	kpold_daemon_rescan(d);
}

void kpold_stream_event(struct kpold_daemon *d, const struct kpol_event *event)
{
	struct kpold_enriched enriched;
	struct kpol_record record = { .kind = KPOL_RECORD_VERDICT, .event = &enriched.event };

	check_sequence(d, event->seq);
	d->kernel.seen++;
	scan_for(d, event->cgroup);
	kpold_enrich(d, event, &enriched);
	kpold_kube_note_violation(d, &enriched.event);
	kpold_stream_record(d, &record);
}

static void write_trail(struct kpold_daemon *d, const struct kpol_record *record)
{
	struct kpol_audit entry = { .at = (int64_t)(record->time_ns / 1000),
				    .uid = record->uid,
				    .pid = record->pid,
				    .action = record->action,
				    .detail = record->detail,
				    .outcome = record->outcome };

	if (kpol_audit_add(d->store, &entry) < 0)
		kpold_log(LOG_WARNING, "cannot write the audit trail: %s",
			  kpol_store_error(d->store));
}

void kpold_stream_control(struct kpold_daemon *d, uint32_t uid, uint32_t pid, const char *action,
			  const char *detail, const char *outcome)
{
	struct kpol_record record = { .kind = KPOL_RECORD_CONTROL,
				      .time_ns = (uint64_t)kpold_now() * 1000,
				      .action = action,
				      .detail = detail,
				      .outcome = outcome ? outcome : "ok",
				      .bundle = d->live.bundle ? d->live.bundle->name : NULL,
				      .generation = d->live.generation,
				      .uid = uid,
				      .pid = pid };

	write_trail(d, &record);
	kpold_stream_record(d, &record);
}
