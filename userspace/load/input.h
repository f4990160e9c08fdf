/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The text being loaded: its name, and where what is wrong with it goes. */
#ifndef KPOL_LOAD_INPUT_H
#define KPOL_LOAD_INPUT_H

#include "base/diag.h"
#include "load/node.h"

/* Stable codes of the loader's findings; docs/lint.md explains each. */
#define KPOL_CODE_YAML "KPOL001"
#define KPOL_CODE_KEY "KPOL002"
#define KPOL_CODE_SHAPE "KPOL003"
#define KPOL_CODE_MISSING "KPOL004"
#define KPOL_CODE_VALUE "KPOL005"
#define KPOL_CODE_DUPLICATE "KPOL006"
#define KPOL_CODE_LIMIT "KPOL007"
#define KPOL_CODE_UNENFORCED "KPOL008"
#define KPOL_CODE_LABEL_PEER "KPOL009"
#define KPOL_CODE_INVISIBLE "KPOL010"
#define KPOL_CODE_NULL "KPOL011"
#define KPOL_CODE_LITERAL "KPOL012"

struct kpol_input {
	const char *file;
	struct kpol_diags *diags;
};

/** kpol_input_error() - report an error at @at. Return: -EINVAL, or -ENOMEM. */
#define kpol_input_error(in, code, at, ...)                                                \
	kpol_diag_add((in)->diags, KPOL_ERROR, code, (in)->file, (at)->line, (at)->column, \
		      __VA_ARGS__)

/** kpol_input_warn() - report a warning at @at. Return: 0, or -ENOMEM. */
#define kpol_input_warn(in, code, at, ...)                                                   \
	kpol_diag_add((in)->diags, KPOL_WARNING, code, (in)->file, (at)->line, (at)->column, \
		      __VA_ARGS__)

#endif /* KPOL_LOAD_INPUT_H */
