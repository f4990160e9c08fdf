// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sends denials as RFC 5424 messages by any transport: sender TRANSPORT COUNT SECONDS [KEY=VALUE]...
 *
 * They are numbered from 1. Exits 0 once all are through, 1 if they are not after so many seconds; says what the link says.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "format/payload.h"
#include "send/transport.h"

#define BATCH 64

/** struct sending - @first: of the batch under way. */
struct sending {
	sd_event *loop;
	struct kpol_link *link;
	struct kpol_payload payloads[BATCH];
	struct kpol_send_item items[BATCH];
	size_t n, first, count;
};

static const struct kpol_event denied = {
	.time_ns = 1700000000123456789ULL,
	.generation = 7,
	.verdict = KPOL_VERDICT_DENY,
	.reason = KPOL_REASON_DEFAULT,
	.class = KPOL_CLASS_PROCESS,
	.op = KPOL_OP_EXEC,
	.count = 1,
	.line = 21,
	.pid = 312,
	.tgid = 312,
	.uid = 1000,
	.has_task = true,
	.comm = "payd",
	.object = "/tmp/a \"b\"]c\\d\ne [x@1 y=\"z\"] \xc3\xa9",
	.source = "/usr/bin/payd",
	.policy = "payments/payments-process",
	.file = "payments.yaml",
};

static void end(struct sending *sending, const char *words, int status)
{
	fprintf(stderr, "%s\n", words);
	sd_event_exit(sending->loop, status);
}

static void forget_batch(struct sending *sending)
{
	for (size_t i = 0; i < sending->n; i++)
		kpol_payload_clear(&sending->payloads[i]);
	memset(sending->payloads, 0, sizeof(sending->payloads));
	sending->n = 0;
}

static int format_one(struct sending *sending, size_t i)
{
	struct kpol_event event = denied;
	struct kpol_record record = { .kind = KPOL_RECORD_VERDICT, .event = &event };
	struct kpol_sender sender = { .host = "node-1",
				      .pid = 77,
				      .enterprise = 32473,
				      .sequence = (uint32_t)(sending->first + i) };

	event.seq = sending->first + i;
	sending->items[i] =
		(struct kpol_send_item){ sending->payloads[i].parts, 1, event.time_ns / 1000 };
	return kpol_format_rfc5424(&record, &sender, &sending->payloads[i]);
}

static void send_next(struct sending *sending)
{
	struct kpol_send_batch batch = { .items = sending->items, .token = sending->first };

	if (sending->first > sending->count) {
		end(sending, "all through", 0);
		return;
	}
	for (; sending->n < BATCH && sending->first + sending->n <= sending->count; sending->n++)
		if (format_one(sending, sending->n) < 0)
			abort();
	batch.n = sending->n;
	if (kpol_link_send(sending->link, &batch) < 0)
		abort();
}

static void on_done(const struct kpol_send_result *result, void *userdata)
{
	struct sending *sending = userdata;

	if (result->error[0])
		fprintf(stderr, "%s\n", result->error);
	sending->first += result->n_done;
	forget_batch(sending);
	send_next(sending);
}

static void on_changed(const struct kpol_link_state *state, void *userdata)
{
	(void)userdata;
	if (state->error[0])
		fprintf(stderr, "%s\n", state->error);
}

static int on_time(sd_event_source *source, uint64_t usec, void *userdata)
{
	(void)source;
	(void)usec;
	end(userdata, "not all through", 1);
	return 0;
}

static int read_settings(struct kpol_send_settings *settings,
			 const struct kpol_send_transport *transport, char **pairs)
{
	struct kpol_diags diags = { 0 };
	int r = kpol_send_settings_init(settings, transport);

	for (int i = 0; pairs[i] && r == 0; i++) {
		char *value = strchr(pairs[i], '=');

		if (value)
			*value++ = '\0';
		r = kpol_send_settings_set(settings, transport, "argument", (unsigned int)i + 1,
					   pairs[i], value ? value : "", &diags);
	}
	if (r == 0)
		r = kpol_send_settings_check(settings, transport, "arguments", 0, &diags);
	for (size_t i = 0; i < diags.n; i++)
		fprintf(stderr, "%s\n", diags.items[i].message);
	kpol_diags_clear(&diags);
	return r;
}

int main(int argc, char **argv)
{
	static const struct kpol_link_ops ops = { on_done, on_changed };
	static struct sending sending = { .first = 1 };
	struct kpol_send_settings settings;
	const char *nearest = NULL;
	const struct kpol_send_transport *transport =
		argc > 3 ? kpol_send_transport_find(argv[1], &nearest) : NULL;

	if (!transport || read_settings(&settings, transport, argv + 4) < 0 ||
	    sd_event_default(&sending.loop) < 0)
		return 2;
	sending.count = strtoul(argv[2], NULL, 10);
	if (sd_event_add_time_relative(sending.loop, NULL, CLOCK_MONOTONIC,
				       strtoul(argv[3], NULL, 10) * 1000000, 0, on_time,
				       &sending) < 0 ||
	    kpol_link_new(sending.loop, transport, &settings, &ops, &sending, &sending.link) < 0)
		return 2;
	send_next(&sending);
	argc = sd_event_loop(sending.loop);
	kpol_link_free(sending.link);
	forget_batch(&sending);
	kpol_send_settings_clear(&settings);
	sd_event_unref(sending.loop);
	return argc;
}
