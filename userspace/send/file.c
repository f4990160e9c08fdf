// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lines appended to a file, with rotation.
 *
 * Taken means: in the file, and with sync=batch on the disk. A line is one write, and whole or not there.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "send/frames.h"
#include "send/logfile.h"
#include "send/private.h"
#include "send/rows.h"
#include "send/sync.h"

/** struct file - @n: lines of the batch that are in the file. @syncing: the disk has yet to say so. */
struct file {
	struct kpol_link *link;
	struct kpol_logfile log;
	struct kpol_syncer *sync;
	size_t n;
	bool syncing;
};

static const char *advice(int error)
{
	switch (error) {
	case -ENOSPC:
	case -EDQUOT:
		return "the disk is full: make room, or keep less with max-size and max-files";
	case -ENOENT:
		return "its directory is not there: make it";
	case -EROFS:
		return "it is read-only for kpold: see ReadWritePaths= or LogsDirectory= of the "
		       "unit";
	case -EINVAL:
	case -ELOOP:
	case -ENXIO:
		return "that is no plain file: remove it or name another";
	default:
		return strerror(-error);
	}
}

static int add_to_sync(struct file *file)
{
	return file->link->settings->sync == KPOL_SYNC_BATCH
		       ? kpol_syncer_add(file->sync, file->log.fd)
		       : 0;
}

static int write_line(struct file *file, const struct kpol_buffer *line)
{
	int r = 0;

	if (kpol_logfile_is_full(&file->log, line->len)) {
		r = add_to_sync(file);
		if (r == 0)
			r = kpol_logfile_rotate(&file->log);
	}
	if (r == 0)
		r = kpol_logfile_write(&file->log, line->text, line->len);
	return r;
}

static int write_item(struct file *file, const struct kpol_send_item *item)
{
	struct kpol_buffer line = { 0 };
	int r;

	kpol_frames_line(item, &line);
	r = line.failed ? -ENOMEM : write_line(file, &line);
	kpol_buffer_clear(&line);
	return r;
}

static int write_items(struct file *file, const struct kpol_send_batch *batch)
{
	int r = kpol_logfile_open(&file->log);

	for (; r == 0 && file->n < batch->n; file->n++) {
		r = write_item(file, &batch->items[file->n]);
		if (r < 0)
			break;
	}
	return r;
}

static void fail(struct file *file, int error)
{
	kpol_logfile_close(&file->log);
	kpol_link_fail(file->link, 0, "%s: %s", file->link->settings->path, advice(error));
}

static void end(struct file *file)
{
	size_t n = file->n;

	file->n = 0;
	kpol_link_works(file->link);
	kpol_link_phase(file->link, KPOL_LINK_UP);
	kpol_link_end(file->link, n, 0, NULL);
}

/* After a failed sync nobody knows what is on the disk (fsync(2)): the lines are written again. */
static void on_synced(int error, void *userdata)
{
	struct file *file = userdata;

	file->syncing = false;
	if (!kpol_link_waiting(file->link))
		return;
	if (error == 0 && file->n) {
		end(file);
		return;
	}
	file->n = 0;
	if (error < 0)
		fail(file, error);
	else
		file->link->transport->attempt(file->link);
}

static void sync_batch(struct file *file)
{
	int r = add_to_sync(file);

	if (r == 0)
		r = kpol_syncer_begin(file->sync);
	if (r < 0)
		fail(file, r);
	else
		file->syncing = true;
}

static void attempt(struct kpol_link *link)
{
	const struct kpol_send_batch *batch = kpol_link_waiting(link);
	struct file *file = link->own;
	int r;

	if (file->syncing)
		return;
	r = batch ? write_items(file, batch) : kpol_logfile_open(&file->log);
	if (r < 0)
		fail(file, r);
	else if (!batch)
		kpol_link_phase(link, KPOL_LINK_UP);
	else if (link->settings->sync == KPOL_SYNC_BATCH)
		sync_batch(file);
	else
		end(file);
}

static void recall(struct kpol_link *link)
{
	struct file *file = link->own;

	file->n = 0;
}

static void reopen(struct kpol_link *link)
{
	struct file *file = link->own;

	kpol_logfile_close(&file->log);
	attempt(link);
}

static int start(struct kpol_link *link)
{
	struct file *file = calloc(1, sizeof(*file));
	int r;

	if (!file)
		return -ENOMEM;
	link->own = file;
	file->link = link;
	file->log = (struct kpol_logfile){ .settings = link->settings, .fd = -1 };
	r = kpol_syncer_new(link->loop, on_synced, file, &file->sync);
	if (r == 0)
		attempt(link);
	return r;
}

static void stop(struct kpol_link *link)
{
	struct file *file = link->own;

	if (!file)
		return;
	kpol_syncer_free(file->sync);
	kpol_logfile_close(&file->log);
	free(file);
}

static const char *const syncs[] = { [KPOL_SYNC_NO] = "no", [KPOL_SYNC_BATCH] = "batch", NULL };

static const struct kpol_send_setting settings[] = {
	{ "path", kpol_send_parse_path, KPOL_FIELD(path), .required = true,
	  .sentence = "the file that lines are appended to" },
	{ "max-size", kpol_send_parse_size, KPOL_FIELD(max_size), 4096, UINT64_MAX,
	  .fallback = "100M", .sentence = "a file that would become larger is rotated" },
	{ "max-files", kpol_send_parse_number, KPOL_FIELD(max_files), 2, 1000, .fallback = "5",
	  .sentence = "files that are kept, with the one that is written" },
	{ "mode", kpol_send_parse_mode, KPOL_FIELD(mode), .fallback = "0600",
	  .sentence = "of a new file: 0600, or 0640 for a group that reads it" },
	{ "sync", kpol_send_parse_word, KPOL_FIELD(sync), .words = syncs, .fallback = "batch",
	  .sentence = "whether lines count as taken once they are on the disk, or before" },
	KPOL_SETTINGS_RETRY,
	{ 0 },
};

const struct kpol_send_transport kpol_send_transport_file = {
	.name = "file",
	.purpose = "lines in a file, which is rotated",
	.settings = settings,
	.start = start,
	.attempt = attempt,
	.recall = recall,
	.reopen = reopen,
	.stop = stop,
};
