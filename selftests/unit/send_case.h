/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A caller of a link, as an exporter is one: hands over payloads until all are through, and remembers what it was told. */
#ifndef KPOL_UNIT_SEND_CASE_H
#define KPOL_UNIT_SEND_CASE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "send/transport.h"

#define PAYLOADS_MAX 4096

/**
 * struct caller - zero-initialise
 * @at: the first payload that is not through. @slowest_ms: turn of the loop.
 * @error: the last that a result told. @failure: the last that the state told; stays.
 */
struct caller {
	sd_event *loop;
	const struct kpol_send_transport *transport;
	struct kpol_send_settings settings;
	struct kpol_link *link;
	struct iovec parts[PAYLOADS_MAX];
	struct kpol_send_item items[PAYLOADS_MAX];
	size_t n, at, batch_max;
	size_t n_results, n_refused, n_partial, n_failures;
	uint64_t token, slowest_ms;
	bool wrong;
	char error[512], failure[512];
};

static inline uint64_t clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static inline void hand_over(struct caller *caller)
{
	size_t n = caller->n - caller->at;
	struct kpol_send_batch batch = { .items = caller->items + caller->at,
					 .n = caller->batch_max && n > caller->batch_max
						      ? caller->batch_max
						      : n,
					 .token = ++caller->token };

	if (n && kpol_link_send(caller->link, &batch) < 0)
		caller->wrong = true;
}

static inline void on_result(const struct kpol_send_result *result, void *userdata)
{
	struct caller *caller = userdata;

	if (result->token != caller->token || result->n_done == 0 ||
	    result->n_refused > result->n_done || result->n_done > caller->n - caller->at)
		caller->wrong = true;
	caller->n_results++;
	caller->at += result->n_done;
	caller->n_refused += result->n_refused;
	caller->n_partial += result->error[0] && !result->n_refused;
	if (result->error[0])
		snprintf(caller->error, sizeof(caller->error), "%s", result->error);
	hand_over(caller);
}

static inline void on_state(const struct kpol_link_state *state, void *userdata)
{
	struct caller *caller = userdata;

	if (state->phase != KPOL_LINK_WAITING)
		return;
	caller->n_failures++;
	snprintf(caller->failure, sizeof(caller->failure), "%s", state->error);
}

static const struct kpol_link_ops caller_ops = { .done = on_result, .changed = on_state };

static inline void end_caller(struct caller *caller)
{
	kpol_link_free(caller->link);
	kpol_send_settings_clear(&caller->settings);
	sd_event_unref(caller->loop);
	for (size_t i = 0; i < caller->n; i++)
		free(caller->parts[i].iov_base);
	memset(caller, 0, sizeof(*caller));
}

/* begin_caller() - @text: "key=value" lines. Return: 0, or -1 with the complaint in @failure. */
static inline int begin_caller(struct caller *caller, const char *name, const char *text)
{
	char *copy = strdup(text), *rest = copy, *line;
	struct kpol_diags diags = { 0 };
	const char *nearest;
	unsigned int n = 0;
	int r;

	caller->transport = kpol_send_transport_find(name, &nearest);
	r = caller->transport ? kpol_send_settings_init(&caller->settings, caller->transport) : -1;
	while (r == 0 && (line = strsep(&rest, "\n"))) {
		char *value = strchr(line, '=');

		n++;
		if (!value)
			continue;
		*value++ = '\0';
		r = kpol_send_settings_set(&caller->settings, caller->transport, "test", n, line,
					   value, &diags);
	}
	if (r == 0)
		r = kpol_send_settings_check(&caller->settings, caller->transport, "test", 0,
					     &diags);
	if (r < 0 && diags.n)
		snprintf(caller->failure, sizeof(caller->failure), "%s", diags.items[0].message);
	kpol_diags_clear(&diags);
	free(copy);
	if (r < 0)
		return -1;
	sd_event_new(&caller->loop);
	return kpol_link_new(caller->loop, caller->transport, &caller->settings, &caller_ops,
			     caller, &caller->link);
}

static inline void add_payload(struct caller *caller, const char *text)
{
	size_t i = caller->n++;

	if (i >= PAYLOADS_MAX)
		abort();
	caller->parts[i] = (struct iovec){ strdup(text), strlen(text) };
	caller->items[i] = (struct kpol_send_item){ &caller->parts[i], 1, 1700000000123456ULL };
}

/* "message 17 xxxx…", @len bytes. */
static inline void add_numbered(struct caller *caller, size_t n, size_t len)
{
	char *text = malloc(len + 32);

	for (size_t i = 0; i < n; i++) {
		int head = snprintf(text, len + 32, "message %zu ", caller->n);

		if ((size_t)head < len)
			memset(text + head, 'x', len - (size_t)head);
		text[(size_t)head < len ? len : (size_t)head] = '\0';
		add_payload(caller, text);
	}
	free(text);
}

static inline void turn(struct caller *caller)
{
	uint64_t before = clock_ms(), took;

	sd_event_run(caller->loop, 10000);
	took = clock_ms() - before;
	if (took > caller->slowest_ms)
		caller->slowest_ms = took;
}

static inline void turn_for(struct caller *caller, uint64_t ms)
{
	uint64_t until = clock_ms() + ms;

	while (clock_ms() < until)
		turn(caller);
}

/* Return: whether all payloads were through in time. */
static inline bool deliver(struct caller *caller, uint64_t ms)
{
	uint64_t until = clock_ms() + ms;

	hand_over(caller);
	while (caller->at < caller->n && clock_ms() < until && !caller->wrong)
		turn(caller);
	return caller->at == caller->n && !caller->wrong;
}

/* Return: whether the link failed in time, with these words. */
static inline bool fails_with(struct caller *caller, const char *words, uint64_t ms)
{
	uint64_t until = clock_ms() + ms;

	while (!strstr(caller->failure, words) && clock_ms() < until)
		turn(caller);
	return strstr(caller->failure, words);
}

static inline bool comes_up(struct caller *caller, uint64_t ms)
{
	uint64_t until = clock_ms() + ms;

	while (kpol_link_state(caller->link)->phase != KPOL_LINK_UP && clock_ms() < until)
		turn(caller);
	return kpol_link_state(caller->link)->phase == KPOL_LINK_UP;
}

#endif /* KPOL_UNIT_SEND_CASE_H */
