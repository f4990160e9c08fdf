/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The schema of a document: which keys a mapping may have and what their values look like. */
#ifndef KPOL_LOAD_SCHEMA_H
#define KPOL_LOAD_SCHEMA_H

#include "load/input.h"
#include "model/bundle.h"

/**
 * struct kpol_scalar - a kind of single value
 * @noun: for "unknown action …"; NULL: the key's own name.
 * @words: the closed set, NULL-terminated; NULL: any text @fault accepts.
 * @fault: what is wrong with it, as the rest of a sentence that begins with the value; NULL:
 * nothing.
 * @multiline: line feeds and tabs are allowed.
 * @may_be_empty: "" is a value.
 */
struct kpol_scalar {
	const char *noun;
	const char *const *words;
	const char *(*fault)(const struct kpol_node *node);
	bool multiline;
	bool may_be_empty;
};

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

/**
 * struct kpol_field - one key of a mapping
 * @scalar: for SCALAR, SCALARS and LABELS. @schema: for MAP and MAPS.
 * @max: most entries of a list; 0: no limit of its own.
 */
struct kpol_field {
	const char *key;
	enum kpol_shape shape;
	unsigned int flags;
	const struct kpol_scalar *scalar;
	const struct kpol_schema *schema;
	unsigned int max;
};

/**
 * struct kpol_schema - a mapping
 * @fields: ended by one without a key.
 * @check: what no single field can say, such as keys that exclude each other; reports through @in.
 *May be NULL. Called only if the fields themselves are right.
 */
struct kpol_schema {
	const struct kpol_field *fields;
	int (*check)(const struct kpol_input *in, const struct kpol_node *map);
};

/**
 * struct kpol_kind - a kind of document
 * @schema: NULL: known, but not supported, @refusal says what to do.
 */
struct kpol_kind {
	const char *api_version;
	const char *kind;
	enum kpol_policy_kind policy;
	const struct kpol_schema *schema;
	const char *refusal;
};

#define KPOL_API_VERSION "kpol.io/v1"
#define KPOL_BUNDLE_KIND "PolicyBundle"

/** kpol_kinds - every kind of document, ended by one without a name. */
extern const struct kpol_kind kpol_kinds[];

/** kpol_kind_find() - by name; NULL if there is none. */
const struct kpol_kind *kpol_kind_find(const char *name);

/**
 * kpol_schema_walk() - check a mapping and everything below it
 *
 * Return: 0 (warnings may have been reported), -EINVAL with errors reported, -ENOMEM.
 */
int kpol_schema_walk(const struct kpol_input *in, const struct kpol_schema *schema,
		     const struct kpol_node *map);

#endif /* KPOL_LOAD_SCHEMA_H */
