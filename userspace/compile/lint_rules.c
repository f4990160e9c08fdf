// SPDX-License-Identifier: GPL-2.0-or-later
/* Lint of compiled rules: what policies that share a scope do to each other. */
#include "compile/lint.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "compile/rows.h"
#include "engine/decide.h"

/* What has been said already: a policy in many scopes is reported once. */
struct said {
	bool *items; /* by first[policy - 1] + item */
	size_t *first;
	bool *policies;
};

struct rules {
	const struct kpol_lint *lint;
	struct said said;
	const struct kpol_rule **sorted;
};

static const struct kpol_item *rule_item(const struct kpol_lint *lint, const struct kpol_rule *rule)
{
	uint32_t item = lint->ruleset->items[rule->id - 1];

	return &lint->bundle->policies[rule->policy - 1].items[item];
}

static bool *item_said(const struct rules *r, const struct kpol_rule *rule)
{
	size_t first = r->said.first[rule->policy - 1];

	return &r->said.items[first + r->lint->ruleset->items[rule->id - 1]];
}

static bool decides(const struct kpol_rule *rule)
{
	return rule->action != KPOL_ACTION_AUDIT && !kpol_rule_is_static(rule);
}

static const char *policy_name(const struct kpol_lint *lint, const struct kpol_rule *rule)
{
	return lint->ruleset->policies[rule->policy - 1].name;
}

/* Once per item, however many scopes its policy is part of. */
static bool say_once(const struct rules *r, const struct kpol_rule *rule)
{
	bool *said = item_said(r, rule), first = !*said;

	*said = true;
	return first;
}

static int report_duplicate(const struct rules *r, const struct kpol_rule *rule,
			    const struct kpol_rule *other)
{
	const struct kpol_lint *lint = r->lint;

	if (!say_once(r, rule))
		return 0;
	return kpol_lint_add(lint, KPOL_NOTE, KPOL_LINT_DUPLICATE, rule_item(lint, rule)->place,
			     "policy \"%s\" says the same on line %u", policy_name(lint, other),
			     other->line);
}

static int report_loser(const struct rules *r, const struct kpol_rule *loser,
			const struct kpol_rule *winner)
{
	const struct kpol_lint *lint = r->lint;

	if (!say_once(r, loser))
		return 0;
	return kpol_lint_add(lint, KPOL_WARNING, KPOL_LINT_CONTRADICTION,
			     rule_item(lint, loser)->place,
			     "this Allow rule has no effect: the Block rule on line %u (policy "
			     "\"%s\") is for the same and wins",
			     winner->line, policy_name(lint, winner));
}

/* Patterns above directories, names above patterns: the one that loses is never asked. */
static int report_shadow(void *userdata, const struct kpol_rule *loser,
			 const struct kpol_rule *winner)
{
	static const char *const nouns[] = { [KPOL_MATCH_PATH] = "path",
					     [KPOL_MATCH_NAME] = "name",
					     [KPOL_MATCH_GLOB] = "pattern" };
	const struct rules *r = userdata;
	const struct kpol_lint *lint = r->lint;

	if (loser->action == winner->action || !say_once(r, loser))
		return 0;
	return kpol_lint_add(lint, KPOL_WARNING, KPOL_LINT_SHADOWED, rule_item(lint, loser)->place,
			     "this %s rule never decides: the %s on line %u (policy \"%s\", %s) is "
			     "for all it matches and ranks higher",
			     loser->action == KPOL_ACTION_ALLOW ? "Allow" : "Block",
			     nouns[winner->match], winner->line, policy_name(lint, winner),
			     winner->action == KPOL_ACTION_ALLOW ? "Allow" : "Block");
}

static bool is_duplicate(const struct kpol_rule *a, const struct kpol_rule *b)
{
	return decides(a) && decides(b) && a->action == b->action && a->policy != b->policy &&
	       a->ops == b->ops;
}

static int compare_rules(const void *a, const void *b)
{
	const struct kpol_rule *x = *(const struct kpol_rule *const *)a;
	const struct kpol_rule *y = *(const struct kpol_rule *const *)b;
	int r = kpol_rule_compare_key(x, y);

	return r ? r : x->id < y->id ? -1 : x->id > y->id;
}

/* Among equals Block wins. An Allow that keeps one of its operations still has an effect. */
static int check_allow(const struct rules *r, size_t first, size_t end,
		       const struct kpol_rule *allow)
{
	const struct kpol_rule *winner = NULL;
	u32 left = allow->ops;

	for (size_t i = first; i < end; i++) {
		const struct kpol_rule *rule = r->sorted[i];

		if (rule->action != KPOL_ACTION_BLOCK || !decides(rule) || !(rule->ops & left))
			continue;
		left &= ~rule->ops;
		winner = winner ? winner : rule;
	}
	return left ? 0 : report_loser(r, allow, winner);
}

static int check_rule(const struct rules *r, size_t first, size_t end, size_t at)
{
	const struct kpol_rule *rule = r->sorted[at];

	if (rule->action == KPOL_ACTION_ALLOW && decides(rule) &&
	    check_allow(r, first, end, rule) < 0)
		return -ENOMEM;
	for (size_t i = first; i < at; i++)
		if (is_duplicate(r->sorted[i], rule))
			return report_duplicate(r, rule, r->sorted[i]);
	return 0;
}

/* Rows with one key are few (KPOL_KEY_RULES_MAX), so all pairs may be looked at. */
static int check_run(const struct rules *r, size_t first, size_t end)
{
	for (size_t i = first; i < end; i++)
		if (check_rule(r, first, end, i) < 0)
			return -ENOMEM;
	return 0;
}

static int check_pairs(const struct rules *r, size_t n)
{
	size_t first = 0;

	qsort(r->sorted, n, sizeof(struct kpol_rule *), compare_rules);
	for (size_t i = 1; i <= n; i++) {
		if (i < n && !kpol_rule_compare_key(r->sorted[first], r->sorted[i]))
			continue;
		if (check_run(r, first, i) < 0)
			return -ENOMEM;
		first = i;
	}
	return 0;
}

static int check_libraries(const struct rules *r, size_t n)
{
	const struct kpol_rule *allow = NULL;

	for (size_t i = 0; i < n; i++) {
		const struct kpol_rule *rule = r->sorted[i];

		if (rule->class == KPOL_CLASS_LIBRARY)
			return 0;
		if (!allow && rule->class == KPOL_CLASS_PROCESS &&
		    rule->action == KPOL_ACTION_ALLOW)
			allow = rule;
	}
	if (!allow || r->said.policies[allow->policy - 1])
		return 0;
	r->said.policies[allow->policy - 1] = true;
	return kpol_lint_add(
		r->lint, KPOL_WARNING, KPOL_LINT_LIBRARIES,
		r->lint->bundle->policies[allow->policy - 1].place,
		"programs are allowlisted but libraries are not: LD_PRELOAD can run any "
		"code inside an allowed program (add a \"libraries\" section)");
}

/* The rules of one scope stand together. */
static int check_scope(const struct rules *r, size_t first, size_t end)
{
	const struct kpol_ruleset *ruleset = r->lint->ruleset;

	for (size_t i = first; i < end; i++)
		r->sorted[i - first] = &ruleset->rules[i];
	if (check_libraries(r, end - first) < 0 || check_pairs(r, end - first) < 0)
		return -ENOMEM;
	return kpol_lint_shadows(r->sorted, end - first, report_shadow, (void *)r);
}

static int check_scopes(const struct rules *r)
{
	const struct kpol_ruleset *ruleset = r->lint->ruleset;
	size_t first = 0;

	for (size_t i = 1; i <= ruleset->n_rules; i++) {
		if (i < ruleset->n_rules && ruleset->rules[i].scope == ruleset->rules[first].scope)
			continue;
		if (check_scope(r, first, i) < 0)
			return -ENOMEM;
		first = i;
	}
	return 0;
}

int kpol_lint_rules(const struct kpol_lint *lint)
{
	size_t n_policies = lint->bundle->n_policies, n_items = 0;
	_cleanup_free_ size_t *first = calloc(n_policies + 1, sizeof(*first));
	_cleanup_free_ bool *policies = calloc(n_policies + 1, sizeof(*policies));
	_cleanup_free_ const struct kpol_rule **sorted =
		calloc(lint->ruleset->n_rules + 1, sizeof(struct kpol_rule *));
	_cleanup_free_ bool *items = NULL;
	struct rules rules = { .lint = lint, .sorted = sorted };

	if (!first || !policies || !sorted)
		return -ENOMEM;
	for (size_t i = 0; i < n_policies; i++) {
		first[i] = n_items;
		n_items += lint->bundle->policies[i].n_items;
	}
	items = calloc(n_items + 1, sizeof(*items));
	if (!items)
		return -ENOMEM;
	rules.said = (struct said){ items, first, policies };
	return lint->ruleset->n_rules ? check_scopes(&rules) : 0;
}
