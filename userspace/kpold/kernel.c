// SPDX-License-Identifier: GPL-2.0-or-later
/* The link with the module: up, down, and up again. */
#include "kpold/kernel.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>

#include "base/words.h"
#include "kpold/adopt.h"
#include "kpold/birth.h"
#include "kpold/guard.h"
#include "kpold/log.h"
#include "kpold/stream.h"
#include "store/manual.h"

/* Datagrams per turn of the loop: between them clients and the watchdog get theirs. */
#define READ_MAX 256

static void on_event(const struct kpol_event *event, void *userdata)
{
	kpold_stream_event(userdata, event);
}

static int recheck(sd_event_source *source, void *userdata)
{
	struct kpold_daemon *d = userdata;

	(void)sd_event_source_set_enabled(source, SD_EVENT_OFF);
	if (d->kernel.gone)
		kpold_kernel_close(d);
	(void)kpold_adopt_check(d);
	return 0;
}

/* What it means is worked out between two turns of the loop: here the event socket is being read.
 */
static void ask_recheck(struct kpold_daemon *d)
{
	if (!d->recheck) {
		(void)sd_event_add_defer(d->loop, &d->recheck, recheck, d);
		return;
	}
	(void)sd_event_source_set_enabled(d->recheck, SD_EVENT_ONESHOT);
}

/* The module's canary has died, or sings again. */
static void note_canary(struct kpold_daemon *d, uint32_t lost)
{
	char detail[64] = "all hooks fire again";

	if (d->kernel.hooks_lost == lost)
		return;
	d->kernel.hooks_lost = lost;
	if (lost)
		snprintf(detail, sizeof(detail), "%u hooks do not fire any more", lost);
	kpold_log(lost ? LOG_CRIT : LOG_NOTICE, "canary: %s", detail);
	kpold_stream_control(d, 0, 0, "canary", detail, NULL);
}

static void on_status(const struct kpol_nl_status *status, void *userdata)
{
	struct kpold_daemon *d = userdata;

	note_canary(d, status->hooks_lost);

	if (status->generation != d->live.generation || status->mode != d->kernel.mode)
		ask_recheck(d);
}

static void on_damaged(void *userdata)
{
	struct kpold_daemon *d = userdata;

	d->kernel.damaged++;
}

static const struct kpol_nl_events_ops event_ops = {
	.event = on_event,
	.status = on_status,
	.damaged = on_damaged,
};

static int on_readable(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct kpold_daemon *d = userdata;
	int r = kpol_nl_events_read(d->kernel.events, READ_MAX);

	(void)source;
	(void)fd;
	(void)revents;
	if (r < 0)
		kpold_kernel_lost(d, "the event socket is broken, connecting again");
	return 0;
}

int kpold_kernel_connect(struct kpold_daemon *d, bool autoload)
{
	if (d->kernel.nl)
		return d->kernel.gone ? -ENODEV : 0;
	return kpol_nl_new(autoload, &d->kernel.nl);
}

int kpold_kernel_subscribe(struct kpold_daemon *d)
{
	struct kpold_kernel *kernel = &d->kernel;
	int r;

	if (kernel->events)
		return 0;
	kernel->next_seq = kernel->tail_seq = 0;
	r = kpol_nl_events_new(&event_ops, d, &kernel->events);
	if (r < 0)
		return r;
	r = sd_event_add_io(d->loop, &kernel->events_source, kpol_nl_events_fd(kernel->events),
			    EPOLLIN, on_readable, d);
	if (r < 0)
		return r;
	/* After the clients: a flood of events must not keep an administrator out. */
	return sd_event_source_set_priority(kernel->events_source, SD_EVENT_PRIORITY_IDLE);
}

struct kpol_nl *kpold_kernel_nl(struct kpold_daemon *d)
{
	return d->kernel.gone ? NULL : d->kernel.nl;
}

void kpold_kernel_lost(struct kpold_daemon *d, const char *why)
{
	if (d->kernel.gone || !d->kernel.nl)
		return;
	kpold_log(LOG_ERR, "%s",
		  why ? why
		      : "the kernel module is gone: nothing is enforced until it is loaded again");
	d->missing_said = !why;
	d->kernel.gone = true;
	ask_recheck(d);
}

void kpold_kernel_close(struct kpold_daemon *d)
{
	struct kpold_kernel *kernel = &d->kernel;

	kernel->events_source = sd_event_source_disable_unref(kernel->events_source);
	kpol_nl_events_free(TAKE_PTR(kernel->events));
	kpold_birth_close(d);
	kpol_nl_free(TAKE_PTR(kernel->nl));
	kernel->gone = false;
	kernel->mode = 0;
	kernel->hooks_lost = 0;
	kpold_live_clear(&d->previous);
	kpold_live_clear(&d->live);
}

/* kpolctl panic speaks to the module directly, so that it works without us: we hear of it here. */
static void note_mode(struct kpold_daemon *d, uint32_t mode)
{
	uint32_t before = d->kernel.mode;

	d->kernel.mode = mode;
	if (before == 0 || before == mode)
		return;
	kpold_log(LOG_WARNING, "the global switch was set to %s by somebody else",
		  kpol_word(KPOL_WORDS_MODE, mode));
	if (mode == KPOL_MODE_ENFORCE)
		kpold_guard_lift(d);
	if (kpol_manual_global_set(d->store, mode) < 0)
		kpold_log(LOG_WARNING, "cannot keep the global switch: %s",
			  kpol_store_error(d->store));
	kpold_stream_control(d, 0, 0, "global-mode", kpol_word(KPOL_WORDS_MODE, mode), NULL);
}

int kpold_kernel_check(struct kpold_daemon *d, struct kpol_nl_status *ret)
{
	struct kpol_nl *nl = kpold_kernel_nl(d);
	int r;

	if (!nl)
		return -ENODEV;
	r = kpol_nl_status_get(nl, ret);
	if (r == -ENODEV)
		kpold_kernel_lost(d, NULL);
	if (r < 0)
		return r;
	note_mode(d, ret->mode);
	note_canary(d, ret->hooks_lost);
	return 0;
}
