// SPDX-License-Identifier: GPL-2.0-or-later
/* Comparing two rulesets scope by scope: rules, defaults, modes. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "change/change.h"
#include "change/scope.h"
#include "compile/rows.h"
#include "compile/set.h"

/** struct row - a rule with the name of its address set, whose ids differ from ruleset to ruleset; NULL: none. */
struct row {
	const struct kpol_rule *rule;
	const char *set;
};

/** struct rows - of one scope, sorted by what they match; @done: what has found its counterpart. */
struct rows {
	struct row *items;
	bool *done;
	size_t n;
};

/* What a rule says of its class's default is told as one change of the default, not of every rule. */
static struct kpol_rule deed(const struct row *row)
{
	struct kpol_rule rule = *row->rule;

	rule.flags &= (u8)~KPOL_RULE_DEFAULTS;
	rule.set = 0;
	return rule;
}

static int compare_sets(const struct row *a, const struct row *b)
{
	if (!a->set || !b->set)
		return !!a->set - !!b->set;
	return strcmp(a->set, b->set);
}

static int compare_deeds(const struct row *a, const struct row *b)
{
	struct kpol_rule x = deed(a), y = deed(b);
	int r = compare_sets(a, b);

	return r ? r : kpol_rule_compare(&x, &y);
}

static int compare_rows(const void *a, const void *b)
{
	return compare_deeds(a, b);
}

static void rows_clear(struct rows *rows)
{
	free(rows->items);
	free(rows->done);
}

static int collect_rows(const struct kpol_side *side, uint32_t scope, struct rows *ret)
{
	size_t n = scope ? side->ruleset->n_rules : 0;

	ret->items = calloc(n + 1, sizeof(*ret->items));
	ret->done = calloc(n + 1, sizeof(*ret->done));
	if (!ret->items || !ret->done)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		const struct kpol_rule *rule = &side->ruleset->rules[i];

		if (rule->scope == scope)
			ret->items[ret->n++] =
				(struct row){ rule, kpol_rule_set_name(side->ruleset, rule) };
	}
	if (ret->n)
		qsort(ret->items, ret->n, sizeof(*ret->items), compare_rows);
	return 0;
}

/** struct pair - a scope before and after. */
struct pair {
	struct kpol_changes *changes;
	uint32_t old_scope, new_scope;
	struct rows old, new;
};

static int add_rule_change(struct pair *p, enum kpol_change_kind kind, const struct kpol_rule *old,
			   const struct kpol_rule *new)
{
	struct kpol_change *change = kpol_change_add(p->changes, kind);
	const struct kpol_side *side = new ? &p->changes->new : &p->changes->old;
	const struct kpol_rule *rule = new ? new : old;

	if (!change)
		return -ENOMEM;
	change->old = old;
	change->new = new;
	change->class = rule->class;
	change->old_scope = p->old_scope;
	change->new_scope = p->new_scope;
	change->scope = side->ruleset->scopes[rule->scope - 1].name;
	change->policy = side->ruleset->policies[rule->policy - 1].name;
	return kpol_change_sample(p->changes, change);
}

/* Equal rows, wherever they stand and in however many policies, are no change. */
static void drop_equal(struct rows *a, struct rows *b)
{
	size_t i = 0, j = 0;

	while (i < a->n && j < b->n) {
		int c = compare_deeds(&a->items[i], &b->items[j]);

		if (c == 0)
			a->done[i] = b->done[j] = true;
		i += c <= 0;
		j += c >= 0;
	}
	/* What stands twice on one side is there once. */
	for (i = 1; i < a->n; i++)
		a->done[i] |= a->done[i - 1] && !compare_rows(&a->items[i - 1], &a->items[i]);
	for (j = 1; j < b->n; j++)
		b->done[j] |= b->done[j - 1] && !compare_rows(&b->items[j - 1], &b->items[j]);
}

static enum kpol_change_kind content_kind(const struct kpol_rule *old, const struct kpol_rule *new)
{
	if (old->action != new->action || (old->flags ^ new->flags) & (u8)~KPOL_RULE_DEFAULTS)
		return KPOL_CHANGE_ACTION;
	return new->ops & ~old->ops ? KPOL_CHANGE_WIDENED : KPOL_CHANGE_NARROWED;
}

static bool same_side(const struct kpol_rule *old, const struct kpol_rule *new)
{
	return old->action == new->action &&
	       (old->flags & KPOL_RULE_ASKS) == (new->flags &KPOL_RULE_ASKS);
}

static bool has_ops(const struct kpol_rule *wide, const struct kpol_rule *narrow)
{
	return !(narrow->ops & ~wide->ops);
}

/* Does one row match all that the other does? Sets that differ in name may overlap, nobody knows. */
static bool covers(const struct row *wide, const struct row *narrow)
{
	struct kpol_rule x = deed(wide), y = deed(narrow);

	return (!wide->set || !compare_sets(wide, narrow)) && kpol_rule_covers(&x, &y);
}

static bool has_same_key(const struct row *old, const struct row *new)
{
	struct kpol_rule x = deed(old), y = deed(new);

	return !compare_sets(old, new) && !kpol_rule_compare_key(&x, &y);
}

/* How an old and a new row that differ belong together; 0: not at all. */
static int relation(const struct row *old, const struct row *new, bool same_key)
{
	if (same_key)
		return has_same_key(old, new) ? (int)content_kind(old->rule, new->rule) : 0;
	if (!same_side(old->rule, new->rule))
		return 0;
	if (has_ops(new->rule, old->rule) && covers(new, old))
		return KPOL_CHANGE_WIDENED;
	return has_ops(old->rule, new->rule) && covers(old, new) ? KPOL_CHANGE_NARROWED : 0;
}

/* Finding partners is quadratic: beyond this many rows of a scope they are just added and removed. */
#define PARTNERS_MAX 2000

static int pair_off(struct pair *p, bool same_key)
{
	int kind, r = 0;

	if (p->old.n > PARTNERS_MAX || p->new.n > PARTNERS_MAX)
		return 0;
	for (size_t i = 0; i < p->new.n &&r == 0; i++) {
		for (size_t j = 0; j < p->old.n && r == 0 && !p->new.done[i]; j++) {
			if (p->old.done[j])
				continue;
			kind = relation(&p->old.items[j], &p->new.items[i], same_key);
			if (!kind)
				continue;
			p->old.done[j] = p->new.done[i] = true;
			r = add_rule_change(p, (enum kpol_change_kind)kind, p->old.items[j].rule,
					    p->new.items[i].rule);
		}
	}
	return r;
}

static int add_rest(struct pair *p)
{
	int r = 0;

	for (size_t i = 0; i < p->old.n && r == 0; i++)
		if (!p->old.done[i])
			r = add_rule_change(p, KPOL_CHANGE_REMOVED, p->old.items[i].rule, NULL);
	for (size_t i = 0; i < p->new.n &&r == 0; i++)
		if (!p->new.done[i])
			r = add_rule_change(p, KPOL_CHANGE_ADDED, NULL, p->new.items[i].rule);
	return r;
}

static enum kpol_default rule_default(const struct kpol_rule *rule)
{
	if (rule->flags & KPOL_RULE_DEFAULT_ALLOW)
		return KPOL_DEFAULT_OPEN;
	return rule->flags & KPOL_RULE_DEFAULT_AUDIT ? KPOL_DEFAULT_AUDIT : KPOL_DEFAULT_WOULD_DENY;
}

static enum kpol_default class_default(const struct kpol_side *side, uint32_t scope, uint8_t class)
{
	enum kpol_default strictest = KPOL_DEFAULT_OPEN;

	if (!scope)
		return KPOL_DEFAULT_OPEN;
	if (kpol_table_allowlists(side->table, scope) & (1U << class))
		return KPOL_DEFAULT_DENY;
	for (size_t i = 0; i < side->ruleset->n_rules; i++) {
		const struct kpol_rule *rule = &side->ruleset->rules[i];

		if (rule->scope == scope && rule->class == class &&
		    rule->action == KPOL_ACTION_ALLOW && rule_default(rule) > strictest)
			strictest = rule_default(rule);
	}
	return strictest;
}

static int compare_defaults(struct pair *p)
{
	struct kpol_changes *changes = p->changes;

	for (uint8_t class = 1; class <= KPOL_CLASS_MAX; class ++) {
		uint8_t before = (uint8_t)class_default(&changes->old, p->old_scope, class);
		uint8_t after = (uint8_t)class_default(&changes->new, p->new_scope, class);
		struct kpol_change *change;

		if (before == after)
			continue;
		change = kpol_change_add(changes, KPOL_CHANGE_DEFAULT);
		if (!change)
			return -ENOMEM;
		change->class = class;
		change->before = before;
		change->after = after;
		change->old_scope = p->old_scope;
		change->new_scope = p->new_scope;
		change->scope = p->new_scope ? changes->new.ruleset->scopes[p->new_scope - 1].name
					     : changes->old.ruleset->scopes[p->old_scope - 1].name;
	}
	return 0;
}

static int compare_pair(struct kpol_changes *changes, uint32_t old_scope, uint32_t new_scope)
{
	struct pair p = { .changes = changes, .old_scope = old_scope, .new_scope = new_scope };
	int r = collect_rows(&changes->old, old_scope, &p.old);

	if (r == 0)
		r = collect_rows(&changes->new, new_scope, &p.new);
	if (r == 0)
		r = compare_defaults(&p);
	if (r == 0) {
		drop_equal(&p.old, &p.new);
		r = pair_off(&p, true);
	}
	if (r == 0)
		r = pair_off(&p, false);
	if (r == 0)
		r = add_rest(&p);
	rows_clear(&p.old);
	rows_clear(&p.new);
	return r;
}

static int compare_modes(struct kpol_changes *changes)
{
	const struct kpol_ruleset *old = changes->old.ruleset, *new = changes->new.ruleset;

	for (size_t i = 0; old && i < new->n_policies; i++) {
		for (size_t j = 0; j < old->n_policies; j++) {
			struct kpol_change *change;

			if (strcmp(new->policies[i].name, old->policies[j].name) ||
			    new->policies[i].mode == old->policies[j].mode)
				continue;
			change = kpol_change_add(changes, KPOL_CHANGE_MODE);
			if (!change)
				return -ENOMEM;
			change->policy = new->policies[i].name;
			change->before = old->policies[j].mode;
			change->after = new->policies[i].mode;
		}
	}
	return 0;
}

/* Every scope of the new ruleset with its like, then what is left of the old. */
static int compare_scopes(struct kpol_changes *changes)
{
	const struct kpol_ruleset *old = changes->old.ruleset, *new = changes->new.ruleset;
	size_t n_old = old ? old->n_scopes : 0;
	_cleanup_free_ bool *met = calloc(n_old + 1, sizeof(*met));
	uint32_t like;
	int r = met ? 0 : -ENOMEM;

	for (uint32_t i = 1; i <= new->n_scopes &&r == 0; i++) {
		like = kpol_scope_like(new->scopes[i - 1].name, old);
		met[like] = true;
		r = compare_pair(changes, like, i);
	}
	for (uint32_t i = 1; i <= n_old && r == 0; i++)
		if (!met[i])
			r = compare_pair(changes, i, kpol_scope_like(old->scopes[i - 1].name, new));
	return r;
}

static int open_side(struct kpol_side *side)
{
	struct kpol_table_error error;
	int r = side->ruleset ? kpol_ruleset_table(side->ruleset, &error, &side->table) : 0;

	return r == 0 || r == -ENOMEM ? r : -EINVAL;
}

int kpol_changes_find(const struct kpol_ruleset *old, const char *old_file,
		      const struct kpol_ruleset *new, const char *new_file,
		      struct kpol_changes *ret)
{
	int r;

	ret->old = (struct kpol_side){ .ruleset = old, .file = old_file };
	ret->new = (struct kpol_side){ .ruleset = new, .file = new_file };
	r = open_side(&ret->old);
	if (r == 0)
		r = open_side(&ret->new);
	if (r == 0)
		r = compare_modes(ret);
	if (r == 0)
		r = compare_scopes(ret);
	for (size_t i = 0; i < ret->n && r == 0; i++) {
		kpol_change_risk(ret, &ret->items[i]);
		ret->n_high += ret->items[i].high;
	}
	return r;
}

struct kpol_change *kpol_change_add(struct kpol_changes *changes, enum kpol_change_kind kind)
{
	struct kpol_change *change = kpol_append(&changes->items, &changes->n, sizeof(*change));

	if (change)
		change->kind = kind;
	return change;
}

void kpol_changes_clear(struct kpol_changes *changes)
{
	for (size_t i = 0; i < changes->n; i++)
		free(changes->items[i].sample);
	free(changes->items);
	kpol_table_free(changes->old.table);
	kpol_table_free(changes->new.table);
	memset(changes, 0, sizeof(*changes));
}
