/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Candidates: every rule that an access meets, strongest first, and why that order. */
#ifndef KPOL_COMPILE_CANDIDATE_H
#define KPOL_COMPILE_CANDIDATE_H

#include "base/buffer.h"
#include "compile/ruleset.h"
#include "engine/decide.h"

/**
 * struct kpol_candidate - a rule that the access meets
 * @score: the engine's own (kpol_table_score()).
 * @blocks: it denies this access.
 * @audit: it only reports.
 * @counts: it has a say in the verdict in force: its policy is enforced, or it allows.
 */
struct kpol_candidate {
	const struct kpol_rule *rule;
	u64 score;
	bool blocks;
	bool audit;
	bool counts;
};

/** struct kpol_candidates - zero-initialise, end with kpol_candidates_clear(). */
struct kpol_candidates {
	struct kpol_candidate *items;
	size_t n;
};

/**
 * kpol_candidates_find() - the rules of the access's scope that it meets
 * @table: built from @ruleset.
 *
 * Whether a rule is met is the engine's answer to a table of that rule alone, so nothing is matched
 * here a second time. Return: 0 or -ENOMEM.
 */
int kpol_candidates_find(const struct kpol_ruleset *ruleset, const struct kpol_table *table,
			 const struct kpol_access *access, struct kpol_candidates *ret);

/**
 * kpol_candidates_winner() - whose word is the verdict
 * @in_force: as things are; false: as if every policy were enforced.
 *
 * Return: id of the rule, the same that kpol_decide() names; 0: none.
 */
u32 kpol_candidates_winner(const struct kpol_candidates *candidates, bool in_force);

/** kpol_candidate_rank() - append its rank in words: "by source, exact path". */
void kpol_candidate_rank(const struct kpol_candidate *candidate, struct kpol_buffer *out);

/** kpol_candidate_reason() - append why @a comes before @b: "names a source". */
void kpol_candidate_reason(const struct kpol_candidate *a, const struct kpol_candidate *b,
			   struct kpol_buffer *out);

/** kpol_candidate_say() - "yes" if it decides, "would" if it would in enforce, "reports" for an
 * Audit rule; NULL: nothing. */
const char *kpol_candidate_say(const struct kpol_candidates *candidates, size_t index);

/** kpol_candidate_why() - append why candidate @index decides, or why it does not. */
void kpol_candidate_why(const struct kpol_candidates *candidates, size_t index,
			struct kpol_buffer *out);

void kpol_candidates_clear(struct kpol_candidates *candidates);

#endif /* KPOL_COMPILE_CANDIDATE_H */
