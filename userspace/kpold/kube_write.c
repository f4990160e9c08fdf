// SPDX-License-Identifier: GPL-2.0-or-later
/* What this node tells the API server, one thing after the other. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "k8s/request.h"
#include "kpold/kube_private.h"
#include "kpold/log.h"

#define WRITE_MS 10000
#define RETRY_USEC (10 * 1000000ULL)

/* Beyond that somebody else's news has to wait for the next change. */
#define QUEUE_MAX 4096

static void clear_message(struct kpold_kube_message *message)
{
	free(message->path);
	free(message->body);
}

static void drop_first(struct kpold_kube_writer *writer)
{
	clear_message(&writer->queue[0]);
	writer->n--;
	memmove(writer->queue, writer->queue + 1, writer->n * sizeof(*writer->queue));
}

static void begin(struct kpold_kube *kube);

static void wait_and_retry(struct kpold_kube_writer *writer)
{
	(void)sd_event_source_set_time_relative(writer->retry, RETRY_USEC);
	(void)sd_event_source_set_enabled(writer->retry, SD_EVENT_ONESHOT);
}

/* What the server refuses once it refuses again; it is said once for all of its kind. */
static void refused(struct kpold_kube_writer *writer, const struct kpol_k8s_reply *reply)
{
	if (reply->status == 404 || reply->status == 409 || reply->status == writer->said)
		return;
	writer->said = reply->status;
	kpold_log(LOG_WARNING, "the API server refuses what this node tells of policies: HTTP %ld",
		  reply->status);
}

static void on_done(const struct kpol_k8s_reply *reply, void *userdata)
{
	struct kpold_kube *kube = userdata;
	struct kpold_kube_writer *writer = &kube->writer;
	bool later = reply->error < 0 || reply->status == 401 || reply->status == 429 ||
		     reply->status >= 500;

	kpol_k8s_request_free(TAKE_PTR(writer->request));
	if (later) {
		wait_and_retry(writer);
		return;
	}
	if (reply->status >= 300)
		refused(writer, reply);
	else
		writer->said = 0;
	drop_first(writer);
	begin(kube);
}

static const struct kpol_k8s_request_ops ops = { .done = on_done };

static void begin(struct kpold_kube *kube)
{
	struct kpold_kube_writer *writer = &kube->writer;
	const struct kpold_kube_message *first = writer->queue;
	const char *file = NULL;

	if (writer->request || writer->n == 0)
		return;
	if (kpol_k8s_request_write(
		    kube->conn, &kube->endpoint, first->path, WRITE_MS,
		    &(struct kpol_k8s_write){ first->method, first->type, first->body }, &ops, kube,
		    &file, &writer->request) < 0)
		wait_and_retry(writer);
}

static int on_retry(sd_event_source *source, uint64_t usec, void *userdata)
{
	(void)source;
	(void)usec;
	begin(userdata);
	return 0;
}

int kpold_kube_writer_start(struct kpold_kube *kube)
{
	int r = sd_event_add_time_relative(kube->d->loop, &kube->writer.retry, CLOCK_MONOTONIC,
					   RETRY_USEC, 0, on_retry, kube);

	return r < 0 ? r : sd_event_source_set_enabled(kube->writer.retry, SD_EVENT_OFF);
}

void kpold_kube_writer_stop(struct kpold_kube *kube)
{
	struct kpold_kube_writer *writer = &kube->writer;

	kpol_k8s_request_free(TAKE_PTR(writer->request));
	while (writer->n > 0)
		drop_first(writer);
	free(writer->queue);
	sd_event_source_disable_unref(writer->retry);
}

/* A newer word on the same thing takes the older one's place, unless that is on its way. */
static struct kpold_kube_message *find_place(struct kpold_kube_writer *writer, const char *path)
{
	for (size_t i = writer->request ? 1 : 0; i < writer->n; i++)
		if (strcmp(writer->queue[i].path, path) == 0 &&
		    strcmp(writer->queue[i].method, "PATCH") == 0) {
			clear_message(&writer->queue[i]);
			return &writer->queue[i];
		}
	return writer->n < QUEUE_MAX
		       ? kpol_append(&writer->queue, &writer->n, sizeof(*writer->queue))
		       : NULL;
}

void kpold_kube_write(struct kpold_kube *kube, struct kpold_kube_message *message)
{
	struct kpold_kube_message *place =
		message->path && message->body ? find_place(&kube->writer, message->path) : NULL;

	if (!place) {
		kpold_log(LOG_WARNING, "no room for what is to be told to the API server");
		clear_message(message);
		return;
	}
	*place = *message;
	begin(kube);
}
