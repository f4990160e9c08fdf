// SPDX-License-Identifier: GPL-2.0-or-later
/* The boot guard: a policy that takes the machine down at boot gets one try. */
#include "kpold/guard.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <systemd/sd-id128.h>

#include "kpold/log.h"
#include "kpold/stream.h"

#define USEC 1000000ULL

bool kpold_guard_holds(const struct kpold_daemon *d)
{
	return d->boot.held;
}

static int keep(struct kpold_daemon *d)
{
	int r = kpol_boot_set(d->store, &d->boot);

	if (r < 0)
		kpold_log(LOG_WARNING, "cannot note how this boot goes: %s",
			  kpol_store_error(d->store));
	return r;
}

static int on_good(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct kpold_daemon *d = userdata;

	(void)source;
	(void)usec;
	d->boot.good = true;
	(void)keep(d);
	return 0;
}

/* Any number that differs from boot to boot. */
static int64_t this_boot(void)
{
	sd_id128_t id;
	int64_t half;

	if (sd_id128_get_boot(&id) < 0)
		return 0;
	memcpy(&half, id.bytes, sizeof(half));
	return half;
}

static void hold(struct kpold_daemon *d)
{
	char why[200];

	snprintf(
		why, sizeof(why),
		"the boot before this one enforced and was not up for %u s: this one only observes "
		"until kpolctl resume",
		d->config->boot_guard);
	kpold_log(LOG_CRIT, "%s", why);
	kpold_stream_control(d, 0, 0, "boot-guard", why, NULL);
}

static void begin(struct kpold_daemon *d, int64_t id)
{
	struct kpol_boot last = { 0 };

	if (kpol_boot_get(d->store, &last) < 0)
		kpold_log(LOG_WARNING, "cannot tell how the last boot went: %s",
			  kpol_store_error(d->store));
	if (last.id == id) {
		d->boot = last;
		return;
	}
	d->boot = (struct kpol_boot){ .id = id };
	d->boot.held = d->boot.enforced = last.enforced && !last.good;
	if (d->boot.held)
		hold(d);
	(void)keep(d);
}

int kpold_guard_start(struct kpold_daemon *d)
{
	int64_t id = this_boot();
	int r;

	if (!id || !d->config->boot_guard)
		return 0;
	begin(d, id);
	if (d->boot.good)
		return 0;
	/* The monotonic clock counts from boot. */
	r = sd_event_add_time(d->loop, NULL, CLOCK_MONOTONIC, d->config->boot_guard * USEC, USEC,
			      on_good, d);
	return r < 0 ? r : 0;
}

static bool may_deny(const struct kpol_ruleset *ruleset)
{
	for (size_t i = 0; i < ruleset->n_policies; i++)
		if (ruleset->policies[i].mode == KPOL_MODE_ENFORCE)
			return true;
	return false;
}

int kpold_guard_note(struct kpold_daemon *d, const struct kpol_ruleset *ruleset)
{
	if (!d->boot.id || d->boot.enforced || !may_deny(ruleset))
		return 0;
	d->boot.enforced = true;
	if (keep(d) == 0)
		return 0;
	d->boot.enforced = false;
	return -EROFS;
}

void kpold_guard_lift(struct kpold_daemon *d)
{
	if (!d->boot.held)
		return;
	d->boot.held = false;
	(void)keep(d);
	kpold_stream_control(d, 0, 0, "boot-guard", "lifted by hand", NULL);
}
