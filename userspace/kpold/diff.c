// SPDX-License-Identifier: GPL-2.0-or-later
/* What differs between two rulesets, as people see it: by names, not by ids. */
#include "kpold/diff.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "compile/condition.h"
#include "compile/set.h"

/** struct entry - a rule with what its numbers mean. */
struct entry {
	const struct kpol_rule *rule;
	const char *scope;
	const char *policy;
	const char *set;
};

static int compare_text(const char *a, const char *b)
{
	if (!a || !b)
		return (a != NULL) - (b != NULL);
	return strcmp(a, b);
}

static int compare_number(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

#define FIRST_DIFFERENCE(...)           \
	do {                            \
		int _r = (__VA_ARGS__); \
		if (_r)                 \
			return _r;      \
	} while (0)

/* What a rule is about. */
static int compare_key(const struct entry *a, const struct entry *b)
{
	const struct kpol_rule *x = a->rule, *y = b->rule;

	FIRST_DIFFERENCE(compare_text(a->scope, b->scope));
	FIRST_DIFFERENCE(compare_text(a->policy, b->policy));
	FIRST_DIFFERENCE(compare_number(x->class, y->class));
	FIRST_DIFFERENCE(compare_number(x->match, y->match));
	FIRST_DIFFERENCE(compare_text(x->object, y->object));
	FIRST_DIFFERENCE(compare_text(x->source, y->source));
	FIRST_DIFFERENCE(compare_number(x->family, y->family));
	FIRST_DIFFERENCE(memcmp(x->addr, y->addr, sizeof(x->addr)));
	FIRST_DIFFERENCE(compare_number(x->prefix, y->prefix));
	FIRST_DIFFERENCE(compare_number(x->protocol, y->protocol));
	FIRST_DIFFERENCE(compare_number(x->socktypes, y->socktypes));
	FIRST_DIFFERENCE(compare_number(x->port_first, y->port_first));
	FIRST_DIFFERENCE(compare_number(x->port_last, y->port_last));
	return compare_text(a->set, b->set);
}

/* What it says about it. */
static int compare_content(const struct entry *a, const struct entry *b)
{
	const struct kpol_rule *x = a->rule, *y = b->rule;

	FIRST_DIFFERENCE(compare_number(x->ops, y->ops));
	FIRST_DIFFERENCE(compare_number(x->action, y->action));
	return compare_number(x->flags, y->flags);
}

static int compare_entry(const void *a, const void *b)
{
	FIRST_DIFFERENCE(compare_key(a, b));
	return compare_content(a, b);
}

static struct entry *sorted(const struct kpol_ruleset *ruleset)
{
	size_t n = ruleset ? ruleset->n_rules : 0;
	struct entry *entries = calloc(n ? n : 1, sizeof(*entries));

	for (size_t i = 0; entries && i < n; i++) {
		const struct kpol_rule *rule = &ruleset->rules[i];

		entries[i] = (struct entry){ rule, ruleset->scopes[rule->scope - 1].name,
					     ruleset->policies[rule->policy - 1].name,
					     kpol_rule_set_name(ruleset, rule) };
	}
	if (entries && n > 0)
		qsort(entries, n, sizeof(*entries), compare_entry);
	return entries;
}

/** struct merge - two sorted lists of what is only in one of them. */
struct merge {
	struct entry *items;
	size_t n;
};

/* Takes out of both lists what they have in common; duplicates pair off one by one. */
static void drop_common(struct merge *a, struct merge *b)
{
	size_t i = 0, j = 0, kept_a = 0, kept_b = 0;

	while (i < a->n || j < b->n) {
		int c = i == a->n ? 1 : j == b->n ? -1 : compare_entry(&a->items[i], &b->items[j]);

		if (c == 0) {
			i++;
			j++;
		} else if (c < 0) {
			a->items[kept_a++] = a->items[i++];
		} else {
			b->items[kept_b++] = b->items[j++];
		}
	}
	a->n = kept_a;
	b->n = kept_b;
}

static size_t rule_index(const struct kpol_ruleset *ruleset, const struct entry *entry)
{
	return (size_t)(entry->rule - ruleset->rules);
}

/* What is left with equal keys on both sides was modified. */
static void sort_out(const struct kpol_ruleset *old, const struct merge *a,
		     const struct kpol_ruleset *new, const struct merge *b, struct kpold_diff *diff)
{
	size_t i = 0, j = 0;

	while (i < a->n || j < b->n) {
		int c = i == a->n ? 1 : j == b->n ? -1 : compare_key(&a->items[i], &b->items[j]);

		if (c == 0) {
			diff->modified[diff->n_modified++] = rule_index(new, &b->items[j++]);
			i++;
		} else if (c < 0) {
			diff->removed[diff->n_removed++] = rule_index(old, &a->items[i++]);
		} else {
			diff->added[diff->n_added++] = rule_index(new, &b->items[j++]);
		}
	}
}

static int compare_index(const void *a, const void *b)
{
	return compare_number(*(const size_t *)a, *(const size_t *)b);
}

static int allocate(struct kpold_diff *diff, size_t n_old, size_t n_new)
{
	diff->added = calloc(n_new + 1, sizeof(size_t));
	diff->modified = calloc(n_new + 1, sizeof(size_t));
	diff->removed = calloc(n_old + 1, sizeof(size_t));
	return diff->added && diff->modified && diff->removed ? 0 : -ENOMEM;
}

int kpold_diff_rules(const struct kpol_ruleset *old, const struct kpol_ruleset *new,
		     struct kpold_diff *ret)
{
	struct merge a = { sorted(old), old ? old->n_rules : 0 };
	struct merge b = { sorted(new), new ? new->n_rules : 0 };
	int r = -ENOMEM;

	if (a.items && b.items) {
		drop_common(&a, &b);
		r = allocate(ret, a.n, b.n);
	}
	if (r == 0) {
		sort_out(old, &a, new, &b, ret);
		qsort(ret->added, ret->n_added, sizeof(size_t), compare_index);
		qsort(ret->removed, ret->n_removed, sizeof(size_t), compare_index);
		qsort(ret->modified, ret->n_modified, sizeof(size_t), compare_index);
	}
	free(a.items);
	free(b.items);
	return r;
}

void kpold_diff_clear(struct kpold_diff *diff)
{
	free(diff->added);
	free(diff->removed);
	free(diff->modified);
	memset(diff, 0, sizeof(*diff));
}

static bool same_policies(const struct kpol_ruleset *a, const struct kpol_ruleset *b)
{
	if (a->n_policies != b->n_policies)
		return false;
	for (size_t i = 0; i < a->n_policies; i++)
		if (strcmp(a->policies[i].name, b->policies[i].name) != 0 ||
		    a->policies[i].mode != b->policies[i].mode)
			return false;
	return true;
}

static bool same_scopes(const struct kpol_ruleset *a, const struct kpol_ruleset *b)
{
	if (a->n_scopes != b->n_scopes)
		return false;
	for (size_t i = 0; i < a->n_scopes; i++)
		if (strcmp(a->scopes[i].name, b->scopes[i].name) != 0 ||
		    a->scopes[i].flags != b->scopes[i].flags)
			return false;
	return true;
}

static bool same_rule(const struct kpol_rule *a, const struct kpol_rule *b)
{
	u8 x[KPOL_RULE_ENCODED], y[KPOL_RULE_ENCODED];

	kpol_rule_encode(a, x);
	kpol_rule_encode(b, y);
	return memcmp(x, y, sizeof(x)) == 0 && compare_text(a->object, b->object) == 0 &&
	       compare_text(a->source, b->source) == 0 && kpol_condition_compare(a, b) == 0;
}

static bool same_rules(const struct kpol_ruleset *a, const struct kpol_ruleset *b)
{
	if (a->n_rules != b->n_rules)
		return false;
	for (size_t i = 0; i < a->n_rules; i++)
		if (!same_rule(&a->rules[i], &b->rules[i]))
			return false;
	return true;
}

bool kpold_binding_same_key(const struct kpol_binding_row *a, const struct kpol_binding_row *b)
{
	if (a->kind != b->kind)
		return false;
	if (a->kind == KPOL_BIND_ID)
		return a->cgroup == b->cgroup;
	return compare_text(a->path, b->path) == 0;
}

bool kpold_binding_same(const struct kpol_binding_row *a, const struct kpol_binding_row *b)
{
	return a->scope == b->scope && kpold_binding_same_key(a, b);
}

const struct kpol_binding_row *kpold_binding_find(const struct kpol_ruleset *ruleset,
						  const struct kpol_binding_row *key)
{
	for (size_t i = 0; i < ruleset->n_bindings; i++)
		if (kpold_binding_same_key(&ruleset->bindings[i], key))
			return &ruleset->bindings[i];
	return NULL;
}

/* Neither side binds a key twice, so equal numbers and inclusion make equal sets. */
static bool same_bindings(const struct kpol_ruleset *a, const struct kpol_ruleset *b)
{
	if (a->n_bindings != b->n_bindings)
		return false;
	for (size_t i = 0; i < a->n_bindings; i++) {
		const struct kpol_binding_row *other;

		/* The usual case first: same order. */
		if (kpold_binding_same(&a->bindings[i], &b->bindings[i]))
			continue;
		other = kpold_binding_find(b, &a->bindings[i]);
		if (!other || !kpold_binding_same(other, &a->bindings[i]))
			return false;
	}
	return true;
}

static bool same_sets(const struct kpol_ruleset *a, const struct kpol_ruleset *b)
{
	if (a->n_sets != b->n_sets)
		return false;
	for (size_t i = 0; i < a->n_sets; i++)
		if (strcmp(a->sets[i].name, b->sets[i].name) != 0)
			return false;
	return true;
}

enum kpold_distance kpold_diff_distance(const struct kpol_ruleset *old,
					const struct kpol_ruleset *new)
{
	if (!old || !same_policies(old, new) || !same_scopes(old, new) || !same_sets(old, new) ||
	    !same_rules(old, new))
		return KPOLD_OTHER;
	return same_bindings(old, new) ? KPOLD_SAME : KPOLD_BINDINGS;
}
