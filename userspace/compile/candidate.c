// SPDX-License-Identifier: GPL-2.0-or-later
/* Candidates: every rule that an access meets, strongest first, and why that order. */
#include "compile/candidate.h"

#include <errno.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "engine/glob.h"

DEFINE_CLEANUP(struct kpol_table *, kpol_table_free);

/* A rule alone in a table, made to block whatever the arguments are: does the access meet it? Return: 0, 1, or -ENOMEM. */
static int meets(const struct kpol_ruleset *ruleset, const struct kpol_rule *rule,
		 const struct kpol_access *access)
{
	_cleanup_(kpol_table_freep) struct kpol_table *table = NULL;
	struct kpol_rule alone = *rule;
	struct kpol_access asked = *access;
	bool has_facts = access->class != KPOL_CLASS_NETWORK && access->facts;
	struct kpol_facts facts = has_facts ? *access->facts : (struct kpol_facts){ 0 };
	struct kpol_table_error error;
	struct kpol_decision decision;
	u8 mode = KPOL_MODE_ENFORCE;
	struct kpol_table_input input = { .rules = &alone,
					  .n_rules = 1,
					  .policy_modes = &mode,
					  .n_policies = 1,
					  .n_scopes = 1,
					  .n_sets = (u32)ruleset->n_sets };
	int r;

	alone.id = alone.scope = alone.policy = asked.scope = 1;
	facts.known &= (u8)~KPOL_FACT_ARGS;
	if (access->class != KPOL_CLASS_NETWORK)
		asked.facts = &facts;
	alone.action = KPOL_ACTION_BLOCK;
	alone.flags &= KPOL_RULE_RECURSIVE;
	r = kpol_table_new(&input, &error, &table);
	if (r < 0)
		return r;
	kpol_decide(table, &asked, &decision);
	return decision.rule == 1 && !decision.guarded;
}

static int add(const struct kpol_table *table, const struct kpol_rule *rule,
	       const struct kpol_access *access, struct kpol_candidates *candidates)
{
	struct kpol_candidate *slot;

	slot = kpol_append(&candidates->items, &candidates->n, sizeof(*slot));
	if (!slot)
		return -ENOMEM;
	slot->rule = rule;
	slot->audit = rule->action == KPOL_ACTION_AUDIT;
	slot->blocks = kpol_rule_is_static(rule) ? !kpol_rule_passes(rule, access) && !slot->audit
						 : rule->action == KPOL_ACTION_BLOCK;
	slot->counts = !slot->audit && ((rule->action == KPOL_ACTION_ALLOW && !slot->blocks) ||
					kpol_table_mode(table, rule->policy) == KPOL_MODE_ENFORCE);
	slot->score = kpol_table_score(table, rule->id, slot->blocks);
	return 0;
}

/* An Audit rule for those who do not pass is silent about who does. */
static bool is_silent(const struct kpol_rule *rule, const struct kpol_access *access)
{
	return rule->action == KPOL_ACTION_AUDIT && kpol_rule_is_static(rule) &&
	       kpol_rule_passes(rule, access);
}

/* As long as nobody knows what the file holds, its digest lets nothing pass. */
static bool is_unsure(const struct kpol_rule *rule, const struct kpol_access *access)
{
	if (rule->action == KPOL_ACTION_AUDIT ||
	    !(kpol_condition_missing(rule, access->facts) & KPOL_FACTS_CONTENT))
		return false;
	return kpol_rule_is_static(rule) ? kpol_rule_passes(rule, access)
					 : rule->action == KPOL_ACTION_ALLOW;
}

static int compare(const void *a, const void *b)
{
	const struct kpol_candidate *x = a, *y = b;

	return x->score < y->score ? 1 : x->score > y->score ? -1 : 0;
}

int kpol_candidates_find(const struct kpol_ruleset *ruleset, const struct kpol_table *table,
			 const struct kpol_access *access, struct kpol_candidates *ret)
{
	int r = 0;

	for (size_t i = 0; i < ruleset->n_rules && r >= 0; i++) {
		const struct kpol_rule *rule = &ruleset->rules[i];

		if (rule->scope != access->scope || !(rule->ops & access->op) ||
		    is_silent(rule, access) || is_unsure(rule, access))
			continue;
		r = meets(ruleset, rule, access);
		if (r > 0)
			r = add(table, rule, access, ret);
	}
	if (r >= 0 && ret->n)
		qsort(ret->items, ret->n, sizeof(*ret->items), compare);
	return r < 0 ? r : 0;
}

u32 kpol_candidates_winner(const struct kpol_candidates *candidates, bool in_force)
{
	for (size_t i = 0; i < candidates->n; i++) {
		const struct kpol_candidate *c = &candidates->items[i];

		if (!c->audit && (c->counts || !in_force))
			return c->rule->id;
	}
	return 0;
}

static const char *const kinds[] = {
	[KPOL_MATCH_ANY] = "everything",
	[KPOL_MATCH_DIR] = "directory",
	[KPOL_MATCH_PEER] = "peer",
	[KPOL_MATCH_GLOB] = "pattern",
	[KPOL_MATCH_NAME] = "executable name",
	[KPOL_MATCH_PATH] = "exact path",
};

static u32 literals(const struct kpol_rule *rule)
{
	struct kpol_glob_parts split;

	kpol_glob_split(rule->object, rule->object_len, &split);
	return split.literals;
}

static u32 width(const struct kpol_rule *rule)
{
	return rule->port_last ? (u32)rule->port_last - rule->port_first + 1 : 65536;
}

static void add_detail(const struct kpol_rule *rule, struct kpol_buffer *out)
{
	switch (rule->match) {
	case KPOL_MATCH_GLOB:
		kpol_buffer_printf(out, " of %u literal characters", literals(rule));
		break;
	case KPOL_MATCH_DIR:
		kpol_buffer_printf(out, " of length %u", rule->object_len + 1U);
		break;
	case KPOL_MATCH_PEER:
		if (rule->set)
			kpol_buffer_puts(out, " by label");
		else if (rule->family)
			kpol_buffer_printf(out, " /%u", rule->prefix);
		if (rule->port_last)
			kpol_buffer_printf(out, ", %u port%s", width(rule),
					   width(rule) == 1 ? "" : "s");
		if (rule->protocol)
			kpol_buffer_puts(out, ", protocol");
		break;
	default:
		break;
	}
}

void kpol_candidate_rank(const struct kpol_candidate *candidate, struct kpol_buffer *out)
{
	const struct kpol_rule *rule = candidate->rule;

	kpol_buffer_printf(out, "%s%s", rule->source ? "source, " : "", kinds[rule->match]);
	add_detail(rule, out);
}

/* As the engine ranks them: pods are whole addresses, and the families are one. */
static u32 address_bits(const struct kpol_rule *rule)
{
	if (rule->set)
		return 1 + 128;
	return !rule->family ? 0 : rule->prefix + (rule->family == AF_INET ? 1U + 96 : 1U);
}

static void add_peer_reason(const struct kpol_rule *a, const struct kpol_rule *b,
			    struct kpol_buffer *out)
{
	if (address_bits(a) != address_bits(b))
		kpol_buffer_puts(out,
				 a->set ? "pods come before prefixes" : "its prefix is longer");
	else if (width(a) != width(b))
		kpol_buffer_puts(out, "its port range is narrower");
	else if (!!a->protocol != !!b->protocol)
		kpol_buffer_puts(out, "it names a protocol");
	else
		kpol_buffer_puts(out, "it names a socket type");
}

static void add_specific_reason(const struct kpol_rule *a, const struct kpol_rule *b,
				struct kpol_buffer *out)
{
	if (a->match == KPOL_MATCH_PEER)
		add_peer_reason(a, b, out);
	else if (a->match == KPOL_MATCH_GLOB)
		kpol_buffer_printf(out, "%u literal characters come before %u", literals(a),
				   literals(b));
	else
		kpol_buffer_puts(out, "its directory is longer");
}

/* Of a score: what is above the action, and what is above the specificity. */
#define ABOVE_ACTION 33
#define ABOVE_DETAIL 60

void kpol_candidate_reason(const struct kpol_candidate *a, const struct kpol_candidate *b,
			   struct kpol_buffer *out)
{
	if (!a->rule->source != !b->rule->source)
		kpol_buffer_puts(out, "it names a source");
	else if (a->score >> ABOVE_DETAIL != b->score >> ABOVE_DETAIL)
		kpol_buffer_printf(out, "%s comes before %s", kinds[a->rule->match],
				   kinds[b->rule->match]);
	else if (a->score >> ABOVE_ACTION != b->score >> ABOVE_ACTION)
		add_specific_reason(a->rule, b->rule, out);
	else if (a->blocks != b->blocks)
		kpol_buffer_puts(out, "Block beats Allow among equals");
	else
		kpol_buffer_puts(out, "of two equals the earlier counts");
}

static const struct kpol_candidate *find(const struct kpol_candidates *candidates, u32 rule)
{
	for (size_t i = 0; i < candidates->n; i++)
		if (candidates->items[i].rule->id == rule)
			return &candidates->items[i];
	return NULL;
}

/* The strongest that lost against @winner, if any had a say. */
static const struct kpol_candidate *second(const struct kpol_candidates *candidates,
					   const struct kpol_candidate *winner)
{
	for (const struct kpol_candidate *c = winner + 1; c < candidates->items + candidates->n;
	     c++)
		if (!c->audit)
			return c;
	return NULL;
}

static void add_winner(const struct kpol_candidates *candidates, const struct kpol_candidate *c,
		       struct kpol_buffer *out)
{
	const struct kpol_candidate *next = second(candidates, c);

	if (next)
		kpol_candidate_reason(c, next, out);
	else
		kpol_buffer_puts(out, "no other rule has a say");
}

const char *kpol_candidate_say(const struct kpol_candidates *candidates, size_t index)
{
	const struct kpol_candidate *c = &candidates->items[index];

	if (c->audit)
		return "reports";
	if (c->rule->id == kpol_candidates_winner(candidates, true))
		return "yes";
	return c->rule->id == kpol_candidates_winner(candidates, false) ? "would" : NULL;
}

void kpol_candidate_why(const struct kpol_candidates *candidates, size_t index,
			struct kpol_buffer *out)
{
	const struct kpol_candidate *c = &candidates->items[index];
	u32 in_force = kpol_candidates_winner(candidates, true);
	u32 would = kpol_candidates_winner(candidates, false);
	const struct kpol_candidate *winner = find(candidates, in_force ? in_force : would);

	if (c->audit) {
		kpol_buffer_puts(out, "Audit never changes a verdict");
	} else if (c->rule->id == in_force) {
		add_winner(candidates, c, out);
	} else if (winner && winner->score > c->score) {
		kpol_buffer_puts(out, "yields to the one that decides: ");
		kpol_candidate_reason(winner, c, out);
	} else {
		kpol_buffer_puts(out, "its policy only observes");
	}
}

void kpol_candidates_clear(struct kpol_candidates *candidates)
{
	free(candidates->items);
	*candidates = (struct kpol_candidates){ 0 };
}
