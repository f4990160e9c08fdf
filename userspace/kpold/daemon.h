/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The daemon: everything it holds, and the clockwork that keeps it in step with the kernel. */
#ifndef KPOLD_DAEMON_H
#define KPOLD_DAEMON_H

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-event.h>

#include "kpold/config.h"
#include "kpold/live.h"
#include "kpold/workload.h"
#include "nl/events.h"
#include "nl/status.h"
#include "store/boot.h"
#include "store/store.h"

struct kpol_nl_births;
struct kpold_kube;
struct kpold_server;
struct kpold_exporters;
struct kpold_ring;

/* How often we look whether the module is there and the cgroups are those we know. */
#define KPOLD_TICK_USEC (5 * 1000000ULL)

/**
 * struct kpold_kernel - the link with the module
 * @nl: requests; NULL: not reached. Use kpold_kernel_nl().
 * @events: the event stream, NULL: not subscribed.
 * @births: word of new cgroups, NULL: not asked for.
 * @gone: found missing; both are closed before the loop's next turn.
 * @mode: the global switch as last seen, 0: not yet.
 * @hooks_lost: hooks that did not fire any more when it was last seen.
 * @next_seq: sequence number expected next, 0: unknown.
 * @tail_seq: newest number the module had given out at the last tick.
 * @seen, @lost: events since the daemon started; @lost showed as gaps. @damaged: could not be read.
 */
struct kpold_kernel {
	struct kpol_nl *nl;
	struct kpol_nl_events *events;
	sd_event_source *events_source;
	struct kpol_nl_births *births;
	sd_event_source *births_source;
	bool gone;
	uint32_t mode;
	uint32_t hooks_lost;
	uint64_t next_seq, last_seq, tail_seq;
	uint64_t seen, lost, damaged;
};

/**
 * struct kpold_daemon - one per process
 * @store_trouble: why nothing can be kept, "": all is well. Loads are refused while there is any.
 * @previous: what was live before @live, for events still under way.
 * @trouble: why what is live is not what should be, "": it is.
 * @pods: of this node. @kube: what follows the API server; NULL: nothing does.
 * @missing_said: the log already says that the module is not loaded.
 * @attempts: how often the module was looked for.
 * @boot: how this boot goes; id 0: nobody guards it.
 * @stale: what is live does not fit the workloads, although they have not changed since we looked last.
 * @last_scan: of the cgroups, monotonic µs.
 * @since: µs since 1970.
 */
struct kpold_daemon {
	const struct kpold_config *config;
	sd_event *loop;
	sd_event_source *tick, *rescan, *inotify_source, *recheck;
	struct kpol_store *store;
	char store_trouble[256];
	struct kpold_kernel kernel;
	struct kpold_live live, previous;
	struct kpold_pods pods;
	struct kpold_cluster cluster;
	struct kpold_kube *kube;
	struct kpold_workloads workloads;
	bool workloads_known;
	bool missing_said;
	uint64_t attempts;
	struct kpol_boot boot;
	bool stale;
	uint64_t last_scan;
	struct kpold_exporters *exporters;
	struct kpold_ring *ring;
	struct kpold_server *server;
	char trouble[512];
	int64_t since;
};

/** kpold_daemon_run() - run until told to stop. Return: 0 or a negative errno (already logged). */
int kpold_daemon_run(const struct kpold_config *config);

/** kpold_daemon_rescan() - look at the cgroups now; commit what that changes. */
void kpold_daemon_rescan(struct kpold_daemon *d);

/** kpold_daemon_rescan_soon() - the same in the loop's next turn, or 20 ms later if we have just looked. */
void kpold_daemon_rescan_soon(struct kpold_daemon *d);

/** kpold_daemon_check_store() - see that what is written down is found again; else fill @store_trouble. */
void kpold_daemon_check_store(struct kpold_daemon *d);

/** kpold_daemon_alive() - tell the watchdog that a long piece of work goes on. */
void kpold_daemon_alive(void);

/**
 * kpold_daemon_busy() - a piece of work begins or ends that may outlast the watchdog
 *
 * A bundle of many megabytes takes that long to read. The watchdog is stretched, not silenced.
 */
void kpold_daemon_busy(bool busy);

/** kpold_now() - µs since 1970, for records only: timers use the monotonic clock. */
int64_t kpold_now(void);

#endif /* KPOLD_DAEMON_H */
