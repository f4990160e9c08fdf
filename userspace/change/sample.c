// SPDX-License-Identifier: GPL-2.0-or-later
/* A sample: one access that a change is about, judged before and after. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>

#include "base/buffer.h"
#include "base/words.h"
#include "change/change.h"
#include "compile/set.h"
#include "compile/verdict.h"
#include "engine/glob.h"

/* A component that no rule names, so that it stands for all the others. */
#define ANYTHING "kpol-sample"

/* The first member of "[abc]", or something that "[!abc]" lacks. Return: what stands behind it. */
static const char *add_set(struct kpol_buffer *path, const char *set)
{
	const char *end;

	if (set[1] != '!') {
		kpol_buffer_putc(path, set[1]);
		end = strchr(set + 2, ']');
	} else {
		kpol_buffer_putc(path, '~');
		end = strchr(set + 3, ']');
	}
	return end ? end + 1 : set + strlen(set);
}

static void add_instance(struct kpol_buffer *path, const char *pattern)
{
	while (*pattern) {
		if (*pattern == '*') {
			pattern += strspn(pattern, "*");
			kpol_buffer_puts(path, ANYTHING);
		} else if (*pattern == '?') {
			kpol_buffer_putc(path, 'x');
			pattern++;
		} else if (*pattern == '[') {
			pattern = add_set(path, pattern);
		} else {
			pattern += *pattern == '\\' && pattern[1];
			kpol_buffer_putc(path, *pattern++);
		}
	}
}

static void add_object(struct kpol_buffer *path, const struct kpol_rule *rule)
{
	if (kpol_class_has_words(rule->class)) {
		kpol_buffer_puts(path, rule->object ? rule->object : ANYTHING);
		return;
	}
	switch (rule->match) {
	case KPOL_MATCH_GLOB:
		add_instance(path, rule->object);
		break;
	case KPOL_MATCH_NAME:
		kpol_buffer_printf(path, "/" ANYTHING "/%s", rule->object);
		break;
	case KPOL_MATCH_DIR:
		kpol_buffer_printf(path, "%s/" ANYTHING "%s", rule->object,
				   rule->flags & KPOL_RULE_RECURSIVE ? "/" ANYTHING : "");
		break;
	case KPOL_MATCH_ANY:
		kpol_buffer_puts(path, "/" ANYTHING);
		break;
	default:
		kpol_buffer_puts(path, rule->object);
	}
}

/* The last host but one of the prefix: a narrower rule is likely not to have it. */
static void fill_address(const struct kpol_rule *rule, struct kpol_access *access)
{
	u32 bits = rule->family == AF_INET6 ? 128 : 32;

	access->family = rule->family ? rule->family : AF_INET;
	access->has_addr = true;
	if (!rule->family) {
		inet_pton(AF_INET, "192.0.2.1", access->addr); /* RFC 5737: nobody's */
		return;
	}
	if (rule->set) {
		inet_pton(rule->family, rule->family == AF_INET ? "192.0.2.1" : "2001:db8::1",
			  access->addr);
		return;
	}
	memcpy(access->addr, rule->addr, bits / 8);
	for (u32 bit = rule->prefix; bit + 1 < bits; bit++)
		access->addr[bit / 8] |= (u8)(0x80 >> bit % 8);
}

static void fill_peer(const struct kpol_rule *rule, struct kpol_access *access)
{
	fill_address(rule, access);
	access->port = rule->port_last ? rule->port_last : 4711;
	access->protocol = rule->protocol;
	for (u8 type = 1; type < 8 && !access->socktype; type++)
		if (rule->socktypes & (1U << type))
			access->socktype = type;
	if (!access->socktype)
		access->socktype = rule->protocol == IPPROTO_UDP ? SOCK_DGRAM : SOCK_STREAM;
	if (!access->protocol)
		access->protocol = access->socktype == SOCK_DGRAM ? IPPROTO_UDP : IPPROTO_TCP;
}

/* Of the operations that only one side has, if there are such, else of all, the first. */
static u32 pick_op(const struct kpol_change *change)
{
	u32 old = change->old ? change->old->ops : 0, new = change->new ? change->new->ops : 0;
	u32 ops = old ^ new ? old ^ new : new;

	if (change->class == KPOL_CLASS_NETWORK && ops & (KPOL_OPS_EGRESS | KPOL_OP_ACCEPT))
		ops &= KPOL_OPS_EGRESS | KPOL_OP_ACCEPT;
	return ops & -ops;
}

static const struct kpol_rule *pick_rule(const struct kpol_change *change)
{
	if (!change->old || !change->new)
		return change->new ? change->new : change->old;
	return change->kind == KPOL_CHANGE_NARROWED ? change->old : change->new;
}

static void add_peer_text(struct kpol_buffer *text, const struct kpol_access *access,
			  const char *set)
{
	char address[INET6_ADDRSTRLEN];

	if (access->op == KPOL_OP_SOCKET)
		return;
	inet_ntop(access->family, access->addr, address, sizeof(address));
	kpol_buffer_printf(text, " %s %s port %u", kpol_word(KPOL_WORDS_PROTOCOL, access->protocol),
			   set ? set : address, access->port);
}

static char *access_text(const struct kpol_access *access, const char *set)
{
	struct kpol_buffer text = { 0 };

	kpol_buffer_puts(&text, kpol_word(KPOL_WORDS_OP, access->op));
	if (access->class == KPOL_CLASS_NETWORK)
		add_peer_text(&text, access, set);
	else if (access->object)
		kpol_buffer_printf(&text, " %s", access->object);
	if (access->source)
		kpol_buffer_printf(&text, " by %s", access->source);
	return kpol_buffer_take(&text);
}

/* @set: that the peer is in, and in no other; NULL: in none. */
static uint8_t judge(const struct kpol_side *side, uint32_t scope, const struct kpol_access *asked,
		     const char *set)
{
	struct kpol_access access = *asked;
	struct kpol_decision d;
	uint32_t id;

	if (!scope)
		return KPOL_VERDICT_ALLOW;
	access.scope = scope;
	id = set ? kpol_set_find(side->ruleset, set) : 0;
	if (id) {
		access.sets = &id;
		access.n_sets = 1;
	}
	kpol_decide(side->table, &access, &d);
	return kpol_decision_verdict(&d);
}

int kpol_change_sample(const struct kpol_changes *changes, struct kpol_change *change)
{
	const struct kpol_rule *rule = pick_rule(change);
	struct kpol_access access = { .class = rule->class, .op = pick_op(change) };
	const struct kpol_side *side = rule == change->new ? &changes->new : &changes->old;
	const char *set = kpol_rule_set_name(side->ruleset, rule);
	struct kpol_buffer path = { 0 };

	if (rule->class == KPOL_CLASS_NETWORK) {
		fill_peer(rule, &access);
	} else if (kpol_class_has_paths(rule->class) || kpol_class_has_words(rule->class)) {
		add_object(&path, rule);
		access.object = path.text;
		access.object_len = (u16)path.len;
	}
	access.source = rule->source;
	access.source_len = rule->source_len;
	change->before = judge(&changes->old, change->old_scope, &access, set);
	change->after = judge(&changes->new, change->new_scope, &access, set);
	change->sample = path.failed ? NULL : access_text(&access, set);
	kpol_buffer_clear(&path);
	return change->sample ? 0 : -ENOMEM;
}
