// SPDX-License-Identifier: GPL-2.0-or-later
/* Links to receivers on this machine: the journal, and a Unix datagram socket such as /dev/log. */
#include "send/local.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "send/private.h"
#include "send/rows.h"

/** struct local - @state: of @way. @n: payloads of the batch that are through. */
struct local {
	const struct kpol_local *way;
	void *state;
	size_t n, n_refused;
};

/* Too long for its socket: sending it again would be no better. */
static bool is_refusal(int error)
{
	return error == -EMSGSIZE || error == -E2BIG || error == -EINVAL;
}

static const char *advice(int error)
{
	if (error == -EAGAIN || error == -ENOBUFS)
		return "it takes nothing for now";
	if (error == -ENOENT || error == -ECONNREFUSED)
		return "nobody listens there, is it running?";
	return strerror(-error);
}

static const char *place(const struct kpol_link *link)
{
	return link->settings->path ? link->settings->path : link->transport->name;
}

static int send_items(struct local *local, const struct kpol_send_batch *batch)
{
	for (; local->n < batch->n; local->n++) {
		const struct kpol_send_item *item = &batch->items[local->n];
		int r = local->way->send(local->state, item->parts, item->n_parts);

		if (is_refusal(r))
			local->n_refused++;
		else if (r < 0)
			return r;
	}
	return 0;
}

static void end(struct kpol_link *link, struct local *local)
{
	if (local->n_refused)
		kpol_link_end(link, local->n, local->n_refused, "%s: refused as too long",
			      place(link));
	else
		kpol_link_end(link, local->n, 0, NULL);
	local->n = local->n_refused = 0;
}

/* What is through stays through: the rest of the batch waits for the next try. */
static void attempt(struct kpol_link *link)
{
	const struct kpol_send_batch *batch = kpol_link_waiting(link);
	struct local *local = link->own;
	int r = batch ? send_items(local, batch) : 0;

	if (r < 0) {
		kpol_link_fail(link, 0, "%s: %s", place(link), advice(r));
		return;
	}
	kpol_link_works(link);
	kpol_link_phase(link, KPOL_LINK_UP);
	if (batch)
		end(link, local);
}

static void recall(struct kpol_link *link)
{
	struct local *local = link->own;

	local->n = local->n_refused = 0;
}

static int start(struct kpol_link *link, const struct kpol_local *way)
{
	struct local *local = calloc(1, sizeof(*local));

	if (!local)
		return -ENOMEM;
	link->own = local;
	local->way = way;
	return way->open(link->settings->path, &local->state);
}

static int start_journal(struct kpol_link *link)
{
	return start(link, &kpol_local_journal);
}

static int start_unix(struct kpol_link *link)
{
	return start(link, &kpol_local_datagram);
}

static void stop(struct kpol_link *link)
{
	struct local *local = link->own;

	if (!local)
		return;
	local->way->close(local->state);
	free(local);
}

static const struct kpol_send_setting journal_settings[] = {
	KPOL_SETTINGS_RETRY,
	{ 0 },
};

static const struct kpol_send_setting unix_settings[] = {
	{ "path", kpol_send_parse_path, KPOL_FIELD(path), .fallback = "/dev/log",
	  .sentence = "the socket of the syslog service" },
	KPOL_SETTINGS_RETRY,
	{ 0 },
};

const struct kpol_send_transport kpol_send_transport_journal = {
	.name = "journal",
	.purpose = "the journal, field by field",
	.settings = journal_settings,
	.start = start_journal,
	.attempt = attempt,
	.recall = recall,
	.stop = stop,
};

const struct kpol_send_transport kpol_send_transport_unix = {
	.name = "unix",
	.purpose = "datagrams to a Unix socket, such as a syslog service's",
	.settings = unix_settings,
	.start = start_unix,
	.attempt = attempt,
	.recall = recall,
	.stop = stop,
};
