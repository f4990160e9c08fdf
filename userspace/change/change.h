/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Changes between two rulesets, as what they do: which accesses are judged otherwise, at what risk. */
#ifndef KPOL_CHANGE_CHANGE_H
#define KPOL_CHANGE_CHANGE_H

#include "base/jsonw.h"
#include "compile/ruleset.h"
#include "engine/decide.h"

/**
 * enum kpol_change_kind - what happened
 * @KPOL_CHANGE_ACTION: the same object with another action.
 * @KPOL_CHANGE_DEFAULT: what a class does with what no rule matches.
 */
enum kpol_change_kind {
	KPOL_CHANGE_ADDED = 1,
	KPOL_CHANGE_REMOVED,
	KPOL_CHANGE_WIDENED,
	KPOL_CHANGE_NARROWED,
	KPOL_CHANGE_ACTION,
	KPOL_CHANGE_DEFAULT,
	KPOL_CHANGE_MODE,
};

/* What a class does with what no rule matches. */
enum kpol_default {
	KPOL_DEFAULT_OPEN,
	KPOL_DEFAULT_AUDIT,
	KPOL_DEFAULT_WOULD_DENY,
	KPOL_DEFAULT_DENY,
};

/** struct kpol_side - a ruleset with its table and the name of its file; @ruleset NULL: nothing. */
struct kpol_side {
	const struct kpol_ruleset *ruleset;
	struct kpol_table *table;
	const char *file;
};

/**
 * struct kpol_change - one change
 * @reason: why the risk is what it is; constant.
 * @scope: name of the workloads' scope, NULL for MODE. @policy: of the row or of MODE.
 * @old, @new: rows; NULL where there is none.
 * @before, @after: enum kpol_verdict of @sample, or of DEFAULT the posture, or of MODE the mode.
 * @sample: an access that shows it, "read /etc/x"; NULL: none was found. Owned.
 */
struct kpol_change {
	enum kpol_change_kind kind;
	bool high;
	const char *reason;
	const char *scope;
	const char *policy;
	uint8_t class;
	const struct kpol_rule *old, *new;
	uint32_t old_scope, new_scope;
	uint8_t before, after;
	char *sample;
};

/** struct kpol_changes - zero-initialise, end with kpol_changes_clear(). */
struct kpol_changes {
	struct kpol_side old, new;
	struct kpol_change *items;
	size_t n;
	size_t n_high;
};

/**
 * kpol_changes_find() - compare two rulesets
 * @old: NULL: nothing was there. Both must outlive the changes.
 * @old_file, @new_file: names for people.
 *
 * Rules count by what they match and do; where they stand and which policy they come from does not.
 * Return: 0; -EINVAL: a ruleset that makes no table; -ENOMEM.
 */
int kpol_changes_find(const struct kpol_ruleset *old, const char *old_file,
		      const struct kpol_ruleset *new, const char *new_file,
		      struct kpol_changes *ret);

/** kpol_changes_json() - the members "highRisk" and "items" of an open object. */
void kpol_changes_json(const struct kpol_changes *changes, struct kpol_jsonw *w);

void kpol_changes_clear(struct kpol_changes *changes);

/* The parts, for each other. */

/** kpol_change_add() - append one; NULL without memory. */
struct kpol_change *kpol_change_add(struct kpol_changes *changes, enum kpol_change_kind kind);

/** kpol_rule_covers() - does @wide match all that @narrow matches? False where that cannot be told.
 */
bool kpol_rule_covers(const struct kpol_rule *wide, const struct kpol_rule *narrow);

/**
 * kpol_change_sample() - find an access that the change is about, and judge it before and after
 *
 * Return: 0 or -ENOMEM.
 */
int kpol_change_sample(const struct kpol_changes *changes, struct kpol_change *change);

/** kpol_change_risk() - fill in @high and @reason. */
void kpol_change_risk(const struct kpol_changes *changes, struct kpol_change *change);

#endif /* KPOL_CHANGE_CHANGE_H */
