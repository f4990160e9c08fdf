// SPDX-License-Identifier: GPL-2.0-or-later
/* New cgroups: bound as soon as the module tells of them. */
#include "kpold/birth.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>

#include "kpold/kernel.h"
#include "kpold/kube.h"
#include "kpold/log.h"
#include "kpold/rebind.h"
#include "nl/births.h"

static void on_birth(const struct kpol_nl_birth *birth, void *userdata)
{
	struct kpold_daemon *d = userdata;
	const struct kpol_workload *workload = NULL;
	int r = -ESTALE;

	if (!d->workloads_known || !d->live.bundle || !d->live.ruleset || !kpold_kernel_nl(d))
		return;
	if (birth->path[0])
		r = kpold_workloads_add(&d->workloads, birth->path, birth->cgroup, &workload);
	if (r == 0)
		r = kpold_rebind(d, workload, birth->scope);
	if (r < 0) {
		d->stale = true;
		kpold_daemon_rescan_soon(d);
	} else if (workload->pod) {
		kpold_kube_note_bound(d);
	}
}

static void on_missed(void *userdata)
{
	kpold_daemon_rescan_soon(userdata);
}

static const struct kpol_nl_births_ops ops = { .birth = on_birth, .missed = on_missed };

static int on_readable(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct kpold_daemon *d = userdata;

	(void)source;
	(void)fd;
	(void)revents;
	if (kpol_nl_births_read(d->kernel.births) < 0)
		kpold_kernel_lost(d, "the socket for new cgroups is broken, connecting again");
	return 0;
}

/*
 * In turn with the events, after the clients: a workload that may make cgroups makes as many as it likes, and must keep
 * neither an administrator nor the events out.
 */
static int start_listening(struct kpold_daemon *d)
{
	struct kpold_kernel *kernel = &d->kernel;
	int r;

	r = kpol_nl_births_new(&ops, d, &kernel->births);
	if (r == 0)
		r = sd_event_add_io(d->loop, &kernel->births_source,
				    kpol_nl_births_fd(kernel->births), EPOLLIN, on_readable, d);
	if (r >= 0)
		r = sd_event_source_set_priority(kernel->births_source, SD_EVENT_PRIORITY_IDLE);
	return r;
}

void kpold_birth_listen(struct kpold_daemon *d)
{
	int r;

	if (d->kernel.births)
		return;
	r = start_listening(d);
	if (r < 0) {
		kpold_log(LOG_WARNING, "the module does not tell of new cgroups: %s", strerror(-r));
		kpold_birth_close(d);
	}
}

void kpold_birth_close(struct kpold_daemon *d)
{
	d->kernel.births_source = sd_event_source_disable_unref(d->kernel.births_source);
	kpol_nl_births_free(TAKE_PTR(d->kernel.births));
}
