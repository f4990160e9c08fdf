/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The decision a second time: a scan over all rules, as slow and plain as DESIGN §3 reads, to judge
 * the engine by. */
#ifndef KPOL_UNIT_REFERENCE_H
#define KPOL_UNIT_REFERENCE_H

#include <string.h>

#include "engine/decide.h"
#include "engine/glob.h"

/** struct reference - a ruleset as the engine gets it; @modes[0] is policy 1. */
struct reference {
	const struct kpol_rule *rules;
	u32 n_rules;
	const u8 *modes;
};

/* Everything that a comparison between two rules looks at, most important first. */
#define REFERENCE_RANKS 7

/* Patterns and paths up to here; longer ones are no business of a scan that tries everything. */
#define REFERENCE_PATTERN_MAX 512
#define REFERENCE_PATH_MAX 2048

/**
 * struct reference_try - a pattern being tried on a text in every way there is
 * @failed: one bit per (offset in the pattern, offset in the text, @slash): tried before, in vain.
 */
struct reference_try {
	const char *pattern;
	const char *text;
	size_t width;
	u8 *failed;
};

static inline bool reference_glob_at(struct reference_try *t, const char *pattern, const char *text,
				     bool slash);

static inline bool reference_glob_here(struct reference_try *t, const char *pattern,
				       const char *text, bool slash)
{
	const char *set, *end;
	bool negate, found;

	if (!*pattern)
		return !*text;
	if (pattern[0] == '*' && pattern[1] == '*') {
		if (slash && pattern[2] == '/' && reference_glob_at(t, pattern + 3, text, true))
			return true;
		for (;; text++) {
			if (reference_glob_at(t, pattern + 2, text, false))
				return true;
			if (!*text)
				return false;
		}
	}
	if (pattern[0] == '*') {
		for (;; text++) {
			if (reference_glob_at(t, pattern + 1, text, false))
				return true;
			if (!*text || *text == '/')
				return false;
		}
	}
	if (!*text)
		return false;
	if (pattern[0] == '?')
		return *text != '/' && reference_glob_at(t, pattern + 1, text + 1, false);
	if (pattern[0] == '\\')
		return *text == pattern[1] &&
		       reference_glob_at(t, pattern + 2, text + 1, pattern[1] == '/');
	if (pattern[0] != '[')
		return *text == *pattern &&
		       reference_glob_at(t, pattern + 1, text + 1, *pattern == '/');
	set = pattern + 1;
	negate = *set == '!';
	set += negate;
	end = strchr(set + 1, ']'); /* the first member may be a bracket */
	for (found = false; set < end; set++) {
		if (set[1] == '-' && set + 2 < end) {
			found |= (u8)set[0] <= (u8)*text && (u8)*text <= (u8)set[2];
			set += 2;
		} else {
			found |= *set == *text;
		}
	}
	return *text != '/' && found != negate && reference_glob_at(t, end + 1, text + 1, false);
}

static inline bool reference_glob_at(struct reference_try *t, const char *pattern, const char *text,
				     bool slash)
{
	size_t bit = ((pattern - t->pattern) * t->width + (text - t->text)) * 2 + slash;

	if (t->failed[bit / 8] & 1 << bit % 8)
		return false;
	if (reference_glob_here(t, pattern, text, slash))
		return true;
	t->failed[bit / 8] |= 1 << bit % 8;
	return false;
}

/*
 * Does @text match @pattern? Tries everything, but nothing twice. @slash: a slash stands before @pattern,
 * which is what lets "**" and the slash behind it stand for nothing.
 */
static inline bool reference_glob(const char *pattern, const char *text, bool slash)
{
	static u8 failed[(REFERENCE_PATTERN_MAX + 1) * (REFERENCE_PATH_MAX + 1) / 4 + 1];
	struct reference_try t = { pattern, text, strlen(text) + 1, failed };

	memset(failed, 0, (strlen(pattern) + 1) * t.width / 4 + 1);
	return reference_glob_at(&t, pattern, text, slash);
}

static inline u32 reference_literals(const char *pattern)
{
	u32 n = 0;

	while (*pattern) {
		if (*pattern == '[') {
			pattern += pattern[1] == '!' ? 3 : 2;
			pattern = strchr(pattern, ']') + 1;
		} else if (*pattern == '\\') {
			n++;
			pattern += 2;
		} else {
			n += *pattern != '*' && *pattern != '?';
			pattern++;
		}
	}
	return n;
}

static inline bool reference_prefix(const u8 *rule, const u8 *addr, u32 bits)
{
	for (u32 bit = 0; bit < bits; bit++)
		if ((rule[bit / 8] ^ addr[bit / 8]) & (0x80 >> bit % 8))
			return false;
	return true;
}

static inline bool reference_has_set(const struct kpol_access *a, u32 set)
{
	for (u32 i = 0; i < a->n_sets; i++)
		if (a->sets[i] == set)
			return true;
	return false;
}

static inline bool reference_peer(const struct kpol_rule *rule, const struct kpol_access *a)
{
	static const u8 mapped[12] = { [10] = 0xff, [11] = 0xff };
	bool v4 = a->family == AF_INET6 && a->has_addr && !memcmp(a->addr, mapped, sizeof(mapped));
	const u8 *addr = v4 ? a->addr + 12 : a->addr;
	u8 family = v4 ? AF_INET : a->family;

	if (rule->family && rule->family != family)
		return false;
	if (rule->set && !reference_has_set(a, rule->set))
		return false;
	if (rule->prefix && !(a->has_addr && reference_prefix(rule->addr, addr, rule->prefix)))
		return false;
	if (rule->protocol && rule->protocol != a->protocol)
		return false;
	if (rule->socktypes && !(a->socktype < 8 && (rule->socktypes >> a->socktype & 1)))
		return false;
	return !rule->port_last || (rule->port_first <= a->port && a->port <= rule->port_last);
}

/* A directory covers itself and its children; a recursive one all below. @dir is without its last
 * slash. */
static inline bool reference_dir(const struct kpol_rule *rule, const char *path)
{
	size_t len = strlen(rule->object);
	const char *below = path + len + 1;

	if (strncmp(path, rule->object, len))
		return false;
	if (!path[len])
		return true;
	return path[len] == '/' && (rule->flags & KPOL_RULE_RECURSIVE || !strchr(below, '/'));
}

static inline bool reference_object(const struct kpol_rule *rule, const struct kpol_access *a)
{
	if (rule->match == KPOL_MATCH_ANY)
		return true;
	if (rule->match == KPOL_MATCH_PEER)
		return reference_peer(rule, a);
	if (!a->object)
		return false;
	switch (rule->match) {
	case KPOL_MATCH_PATH:
		return !strcmp(rule->object, a->object);
	case KPOL_MATCH_NAME:
		return !strcmp(rule->object,
			       strchr(a->object, '/') ? strrchr(a->object, '/') + 1 : a->object);
	case KPOL_MATCH_GLOB:
		return reference_glob(rule->object, a->object, false);
	default:
		return reference_dir(rule, a->object);
	}
}

static inline bool reference_matches(const struct kpol_rule *rule, const struct kpol_access *a)
{
	if (rule->scope != a->scope || rule->class != a->class || !(rule->ops & a->op))
		return false;
	if (rule->source && !(a->source && !strcmp(rule->source, a->source)))
		return false;
	return reference_object(rule, a);
}

/* "With a source before without; then exact path, name, glob, directory" (DESIGN §3.2); peers as
 * decide.h says. */
static inline void reference_rank(const struct kpol_rule *rule, bool blocks, u32 *rank)
{
	static const u32 kind[] = {
		[KPOL_MATCH_PATH] = 5, [KPOL_MATCH_NAME] = 4, [KPOL_MATCH_GLOB] = 3,
		[KPOL_MATCH_DIR] = 2,  [KPOL_MATCH_PEER] = 2, [KPOL_MATCH_ANY] = 1
	};

	memset(rank, 0, REFERENCE_RANKS * sizeof(*rank));
	rank[0] = !!rule->source;
	rank[1] = kind[rule->match];
	if (rule->match == KPOL_MATCH_DIR)
		rank[2] = (u32)strlen(rule->object);
	if (rule->match == KPOL_MATCH_GLOB)
		rank[2] = reference_literals(rule->object);
	if (rule->match == KPOL_MATCH_PEER) {
		rank[2] = rule->family ? 1 + rule->prefix : 0;
		/* A set is a whole address of whichever family. */
		if (rule->set)
			rank[2] = 129;
		else if (rule->family == AF_INET)
			rank[2] += 96;
		rank[3] = rule->port_last ? 65535 - (rule->port_last - rule->port_first) : 0;
		rank[4] = !!rule->protocol;
		rank[5] = !!rule->socktypes;
	}
	rank[6] = blocks;
}

/* The strongest so far; an equal that comes later does not replace it. */
struct reference_best {
	u32 rule;
	bool blocks;
	u32 rank[REFERENCE_RANKS];
};

static inline void reference_compete(struct reference_best *best, const struct kpol_rule *rule,
				     bool blocks)
{
	u32 rank[REFERENCE_RANKS];

	reference_rank(rule, blocks, rank);
	for (int i = 0; best->rule && i < REFERENCE_RANKS; i++) {
		if (rank[i] < best->rank[i])
			return;
		if (rank[i] > best->rank[i])
			break;
		if (i == REFERENCE_RANKS - 1)
			return;
	}
	best->rule = rule->id;
	best->blocks = blocks;
	memcpy(best->rank, rank, sizeof(rank));
}

/* Does one of the guards that engine/guard.h derives from @rule forbid @a? @ret: as a rule it would be. */
static inline bool reference_guard_object(const struct kpol_rule *rule, const struct kpol_access *a,
					  struct kpol_rule *ret)
{
	bool content = rule->ops & (KPOL_OP_READ | KPOL_OP_WRITE | KPOL_OP_TRUNCATE);
	u32 names = content ? (KPOL_OP_RENAME | KPOL_OP_LINK) & ~rule->ops : 0;

	*ret = *rule;
	ret->flags &= (u8)~KPOL_RULE_NO_TERMINAL;
	ret->ops = rule->class == KPOL_CLASS_FILE ? names : KPOL_OPS_CHANGE;
	if (rule->class != KPOL_CLASS_FILE)
		ret->source = NULL;
	ret->class = KPOL_CLASS_FILE;
	return reference_matches(ret, a);
}

/* @text: for the object of @ret. */
static inline bool reference_guard_above(const struct kpol_rule *rule, const struct kpol_access *a,
					 u32 len, char *text, struct kpol_rule *ret)
{
	const char *reason;

	memcpy(text, rule->object, len);
	text[len] = 0;
	*ret = *rule;
	ret->object = text;
	ret->object_len = len;
	ret->class = KPOL_CLASS_FILE;
	ret->ops = KPOL_OP_RENAME;
	ret->flags = 0;
	ret->source = NULL;
	if (rule->match == KPOL_MATCH_GLOB && strpbrk(text, "*?[\\"))
		return a->directory && !kpol_glob_check(text, len, &reason) &&
		       reference_matches(ret, a);
	ret->match = KPOL_MATCH_PATH;
	return reference_matches(ret, a);
}

/* Is the class of @rule an allowlist in its scope, whatever the mode? */
static inline bool reference_is_closed(const struct reference *reference,
				       const struct kpol_rule *rule)
{
	for (u32 i = 0; i < reference->n_rules; i++) {
		const struct kpol_rule *other = &reference->rules[i];

		if (other->scope == rule->scope && other->class == rule->class &&
		    other->action == KPOL_ACTION_ALLOW && !(other->flags & KPOL_RULE_DEFAULTS))
			return true;
	}
	return false;
}

static inline bool reference_is_guarded(const struct reference *reference,
					const struct kpol_rule *rule)
{
	bool file = rule->class == KPOL_CLASS_FILE;

	if (!file && rule->class < KPOL_CLASS_FILE && !reference_is_closed(reference, rule))
		return false;
	if (rule->class > KPOL_CLASS_FILE || rule->flags & KPOL_RULE_OWNER ||
	    rule->action != (file ? KPOL_ACTION_BLOCK : KPOL_ACTION_ALLOW))
		return false;
	if (rule->match == KPOL_MATCH_DIR)
		return *rule->object;
	if (rule->match == KPOL_MATCH_GLOB)
		return reference_literals(rule->object) > 1;
	return rule->match != KPOL_MATCH_ANY;
}

static inline void reference_guard(const struct reference *reference, struct reference_best *best,
				   const struct kpol_rule *rule, const struct kpol_access *a)
{
	char text[REFERENCE_PATH_MAX + 1];
	struct kpol_rule guard;

	if (rule->scope != a->scope || !reference_is_guarded(reference, rule))
		return;
	if (reference_guard_object(rule, a, &guard))
		reference_compete(best, &guard, true);
	if (rule->match == KPOL_MATCH_NAME || !strncmp(rule->object, "/**", 3))
		return;
	for (u32 i = 1; i < strlen(rule->object); i++)
		if (rule->object[i] == '/' && reference_guard_above(rule, a, i, text, &guard))
			reference_compete(best, &guard, true);
}

/* Is the guard more specific than the file rule that decides? */
static inline bool reference_guard_wins(const struct reference_best *guard,
					const struct reference_best *file)
{
	if (!guard->rule || !file->rule || file->blocks)
		return guard->rule && !(file->rule && file->blocks);
	for (int i = 0; i < REFERENCE_RANKS - 1; i++)
		if (guard->rank[i] != file->rank[i])
			return guard->rank[i] > file->rank[i];
	return false;
}

static inline void reference_guards(const struct reference *reference, const struct kpol_access *a,
				    const struct reference_best *deny,
				    const struct reference_best *would, struct kpol_decision *ret)
{
	struct reference_best enforced = { 0 }, all = { 0 };

	for (u32 i = 0; i < reference->n_rules; i++) {
		const struct kpol_rule *rule = &reference->rules[i];

		reference_guard(reference, &all, rule, a);
		if (reference->modes[rule->policy - 1] == KPOL_MODE_ENFORCE)
			reference_guard(reference, &enforced, rule, a);
	}
	if (reference_guard_wins(&enforced, deny)) {
		ret->deny = ret->guarded = true;
		ret->rule = enforced.rule;
	}
	if (reference_guard_wins(&all, would)) {
		ret->would_deny = ret->would_guarded = true;
		ret->would_rule = all.rule;
	}
}

/** struct reference_asked - a rule's condition, looked at record by record. */
struct reference_asked {
	bool args, digests; /* it has such records */
	bool args_pass, found, unknown; /* all listed; a digest is there; one could be */
};

static inline bool reference_lists(const struct kpol_rule *rule, const char *arg)
{
	for (u32 at = 0; at < rule->condition_len;) {
		const u8 *record = rule->condition + at;
		u32 len = record[1] + 256U * record[2];

		if (record[0] == KPOL_CONDITION_ARG && len == strlen(arg) &&
		    !memcmp(record + 3, arg, len))
			return true;
		at += 3 + len;
	}
	return false;
}

static inline struct reference_asked reference_ask(const struct kpol_rule *rule,
						   const struct kpol_access *a)
{
	static const struct kpol_facts nothing;
	const struct kpol_facts *facts =
		a->class == KPOL_CLASS_PROCESS && a->facts ? a->facts : &nothing;
	struct reference_asked asked = { .args_pass = facts->known & KPOL_FACT_ARGS &&
						      facts->args_len != KPOL_ARGS_BEYOND };

	for (u32 at = 0; at < asked.args_pass * facts->args_len;
	     at += (u32)strlen(facts->args + at) + 1)
		asked.args_pass &= reference_lists(rule, facts->args + at);
	for (u32 at = 0; at < rule->condition_len;) {
		const u8 *record = rule->condition + at;
		u32 len = record[1] + 256U * record[2];
		bool sha256 = record[0] == KPOL_CONDITION_SHA256;
		bool known = facts->known & (sha256 ? KPOL_FACT_SHA256 : KPOL_FACT_VERITY);

		at += 3 + len;
		if (record[0] == KPOL_CONDITION_ARG) {
			asked.args = true;
			continue;
		}
		asked.digests = true;
		asked.unknown |= !known;
		asked.found |= known && (sha256 ? !memcmp(record + 3, facts->sha256, 32)
						: len == facts->verity_len &&
							  !memcmp(record + 3, facts->verity, len));
	}
	return asked;
}

/* Does the rule, which the path meets, match for the rest? @blocks: what it does then. */
static inline bool reference_condition(const struct kpol_rule *rule, const struct kpol_access *a,
				       bool *blocks, bool *is_static)
{
	struct reference_asked asked;

	bool stops = (rule->flags & KPOL_RULE_OWNER && !a->owner) ||
		     (rule->flags & KPOL_RULE_NO_TERMINAL && a->terminal);

	*is_static = rule->flags & KPOL_RULE_ASKS;
	*blocks = *is_static ? stops : rule->action == KPOL_ACTION_BLOCK;
	if (rule->match == KPOL_MATCH_PEER || !rule->condition_len)
		return true;
	asked = reference_ask(rule, a);
	if (asked.args) {
		*blocks = !asked.args_pass || stops;
		*is_static = true;
	}
	if (!asked.digests || asked.found)
		return true;
	/* What is not known matches where it does no harm. */
	return asked.unknown && (*blocks || rule->action == KPOL_ACTION_AUDIT);
}

/** reference_decide() - as kpol_decide(), but for @unresolved, @missing and the policies, which it leaves 0;
 * @audit_policy is 1 if there is one. */
static inline void reference_decide(const struct reference *reference, const struct kpol_access *a,
				    struct kpol_decision *ret)
{
	struct reference_best deny = { 0 }, would = { 0 }, audit = { 0 };
	bool enforced_list = false, list = false, audited_list = false;
	bool enforced_seal = false, seal = false;

	for (u32 i = 0; i < reference->n_rules; i++) {
		const struct kpol_rule *rule = &reference->rules[i];
		bool enforced = reference->modes[rule->policy - 1] == KPOL_MODE_ENFORCE;
		bool allows = rule->action == KPOL_ACTION_ALLOW;
		bool blocks, is_static;

		if (rule->scope == a->scope && rule->class == a->class && allows) {
			bool denies = !(rule->flags & KPOL_RULE_DEFAULTS);

			list |= denies;
			enforced_list |= denies && enforced;
			audited_list |= !!(rule->flags & KPOL_RULE_DEFAULT_AUDIT);
		}
		if (rule->scope == a->scope && a->op & KPOL_OPS_SEALED && allows &&
		    (rule->class == KPOL_CLASS_PROCESS || rule->class == KPOL_CLASS_FILE)) {
			seal |= !(rule->flags & KPOL_RULE_DEFAULTS);
			enforced_seal |= !(rule->flags & KPOL_RULE_DEFAULTS) && enforced;
		}
		if (!reference_matches(rule, a) ||
		    !reference_condition(rule, a, &blocks, &is_static))
			continue;
		if (rule->action == KPOL_ACTION_AUDIT) {
			/* With ownerOnly the others are who is watched. */
			if (blocks || !is_static)
				reference_compete(&audit, rule, false);
			continue;
		}
		reference_compete(&would, rule, blocks);
		if (enforced || (allows && !blocks))
			reference_compete(&deny, rule, blocks);
	}
	*ret = (struct kpol_decision){
		.deny = deny.rule ? deny.blocks : enforced_list || enforced_seal,
		.would_deny = would.rule ? would.blocks : list || seal,
		.rule = deny.rule,
		.would_rule = would.rule,
		.audit_rule = audit.rule,
		.sealed = !deny.rule && !enforced_list && enforced_seal,
		.audit_policy = !would.rule && !list && audited_list,
	};
	if (a->class == KPOL_CLASS_FILE && a->op & KPOL_OPS_CHANGE && a->object)
		reference_guards(reference, a, &deny, &would, ret);
}

#endif /* KPOL_UNIT_REFERENCE_H */
