/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A reflector in a loop, and what it tells, as text. */
#ifndef KPOL_UNIT_FOLLOWER_H
#define KPOL_UNIT_FOLLOWER_H

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buffer.h"
#include "k8s/reflector.h"

/**
 * struct follower
 * @told: changes: "+name ~name -name ", each batch ends with "| ".
 * @errors: sentences, one a line, each once in a row.
 */
struct follower {
	sd_event *loop;
	struct kpol_conn *conn;
	struct kpol_k8s_endpoint endpoint;
	struct kpol_k8s_reflector *reflector;
	struct kpol_buffer told;
	struct kpol_buffer errors;
	char last_error[KPOL_K8S_SENTENCE_MAX];
	bool synced;
};

/* Everything a thousand times faster than it is meant to be. */
static const struct kpol_k8s_times hasty = {
	.watch_min_s = 1,
	.watch_max_s = 1,
	.grace_ms = 200,
	.list_ms = 1500,
	.short_us = 300000,
	.backoff_first_us = 20000,
	.backoff_max_us = 80000,
};

static inline void on_changed(const struct kpol_k8s_change *changes, size_t n, void *userdata)
{
	struct follower *f = userdata;

	for (size_t i = 0; i < n; i++)
		kpol_buffer_printf(&f->told, "%c%s ", "+~-"[changes[i].type],
				   changes[i].after ? changes[i].after->name
						    : changes[i].before->name);
	kpol_buffer_puts(&f->told, "| ");
}

static inline void on_state(const struct kpol_k8s_status *status, void *userdata)
{
	struct follower *f = userdata;

	f->synced |= status->synced;
	if (!status->error[0] || strcmp(status->error, f->last_error) == 0)
		return;
	strcpy(f->last_error, status->error);
	kpol_buffer_printf(&f->errors, "%s\n", status->error);
}

static const struct kpol_k8s_reflector_ops follower_ops = { on_changed, on_state };

static inline void follower_begin(struct follower *f, enum kpol_k8s_resource_id id,
				  const char *selector, const struct kpol_k8s_times *times)
{
	struct kpol_k8s_scope scope = {
		.resource = &kpol_k8s_resources[id],
		.endpoint = &f->endpoint,
		.selector = selector,
		.times = times,
	};

	if (sd_event_new(&f->loop) < 0 ||
	    kpol_conn_new(f->loop, kpol_k8s_request_ended, &f->conn) < 0)
		abort();
	scope.conn = f->conn;
	if (kpol_k8s_reflector_new(&scope, &follower_ops, f, &f->reflector) < 0)
		abort();
}

static inline const char *follower_told(const struct follower *f)
{
	return f->told.text ? f->told.text : "";
}

static inline const char *follower_errors(const struct follower *f)
{
	return f->errors.text ? f->errors.text : "";
}

static inline double follower_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Turn the loop until @done says so. Return: whether it did, within @seconds. */
static inline bool follower_run(struct follower *f,
				bool (*done)(struct follower *f, const void *what),
				const void *what, double seconds)
{
	double end = follower_clock() + seconds;

	while (!done(f, what)) {
		if (follower_clock() > end || sd_event_run(f->loop, 10000) < 0)
			return false;
	}
	return true;
}

static inline void follower_end(struct follower *f)
{
	kpol_k8s_reflector_free(f->reflector);
	kpol_conn_free(f->conn);
	kpol_k8s_endpoint_clear(&f->endpoint);
	sd_event_unref(f->loop);
	kpol_buffer_clear(&f->told);
	kpol_buffer_clear(&f->errors);
}

#endif /* KPOL_UNIT_FOLLOWER_H */
