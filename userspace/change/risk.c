// SPDX-License-Identifier: GPL-2.0-or-later
/* The risk of a change: may it break what works, or open what is closed, for more than one object? */
#include "change/change.h"

static bool is_denied(uint8_t verdict)
{
	return verdict == KPOL_VERDICT_DENY;
}

/* More than the one object that is written there. */
static bool is_wildcard(const struct kpol_rule *rule)
{
	return rule->match == KPOL_MATCH_ANY || rule->match == KPOL_MATCH_GLOB ||
	       rule->match == KPOL_MATCH_DIR;
}

static bool is_any_peer(const struct kpol_rule *rule)
{
	return rule->match == KPOL_MATCH_PEER && !rule->prefix && !rule->set &&
	       rule->ops != KPOL_OP_SOCKET;
}

static const struct kpol_scope_row *scope_row(const struct kpol_changes *changes,
					      const struct kpol_change *change)
{
	if (change->new_scope)
		return &changes->new.ruleset->scopes[change->new_scope - 1];
	return change->old_scope ? &changes->old.ruleset->scopes[change->old_scope - 1] : NULL;
}

/* A scope's name says what its selectors select: "all@payments" is a whole namespace. */
static const char *wide_reason(const struct kpol_scope_row *scope)
{
	if (scope && scope->flags & KPOL_SCOPE_HOST)
		return "blocks on the whole host";
	if (scope && strstr(scope->name, "all@"))
		return "blocks in a whole namespace";
	return NULL;
}

static bool only_observes(const struct kpol_side *side, const struct kpol_rule *rule)
{
	return side->ruleset->policies[rule->policy - 1].mode == KPOL_MODE_OBSERVE;
}

static void set(struct kpol_change *change, bool high, const char *reason)
{
	change->high = high;
	change->reason = reason;
}

static void judge_new_block(const struct kpol_changes *changes, struct kpol_change *change)
{
	const char *wide = wide_reason(scope_row(changes, change));

	if (only_observes(&changes->new, change->new))
		set(change, false, "its policy only observes");
	else if (is_denied(change->before))
		set(change, false, "was denied before as well");
	else if (wide)
		set(change, true, wide);
	else if (is_wildcard(change->new))
		set(change, true, "blocks by a wildcard");
	else if (is_any_peer(change->new))
		set(change, true, "blocks every address");
	else
		set(change, false, "blocks one object");
}

static void judge_less_block(const struct kpol_changes *changes, struct kpol_change *change)
{
	if (only_observes(&changes->old, change->old))
		set(change, false, "its policy only observed");
	else if (is_denied(change->after))
		set(change, false, "is denied all the same");
	else
		set(change, true, "leaves a block list");
}

static void judge_new_allow(struct kpol_change *change)
{
	if (change->before != KPOL_VERDICT_DENY && change->before != KPOL_VERDICT_WOULD_DENY)
		set(change, false, "was allowed before as well");
	else if (is_wildcard(change->new))
		set(change, true, "allows by a wildcard");
	else if (is_any_peer(change->new))
		set(change, true, "allows every address");
	else
		set(change, false, "allows one object");
}

static void judge_less_allow(struct kpol_change *change)
{
	if (!is_denied(change->after) || is_denied(change->before))
		set(change, false, "no verdict of its sample changes");
	else if (is_wildcard(change->old) || is_any_peer(change->old))
		set(change, true, "denies what a wildcard allowed");
	else
		set(change, false, "denies one object");
}

static void judge_action(const struct kpol_changes *changes, struct kpol_change *change)
{
	if (change->new->action == KPOL_ACTION_BLOCK)
		judge_new_block(changes, change);
	else if (change->old->action == KPOL_ACTION_BLOCK)
		judge_less_block(changes, change);
	else if (change->new->action == KPOL_ACTION_ALLOW)
		judge_new_allow(change);
	else
		judge_less_allow(change);
}

static void judge_rule(const struct kpol_changes *changes, struct kpol_change *change)
{
	bool more = change->kind == KPOL_CHANGE_ADDED || change->kind == KPOL_CHANGE_WIDENED;
	const struct kpol_rule *rule = more ? change->new : change->old;

	if (rule->action == KPOL_ACTION_AUDIT)
		set(change, false, "only changes what is reported");
	else if (rule->action == KPOL_ACTION_BLOCK)
		more ? judge_new_block(changes, change) : judge_less_block(changes, change);
	else
		more ? judge_new_allow(change) : judge_less_allow(change);
}

static void judge_default(struct kpol_change *change)
{
	if (change->after == KPOL_DEFAULT_DENY)
		set(change, true, "new default deny");
	else if (change->before == KPOL_DEFAULT_DENY)
		set(change, true, "the default deny is gone");
	else if (change->after == KPOL_DEFAULT_AUDIT)
		set(change, false, "what no rule matches is reported, and allowed");
	else if (change->before == KPOL_DEFAULT_AUDIT)
		set(change, false, "what no rule matches is reported no longer");
	else
		set(change, false, "a default deny that only observes");
}

void kpol_change_risk(const struct kpol_changes *changes, struct kpol_change *change)
{
	switch (change->kind) {
	case KPOL_CHANGE_MODE:
		set(change, true,
		    change->after == KPOL_MODE_ENFORCE ? "the policy begins to deny"
						       : "the policy no longer denies");
		break;
	case KPOL_CHANGE_DEFAULT:
		judge_default(change);
		break;
	case KPOL_CHANGE_ACTION:
		judge_action(changes, change);
		break;
	default:
		judge_rule(changes, change);
	}
}
