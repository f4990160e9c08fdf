// SPDX-License-Identifier: GPL-2.0-or-later
/* Findings about a bundle: every check over everything it looks at, then in the order of the file.
 */
#include "compile/lint.h"

#include <errno.h>

#include "base/cleanup.h"
#include "compile/selector.h"

DEFINE_CLEANUP(struct kpol_ruleset *, kpol_ruleset_free);

bool kpol_lint_looks(const struct kpol_lint *lint, const struct kpol_policy *policy)
{
	return lint->files && (!lint->files->host_only ||
			       kpol_selector_selects(policy) != KPOL_SELECTS_CONTAINERS);
}

static int lint_policies(const struct kpol_lint *lint)
{
	static int (*const checks[])(const struct kpol_lint *, const struct kpol_policy *) = {
		kpol_lint_policy,   kpol_lint_broad, kpol_lint_text,
		kpol_lint_symlinks, kpol_lint_twins,
	};

	for (size_t i = 0; i < lint->bundle->n_policies; i++)
		for (size_t k = 0; k < sizeof(checks) / sizeof(checks[0]); k++)
			if (checks[k](lint, &lint->bundle->policies[i]) < 0)
				return -ENOMEM;
	return 0;
}

int kpol_lint(const struct kpol_bundle *bundle, const struct kpol_ruleset *ruleset,
	      const struct kpol_lint_files *files, struct kpol_diags *diags)
{
	_cleanup_(kpol_ruleset_freep) struct kpol_ruleset *shared = NULL;
	struct kpol_lint lint = { bundle, ruleset, files, diags };

	if (kpol_lint_shares(bundle, &shared) < 0)
		return -ENOMEM;
	if (shared)
		lint.ruleset = shared;
	if (kpol_lint_bundle(&lint) < 0 || lint_policies(&lint) < 0 ||
	    kpol_lint_patterns(&lint) < 0 || kpol_lint_rules(&lint) < 0 ||
	    kpol_lint_programs(&lint) < 0)
		return -ENOMEM;
	if (kpol_lint_silence(&lint) < 0)
		return -ENOMEM;
	kpol_diags_sort(diags);
	return 0;
}
