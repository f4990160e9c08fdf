/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Making a bundle live: compile, compare, write down, commit, confirm. */
#ifndef KPOLD_APPLY_H
#define KPOLD_APPLY_H

#include "base/diag.h"
#include "kpold/daemon.h"
#include "kpold/diff.h"
#include "nl/conn.h"

enum kpold_dry { KPOLD_DRY_NO, KPOLD_DRY_YES, KPOLD_DRY_KERNEL };

/**
 * struct kpold_order - what is wanted
 * @bundle: taken over when it becomes live, then NULL.
 * @stored: id in the history, 0: a new one.
 * @change: "load", "rollback", "resend", "workloads".
 * @keep_modes: modes set by hand stay (else the bundle's count).
 * @uid, @pid: who wants it.
 */
struct kpold_order {
	struct kpol_bundle *bundle;
	int64_t stored;
	const char *change;
	bool keep_modes;
	enum kpold_dry dry;
	uint32_t uid, pid;
};

/**
 * struct kpold_outcome - what came of it; zero-initialise, end with kpold_outcome_clear()
 * @ruleset: the new one, borrowed from the live state or owned after a dry run.
 * @old: the one @diff's removed rules count in: borrowed from d->previous, or from d->live if
 * nothing changed.
 * @error: the module's sentence when it refused.
 * @line: of the YAML, when the module named a rule.
 * @reason: what went wrong, in words.
 */
struct kpold_outcome {
	bool changed;
	uint64_t generation;
	struct kpold_diff diff;
	struct kpol_diags diags;
	const struct kpol_ruleset *ruleset, *old;
	struct kpol_ruleset *owned;
	struct kpol_nl_error error;
	unsigned int line;
	char reason[512];
};

/** kpold_outcome_reason() - one sentence for why @r came back. Valid like @outcome. */
const char *kpold_outcome_reason(const struct kpold_outcome *outcome, int r);

void kpold_outcome_clear(struct kpold_outcome *outcome);

/**
 * kpold_apply() - all or nothing
 *
 * Return:
 * * 0		- done, or nothing to do (@outcome->changed)
 * * -EINVAL	- the bundle has errors, in @outcome->diags
 * * -EREMOTEIO	- the module refused; @outcome->error and kernel errno in @ret_errno
 * * -ENODEV	- the module is not there
 * * -EROFS	- the state cannot be kept, so the kernel was not asked
 * * -errno	- other trouble; nothing was changed
 */
int kpold_apply(struct kpold_daemon *d, struct kpold_order *order, struct kpold_outcome *outcome,
		int *ret_errno);

/**
 * kpold_apply_workloads() - bring the kernel in line with the cgroups there are now
 * Return: 0 or a negative errno; logged.
 */
int kpold_apply_workloads(struct kpold_daemon *d);

/**
 * kpold_apply_again() - the live bundle anew, because what it means here has changed
 * @change: what is written down as the reason.
 *
 * Return: 0 or a negative errno; logged.
 */
int kpold_apply_again(struct kpold_daemon *d, const char *change);

/**
 * kpold_bundle_read() - a bundle's text as it counts on this machine: with the default postures of namespaces and
 * settings, and what pods may do that nothing is known of
 * Return: as kpol_bundle_parse().
 */
int kpold_bundle_read(struct kpold_daemon *d, const char *file, const char *text, size_t len,
		      struct kpol_diags *diags, struct kpol_bundle **ret_bundle);

/** kpold_compile() - the ruleset a bundle makes here and now. Return: as kpol_compile(). */
int kpold_compile(struct kpold_daemon *d, const struct kpol_bundle *bundle, bool keep_modes,
		  struct kpol_diags *diags, struct kpol_ruleset **ret_ruleset);

#endif /* KPOLD_APPLY_H */
