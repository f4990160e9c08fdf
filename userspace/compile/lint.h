/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Findings about a bundle that loads and compiles, but hardly does what its author means. */
#ifndef KPOL_COMPILE_LINT_H
#define KPOL_COMPILE_LINT_H

#include "base/diag.h"
#include "compile/ruleset.h"
#include "model/bundle.h"

/* Stable codes; docs/lint.md explains each, a test compares. */
#define KPOL_LINT_NAMED_ALLOWLIST "KPOL020"
#define KPOL_LINT_CONTRADICTION "KPOL021"
#define KPOL_LINT_DUPLICATE "KPOL022"
#define KPOL_LINT_LIBRARIES "KPOL023"
#define KPOL_LINT_BROAD "KPOL024"
#define KPOL_LINT_SELECTOR "KPOL025"
#define KPOL_LINT_HEADER "KPOL026"
#define KPOL_LINT_NAME "KPOL027"
#define KPOL_LINT_UNIT "KPOL028"
#define KPOL_LINT_EMPTY "KPOL029"
#define KPOL_LINT_SYMLINK "KPOL030"
#define KPOL_LINT_PATTERN "KPOL031"

/** struct kpol_lint - what the checks look at and where their findings go. */
struct kpol_lint {
	const struct kpol_bundle *bundle;
	const struct kpol_ruleset *ruleset;
	struct kpol_diags *diags;
};

/**
 * kpol_lint() - run every check
 * @ruleset: compiled from @bundle.
 *
 * Return: 0 however much was found; -ENOMEM.
 */
int kpol_lint(const struct kpol_bundle *bundle, const struct kpol_ruleset *ruleset,
	      struct kpol_diags *diags);

/* The checks, by what they look at. Return: 0 or -ENOMEM. */
int kpol_lint_bundle(const struct kpol_lint *lint);
int kpol_lint_policy(const struct kpol_lint *lint, const struct kpol_policy *policy);
int kpol_lint_item(const struct kpol_lint *lint, const struct kpol_policy *policy,
		   const struct kpol_item *item);
int kpol_lint_rules(const struct kpol_lint *lint);
int kpol_lint_patterns(const struct kpol_lint *lint);

/** kpol_lint_add() - report at @place. */
#define kpol_lint_add(lint, severity, code, place, ...)                                  \
	kpol_diag_add((lint)->diags, severity, code, (lint)->bundle->file, (place).line, \
		      (place).column, __VA_ARGS__)

#endif /* KPOL_COMPILE_LINT_H */
