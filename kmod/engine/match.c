// SPDX-License-Identifier: GPL-2.0-only
/* Whether a rule matches an access, and what it does to the verdict then. */
#include "lookup.h"
#include "glob.h"

static bool source_is_same(const struct judge *j, const struct kpol_rule *rule)
{
	if (!rule->source || !j->source)
		return !rule->source && !j->source;
	return rule->source_len == j->access->source_len &&
	       !memcmp(rule->source, j->source, rule->source_len);
}

/* The directory itself, or below it; only its children if it is not recursive. */
static bool dir_matches(const struct kpol_access *a, const struct kpol_rule *rule)
{
	u32 len = rule->object_len;

	if (len > a->object_len || memcmp(rule->object, a->object, len))
		return false;
	if (len == a->object_len)
		return true;
	return a->object[len] == '/' &&
	       (rule->flags & KPOL_RULE_RECURSIVE ||
		!memchr(a->object + len + 1, '/', a->object_len - len - 1));
}

/* The last component, or a word, which has no slash anywhere. */
static bool name_matches(const struct kpol_access *a, const struct kpol_rule *rule)
{
	u32 len = rule->object_len;

	return len <= a->object_len &&
	       (len == a->object_len || a->object[a->object_len - len - 1] == '/') &&
	       !memcmp(rule->object, a->object + a->object_len - len, len);
}

/* A pattern that cannot be answered in the steps there are matches where that is the safe answer. */
static bool glob_matches(struct judge *j, const struct kpol_rule *rule, const struct kpol_row *row)
{
	const struct kpol_access *a = j->access;
	enum kpol_glob_verdict verdict =
		kpol_glob_match_split(rule->object, rule->object_len, row->head, row->tail,
				      a->object, a->object_len, &j->steps);

	if (unlikely(verdict == KPOL_GLOB_UNKNOWN))
		return kpol_rule_is_static(rule) ? !kpol_rule_passes(rule, a)
						 : rule->action != KPOL_ACTION_ALLOW;
	return verdict == KPOL_GLOB_YES;
}

static bool path_matches(struct judge *j, const struct kpol_rule *rule, const struct kpol_row *row)
{
	const struct kpol_access *a = j->access;
	u32 len = rule->object_len;

	switch (rule->match) {
	case KPOL_MATCH_DIR:
		return dir_matches(a, rule);
	case KPOL_MATCH_PATH:
		return len == a->object_len && !memcmp(rule->object, a->object, len);
	case KPOL_MATCH_NAME:
		return name_matches(a, rule);
	case KPOL_MATCH_GLOB:
		return glob_matches(j, rule, row);
	default:
		return true;
	}
}

/* The ids ascend. */
static bool is_in_set(const struct kpol_access *a, u32 set)
{
	u32 low = 0, high = a->n_sets, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (a->sets[middle] < set)
			low = middle + 1;
		else
			high = middle;
	}
	return low < a->n_sets && a->sets[low] == set;
}

static bool peer_matches(const struct kpol_access *a, const struct kpol_rule *rule)
{
	u32 whole = rule->prefix / 8, rest = rule->prefix % 8;

	if (rule->protocol && rule->protocol != a->protocol)
		return false;
	if (rule->socktypes && !(a->socktype < 8 && rule->socktypes & (1U << a->socktype)))
		return false;
	if (rule->family && rule->family != a->family)
		return false;
	if (rule->port_last && (a->port < rule->port_first || a->port > rule->port_last))
		return false;
	if (unlikely(rule->set))
		return is_in_set(a, rule->set);
	if (!rule->prefix)
		return true;
	return a->has_addr && !memcmp(rule->addr, a->addr, whole) &&
	       (!rest || !((rule->addr[whole] ^ a->addr[whole]) & (u8)(0xff << (8 - rest))));
}

static bool rule_matches(struct judge *j, const struct kpol_rule *rule, const struct kpol_row *row)
{
	const struct kpol_access *a = j->access;

	return rule->ops & a->op && rule->scope == a->scope && rule->class == a->class &&
	       source_is_same(j, rule) &&
	       (rule->match == KPOL_MATCH_PEER ? peer_matches(a, rule)
					       : path_matches(j, rule, row));
}

bool kpol_rule_passes(const struct kpol_rule *rule, const struct kpol_access *access)
{
	if (rule->flags & KPOL_RULE_OWNER && !access->owner)
		return false;
	if (rule->flags & KPOL_RULE_NO_TERMINAL && access->terminal)
		return false;
	return !(kpol_condition_asks(rule) & KPOL_FACT_ARGS) ||
	       kpol_condition_has_args(rule, access->facts);
}

bool kpol_rule_is_static(const struct kpol_rule *rule)
{
	return rule->flags & KPOL_RULE_ASKS || kpol_condition_asks(rule) & KPOL_FACT_ARGS;
}

/* Remember how strong a rule is that may decide, or not, once the missing facts are known. */
static void note_missing(struct judge *j, const struct kpol_rule *rule, u64 score, u32 missing)
{
	u32 i;

	if (!j->missing)
		*j->open = (struct open_rules){};
	j->missing |= missing;
	for (i = 0; i < KPOL_FACTS; i++) {
		u64 *open = rule->action == KPOL_ACTION_AUDIT ? &j->open->audit[i]
							      : &j->open->verdict[i];

		if (missing & 1U << i && score > *open)
			*open = score;
	}
}

/*
 * Does the rule match for what the file holds? What is not known matches where that is the safe answer.
 * @blocks: set to what the rule does with these arguments.
 */
static noinline bool condition_matches(struct judge *j, const struct kpol_rule *rule, u64 score,
				       bool *blocks)
{
	const struct kpol_facts *facts = j->access->facts;
	u32 asks = kpol_condition_asks(rule), missing = kpol_condition_missing(rule, facts);

	if (asks & KPOL_FACT_ARGS)
		*blocks = !kpol_rule_passes(rule, j->access);
	if (asks & KPOL_FACTS_CONTENT && !kpol_condition_has_content(rule, facts) &&
	    !(missing & KPOL_FACTS_CONTENT))
		return false;
	if (missing)
		note_missing(j, rule, score | (rule->action == KPOL_ACTION_AUDIT ? 0 : BLOCK_BIT),
			     missing);
	return !(missing & KPOL_FACTS_CONTENT) || *blocks || rule->action == KPOL_ACTION_AUDIT;
}

/* A rule that matches competes; the answer is the one with the highest score. */
void kpol_consider(struct judge *j, u32 id)
{
	const struct kpol_rule *rule = table_row(j->table, id);
	const struct kpol_row *row = &j->table->rows[id - 1];
	u64 score = row->score;
	bool blocks = rule->action == KPOL_ACTION_BLOCK;

	if (!rule_matches(j, rule, row) || (rule->flags & RULE_DIRECTORY && !j->access->directory))
		return;
	if (rule->flags & KPOL_RULE_ASKS)
		blocks = !kpol_rule_passes(rule, j->access);
	if (unlikely(kpol_rule_condition_len(rule)) && !condition_matches(j, rule, score, &blocks))
		return;
	if (rule->action == KPOL_ACTION_AUDIT) {
		if (score > j->best.audit && (blocks || !kpol_rule_is_static(rule)))
			j->best.audit = score;
		return;
	}
	if (blocks)
		score |= BLOCK_BIT;
	if (score > j->best.would)
		j->best.would = score;
	if (score > j->best.deny && ((rule->action == KPOL_ACTION_ALLOW && !blocks) ||
				     READ_ONCE(j->table->modes[rule->policy]) == KPOL_MODE_ENFORCE))
		j->best.deny = score;
}
