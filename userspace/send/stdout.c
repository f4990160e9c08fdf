// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lines on our standard output, whatever that is: the journal, a container's log, a pipe.
 *
 * Taken means: in that pipe or file. A reader that takes nothing makes the batch wait and nothing else.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "send/frames.h"
#include "send/private.h"
#include "send/rows.h"

/**
 * struct out - @fd: ours, so that nobody else's writes stop waiting. @written: of the frames' bytes.
 * @orphan: the frames are the rest of a line whose batch was recalled.
 */
struct out {
	struct kpol_link *link;
	int fd;
	bool is_socket;
	sd_event_source *io;
	struct kpol_frames frames;
	size_t written;
	bool orphan;
};

/* O_NONBLOCK belongs to the open file, which others share: a new one of the same thing is opened where that can be done. */
static int open_output(struct out *out)
{
	struct stat st;

	if (fstat(STDOUT_FILENO, &st) < 0)
		return -errno;
	out->is_socket = S_ISSOCK(st.st_mode);
	if (out->is_socket)
		out->fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	else
		out->fd = open("/proc/self/fd/1",
			       O_WRONLY | O_APPEND | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	return out->fd < 0 ? -errno : 0;
}

static void close_output(struct out *out)
{
	sd_event_source_disable_unref(out->io);
	out->io = NULL;
	if (out->fd >= 0)
		close(out->fd);
	out->fd = -1;
}

static ssize_t write_some(const struct out *out)
{
	const char *bytes = out->frames.bytes.text + out->written;
	size_t len = out->frames.bytes.len - out->written;

	if (out->is_socket)
		return send(out->fd, bytes, len, MSG_DONTWAIT | MSG_NOSIGNAL);
	return write(out->fd, bytes, len);
}

/* Return: 0: all is written; -EAGAIN; -errno. */
static int write_more(struct out *out)
{
	while (out->written < out->frames.bytes.len) {
		ssize_t n = write_some(out);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		out->written += (size_t)n;
	}
	return 0;
}

static void forget_batch(struct out *out)
{
	kpol_frames_clear(&out->frames);
	out->written = 0;
	out->orphan = false;
}

static void fail(struct out *out, int error)
{
	size_t done = out->orphan ? 0 : kpol_frames_within(&out->frames, out->written);

	close_output(out);
	forget_batch(out);
	if (done && kpol_link_waiting(out->link))
		kpol_link_end(out->link, done, 0, "standard output: %s", strerror(-error));
	kpol_link_fail(out->link, 0, "standard output: %s%s", strerror(-error),
		       error == -EPIPE ? ": whoever read it has ended" : "");
}

static void go_on(struct out *out)
{
	int r = write_more(out);
	size_t n = out->frames.n;
	bool orphan;

	if (r == -EAGAIN && out->io) {
		(void)sd_event_source_set_io_events(out->io, EPOLLOUT);
		return;
	}
	if (r < 0) {
		fail(out, r);
		return;
	}
	if (out->io)
		(void)sd_event_source_set_io_events(out->io, 0);
	orphan = out->orphan;
	forget_batch(out);
	kpol_link_works(out->link);
	if (orphan)
		out->link->transport->attempt(out->link);
	else
		kpol_link_end(out->link, n, 0, NULL);
}

static int on_io(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct out *out = userdata;

	(void)source;
	(void)fd;
	if (revents & (EPOLLERR | EPOLLHUP))
		fail(out, -EPIPE);
	else if (out->frames.n)
		go_on(out);
	return 0;
}

/* A plain file is always ready and cannot be watched. */
static int open_and_watch(struct out *out)
{
	int r = open_output(out);

	if (r == 0)
		r = sd_event_add_io(out->link->loop, &out->io, out->fd, 0, on_io, out);
	return r == -EPERM || r > 0 ? 0 : r;
}

static void begin_batch(struct out *out, const struct kpol_send_batch *batch)
{
	if (kpol_frames_fill(&out->frames, batch, KPOL_FRAMING_LF) < 0) {
		fail(out, -ENOMEM);
		return;
	}
	go_on(out);
}

static void attempt(struct kpol_link *link)
{
	const struct kpol_send_batch *batch = kpol_link_waiting(link);
	struct out *out = link->own;
	int r = out->fd < 0 ? open_and_watch(out) : 0;

	if (r < 0) {
		fail(out, r);
		return;
	}
	kpol_link_phase(link, KPOL_LINK_UP);
	/* A line that was recalled half written is written to its end first. */
	if (batch && !out->frames.n)
		begin_batch(out, batch);
}

/* What is half out cannot be taken back: its line is finished. */
static void recall(struct kpol_link *link)
{
	struct out *out = link->own;
	size_t whole = kpol_frames_within(&out->frames, out->written);

	if (!out->written || whole == out->frames.n ||
	    (whole && out->frames.ends[whole - 1] == out->written)) {
		forget_batch(out);
		return;
	}
	out->frames.bytes.len = out->frames.ends[whole];
	out->frames.n = whole + 1;
	out->orphan = true;
}

static int start(struct kpol_link *link)
{
	struct out *out = calloc(1, sizeof(*out));

	if (!out)
		return -ENOMEM;
	link->own = out;
	out->link = link;
	out->fd = -1;
	attempt(link);
	return 0;
}

static void stop(struct kpol_link *link)
{
	struct out *out = link->own;

	if (!out)
		return;
	close_output(out);
	kpol_frames_clear(&out->frames);
	free(out);
}

static const struct kpol_send_setting settings[] = {
	KPOL_SETTINGS_RETRY,
	{ 0 },
};

const struct kpol_send_transport kpol_send_transport_stdout = {
	.name = "stdout",
	.purpose = "lines on standard output",
	.settings = settings,
	.start = start,
	.attempt = attempt,
	.recall = recall,
	.stop = stop,
};
