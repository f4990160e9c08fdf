// SPDX-License-Identifier: GPL-2.0-or-later
/* Events: the last records, and those to come. */
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "kpold/method.h"
#include "kpold/ring.h"

static void send_kept(struct kpold_call *call, const char *json)
{
	struct kpol_buffer message = { 0 };

	kpol_buffer_printf(&message, "{\"parameters\":%s,\"continues\":true}", json);
	if (!message.failed)
		(void)kpold_client_send(call->client, message.text, message.len + 1);
	kpol_buffer_clear(&message);
}

void kpold_method_events(struct kpold_call *call)
{
	size_t kept = kpold_ring_count(call->d->ring);
	bool follow = kpold_call_bool(call, "follow");
	int64_t last = kpold_call_int(call, "last", follow ? 0 : (int64_t)kept);
	size_t n = last < 0 ? 0 : (size_t)last < kept ? (size_t)last : kept;

	if (!call->more) {
		kpold_call_error(call, "BadRequest", "\"Events\" needs \"more\"");
		return;
	}
	for (size_t i = kept - n; i < kept; i++)
		send_kept(call, kpold_ring_get(call->d->ring, i));
	if (follow)
		kpold_client_follow(call->client);
	else
		kpold_call_reply(call);
}
