// SPDX-License-Identifier: GPL-2.0-or-later
/* A reflector that watches: events into the cache, and from where to go on when the watch ends. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "k8s/private.h"
#include "k8s/query.h"
#include "k8s/trim.h"
#include "k8s/watch.h"

static int keep_version(struct kpol_k8s_reflector *f, const struct kpol_k8s_event *event)
{
	char *version, *known;

	if (!event->version)
		return 0;
	version = strdup(event->version);
	known = strdup(event->version);
	if (!version || !known) {
		free(version);
		free(known);
		return -ENOMEM;
	}
	free(f->version);
	free(f->known);
	f->version = version;
	f->known = known;
	return 0;
}

static int take_object(struct kpol_k8s_reflector *f, struct kpol_k8s_event *event)
{
	if (!event->object) {
		f->status.n_unreadable++;
		return 0;
	}
	if (event->type == KPOL_K8S_EVENT_DELETED)
		return kpol_k8s_cache_remove(&f->cache, event->object->uid);
	return kpol_k8s_cache_put(&f->cache, TAKE_PTR(event->object));
}

static int take_event(struct kpol_k8s_reflector *f, struct kpol_k8s_event *event)
{
	int r = 0;

	switch (event->type) {
	case KPOL_K8S_EVENT_ERROR:
		f->failure = event->failure;
		return -EREMOTEIO;
	case KPOL_K8S_EVENT_ADDED:
	case KPOL_K8S_EVENT_MODIFIED:
	case KPOL_K8S_EVENT_DELETED:
		r = take_object(f, event);
		break;
	case KPOL_K8S_EVENT_BOOKMARK:
	case KPOL_K8S_EVENT_OTHER:
		break;
	}
	f->quiet = false;
	f->n_expired = 0;
	return r == 0 ? keep_version(f, event) : r;
}

static int on_value(const char *key, char *text, size_t len, void *userdata)
{
	struct kpol_k8s_reflector *f = userdata;
	struct kpol_k8s_event event = { 0 };
	int r;

	(void)key;
	if (!text) {
		f->status.n_unreadable++;
		return 0;
	}
	if (!f->scope.resource->custom)
		len = kpol_k8s_trim(text, len);
	r = kpol_k8s_event_parse(f->scope.resource, text, len, &event);
	if (r == -EBADMSG) {
		/* One line that is no event: what comes after it may be. */
		f->status.n_unreadable++;
		return 0;
	}
	if (r == 0)
		r = take_event(f, &event);
	kpol_k8s_event_clear(&event);
	return r;
}

static int on_data(const char *bytes, size_t len, void *userdata)
{
	struct kpol_k8s_reflector *f = userdata;

	kpol_k8s_reflect_heard(f);
	return kpol_k8s_stream_feed(&f->stream, bytes, len);
}

static void forget_version(struct kpol_k8s_reflector *f)
{
	free(f->version);
	f->version = NULL;
}

static void fail(struct kpol_k8s_reflector *f, const char *sentence, uint64_t asked_us)
{
	kpol_k8s_reflect_fail(f, sentence, asked_us);
}

/* List again; at once, unless the list before was too old from the start. */
static void expired(struct kpol_k8s_reflector *f)
{
	forget_version(f);
	f->freshness = f->n_expired ? KPOL_K8S_NEWEST : KPOL_K8S_AT_LEAST_OURS;
	if (f->n_expired++ == 0)
		kpol_k8s_reflect_list(f);
	else
		fail(f, "what the API server lists is too old for it to watch from", 0);
}

static void refused_inside(struct kpol_k8s_reflector *f)
{
	char sentence[KPOL_K8S_SENTENCE_MAX];

	if (kpol_k8s_failure_is_expired(&f->failure)) {
		expired(f);
		return;
	}
	kpol_k8s_failure_tell(&f->failure, f->scope.resource, "watch", sentence);
	fail(f, sentence, f->failure.retry_after_us);
}

/* The server has ended the watch, as it was asked to. */
static void over(struct kpol_k8s_reflector *f)
{
	uint64_t lasted_us = kpol_k8s_reflect_now(f) - f->begun_us;

	if (!kpol_k8s_stream_ended(&f->stream))
		fail(f, "the watch ended in the middle of an event", 0);
	else if (f->quiet && lasted_us < f->scope.times->short_us)
		fail(f, "the API server ends each watch at once", 0);
	else
		kpol_k8s_reflect_watch(f);
}

static void broken(struct kpol_k8s_reflector *f, const struct kpol_k8s_reply *reply)
{
	/* Memory ran out, and the cache may lack an object: the next list mends it. */
	if (reply->error == -ENOMEM)
		forget_version(f);
	if (reply->error == -ETIMEDOUT && reply->status == 200)
		fail(f,
		     "the watch was silent beyond its end: nobody is at the other end of the "
		     "connection",
		     0);
	else if (reply->error == -EBADMSG)
		fail(f, "what the API server sends is no stream of events", 0);
	else
		kpol_k8s_reflect_fail_reply(f, reply, "watch");
}

static void refused(struct kpol_k8s_reflector *f, const struct kpol_k8s_reply *reply)
{
	/* It may be the version that is bad; a list shows it. */
	if (reply->status == 400 || reply->status == 404 || reply->status == 504)
		forget_version(f);
	kpol_k8s_reflect_fail_reply(f, reply, "watch");
}

static void ended(struct kpol_k8s_reflector *f, const struct kpol_k8s_reply *reply)
{
	if (f->failure.code || f->failure.reason[0])
		refused_inside(f);
	else if (reply->error < 0)
		broken(f, reply);
	else if (reply->status == 200)
		over(f);
	else if (reply->status == 410)
		expired(f);
	else if (kpol_k8s_reflect_ask_again(f, reply))
		kpol_k8s_reflect_watch(f);
	else
		refused(f, reply);
}

static void on_done(const struct kpol_k8s_reply *reply, void *userdata)
{
	struct kpol_k8s_reflector *f = userdata;
	struct kpol_k8s_request *request = TAKE_PTR(f->request);

	ended(f, reply);
	kpol_k8s_request_free(request);
}

static const struct kpol_k8s_request_ops ops = {
	.begun = kpol_k8s_reflect_heard,
	.data = on_data,
	.done = on_done,
};

/* By dice, so that a thousand nodes that began together do not come back together. */
static unsigned int choose_seconds(const struct kpol_k8s_times *times)
{
	unsigned int span = times->watch_max_s - times->watch_min_s + 1;

	return times->watch_min_s + kpol_k8s_reflect_dice() % span;
}

void kpol_k8s_reflect_watch(struct kpol_k8s_reflector *f)
{
	unsigned int seconds = choose_seconds(f->scope.times);
	char *path = kpol_k8s_query_watch(f->scope.resource, f->selector, f->version, seconds);

	kpol_k8s_stream_clear(&f->stream);
	f->stream = (struct kpol_k8s_stream){
		.kind = KPOL_K8S_STREAM_EVENTS,
		.value = on_value,
		.userdata = f,
	};
	f->failure = (struct kpol_k8s_failure){ 0 };
	f->quiet = true;
	kpol_k8s_reflect_enter(f, KPOL_K8S_WATCHING);
	kpol_k8s_reflect_request(f, path, seconds * UINT64_C(1000) + f->scope.times->grace_ms,
				 &ops);
}
