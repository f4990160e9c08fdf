// SPDX-License-Identifier: GPL-2.0-or-later
/* The daemon: everything it holds, and the clockwork that keeps it in step with the kernel. */
#include "kpold/daemon.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>
#include <time.h>

#include "base/cleanup.h"
#include "kpold/adopt.h"
#include "kpold/apply.h"
#include "kpold/export.h"
#include "kpold/guard.h"
#include "kpold/kernel.h"
#include "kpold/kube.h"
#include "kpold/log.h"
#include "kpold/ring.h"
#include "kpold/server.h"
#include "kpold/stream.h"

/* Starting a container makes some cgroups at once: they become one scan. */
#define RESCAN_USEC 20000

/* With the module's word of new cgroups a scan is for those that are gone, and nobody waits for that. */
#define TIDY_USEC 1000000

/* The largest bundle, on a slow machine. */
#define BUSY_WATCHDOG_USEC (10 * 60 * 1000000ULL)

int64_t kpold_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void kpold_daemon_alive(void)
{
	(void)sd_notify(0, "WATCHDOG=1");
}

void kpold_daemon_rescan(struct kpold_daemon *d)
{
	bool changed = false;
	int r;

	if (!d->workloads_known)
		return;
	(void)sd_event_now(d->loop, CLOCK_MONOTONIC, &d->last_scan);
	r = kpold_workloads_scan(&d->workloads, &changed);
	if (r < 0)
		kpold_log(LOG_WARNING, "cannot read the cgroups: %s", strerror(-r));
	else if ((changed || d->stale) && kpold_kernel_nl(d))
		d->stale = kpold_apply_workloads(d) < 0;
	if (r == 0 && changed)
		kpold_kube_settle(d->kube);
}

void kpold_daemon_check_store(struct kpold_daemon *d)
{
	if (d->store_trouble[0] || kpol_store_check(d->store) == 0)
		return;
	snprintf(d->store_trouble, sizeof(d->store_trouble), "%s: %s: restart kpold",
		 d->config->state, kpol_store_error(d->store));
	kpold_log(LOG_CRIT, "cannot keep state in %s: no bundle can be loaded", d->store_trouble);
}

void kpold_daemon_busy(bool busy)
{
	uint64_t usec = 0;

	if (sd_watchdog_enabled(0, &usec) <= 0)
		return;
	(void)sd_notifyf(0, "WATCHDOG=1\nWATCHDOG_USEC=%llu",
			 (unsigned long long)(busy ? BUSY_WATCHDOG_USEC : usec));
}

static void tell_status(struct kpold_daemon *d)
{
	if (!kpold_kernel_nl(d))
		(void)sd_notify(0, "STATUS=The kernel module is not loaded: nothing is enforced");
	else if (d->trouble[0])
		(void)sd_notifyf(0, "STATUS=%s", d->trouble);
	else if (!d->live.ruleset)
		(void)sd_notify(0, "STATUS=No bundle is loaded");
	else
		(void)sd_notifyf(0, "STATUS=Bundle %s, generation %llu, %zu rules",
				 d->live.bundle ? d->live.bundle->name : "of somebody else",
				 (unsigned long long)d->live.generation, d->live.ruleset->n_rules);
}

static int on_tick(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct kpold_daemon *d = userdata;
	struct kpol_nl_status status;

	(void)usec;
	kpold_daemon_check_store(d);
	if (kpold_adopt_check(d) == 0 && kpold_kernel_check(d, &status) == 0)
		kpold_stream_tail(d, &status);
	kpold_daemon_rescan(d);
	tell_status(d);
	(void)sd_event_source_set_time_relative(source, KPOLD_TICK_USEC);
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

static int on_rescan(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct kpold_daemon *d = userdata;

	(void)usec;
	(void)sd_event_source_set_enabled(source, SD_EVENT_OFF);
	kpold_daemon_rescan(d);
	return 0;
}

/* At once, but not again and again: whoever makes cgroups without end would have us do nothing else. */
void kpold_daemon_rescan_soon(struct kpold_daemon *d)
{
	uint64_t now = 0;

	(void)sd_event_now(d->loop, CLOCK_MONOTONIC, &now);
	(void)sd_event_source_set_time_relative(d->rescan,
						now - d->last_scan < RESCAN_USEC ? RESCAN_USEC : 0);
	(void)sd_event_source_set_enabled(d->rescan, SD_EVENT_ONESHOT);
}

static int on_inotify(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct kpold_daemon *d = userdata;
	int enabled = SD_EVENT_OFF;

	(void)source;
	(void)fd;
	(void)revents;
	kpold_workloads_drain(&d->workloads);
	(void)sd_event_source_get_enabled(d->rescan, &enabled);
	if (enabled != SD_EVENT_OFF)
		return 0;
	(void)sd_event_source_set_time_relative(d->rescan,
						d->kernel.births ? TIDY_USEC : RESCAN_USEC);
	return sd_event_source_set_enabled(d->rescan, SD_EVENT_ONESHOT);
}

static int on_hangup(sd_event_source *source, const struct signalfd_siginfo *info, void *userdata)
{
	struct kpold_daemon *d = userdata;

	(void)source;
	(void)info;
	(void)sd_notify(0, "RELOADING=1");
	kpold_log(LOG_INFO, "looking at module and cgroups again; settings need a restart");
	(void)kpold_adopt_check(d);
	kpold_daemon_rescan(d);
	(void)sd_notify(0, "READY=1");
	return 0;
}

static int add_signals(struct kpold_daemon *d)
{
	sigset_t set;
	int r;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return -errno;
	r = sd_event_add_signal(d->loop, NULL, SIGTERM, NULL, NULL);
	if (r >= 0)
		r = sd_event_add_signal(d->loop, NULL, SIGINT, NULL, NULL);
	if (r >= 0)
		r = sd_event_add_signal(d->loop, NULL, SIGHUP, on_hangup, d);
	return r < 0 ? r : 0;
}

static int add_timers(struct kpold_daemon *d)
{
	int r;

	r = sd_event_add_time_relative(d->loop, &d->tick, CLOCK_MONOTONIC, KPOLD_TICK_USEC, 0,
				       on_tick, d);
	if (r >= 0)
		r = sd_event_add_time_relative(d->loop, &d->rescan, CLOCK_MONOTONIC, RESCAN_USEC, 0,
					       on_rescan, d);
	return r < 0 ? r : sd_event_source_set_enabled(d->rescan, SD_EVENT_OFF);
}

/* Without a place for it the daemon still exports what is denied; it only takes no new bundle. */
static int open_store(struct kpold_daemon *d)
{
	_cleanup_free_ char *moved = NULL, *none = NULL;
	int r;

	(void)mkdir(d->config->state, 0700);
	r = kpol_store_open(d->config->state, &moved, &d->store);
	if (r == -EBUSY) {
		kpold_log(LOG_ERR, "%s is in use: another kpold is running", d->config->state);
		return r;
	}
	if (moved)
		kpold_log(LOG_CRIT,
			  "the state database was damaged and moved to %s: "
			  "going on with what the kernel has",
			  moved);
	if (r == 0)
		return 0;
	snprintf(d->store_trouble, sizeof(d->store_trouble), "%s: %s", d->config->state,
		 strerror(-r));
	kpold_log(LOG_CRIT, "cannot keep state in %s: no bundle can be loaded", d->store_trouble);
	return kpol_store_open("", &none, &d->store);
}

static int open_workloads(struct kpold_daemon *d)
{
	bool changed;
	int r;

	r = kpold_workloads_init(&d->workloads, "", &d->cluster);
	if (r < 0) {
		kpold_log(LOG_WARNING,
			  "no cgroup2 hierarchy is mounted: only pattern bindings work");
		return 0;
	}
	d->workloads_known = true;
	if (!d->workloads.labels) {
		d->workloads.labels = d->config->labels;
		d->workloads.n_labels = d->config->n_labels;
	}
	r = kpold_workloads_scan(&d->workloads, &changed);
	if (r < 0)
		kpold_log(LOG_WARNING, "cannot read the cgroups: %s", strerror(-r));
	if (d->workloads.inotify < 0)
		return 0;
	r = sd_event_add_io(d->loop, &d->inotify_source, d->workloads.inotify, EPOLLIN, on_inotify,
			    d);
	return r < 0 ? r : 0;
}

static int start(struct kpold_daemon *d)
{
	int r;

	d->since = kpold_now();
	d->ring = kpold_ring_new();
	if (!d->ring)
		return -ENOMEM;
	r = sd_event_default(&d->loop);
	if (r >= 0)
		r = add_signals(d);
	if (r == 0)
		r = add_timers(d);
	if (r >= 0)
		r = kpold_exporters_new(d->config, &d->exporters);
	if (r == 0)
		r = open_store(d);
	if (r == 0)
		r = kpold_guard_start(d);
	if (r == 0)
		r = kpold_kube_new(d);
	if (r == 0)
		r = open_workloads(d);
	return r;
}

static int serve(struct kpold_daemon *d)
{
	int r;

	(void)kpold_adopt_check(d);
	r = kpold_server_new(d, &d->server);
	if (r < 0) {
		kpold_log(LOG_ERR, "cannot listen on %s: %s", d->config->socket, strerror(-r));
		return r;
	}
	(void)sd_event_set_watchdog(d->loop, true);
	(void)sd_notify(0, "READY=1");
	tell_status(d);
	r = sd_event_loop(d->loop);
	(void)sd_notify(0, "STOPPING=1");
	return r;
}

/* The kernel goes on with what it has. */
static void stop(struct kpold_daemon *d)
{
	kpold_server_free(TAKE_PTR(d->server));
	kpold_kernel_close(d);
	sd_event_source_disable_unref(d->tick);
	sd_event_source_disable_unref(d->rescan);
	sd_event_source_disable_unref(d->inotify_source);
	sd_event_source_disable_unref(d->recheck);
	if (d->workloads_known)
		kpold_workloads_clear(&d->workloads);
	kpold_kube_free(TAKE_PTR(d->kube));
	kpold_pods_clear(&d->pods);
	kpold_exporters_free(d->exporters);
	kpold_ring_free(d->ring);
	kpol_store_free(d->store);
	sd_event_unref(d->loop);
}

int kpold_daemon_run(const struct kpold_config *config)
{
	struct kpold_daemon d = { .config = config };
	int r;

	r = start(&d);
	if (r == 0)
		r = serve(&d);
	else if (r != -EBUSY)
		kpold_log(LOG_ERR, "cannot start: %s", strerror(-r));
	stop(&d);
	return r;
}
