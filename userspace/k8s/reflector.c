// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A copy of all objects of one kind that follows the API server.
 *
 * The rules are those of client-go's reflector.go. The end of a request begins the next one; what users are to hear
 * is told by an event source of its own, outside of curl and of their calls.
 */
#include "k8s/reflector.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "k8s/private.h"

const struct kpol_k8s_times kpol_k8s_times_default = {
	.watch_min_s = 300,
	.watch_max_s = 600,
	.grace_ms = 30000,
	.list_ms = 120000,
	.short_us = 1000000,
	.backoff_first_us = KPOL_BACKOFF_FIRST_US,
	.backoff_max_us = KPOL_BACKOFF_MAX_US,
};

uint32_t kpol_k8s_reflect_dice(void)
{
	uint32_t number = 0;

	/* Without it, early in a boot, nobody is spread out; nothing depends on it. */
	if (getrandom(&number, sizeof(number), GRND_NONBLOCK) != sizeof(number))
		number = 0;
	return number;
}

uint64_t kpol_k8s_reflect_now(const struct kpol_k8s_reflector *f)
{
	uint64_t now = 0;

	(void)sd_event_now(kpol_conn_loop(f->scope.conn), CLOCK_MONOTONIC, &now);
	return now;
}

void kpol_k8s_reflect_tell(struct kpol_k8s_reflector *f)
{
	(void)sd_event_source_set_enabled(f->teller, SD_EVENT_ONESHOT);
}

void kpol_k8s_reflect_enter(struct kpol_k8s_reflector *f, enum kpol_k8s_state state)
{
	f->state_changed |= f->status.state != state;
	kpol_k8s_status_enter(&f->status, state);
	kpol_k8s_reflect_tell(f);
}

void kpol_k8s_reflect_heard(void *userdata)
{
	struct kpol_k8s_reflector *f = userdata;

	f->state_changed |= f->status.error[0] != '\0';
	f->asked_again = false;
	kpol_k8s_status_heard(&f->status);
	kpol_backoff_healthy(&f->backoff, kpol_k8s_reflect_now(f));
	kpol_k8s_reflect_tell(f);
}

static int on_tell(sd_event_source *source, void *userdata)
{
	struct kpol_k8s_reflector *f = userdata;

	(void)source;
	if (f->cache.n_changes > 0)
		f->ops->changed(f->cache.changes, f->cache.n_changes, f->userdata);
	kpol_k8s_cache_told(&f->cache);
	if (f->state_changed)
		f->ops->state(kpol_k8s_reflector_status(f), f->userdata);
	f->state_changed = false;
	return 0;
}

static int on_retry(sd_event_source *source, uint64_t usec, void *userdata)
{
	(void)source;
	(void)usec;
	kpol_k8s_reflect_proceed(userdata);
	return 0;
}

static void wait_for(struct kpol_k8s_reflector *f, uint64_t wait_us)
{
	(void)sd_event_source_set_time(f->retry, kpol_k8s_reflect_now(f) + wait_us);
	(void)sd_event_source_set_enabled(f->retry, SD_EVENT_ONESHOT);
}

void kpol_k8s_reflect_fail(struct kpol_k8s_reflector *f, const char *sentence, uint64_t asked_us)
{
	uint64_t wait_us = kpol_backoff_next(&f->backoff, kpol_k8s_reflect_now(f), asked_us,
					     kpol_k8s_reflect_dice());

	kpol_k8s_status_fail(&f->status, sentence, wait_us);
	f->state_changed = true;
	kpol_k8s_reflect_tell(f);
	wait_for(f, wait_us);
}

void kpol_k8s_reflect_fail_reply(struct kpol_k8s_reflector *f, const struct kpol_k8s_reply *reply,
				 const char *verb)
{
	char sentence[KPOL_K8S_SENTENCE_MAX];
	struct kpol_k8s_failure failure;

	if (reply->error < 0 || reply->status == 200) {
		snprintf(sentence, sizeof(sentence), "to \"%s\" \"%s\" failed: %s", verb,
			 f->scope.resource->plural, reply->sentence);
		kpol_k8s_reflect_fail(f, sentence, 0);
		return;
	}
	kpol_k8s_failure_parse(reply->status, reply->refusal, reply->refusal_len, &failure);
	kpol_k8s_failure_tell(&failure, f->scope.resource, verb, sentence);
	f->status.absent = reply->status == 404 && f->scope.resource->custom;
	kpol_k8s_reflect_fail(f, sentence,
			      reply->retry_after_us ? reply->retry_after_us
						    : failure.retry_after_us);
}

bool kpol_k8s_reflect_ask_again(struct kpol_k8s_reflector *f, const struct kpol_k8s_reply *reply)
{
	bool refused = reply->error == 0 && reply->status == 401;
	bool again = refused && !f->asked_again;

	f->asked_again |= refused;
	return again;
}

bool kpol_k8s_reflect_freshen(struct kpol_k8s_reflector *f)
{
	if (f->freshness == KPOL_K8S_NEWEST)
		return false;
	f->freshness = f->freshness == KPOL_K8S_FROM_CACHE && f->known ? KPOL_K8S_AT_LEAST_OURS
								       : KPOL_K8S_NEWEST;
	return true;
}

void kpol_k8s_reflect_request(struct kpol_k8s_reflector *f, char *path, uint64_t timeout_ms,
			      const struct kpol_k8s_request_ops *ops)
{
	char sentence[KPOL_K8S_SENTENCE_MAX];
	const char *file = NULL;
	int r = -ENOMEM;

	if (path)
		r = kpol_k8s_request_new(f->scope.conn, f->scope.endpoint, path, timeout_ms, ops, f,
					 &file, &f->request);
	free(path);
	f->begun_us = kpol_k8s_reflect_now(f);
	if (r == 0)
		return;
	snprintf(sentence, sizeof(sentence), file ? "cannot read %2$s: %1$s" : "%s", strerror(-r),
		 file);
	kpol_k8s_reflect_fail(f, sentence, 0);
}

void kpol_k8s_reflect_proceed(struct kpol_k8s_reflector *f)
{
	if (f->version)
		kpol_k8s_reflect_watch(f);
	else
		kpol_k8s_reflect_list(f);
}

static int add_sources(struct kpol_k8s_reflector *f)
{
	sd_event *loop = kpol_conn_loop(f->scope.conn);
	int r = sd_event_add_defer(loop, &f->teller, on_tell, f);

	if (r >= 0)
		r = sd_event_source_set_enabled(f->teller, SD_EVENT_OFF);
	/* Due at once: everything, the first request too, comes from the loop. */
	if (r >= 0)
		r = sd_event_add_time_relative(loop, &f->retry, CLOCK_MONOTONIC, 0, 1000, on_retry,
					       f);
	return r;
}

int kpol_k8s_reflector_new(const struct kpol_k8s_scope *scope,
			   const struct kpol_k8s_reflector_ops *ops, void *userdata,
			   struct kpol_k8s_reflector **ret)
{
	_cleanup_(kpol_k8s_reflector_freep) struct kpol_k8s_reflector *f = calloc(1, sizeof(*f));
	int r;

	if (!f)
		return -ENOMEM;
	f->scope = *scope;
	if (!f->scope.times)
		f->scope.times = &kpol_k8s_times_default;
	f->backoff.first_us = f->scope.times->backoff_first_us;
	f->backoff.max_us = f->scope.times->backoff_max_us;
	f->ops = ops;
	f->userdata = userdata;
	f->selector = scope->selector ? strdup(scope->selector) : NULL;
	if (scope->selector && !f->selector)
		return -ENOMEM;
	r = add_sources(f);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(f);
	return 0;
}

void kpol_k8s_reflector_free(struct kpol_k8s_reflector *f)
{
	if (!f)
		return;
	kpol_k8s_request_free(f->request);
	sd_event_source_disable_unref(f->retry);
	sd_event_source_disable_unref(f->teller);
	kpol_k8s_list_clear(&f->list);
	kpol_k8s_stream_clear(&f->stream);
	kpol_k8s_cache_clear(&f->cache);
	free(f->selector);
	free(f->version);
	free(f->known);
	free(f);
}

const struct kpol_k8s_table *kpol_k8s_reflector_table(const struct kpol_k8s_reflector *f)
{
	return &f->cache.table;
}

const struct kpol_k8s_status *kpol_k8s_reflector_status(struct kpol_k8s_reflector *f)
{
	f->status.version = f->known;
	f->status.n_objects = f->cache.table.n;
	return &f->status;
}
