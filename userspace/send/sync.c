// SPDX-License-Identifier: GPL-2.0-or-later
/* fdatasync() in a thread of its own. */
#include "send/sync.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

#include "base/alloc.h"
#include "base/cleanup.h"

/**
 * struct kpol_syncer - @fds: ours, duplicates; the thread's while @running.
 * @event: written by the thread as its last act.
 */
struct kpol_syncer {
	int *fds;
	size_t n;
	int event;
	int error;
	pthread_t thread;
	bool running;
	sd_event_source *io;
	void (*done)(int error, void *userdata);
	void *userdata;
};

static void close_files(struct kpol_syncer *sync)
{
	for (size_t i = 0; i < sync->n; i++)
		close(sync->fds[i]);
	sync->n = 0;
}

static void *run(void *userdata)
{
	struct kpol_syncer *sync = userdata;

	for (size_t i = 0; i < sync->n; i++)
		if (fdatasync(sync->fds[i]) < 0)
			sync->error = errno;
	(void)eventfd_write(sync->event, 1);
	return NULL;
}

static void end(struct kpol_syncer *sync)
{
	(void)pthread_join(sync->thread, NULL);
	sync->running = false;
	close_files(sync);
}

static int on_event(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct kpol_syncer *sync = userdata;
	eventfd_t value;

	(void)source;
	(void)revents;
	if (eventfd_read(fd, &value) < 0 || !sync->running)
		return 0;
	end(sync);
	sync->done(-sync->error, sync->userdata);
	return 0;
}

int kpol_syncer_new(sd_event *loop, void (*done)(int error, void *userdata), void *userdata,
		    struct kpol_syncer **ret)
{
	struct kpol_syncer *sync = calloc(1, sizeof(*sync));
	int r;

	if (!sync)
		return -ENOMEM;
	sync->done = done;
	sync->userdata = userdata;
	sync->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	r = sync->event < 0
		    ? -errno
		    : sd_event_add_io(loop, &sync->io, sync->event, EPOLLIN, on_event, sync);
	if (r < 0) {
		kpol_syncer_free(sync);
		return r;
	}
	*ret = sync;
	return 0;
}

int kpol_syncer_add(struct kpol_syncer *sync, int fd)
{
	int *slot, copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);

	if (copy < 0)
		return -errno;
	slot = kpol_append(&sync->fds, &sync->n, sizeof(*slot));
	if (!slot) {
		close(copy);
		return -ENOMEM;
	}
	*slot = copy;
	return 0;
}

/* Signals are the loop's: the thread takes none. */
int kpol_syncer_begin(struct kpol_syncer *sync)
{
	sigset_t all, before;
	int r;

	sync->error = 0;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	r = pthread_create(&sync->thread, NULL, run, sync);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	sync->running = r == 0;
	return -r;
}

void kpol_syncer_free(struct kpol_syncer *sync)
{
	if (!sync)
		return;
	if (sync->running)
		end(sync);
	close_files(sync);
	sd_event_source_disable_unref(sync->io);
	if (sync->event >= 0)
		close(sync->event);
	free(sync->fds);
	free(sync);
}
