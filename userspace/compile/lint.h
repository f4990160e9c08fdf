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

#define KPOL_LINT_SHADOWED "KPOL032"
#define KPOL_LINT_EVERYTHING "KPOL033"
#define KPOL_LINT_SEVERITY "KPOL034"
#define KPOL_LINT_FRAMEWORK "KPOL035"
#define KPOL_LINT_NEVER "KPOL036"
#define KPOL_LINT_COMMAND_LINE "KPOL037"
#define KPOL_LINT_INTERPRETER "KPOL038"
#define KPOL_LINT_LOADER "KPOL039"
#define KPOL_LINT_ABSENT "KPOL040"
#define KPOL_LINT_SILENCE_REASON "KPOL041"
#define KPOL_LINT_SILENCE_STALE "KPOL042"
#define KPOL_LINT_SILENCE "KPOL043"
#define KPOL_LINT_REGEX "KPOL053"
#define KPOL_LINT_POSTURE "KPOL054"

/**
 * struct kpol_lint_files - the files of the workloads
 * @root: directory that they see as "/".
 * @host_only: of services of the host, not of containers.
 */
struct kpol_lint_files {
	const char *root;
	bool host_only;
};

/** struct kpol_lint - what the checks look at and where their findings go. */
struct kpol_lint {
	const struct kpol_bundle *bundle;
	const struct kpol_ruleset *ruleset;
	const struct kpol_lint_files *files;
	struct kpol_diags *diags;
};

/**
 * kpol_lint() - run every check
 * @ruleset: compiled from @bundle.
 * @files: where programs can be looked at; NULL: nowhere.
 * @diags: may have findings of the loader and the compiler: the bundle's silences are for them too.
 *
 * Return: 0 however much was found; -ENOMEM.
 */
int kpol_lint(const struct kpol_bundle *bundle, const struct kpol_ruleset *ruleset,
	      const struct kpol_lint_files *files, struct kpol_diags *diags);

/* The checks, by what they look at. Return: 0 or -ENOMEM. */
int kpol_lint_bundle(const struct kpol_lint *lint);
int kpol_lint_policy(const struct kpol_lint *lint, const struct kpol_policy *policy);
int kpol_lint_broad(const struct kpol_lint *lint, const struct kpol_policy *policy);
int kpol_lint_text(const struct kpol_lint *lint, const struct kpol_policy *policy);
int kpol_lint_symlinks(const struct kpol_lint *lint, const struct kpol_policy *policy);
int kpol_lint_twins(const struct kpol_lint *lint, const struct kpol_policy *policy);
int kpol_lint_rules(const struct kpol_lint *lint);
int kpol_lint_patterns(const struct kpol_lint *lint);
int kpol_lint_programs(const struct kpol_lint *lint);
int kpol_lint_silence(const struct kpol_lint *lint); /* the last one */

/** kpol_lint_shares() - the ruleset with a scope for every workload that a selector describes */
int kpol_lint_shares(const struct kpol_bundle *bundle, struct kpol_ruleset **ret);

/**
 * kpol_lint_shadows() - rules of one scope that others always outrank
 * @sorted: the scope's rules by kpol_rule_compare_key(), then id.
 * @report: called with each rule that never decides, and one that does in its place.
 */
int kpol_lint_shadows(const struct kpol_rule *const *sorted, size_t n,
		      int (*report)(void *userdata, const struct kpol_rule *loser,
				    const struct kpol_rule *winner),
		      void *userdata);

/** kpol_lint_looks() - may the files of this policy's workloads be looked at? */
bool kpol_lint_looks(const struct kpol_lint *lint, const struct kpol_policy *policy);

/** kpol_lint_add() - report at @place. */
#define kpol_lint_add(lint, severity, code, place, ...)                                  \
	kpol_diag_add((lint)->diags, severity, code, (lint)->bundle->file, (place).line, \
		      (place).column, __VA_ARGS__)

#endif /* KPOL_COMPILE_LINT_H */
