/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One rule of an AppArmor profile, taken into the profile or told as without counterpart. */
#ifndef KPOL_CONVERT_APPARMOR_RULE_H
#define KPOL_CONVERT_APPARMOR_RULE_H

#include "convert/apparmor.h"

/** struct kpol_aa_reading - where rules go and what they are read with. */
struct kpol_aa_reading {
	const char *file;
	struct kpol_diags *diags;
	struct kpol_aa_variables variables;
	struct kpol_aa_profile *profile;
};

/** kpol_aa_tell() - a warning: what has no counterpart, and why. Return: 0 or -ENOMEM. */
#define kpol_aa_tell(r, line, ...) \
	kpol_diag_add((r)->diags, KPOL_WARNING, KPOL_CODE_CONVERT, (r)->file, line, 0, __VA_ARGS__)

/** kpol_aa_rule() - take one rule in. Return: 0 or -ENOMEM. */
int kpol_aa_rule(struct kpol_aa_reading *r, const struct kpol_aa_statement *s);

#endif /* KPOL_CONVERT_APPARMOR_RULE_H */
