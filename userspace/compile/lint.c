// SPDX-License-Identifier: GPL-2.0-or-later
/* Findings about a bundle: every check over everything it looks at, then in the order of the file.
 */
#include "compile/lint.h"

#include <errno.h>

static int lint_policies(const struct kpol_lint *lint)
{
	for (size_t i = 0; i < lint->bundle->n_policies; i++) {
		const struct kpol_policy *policy = &lint->bundle->policies[i];

		if (kpol_lint_policy(lint, policy) < 0)
			return -ENOMEM;
		for (size_t k = 0; k < policy->n_items; k++)
			if (kpol_lint_item(lint, policy, &policy->items[k]) < 0)
				return -ENOMEM;
	}
	return 0;
}

int kpol_lint(const struct kpol_bundle *bundle, const struct kpol_ruleset *ruleset,
	      struct kpol_diags *diags)
{
	struct kpol_lint lint = { bundle, ruleset, diags };

	if (kpol_lint_bundle(&lint) < 0 || lint_policies(&lint) < 0 ||
	    kpol_lint_patterns(&lint) < 0 || kpol_lint_rules(&lint) < 0)
		return -ENOMEM;
	kpol_diags_sort(diags);
	return 0;
}
