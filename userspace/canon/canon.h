/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The canonical text of a YAML stream: a tree that keeps comments and styles, put in order, printed. */
#ifndef KPOL_CANON_CANON_H
#define KPOL_CANON_CANON_H

#include <stdbool.h>

#include "base/buffer.h"
#include "load/schema.h"

/** struct kpol_comment - one line; @text "" is an empty line, else it begins with "#". */
struct kpol_comment {
	struct kpol_comment *next;
	const char *text;
	uint32_t line;
	bool own_line;
};

enum kpol_canon_kind { KPOL_CANON_SCALAR, KPOL_CANON_MAP, KPOL_CANON_LIST };

/* How a scalar was written. */
enum kpol_canon_style { KPOL_CANON_PLAIN, KPOL_CANON_QUOTED, KPOL_CANON_BLOCK };

/**
 * struct kpol_canon_node - a value with what stands around it
 * @key: of a value of a map, a scalar; NULL else.
 * @flow: a collection in brackets.
 * @line: of the key, or of the value where there is none. @end_line: of the value.
 * @head: lines before it. @tail: comment behind it, or behind its key; NULL: none.
 * All memory belongs to the tree.
 */
struct kpol_canon_node {
	struct kpol_canon_node *next;
	struct kpol_canon_node *first;
	struct kpol_canon_node *key;
	const char *text;
	size_t len;
	enum kpol_canon_kind kind;
	enum kpol_canon_style style;
	bool flow;
	uint32_t line;
	uint32_t end_line;
	struct kpol_comment *head;
	const char *tail;
};

/** struct kpol_canon - zero-initialise, end with kpol_canon_clear(); @documents are linked by next. */
struct kpol_canon {
	struct kpol_arena arena;
	struct kpol_canon_node *documents;
	struct kpol_comment *foot;
	size_t n_comments;
};

/** Which schema a kind of document has, for the order of its keys; NULL: none. */
typedef const struct kpol_schema *kpol_canon_schema(const char *kind);

/**
 * kpol_canon_parse() - read a stream
 *
 * What the loader's tree refuses (anchors, tags, duplicate keys…) is refused here too.
 * Return: 0; -EINVAL with errors reported; -ENOMEM.
 */
int kpol_canon_parse(const struct kpol_input *in, const char *text, size_t len,
		     struct kpol_canon *ret);

/** kpol_canon_order() - put keys into the order of their schema; unknown ones go last. */
void kpol_canon_order(struct kpol_canon *canon, kpol_canon_schema *find);

/** kpol_canon_print() - append the canonical text. */
void kpol_canon_print(const struct kpol_canon *canon, struct kpol_buffer *out);

/** kpol_canon_same() - do two trees say the same, comments included? */
bool kpol_canon_same(const struct kpol_canon *a, const struct kpol_canon *b);

/**
 * kpol_canon_format() - from text to canonical text
 * @ret: to free().
 *
 * The result is read again and compared, so that nothing is lost unseen.
 * Return: 0; -EINVAL with errors reported; -EBADE: the result would not say the same; -ENOMEM.
 */
int kpol_canon_format(const struct kpol_input *in, const char *text, size_t len,
		      kpol_canon_schema *find, char **ret);

/** kpol_canon_get() - the value of @key in a map; NULL if absent or @map is NULL or no map. */
struct kpol_canon_node *kpol_canon_get(const struct kpol_canon_node *map, const char *key);

void kpol_canon_clear(struct kpol_canon *canon);

/* The parts, for each other. */

/** kpol_canon_comments() - every comment of the text, in order. Return: 0, -EINVAL or -ENOMEM. */
int kpol_canon_comments(const char *text, size_t len, struct kpol_canon *canon,
			struct kpol_comment **ret);

/** kpol_canon_attach() - give each comment and empty line to the node it stands at. Return: 0 or
 * -ENOMEM. */
int kpol_canon_attach(const char *text, size_t len, struct kpol_comment *comments,
		      struct kpol_canon *canon);

/** kpol_canon_scalar() - append a scalar on one line, quoted only where needed. */
void kpol_canon_scalar(const struct kpol_canon_node *node, bool flow, struct kpol_buffer *out);

/** kpol_canon_is_literal() - is it best written as lines under a "|"? */
bool kpol_canon_is_literal(const struct kpol_canon_node *node);

#endif /* KPOL_CANON_CANON_H */
