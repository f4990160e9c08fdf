// SPDX-License-Identifier: GPL-2.0-or-later
/* A reflector that lists: pages into a new table, which then takes the place of the old one. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "k8s/private.h"
#include "k8s/query.h"

static void begin_page(struct kpol_k8s_reflector *f);

static int on_data(const char *bytes, size_t len, void *userdata)
{
	struct kpol_k8s_reflector *f = userdata;

	return kpol_k8s_list_feed(&f->list, bytes, len);
}

static void take_list(struct kpol_k8s_reflector *f)
{
	int r = kpol_k8s_cache_replace(&f->cache, &f->list.objects);
	char *known = r == 0 ? strdup(f->list.version) : NULL;

	if (!known) {
		kpol_k8s_reflect_fail(f, strerror(ENOMEM), 0);
		return;
	}
	free(f->known);
	f->known = known;
	f->version = TAKE_PTR(f->list.version);
	f->status.n_unreadable = f->list.n_unreadable;
	f->state_changed |= !f->status.synced;
	f->status.synced = true;
	f->freshness = KPOL_K8S_FROM_CACHE;
	f->unpaged = false;
	kpol_k8s_list_clear(&f->list);
	kpol_k8s_reflect_tell(f);
	kpol_k8s_reflect_watch(f);
}

static void page_ended(struct kpol_k8s_reflector *f)
{
	int r = kpol_k8s_list_page(&f->list);

	if (r > 0)
		begin_page(f);
	else if (r == 0)
		take_list(f);
	else
		kpol_k8s_reflect_fail(f, "the API server's list is not whole, or is none", 0);
}

/* A list in pages that cannot go on is asked for again, in one piece; another one fresher. */
static void expired(struct kpol_k8s_reflector *f, const struct kpol_k8s_reply *reply)
{
	bool in_pages = f->list.next && !f->unpaged;

	f->unpaged |= in_pages;
	if (in_pages || kpol_k8s_reflect_freshen(f))
		kpol_k8s_reflect_list(f);
	else
		kpol_k8s_reflect_fail_reply(f, reply, "list");
}

static void ended(struct kpol_k8s_reflector *f, const struct kpol_k8s_reply *reply)
{
	bool answered = reply->error == 0;

	if (answered && reply->status == 200) {
		page_ended(f);
	} else if (answered && reply->status == 410) {
		expired(f, reply);
	} else if (kpol_k8s_reflect_ask_again(f, reply)) {
		kpol_k8s_reflect_list(f);
	} else {
		/* After a restore from a backup the server may be behind the version asked for. */
		if (answered && f->freshness == KPOL_K8S_AT_LEAST_OURS &&
		    (reply->status == 504 || reply->status == 400))
			(void)kpol_k8s_reflect_freshen(f);
		kpol_k8s_reflect_fail_reply(f, reply, "list");
	}
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

static const char *wanted_version(const struct kpol_k8s_reflector *f)
{
	if (f->freshness == KPOL_K8S_FROM_CACHE)
		return "0";
	return f->freshness == KPOL_K8S_AT_LEAST_OURS && f->known ? f->known : "";
}

static void begin_page(struct kpol_k8s_reflector *f)
{
	char *path = kpol_k8s_query_list(f->scope.resource, f->selector, wanted_version(f),
					 !f->unpaged, f->list.next);

	kpol_k8s_reflect_request(f, path, f->scope.times->list_ms, &ops);
}

void kpol_k8s_reflect_list(struct kpol_k8s_reflector *f)
{
	kpol_k8s_reflect_enter(f, KPOL_K8S_LISTING);
	kpol_k8s_list_begin(&f->list, f->scope.resource);
	begin_page(f);
}
