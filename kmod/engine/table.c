// SPDX-License-Identifier: GPL-2.0-only
/* Building the lookup table of a ruleset. */
#include "table.h"
#include "guard.h"
#include "key.h"

/* Kinds of matches from broad to exact: the order of DESIGN §3.2 as numbers. */
static const u8 match_level[__KPOL_MATCH_END] = {
	[KPOL_MATCH_ANY] = 0,  [KPOL_MATCH_DIR] = 1,  [KPOL_MATCH_PEER] = 1,
	[KPOL_MATCH_GLOB] = 2, [KPOL_MATCH_NAME] = 3, [KPOL_MATCH_PATH] = 4,
};

/* As bits of an IPv6 address, so that a set, which is one address of either family, ranks among both. */
static u32 address_rank(const struct kpol_rule *rule)
{
	if (rule->set)
		return 1 + 128;
	return !rule->family ? 0 : rule->prefix + (rule->family == AF_INET ? 1 + 96 : 1);
}

static u32 peer_rank(const struct kpol_rule *rule)
{
	u32 width = rule->port_last ? rule->port_last - rule->port_first : 65535;

	return address_rank(rule) << 18 | (65535 - width) << 2 | (rule->protocol ? 2 : 0) |
	       (rule->socktypes ? 1 : 0);
}

static u32 match_rank(const struct kpol_rule *rule, const struct kpol_glob_parts *parts)
{
	switch (rule->match) {
	case KPOL_MATCH_DIR:
		return rule->object_len;
	case KPOL_MATCH_PEER:
		return peer_rank(rule);
	case KPOL_MATCH_GLOB:
		return parts->literals;
	default:
		return 0;
	}
}

static u64 rule_score(const struct kpol_rule *rule, const struct kpol_glob_parts *parts)
{
	return (u64) !!rule->source << 63 | (u64)match_level[rule->match] << 60 |
	       (u64)match_rank(rule, parts) << 33 | (u32)~rule->id;
}

/* Append to the chain of this hash, so that chains run from old to new. */
static int insert_rule(struct kpol_table *t, const struct kpol_rule *rule, u64 hash)
{
	u32 tag = hash_tag(hash), at = (u32)hash & t->slot_mask, last, n = 1;

	while (t->slots[at].rule && t->slots[at].tag != tag)
		at = (at + 1) & t->slot_mask;
	last = t->slots[at].rule;
	if (!last) {
		t->slots[at] = (struct kpol_slot){ tag, rule->id };
		return 0;
	}
	for (; t->rows[last - 1].next; last = t->rows[last - 1].next)
		n++;
	if (n >= KPOL_KEY_RULES_MAX)
		return -E2BIG;
	t->rows[last - 1].next = rule->id;
	return 0;
}

static void note_key(struct kpol_list *list, const struct kpol_rule *rule,
		     const struct kpol_lookup_key *key)
{
	list->keys |= 1U << key->kind;
	switch (key->kind) {
	case KEY_PREFIX:
		set_bit_of(list->prefixes, prefix_bit(key->len));
		break;
	case KEY_PAIR:
		set_bit_of(list->pairs, prefix_bit(key->len));
		break;
	case KEY_LEAD:
		set_bit_of(list->leads, prefix_bit(key->len));
		set_bit_of(list->lead_dirs, prefix_bit(key->dir));
		break;
	case KEY_TRAIL:
		set_bit_of(&list->trails, key->len);
		break;
	case KEY_PEER:
		if (rule->family)
			set_bit_of(list->prefixes, peer_bit(rule->family, rule->prefix));
		break;
	case KEY_SET:
		list->keys |= 1U << KEY_PEER;
		set_bit_of(list->sets, set_bit_number(rule->set));
		break;
	default:
		break;
	}
}

static void note_needs(struct kpol_list *list, const struct kpol_rule *rule)
{
	list->ops |= rule->ops;
	list->sources |= !!rule->source;
	list->plain |= !rule->source;
	list->asks |= !!(rule->flags & KPOL_RULE_ASKS);
}

/*
 * Remember that this policy makes the class an allowlist, if it does; rows of one policy mostly stand
 * together.
 */
static void note_allow(struct kpol_table *t, struct kpol_list *list, const struct kpol_rule *rule,
		       u32 *n_nodes)
{
	u32 first = list->allow_first;

	if (rule->flags & KPOL_RULE_DEFAULT_AUDIT && !list->audits)
		list->audits = rule->policy;
	if (rule->action != KPOL_ACTION_ALLOW || rule->flags & KPOL_RULE_DEFAULTS ||
	    (first && t->nodes[first].policy == rule->policy))
		return;
	if (!list->would)
		list->would = rule->policy;
	t->nodes[++*n_nodes] = (struct kpol_policy_node){ rule->policy, first };
	list->allow_first = *n_nodes;
}

/* Remember who makes up a scope, for the seal. */
static void note_policy(struct kpol_table *t, const struct kpol_rule *rule, u32 *n_nodes)
{
	struct kpol_seal *seal = &t->seals[rule->scope];

	if (!seal->watched && (rule->class == KPOL_CLASS_PROCESS || rule->class == KPOL_CLASS_FILE))
		seal->watched = rule->policy;
	if (seal->first && t->nodes[seal->first].policy == rule->policy)
		return;
	if (!seal->would_held)
		seal->would_held = rule->policy;
	t->nodes[++*n_nodes] = (struct kpol_policy_node){ rule->policy, seal->first };
	seal->first = *n_nodes;
}

/* The seal speaks in these classes, whether they have rules or not. */
static void set_seal(struct kpol_table *t, u32 scope, bool host)
{
	struct kpol_seal *seal = &t->seals[scope];
	const struct kpol_list *process = table_list(t, scope, KPOL_CLASS_PROCESS);
	const struct kpol_list *file = table_list(t, scope, KPOL_CLASS_FILE);

	if (host || !seal->first) {
		*seal = (struct kpol_seal){};
		return;
	}
	seal->would_sealed = process->would ? process->would : file->would;
	table_list(t, scope, KPOL_CLASS_NAMESPACE)->keys |= 1U << KEY_SEAL;
	if (seal->watched)
		table_list(t, scope, KPOL_CLASS_MOUNT)->keys |= 1U << KEY_SEAL;
}

static void update_seal(struct kpol_table *t, u32 scope)
{
	struct kpol_seal *seal = &t->seals[scope];
	u32 process = table_list(t, scope, KPOL_CLASS_PROCESS)->enforced;
	u32 node, held = 0;

	if (!seal->first)
		return;
	for (node = seal->first; node; node = t->nodes[node].next)
		if (t->modes[t->nodes[node].policy] == KPOL_MODE_ENFORCE)
			held = t->nodes[node].policy;
	WRITE_ONCE(seal->held, held);
	WRITE_ONCE(seal->sealed,
		   process ? process : table_list(t, scope, KPOL_CLASS_FILE)->enforced);
}

static void update_enforced(struct kpol_table *t, struct kpol_list *list)
{
	u32 node, enforced = 0;

	for (node = list->allow_first; node; node = t->nodes[node].next)
		if (t->modes[t->nodes[node].policy] == KPOL_MODE_ENFORCE)
			enforced = t->nodes[node].policy;
	WRITE_ONCE(list->enforced, enforced);
}

static int check_refs(const struct kpol_table *t, const struct kpol_rule *rule, u32 id,
		      const char **ret_reason)
{
	*ret_reason = NULL;
	if (rule->id != id)
		*ret_reason = "is out of order";
	else if (!rule->scope || rule->scope > t->n_scopes)
		*ret_reason = "belongs to a scope that does not exist";
	else if (!rule->policy || rule->policy > t->n_policies)
		*ret_reason = "belongs to a policy that does not exist";
	else if (rule->set > t->n_sets)
		*ret_reason = "names an address set that does not exist";
	return *ret_reason ? -EINVAL : kpol_rule_check(rule, ret_reason);
}

static int check_rules(const struct kpol_table *t, struct kpol_table_error *error)
{
	u32 id;
	int err;

	for (id = 1; id <= t->n_rules; id++) {
		error->rule = id;
		err = check_refs(t, &t->rules[id - 1], id, &error->reason);
		if (err)
			return err;
	}
	error->rule = 0;
	return 0;
}

static int add_rule(struct kpol_table *t, const struct kpol_crowd *crowd,
		    const struct kpol_rule *rule)
{
	struct kpol_list *list = table_list(t, rule->scope, rule->class);
	struct kpol_row *row = &t->rows[rule->id - 1];
	struct kpol_glob_parts parts = {};
	struct kpol_lookup_key key;

	if (rule->match == KPOL_MATCH_GLOB)
		kpol_glob_split(rule->object, rule->object_len, &parts);
	kpol_key_choose(t, crowd, rule, &parts, &key);
	note_key(list, rule, &key);
	note_needs(list, rule);
	row->score = rule_score(rule, &parts);
	row->head = parts.head;
	row->tail = parts.tail;
	return insert_rule(t, rule, key_hash(t, rule, &key));
}

static int add_rules(struct kpol_table *t, struct kpol_table_error *error)
{
	struct kpol_crowd crowd;
	u32 id, n_nodes = 0;
	int err = kpol_crowd_new(t, &crowd);

	if (err) {
		error->reason = "no memory for the table";
		return err;
	}
	for (id = 1; id <= t->n_rules + t->n_guards; id++) {
		const struct kpol_rule *rule = table_row(t, id);

		if (id <= t->n_rules) {
			note_policy(t, rule, &n_nodes);
			note_allow(t, table_list(t, rule->scope, rule->class), rule, &n_nodes);
		}
		err = add_rule(t, &crowd, rule);
		if (!err)
			continue;
		*error = (struct kpol_table_error){
			table_origin(t, id), "shares its key with too many rules of its scope"
		};
		break;
	}
	port_free(crowd.counts);
	return err;
}

/* At most so many nodes note_allow() and note_policy() take: rows of one policy mostly stand together. */
static u32 count_nodes(const struct kpol_table *t)
{
	const struct kpol_rule *last = NULL, *before = NULL, *rule;
	u32 i, n = 0;

	for (i = 0; i < t->n_rules; i++) {
		rule = &t->rules[i];
		n += !before || rule->policy != before->policy || rule->scope != before->scope;
		before = rule;
		if (rule->action != KPOL_ACTION_ALLOW)
			continue;
		n += !last || rule->policy != last->policy || rule->class != last->class ||
		     rule->scope != last->scope;
		last = rule;
	}
	return n;
}

static void *table_alloc(struct kpol_table *t, size_t n, size_t size, bool *failed)
{
	void *p = port_zalloc(n, size);

	t->memory += n * size;
	*failed |= !p;
	return p;
}

/* At most two thirds are full: that is quick. Of very many, four fifths: there memory counts for more. */
static u32 count_slots(u32 n)
{
	u32 slots = 16, wanted = n + (n > 1U << 19 ? n / 4 : n / 2);

	while (slots < wanted)
		slots *= 2;
	return slots;
}

static int alloc_arrays(struct kpol_table *t)
{
	u32 slots = count_slots(t->n_rules + t->n_guards);
	bool failed = false;

	t->slot_mask = slots - 1;
	t->rows = table_alloc(t, (size_t)t->n_rules + t->n_guards + 1, sizeof(*t->rows), &failed);
	t->slots = table_alloc(t, slots, sizeof(*t->slots), &failed);
	t->lists = table_alloc(t, ((size_t)t->n_scopes + 1) * (KPOL_CLASS_MAX + 1),
			       sizeof(*t->lists), &failed);
	t->seals = table_alloc(t, (size_t)t->n_scopes + 1, sizeof(*t->seals), &failed);
	t->nodes = table_alloc(t, (size_t)count_nodes(t) + 1, sizeof(*t->nodes), &failed);
	t->modes = table_alloc(t, (size_t)t->n_policies + 1, sizeof(*t->modes), &failed);
	return failed ? -ENOMEM : 0;
}

static void set_seals(struct kpol_table *t, const u8 *scope_flags)
{
	u32 i;

	for (i = 1; i <= t->n_scopes; i++)
		set_seal(t, i, scope_flags && scope_flags[i - 1] & KPOL_SCOPE_HOST);
}

static void update_all_enforced(struct kpol_table *t)
{
	size_t i;

	for (i = 0; i < ((size_t)t->n_scopes + 1) * (KPOL_CLASS_MAX + 1); i++)
		update_enforced(t, &t->lists[i]);
	for (i = 1; i <= t->n_scopes; i++)
		update_seal(t, i);
}

/* An allowlist is about every operation of its class, and so is the seal. */
static void set_needs(struct kpol_list *list)
{
	if (list->would || list->audits || list->keys & 1U << KEY_SEAL)
		list->ops = ~0U;
	list->needs = KPOL_NEEDS_JUDGING | (list->sources ? KPOL_NEEDS_SOURCE : 0) |
		      (list->asks ? KPOL_NEEDS_TASK : 0) |
		      (list->keys & 1U << KEY_SET ? KPOL_NEEDS_SETS : 0);
}

static void set_all_needs(struct kpol_table *t)
{
	size_t i;

	for (i = 0; i < ((size_t)t->n_scopes + 1) * (KPOL_CLASS_MAX + 1); i++)
		set_needs(&t->lists[i]);
}

int kpol_table_new(const struct kpol_table_input *input, struct kpol_table_error *ret_error,
		   struct kpol_table **ret_table)
{
	struct kpol_table *t;
	int err = -EINVAL;

	*ret_error = (struct kpol_table_error){ 0, "is more than a ruleset may hold" };
	if (input->n_rules > KPOL_RULES_MAX || input->n_policies > KPOL_POLICIES_MAX ||
	    input->n_scopes > KPOL_SCOPES_MAX || input->n_sets > KPOL_SETS_MAX)
		return -EINVAL;
	ret_error->reason = "no memory for the table";
	t = port_zalloc(1, sizeof(*t));
	if (!t)
		return -ENOMEM;
	t->rules = input->rules;
	t->n_rules = input->n_rules;
	t->n_policies = input->n_policies;
	t->n_scopes = input->n_scopes;
	t->n_sets = input->n_sets;
	t->seed = input->seed;
	t->memory = sizeof(*t);
	err = check_rules(t, ret_error);
	if (err)
		goto free_table;
	ret_error->reason = "no memory for the table";
	err = kpol_guards_new(t, input->scope_flags);
	if (!err)
		err = alloc_arrays(t);
	if (err)
		goto free_table;
	if (t->n_policies)
		memcpy(t->modes + 1, input->policy_modes, t->n_policies);
	err = add_rules(t, ret_error);
	if (err)
		goto free_table;
	set_seals(t, input->scope_flags);
	set_all_needs(t);
	update_all_enforced(t);
	*ret_table = t;
	return 0;

free_table:
	kpol_table_free(t);
	return err;
}

void kpol_table_free(struct kpol_table *t)
{
	if (!t)
		return;
	port_free(t->guards);
	port_free(t->rows);
	port_free(t->slots);
	port_free(t->lists);
	port_free(t->seals);
	port_free(t->nodes);
	port_free(t->modes);
	port_free(t);
}

void kpol_table_set_mode(struct kpol_table *t, u32 policy, u8 mode)
{
	if (!policy || policy > t->n_policies)
		return;
	WRITE_ONCE(t->modes[policy], mode);
	update_all_enforced(t);
}

u8 kpol_table_mode(const struct kpol_table *t, u32 policy)
{
	return policy && policy <= t->n_policies ? READ_ONCE(t->modes[policy]) : 0;
}

u32 kpol_table_allowlists(const struct kpol_table *t, u32 scope)
{
	u32 i, mask = 0;

	for (i = 1; scope <= t->n_scopes && i <= KPOL_CLASS_MAX; i++)
		mask |= READ_ONCE(table_list(t, scope, i)->enforced) ? 1U << i : 0;
	return mask;
}

u32 kpol_table_classes(const struct kpol_table *t, u32 scope)
{
	u32 i, mask = 0;

	for (i = 1; scope <= t->n_scopes && i <= KPOL_CLASS_MAX; i++)
		mask |= table_list(t, scope, i)->keys & ~(1U << KEY_SEAL) ? 1U << i : 0;
	return mask;
}

static u32 list_needs(const struct kpol_list *list, u32 ops)
{
	return list->ops & ops ? list->needs : 0;
}

u32 kpol_table_needs(const struct kpol_table *t, u32 scope, u32 class, u32 ops)
{
	u32 needs = list_needs(table_list(t, scope, class), ops);

	if (class == KPOL_CLASS_FILE && ops & KPOL_OPS_CHANGE)
		needs |= list_needs(table_list(t, scope, CLASS_GUARD), ops);
	return needs;
}

const struct kpol_rule *kpol_table_rule(const struct kpol_table *t, u32 id)
{
	return id && id <= t->n_rules ? &t->rules[id - 1] : NULL;
}

u64 kpol_table_score(const struct kpol_table *t, u32 id, bool blocks)
{
	return t->rows[id - 1].score | (blocks ? BLOCK_BIT : 0);
}

size_t kpol_table_memory(const struct kpol_table *t)
{
	return t->memory;
}
