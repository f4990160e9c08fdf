// SPDX-License-Identifier: GPL-2.0-or-later
/* A link: one batch at a time, when to try again, and what is told of both. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "send/private.h"

static uint64_t now_us(const struct kpol_link *link)
{
	uint64_t now = 0;

	(void)sd_event_now(link->loop, CLOCK_MONOTONIC, &now);
	return now;
}

/* The loop tells, so that nobody is called back from inside of his own call. */
static void tell_soon(struct kpol_link *link)
{
	(void)sd_event_source_set_enabled(link->tell, SD_EVENT_ONESHOT);
}

static int on_tell(sd_event_source *source, void *userdata)
{
	struct kpol_link *link = userdata;
	struct kpol_send_result result = link->result;
	char error[sizeof(link->result_error)];
	bool ended = link->ended, stale = link->stale;

	(void)source;
	link->stale = false;
	if (stale && link->ops->changed)
		link->ops->changed(&link->state, link->userdata);
	/* @changed may have recalled it. */
	if (!ended || !link->ended)
		return 0;
	link->ended = false;
	link->batch.n = 0;
	memcpy(error, link->result_error, sizeof(error));
	result.error = error;
	link->ops->done(&result, link->userdata);
	return 0;
}

static int on_retry(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct kpol_link *link = userdata;

	(void)source;
	(void)usec;
	link->transport->attempt(link);
	return 0;
}

static int add_sources(struct kpol_link *link)
{
	int r = sd_event_add_defer(link->loop, &link->tell, on_tell, link);

	if (r >= 0)
		r = sd_event_source_set_enabled(link->tell, SD_EVENT_OFF);
	if (r >= 0)
		r = sd_event_add_time_relative(link->loop, &link->retry, CLOCK_MONOTONIC,
					       UINT64_MAX / 2, 1000, on_retry, link);
	if (r >= 0)
		r = sd_event_source_set_enabled(link->retry, SD_EVENT_OFF);
	return r < 0 ? r : 0;
}

int kpol_link_new(sd_event *loop, const struct kpol_send_transport *transport,
		  const struct kpol_send_settings *settings, const struct kpol_link_ops *ops,
		  void *userdata, struct kpol_link **ret)
{
	_cleanup_(kpol_link_freep) struct kpol_link *link = calloc(1, sizeof(*link));
	int r;

	if (!link)
		return -ENOMEM;
	link->loop = sd_event_ref(loop);
	link->transport = transport;
	link->settings = settings;
	link->ops = ops;
	link->userdata = userdata;
	link->backoff.first_us = settings->retry_min_us;
	link->backoff.max_us = settings->retry_max_us;
	r = add_sources(link);
	if (r == 0)
		r = transport->start(link);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(link);
	return 0;
}

void kpol_link_free(struct kpol_link *link)
{
	if (!link)
		return;
	link->transport->stop(link);
	sd_event_source_disable_unref(link->retry);
	sd_event_source_disable_unref(link->tell);
	sd_event_unref(link->loop);
	free(link);
}

int kpol_link_send(struct kpol_link *link, const struct kpol_send_batch *batch)
{
	if (link->batch.n)
		return -EBUSY;
	if (batch->n == 0)
		return -EINVAL;
	link->batch = *batch;
	/* Not from inside of this call: @done could come before it returns. */
	if (link->state.phase != KPOL_LINK_WAITING || link->patient) {
		link->patient = false;
		(void)sd_event_source_set_time(link->retry, now_us(link));
		(void)sd_event_source_set_enabled(link->retry, SD_EVENT_ONESHOT);
	}
	return 0;
}

void kpol_link_recall(struct kpol_link *link)
{
	if (!link->batch.n)
		return;
	if (!link->ended)
		link->transport->recall(link);
	link->ended = false;
	link->batch.n = 0;
}

void kpol_link_reopen(struct kpol_link *link)
{
	if (link->transport->reopen)
		link->transport->reopen(link);
}

const struct kpol_link_state *kpol_link_state(const struct kpol_link *link)
{
	return &link->state;
}

const struct kpol_send_batch *kpol_link_waiting(const struct kpol_link *link)
{
	return link->batch.n && !link->ended ? &link->batch : NULL;
}

void kpol_link_phase(struct kpol_link *link, enum kpol_link_phase phase)
{
	bool good = phase == KPOL_LINK_UP || phase == KPOL_LINK_IDLE;

	if (link->state.phase == phase && !(good && link->state.error[0]))
		return;
	link->state.phase = phase;
	link->state.retry_us = 0;
	if (good)
		link->state.error[0] = '\0';
	link->stale = true;
	tell_soon(link);
}

void kpol_link_end(struct kpol_link *link, size_t n_done, size_t n_refused, const char *format, ...)
{
	va_list args;

	link->result = (struct kpol_send_result){ .token = link->batch.token,
						  .n_done = n_done,
						  .n_refused = n_refused };
	link->result_error[0] = '\0';
	if (format) {
		va_start(args, format);
		(void)vsnprintf(link->result_error, sizeof(link->result_error), format, args);
		va_end(args);
	}
	link->ended = true;
	tell_soon(link);
}

static uint32_t dice(void)
{
	uint32_t value = 0;

	/* Without randomness it is the shortest wait. */
	return getrandom(&value, sizeof(value), GRND_NONBLOCK) == sizeof(value) ? value : 0;
}

void kpol_link_fail(struct kpol_link *link, uint64_t asked_us, const char *format, ...)
{
	uint64_t now = now_us(link);
	va_list args;

	va_start(args, format);
	(void)vsnprintf(link->state.error, sizeof(link->state.error), format, args);
	va_end(args);
	link->patient = !link->batch.n && !asked_us;
	link->state.phase = KPOL_LINK_WAITING;
	link->state.retry_us = now + kpol_backoff_next(&link->backoff, now, asked_us, dice());
	(void)sd_event_source_set_time(link->retry, link->state.retry_us);
	(void)sd_event_source_set_enabled(link->retry, SD_EVENT_ONESHOT);
	link->stale = true;
	tell_soon(link);
}

void kpol_link_works(struct kpol_link *link)
{
	link->backoff.base_us = 0;
}

void kpol_link_retry_off(struct kpol_link *link)
{
	(void)sd_event_source_set_enabled(link->retry, SD_EVENT_OFF);
}

size_t kpol_send_item_len(const struct kpol_send_item *item)
{
	size_t len = 0;

	for (int i = 0; i < item->n_parts; i++)
		len += item->parts[i].iov_len;
	return len;
}

void kpol_send_item_add(const struct kpol_send_item *item, struct kpol_buffer *out)
{
	for (int i = 0; i < item->n_parts; i++)
		kpol_buffer_add(out, item->parts[i].iov_base, item->parts[i].iov_len);
}
