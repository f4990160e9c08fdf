// SPDX-License-Identifier: GPL-2.0-or-later
/* An event in words. */
#include "format/event.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "base/words.h"
#include "format/record.h"

void kpol_event_address(const struct kpol_event *event, char *buf)
{
	int family = event->addr_len == 4 ? AF_INET : AF_INET6;

	buf[0] = '\0';
	if (event->addr_len == 4 || event->addr_len == 16)
		inet_ntop(family, event->addr, buf, INET6_ADDRSTRLEN);
}

void kpol_event_protocol(const struct kpol_event *event, char *buf)
{
	const char *word = kpol_word(KPOL_WORDS_PROTOCOL, event->protocol);

	buf[0] = '\0';
	if (event->protocol && strcmp(word, "?") != 0)
		snprintf(buf, 16, "%s", word);
	else if (event->protocol)
		snprintf(buf, 16, "%u", event->protocol);
}

static void add_escaped(struct kpol_buffer *out, const char *text)
{
	kpol_text_escape_to(out, text, strlen(text));
}

static void add_endpoint(struct kpol_buffer *out, const struct kpol_event *event)
{
	char address[INET6_ADDRSTRLEN], protocol[16];
	const char *open = event->addr_len == 16 ? "[" : "",
		   *close = event->addr_len == 16 ? "]" : "";

	kpol_event_address(event, address);
	kpol_event_protocol(event, protocol);
	if (address[0])
		kpol_buffer_printf(out, " %s%s%s", open, address, close);
	if (event->port)
		kpol_buffer_printf(out, "%s%u", address[0] ? ":" : " port ", event->port);
	if (protocol[0])
		kpol_buffer_printf(out, " %s", protocol);
}

static void add_object(struct kpol_buffer *out, const struct kpol_event *event)
{
	if (event->class == KPOL_CLASS_NETWORK) {
		add_endpoint(out, event);
		return;
	}
	if (event->object) {
		kpol_buffer_putc(out, ' ');
		add_escaped(out, event->object);
	} else if (event->reason == KPOL_REASON_UNRESOLVED) {
		kpol_buffer_puts(out, " of something without a path");
	}
}

static void add_actor(struct kpol_buffer *out, const struct kpol_event *event)
{
	const char *who = event->source ? event->source : event->comm;

	if (who) {
		kpol_buffer_puts(out, " by ");
		add_escaped(out, who);
	}
	if (event->has_task)
		kpol_buffer_printf(out, " (pid %u)", event->tgid ? event->tgid : event->pid);
	if (event->count > 1)
		kpol_buffer_printf(out, " %u times", event->count);
}

static void add_place(struct kpol_buffer *out, const struct kpol_event *event)
{
	if (!event->file && !event->policy && !event->scope)
		return;
	kpol_buffer_puts(out, ": ");
	if (event->file) {
		add_escaped(out, event->file);
		if (event->line)
			kpol_buffer_printf(out, ":%u", event->line);
		kpol_buffer_putc(out, ' ');
	}
	if (event->policy) {
		kpol_buffer_puts(out, "policy ");
		add_escaped(out, event->policy);
	} else if (event->scope) {
		kpol_buffer_puts(out, "scope ");
		add_escaped(out, event->scope);
	}
}

static void add_reason(struct kpol_buffer *out, const struct kpol_event *event)
{
	static const char *const reasons[] = {
		[KPOL_REASON_RULE] = "",
		[KPOL_REASON_DEFAULT] = ", default deny",
		[KPOL_REASON_UNRESOLVED] = ", unresolved",
		[KPOL_REASON_NO_TABLE] = ", its scope is missing",
		[KPOL_REASON_SEALED] = ", sealed",
	};

	if (event->reason == KPOL_REASON_RULE && event->rule)
		kpol_buffer_printf(out, ", rule %u", event->rule);
	if (event->reason == KPOL_REASON_DEFAULT && event->verdict == KPOL_VERDICT_AUDIT)
		kpol_buffer_puts(out, ", no rule is for it");
	else if (event->reason <= KPOL_REASON_MAX && reasons[event->reason])
		kpol_buffer_puts(out, reasons[event->reason]);
	if (event->message) {
		kpol_buffer_puts(out, " (");
		add_escaped(out, event->message);
		kpol_buffer_putc(out, ')');
	}
}

static const char *verdict_phrase(uint32_t verdict)
{
	switch (verdict) {
	case KPOL_VERDICT_DENY:
		return "denied";
	case KPOL_VERDICT_WOULD_DENY:
		return "would deny";
	case KPOL_VERDICT_AUDIT:
		return "audited";
	default:
		return "allowed";
	}
}

void kpol_event_sentence(const struct kpol_event *event, char *buf, unsigned long size)
{
	struct kpol_buffer out = { 0 };

	kpol_buffer_printf(&out, "%s %s", verdict_phrase(event->verdict),
			   kpol_word(KPOL_WORDS_OP, event->op));
	add_object(&out, event);
	add_actor(&out, event);
	add_place(&out, event);
	add_reason(&out, event);
	kpol_sentence_end(&out, buf, size);
}
