/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Slips in somebody else's documents, taken as they were meant where they can mean one thing only. */
#ifndef KPOL_LOAD_MEND_H
#define KPOL_LOAD_MEND_H

#include "base/arena.h"
#include "load/schema.h"

/* Unknown keys looked at in one document: with more it is no slip, and the cost stays linear. */
#define KPOL_MEND_MAX 1000

/**
 * struct kpol_mend - a document being mended
 * @arena: gets nodes that the document does not have.
 * @left: how many more unknown keys are looked at.
 */
struct kpol_mend {
	const struct kpol_input *in;
	struct kpol_arena *arena;
	unsigned int left;
};

/**
 * struct kpol_mend_level - a mapping on the way down to where the mending is
 * @outer: the mapping around it; NULL: this is the document.
 * @name: the key behind which it stands. @entry: it is one of a list.
 */
struct kpol_mend_level {
	const struct kpol_mend_level *outer;
	const struct kpol_schema *schema;
	struct kpol_node *map;
	const char *name;
	bool entry;
};

/**
 * kpol_mend() - change a document into what its author meant, saying so
 *
 * What nothing depends on is dropped (KPOL016); what can only have been meant for one other place
 * is moved there, and a word in another case is corrected (KPOL015). Everything else stays as it
 * is, and is refused by the walk: a slip never loses a rule or a condition.
 *
 * Return: 0 or -ENOMEM.
 */
int kpol_mend(const struct kpol_input *in, const struct kpol_schema *schema, struct kpol_node *doc,
	      struct kpol_arena *arena);

/** kpol_mend_field() - mend the value of a key that is known at @level. */
int kpol_mend_field(struct kpol_mend *m, const struct kpol_mend_level *level,
		    const struct kpol_field *field, struct kpol_node *value);

/** kpol_mend_key() - mend a key that @level does not know; the value may leave the mapping. */
int kpol_mend_key(struct kpol_mend *m, const struct kpol_mend_level *level,
		  struct kpol_node *value);

#endif /* KPOL_LOAD_MEND_H */
