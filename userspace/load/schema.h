/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The schema of a document: which keys a mapping may have and what their values look like. */
#ifndef KPOL_LOAD_SCHEMA_H
#define KPOL_LOAD_SCHEMA_H

#include "base/buffer.h"
#include "load/input.h"
#include "model/bundle.h"

/**
 * struct kpol_scalar - a kind of single value
 * @name: in the JSON Schema.
 * @noun: for "unknown action …"; NULL: the key's own name.
 * @words: the closed set, NULL-terminated; NULL: any text @fault accepts.
 * @fault: what is wrong with it, as the rest of a sentence that begins with the value; NULL:
 * nothing.
 * @regex: what @fault accepts, as far as a regular expression can say it that ECMA 262, Go and Python read
 * alike; NULL: anything. For the JSON Schema and the CRD only: the loader asks @fault.
 * @json: what it may be where YAML is read as JSON (KPOL_JSON_*), 0: a string or a number.
 * @min, @max: of a number.
 * @multiline: line feeds and tabs are allowed.
 * @may_be_empty: "" is a value.
 */
struct kpol_scalar {
	const char *name;
	const char *noun;
	const char *const *words;
	const char *(*fault)(const struct kpol_node *node);
	const char *regex;
	unsigned int json;
	unsigned int min, max;
	bool multiline;
	bool may_be_empty;
};

#define KPOL_JSON_STRING (1U << 0) /* and nothing else: @regex tells it from a number */
#define KPOL_JSON_NUMBER (1U << 1) /* a whole number, or the same in quotes */
#define KPOL_JSON_BOOL (1U << 2)

/**
 * enum kpol_shape - what stands behind a key
 * @KPOL_SHAPE_MAPS: a list of mappings.
 * @KPOL_SHAPE_SCALARS: a list of single values.
 * @KPOL_SHAPE_LABELS: a mapping from any word to a single value.
 * @KPOL_SHAPE_ANY: carried along, never looked at.
 */
enum kpol_shape {
	KPOL_SHAPE_SCALAR = 1,
	KPOL_SHAPE_MAP,
	KPOL_SHAPE_MAPS,
	KPOL_SHAPE_SCALARS,
	KPOL_SHAPE_LABELS,
	KPOL_SHAPE_ANY,
};

#define KPOL_FIELD_REQUIRED (1U << 0)
#define KPOL_FIELD_UNENFORCED (1U << 1) /* accepted with a warning wherever it stands */
#define KPOL_FIELD_DESCRIPTIVE (1U << 2) /* no verdict depends on it */
#define KPOL_FIELD_NONEMPTY (1U << 3) /* a list with at least one entry */

/**
 * struct kpol_field - one key of a mapping
 * @scalar: for SCALAR, SCALARS and LABELS. @schema: for MAP and MAPS.
 * @max: most entries of a list; 0: no limit of its own.
 * @refusal: known, but never accepted: why, as the rest of a sentence that begins with the key.
 */
struct kpol_field {
	const char *key;
	enum kpol_shape shape;
	unsigned int flags;
	const struct kpol_scalar *scalar;
	const struct kpol_schema *schema;
	unsigned int max;
	const char *refusal;
};

#define KPOL_PAIRS_MAX 4

/**
 * struct kpol_schema - a mapping
 * @name: of the mapping in the JSON Schema.
 * @fields: ended by one without a key.
 * @either: exactly one of these two keys is there; NULL: no such rule.
 * @exclusive: pairs of keys that exclude each other; ended by one of NULLs.
 * @check: what no single field can say, such as ports of a protocol that has none; reports
 * through @in. May be NULL. Called only if the fields themselves are right.
 */
struct kpol_schema {
	const char *name;
	const struct kpol_field *fields;
	const char *either[2];
	const char *exclusive[KPOL_PAIRS_MAX][2];
	int (*check)(const struct kpol_input *in, const struct kpol_node *map);
};

/**
 * struct kpol_kind - a kind of document
 * @lenient: somebody else's format, whose slips are taken as they were meant (load/mend.h).
 */
struct kpol_kind {
	const char *api_version;
	const char *kind;
	enum kpol_policy_kind policy;
	const struct kpol_schema *schema;
	bool lenient;
};

#define KPOL_API_VERSION "kpol.io/v1"
#define KPOL_BUNDLE_KIND "PolicyBundle"

/** kpol_check_except() - "except" of @map takes away from its "cidr" or "cidrs", and not all. As kpol_schema::check. */
int kpol_check_except(const struct kpol_input *in, const struct kpol_node *map);

/** kpol_kinds - every kind of document, ended by one without a name. */
extern const struct kpol_kind kpol_kinds[];

/** kpol_kind_find() - by name; NULL if there is none. */
const struct kpol_kind *kpol_kind_find(const char *name);

/** kpol_field_find() - the field of @key; NULL if @schema has none. */
const struct kpol_field *kpol_field_find(const struct kpol_schema *schema, const char *key);

/** kpol_schema_nearest() - the key that @key may be a misspelling of, or NULL. */
const char *kpol_schema_nearest(const struct kpol_schema *schema, const char *key);

/**
 * kpol_schema_homes() - where in @root the key @key is known
 * @ret: gets up to three names of mappings and lists, ready for a sentence ("\"a\", \"b\" or
 * \"c\"").
 *
 * Return: how many were found.
 */
size_t kpol_schema_homes(const struct kpol_schema *root, const char *key, struct kpol_buffer *ret);

/**
 * kpol_schema_walk() - check a mapping and everything below it
 *
 * Return: 0 (warnings may have been reported), -EINVAL with errors reported, -ENOMEM.
 */
int kpol_schema_walk(const struct kpol_input *in, const struct kpol_schema *schema,
		     const struct kpol_node *map);

#endif /* KPOL_LOAD_SCHEMA_H */
