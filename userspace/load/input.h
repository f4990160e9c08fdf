/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The text being loaded: its name, and where what is wrong with it goes. */
#ifndef KPOL_LOAD_INPUT_H
#define KPOL_LOAD_INPUT_H

#include "base/diag.h"
#include "load/node.h"
#include "model/bundle.h"

/* Stable codes of the loader's findings; docs/lint.md explains each. */
#define KPOL_CODE_YAML "KPOL001"
#define KPOL_CODE_KEY "KPOL002"
#define KPOL_CODE_SHAPE "KPOL003"
#define KPOL_CODE_MISSING "KPOL004"
#define KPOL_CODE_VALUE "KPOL005"
#define KPOL_CODE_DUPLICATE "KPOL006"
#define KPOL_CODE_LIMIT "KPOL007"
#define KPOL_CODE_UNENFORCED "KPOL008"
#define KPOL_CODE_INVISIBLE "KPOL010"
#define KPOL_CODE_NULL "KPOL011"
#define KPOL_CODE_LITERAL "KPOL012"
#define KPOL_CODE_MENDED "KPOL015"
#define KPOL_CODE_IGNORED "KPOL016"
#define KPOL_CODE_ONE_WAY "KPOL017"
#define KPOL_CODE_LABEL "KPOL018"
#define KPOL_CODE_EVERY_NODE "KPOL052"

struct kpol_schema;

/**
 * struct kpol_input - where findings go
 * @gaps: what is accepted but not enforced, of the document at hand; NULL: not kept.
 * @root: schema of the document at hand, to say where a misplaced key belongs; may be NULL.
 */
struct kpol_input {
	const char *file;
	struct kpol_diags *diags;
	struct kpol_gaps *gaps;
	const struct kpol_schema *root;
};

/** kpol_input_error() - report an error at @at. Return: -EINVAL, or -ENOMEM. */
#define kpol_input_error(in, code, at, ...)                                                \
	kpol_diag_add((in)->diags, KPOL_ERROR, code, (in)->file, (at)->line, (at)->column, \
		      __VA_ARGS__)

/** kpol_input_warn() - report a warning at @at. Return: 0, or -ENOMEM. */
#define kpol_input_warn(in, code, at, ...)                                                   \
	kpol_diag_add((in)->diags, KPOL_WARNING, code, (in)->file, (at)->line, (at)->column, \
		      __VA_ARGS__)

/**
 * kpol_input_gap() - warn that something at @at is accepted but not enforced, and keep it for the
 * policy. Return: 0 or -ENOMEM.
 */
int kpol_input_gap(const struct kpol_input *in, const char *code, const struct kpol_node *at,
		   const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif /* KPOL_LOAD_INPUT_H */
