// SPDX-License-Identifier: GPL-2.0-or-later
/* What the module has: its ruleset and hooks, read back. */
#include "nl/dump.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "nl/attr.h"
#include "nl/request.h"
#include "nl/row.h"
#include "nl/status.h"

/* A dump is repeated when a commit came between; bindings change often, commits do not. */
#define DUMP_TRIES 8

DEFINE_CLEANUP(struct kpol_ruleset *, kpol_ruleset_free)

/* Room for one more: arrays grow by half. */
static int reserve(void **array, size_t n, size_t *capacity, size_t size)
{
	size_t want = *capacity ? *capacity + *capacity / 2 : 64;
	void *bigger;

	if (n < *capacity)
		return 0;
	bigger = reallocarray(*array, want, size);
	if (!bigger)
		return -ENOMEM;
	*array = bigger;
	*capacity = want;
	return 0;
}

/** struct reading - a ruleset being filled by one dump. */
struct reading {
	struct kpol_ruleset *ruleset;
	size_t capacity;
};

/* Ids are indexes: a dump that skips one was interrupted or is broken. */
static int check_id(int id, size_t *n)
{
	if (id < 0)
		return id;
	if ((size_t)id != *n + 1)
		return -EBADMSG;
	(*n)++;
	return 0;
}

static int take_policy(struct nlattr **attrs, const struct nlmsghdr *hdr, void *userdata)
{
	struct reading *in = userdata;
	struct kpol_ruleset *rs = in->ruleset;
	int r;

	(void)hdr;
	r = reserve((void **)&rs->policies, rs->n_policies, &in->capacity, sizeof(*rs->policies));
	if (r < 0)
		return r;
	return check_id(kpol_nl_get_policy(attrs, &rs->policies[rs->n_policies]), &rs->n_policies);
}

static int take_scope(struct nlattr **attrs, const struct nlmsghdr *hdr, void *userdata)
{
	struct reading *in = userdata;
	struct kpol_ruleset *rs = in->ruleset;
	int r;

	(void)hdr;
	r = reserve((void **)&rs->scopes, rs->n_scopes, &in->capacity, sizeof(*rs->scopes));
	if (r < 0)
		return r;
	return check_id(kpol_nl_get_scope(attrs, &rs->scopes[rs->n_scopes]), &rs->n_scopes);
}

static int take_rule(struct nlattr **attrs, const struct nlmsghdr *hdr, void *userdata)
{
	struct reading *in = userdata;
	struct kpol_ruleset *rs = in->ruleset;
	int r;

	(void)hdr;
	r = reserve((void **)&rs->rules, rs->n_rules, &in->capacity, sizeof(*rs->rules));
	if (r < 0)
		return r;
	return check_id(kpol_nl_get_rule(attrs, &rs->strings, &rs->rules[rs->n_rules]),
			&rs->n_rules);
}

static int take_binding(struct nlattr **attrs, const struct nlmsghdr *hdr, void *userdata)
{
	struct reading *in = userdata;
	struct kpol_ruleset *rs = in->ruleset;
	int r;

	(void)hdr;
	r = reserve((void **)&rs->bindings, rs->n_bindings, &in->capacity, sizeof(*rs->bindings));
	if (r < 0)
		return r;
	r = kpol_nl_get_binding(attrs, &rs->bindings[rs->n_bindings]);
	if (r < 0)
		return r;
	rs->n_bindings++;
	return 0;
}

static int take_set(struct nlattr **attrs, const struct nlmsghdr *hdr, void *userdata)
{
	struct reading *in = userdata;
	struct kpol_ruleset *rs = in->ruleset;
	int r;

	(void)hdr;
	r = reserve((void **)&rs->sets, rs->n_sets, &in->capacity, sizeof(*rs->sets));
	if (r < 0)
		return r;
	return check_id(kpol_nl_get_set(attrs, &rs->sets[rs->n_sets]), &rs->n_sets);
}

static int take_address(struct nlattr **attrs, const struct nlmsghdr *hdr, void *userdata)
{
	struct reading *in = userdata;
	struct kpol_address_rows *rows = &in->ruleset->addresses;
	int r;

	(void)hdr;
	r = reserve((void **)&rows->items, rows->n, &in->capacity, sizeof(*rows->items));
	if (r < 0)
		return r;
	r = kpol_nl_get_address(attrs, &rows->items[rows->n]);
	if (r < 0)
		return r;
	rows->n++;
	return 0;
}

static int compare_addresses(const void *a, const void *b)
{
	const struct kpol_address_row *x = a, *y = b;

	if (x->family != y->family)
		return x->family < y->family ? -1 : 1;
	return memcmp(x->addr, y->addr, sizeof(x->addr));
}

/* The module has them in no order. */
static void sort_addresses(struct kpol_address_rows *rows)
{
	if (rows->n)
		qsort(rows->items, rows->n, sizeof(*rows->items), compare_addresses);
}

static int scope_add_policy(struct kpol_scope_row *scope, uint32_t policy)
{
	uint32_t *bigger;

	/* Rules are ordered by scope, then policy: a repeat is always the last one. */
	if (scope->n_policies > 0 && scope->policies[scope->n_policies - 1] == policy)
		return 0;
	bigger = reallocarray(scope->policies, scope->n_policies + 1, sizeof(*bigger));
	if (!bigger)
		return -ENOMEM;
	scope->policies = bigger;
	scope->policies[scope->n_policies++] = policy;
	return 0;
}

/* The module does not know which policies make up a scope, but its rules do. */
static int fill_scopes(struct kpol_ruleset *rs)
{
	rs->items = calloc(rs->n_rules ? rs->n_rules : 1, sizeof(*rs->items));
	if (!rs->items)
		return -ENOMEM;
	for (size_t i = 0; i < rs->n_rules; i++) {
		const struct kpol_rule *rule = &rs->rules[i];
		int r;

		if (rule->scope == 0 || rule->scope > rs->n_scopes || rule->policy == 0 ||
		    rule->policy > rs->n_policies)
			return -EBADMSG;
		r = scope_add_policy(&rs->scopes[rule->scope - 1], rule->policy);
		if (r < 0)
			return r;
	}
	return 0;
}

static int read_rows(struct kpol_nl *nl, struct kpol_ruleset *ruleset)
{
	static const struct {
		uint8_t cmd;
		int max;
		kpol_nl_reply_fn take;
	} dumps[] = {
		{ KPOL_CMD_POLICY_GET, KPOL_A_POLICY_MAX, take_policy },
		{ KPOL_CMD_SCOPE_GET, KPOL_A_SCOPE_MAX, take_scope },
		{ KPOL_CMD_RULE_GET, KPOL_A_RULE_MAX, take_rule },
		{ KPOL_CMD_BINDING_GET, KPOL_A_BINDING_MAX, take_binding },
		{ KPOL_CMD_SET_GET, KPOL_A_SET_MAX, take_set },
		{ KPOL_CMD_ADDRESS_GET, KPOL_A_ADDRESS_MAX, take_address },
	};

	for (size_t i = 0; i < sizeof(dumps) / sizeof(dumps[0]); i++) {
		struct reading in = { .ruleset = ruleset };
		int r = kpol_nl_dump(nl, dumps[i].cmd, dumps[i].max, dumps[i].take, &in);

		if (r < 0)
			return r;
	}
	sort_addresses(&ruleset->addresses);
	return fill_scopes(ruleset);
}

static int read_once(struct kpol_nl *nl, uint64_t *ret_generation, struct kpol_ruleset **ret)
{
	_cleanup_(kpol_ruleset_freep) struct kpol_ruleset *ruleset = calloc(1, sizeof(*ruleset));
	struct kpol_nl_status before, after;
	int r;

	if (!ruleset)
		return -ENOMEM;
	r = kpol_nl_status_get(nl, &before);
	if (r < 0)
		return r;
	r = read_rows(nl, ruleset);
	if (r < 0 && r != -EBADMSG)
		return r;
	if (kpol_nl_status_get(nl, &after) < 0 || before.generation != after.generation)
		return -EAGAIN;
	if (r < 0)
		return r;
	*ret_generation = after.generation;
	*ret = TAKE_PTR(ruleset);
	return 0;
}

int kpol_nl_ruleset_get(struct kpol_nl *nl, uint64_t *ret_generation,
			struct kpol_ruleset **ret_ruleset)
{
	int r = -EAGAIN;

	for (int i = 0; i < DUMP_TRIES && r == -EAGAIN; i++)
		r = read_once(nl, ret_generation, ret_ruleset);
	return r;
}

/** struct hooks - HOOK_GET being read. */
struct hooks {
	struct kpol_nl_hook *items;
	size_t n, capacity;
};

static int take_hook(struct nlattr **attrs, const struct nlmsghdr *hdr, void *userdata)
{
	struct hooks *hooks = userdata;
	struct kpol_nl_hook *hook;
	int r;

	(void)hdr;
	r = reserve((void **)&hooks->items, hooks->n, &hooks->capacity, sizeof(*hooks->items));
	if (r < 0)
		return r;
	hook = &hooks->items[hooks->n++];
	kpol_nl_attr_string(attrs[KPOL_A_HOOK_NAME], hook->name, sizeof(hook->name));
	hook->state = kpol_nl_attr_u32(attrs[KPOL_A_HOOK_STATE]);
	hook->class = kpol_nl_attr_u32(attrs[KPOL_A_HOOK_CLASS]);
	hook->ops = kpol_nl_attr_u32(attrs[KPOL_A_HOOK_OPS]);
	return 0;
}

int kpol_nl_hooks_get(struct kpol_nl *nl, struct kpol_nl_hook **ret_hooks, size_t *ret_n)
{
	struct hooks hooks = { 0 };
	int r;

	r = kpol_nl_dump(nl, KPOL_CMD_HOOK_GET, KPOL_A_HOOK_MAX, take_hook, &hooks);
	if (r < 0) {
		free(hooks.items);
		return r;
	}
	*ret_hooks = hooks.items;
	*ret_n = hooks.n;
	return 0;
}
