// SPDX-License-Identifier: GPL-2.0-or-later
/* What the module dumps, as any bytes: rows are read or refused, and what was read can be written and read again. */
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "compile/condition.h"
#include "nl/row.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int ok)
{
	if (!ok)
		abort();
}

static int parse(struct nl_msg *msg, struct nlattr **attrs, int max)
{
	return nlmsg_parse(nlmsg_hdr(msg), 0, attrs, max, NULL);
}

/* A rule the module could hold comes back as it was sent. */
static void send_rule(const struct kpol_rule *rule)
{
	struct nlattr *attrs[KPOL_A_RULE_MAX + 1];
	struct nl_msg *msg = nlmsg_alloc_size(65536);
	struct kpol_arena strings = { 0 };
	u8 before[KPOL_RULE_ENCODED], after[KPOL_RULE_ENCODED];
	struct kpol_rule back;
	const char *reason;

	nlmsg_put(msg, 0, 0, 0, 0, 0);
	if (kpol_rule_check(rule, &reason) == 0) {
		check(kpol_nl_put_rule(msg, 0, rule) == 0);
		check(parse(msg, attrs, KPOL_A_RULE_MAX) == 0);
		check(kpol_nl_get_rule(attrs, &strings, &back) == (int)rule->id);
		kpol_rule_encode(rule, before);
		kpol_rule_encode(&back, after);
		check(!memcmp(before, after, sizeof(before)));
		check(back.object_len == rule->object_len && back.source_len == rule->source_len);
		check(!rule->object || !memcmp(back.object, rule->object, rule->object_len));
		check(!rule->source || !memcmp(back.source, rule->source, rule->source_len));
		check(!kpol_condition_compare(rule, &back));
	}
	kpol_arena_clear(&strings);
	nlmsg_free(msg);
}

static void read_rule(struct nlattr **attrs)
{
	struct kpol_arena strings = { 0 };
	struct kpol_rule rule;

	if (kpol_nl_get_rule(attrs, &strings, &rule) > 0)
		send_rule(&rule);
	kpol_arena_clear(&strings);
}

static void read_policy(struct nlattr **attrs)
{
	struct kpol_policy_row row;

	if (kpol_nl_get_policy(attrs, &row) > 0)
		free(row.name);
}

static void read_scope(struct nlattr **attrs)
{
	struct kpol_scope_row row;

	if (kpol_nl_get_scope(attrs, &row) > 0)
		free(row.name);
}

static void read_binding(struct nlattr **attrs)
{
	struct kpol_binding_row row;

	if (kpol_nl_get_binding(attrs, &row) == 0)
		free(row.path);
}

static void read_set(struct nlattr **attrs)
{
	struct kpol_set_row row;

	if (kpol_nl_get_set(attrs, &row) > 0)
		free(row.name);
}

/* Comes back as it was read. */
static void read_address(struct nlattr **attrs)
{
	struct nlattr *again[KPOL_A_ADDRESS_MAX + 1];
	struct nl_msg *msg = nlmsg_alloc_size(65536 + 1024);
	struct kpol_address_row row, back;

	nlmsg_put(msg, 0, 0, 0, 0, 0);
	if (kpol_nl_get_address(attrs, &row) == 0) {
		check(kpol_nl_put_address(msg, 0, &row) == 0);
		check(parse(msg, again, KPOL_A_ADDRESS_MAX) == 0);
		check(kpol_nl_get_address(again, &back) == 0);
		check(back.family == row.family && back.n_ids == row.n_ids);
		check(!memcmp(back.addr, row.addr, sizeof(row.addr)));
		check(!memcmp(back.ids, row.ids, row.n_ids * sizeof(*row.ids)));
		free(back.ids);
		free(row.ids);
	}
	nlmsg_free(msg);
}

static const struct {
	int max;
	void (*read)(struct nlattr **attrs);
} rows[] = {
	{ KPOL_A_RULE_MAX, read_rule },	  { KPOL_A_POLICY_MAX, read_policy },
	{ KPOL_A_SCOPE_MAX, read_scope }, { KPOL_A_BINDING_MAX, read_binding },
	{ KPOL_A_SET_MAX, read_set },	  { KPOL_A_ADDRESS_MAX, read_address },
};

/* The first byte says what kind of row the attributes behind it are. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nlattr *attrs[64] = { NULL };
	struct nlattr *bytes;
	size_t kind;

	if (size < 1)
		return 0;
	bytes = malloc(size);
	memcpy(bytes, data + 1, size - 1);
	kind = data[0] % (sizeof(rows) / sizeof(rows[0]));
	if (nla_parse(attrs, rows[kind].max, bytes, (int)size - 1, NULL) == 0)
		rows[kind].read(attrs);
	free(bytes);
	return 0;
}
