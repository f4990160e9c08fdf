/* SPDX-License-Identifier: GPL-2.0-or-later */
/* In AppArmor a deny rule wins always, here the more specific rule does. */
#ifndef KPOL_CONVERT_APPARMOR_DENY_H
#define KPOL_CONVERT_APPARMOR_DENY_H

#include "convert/apparmor.h"

/**
 * kpol_aa_apply_denials() - take from each allowing rule what a deny rule takes from all of it
 *
 * Where patterns overlap in part only, a more specific Allow would win: that is told.
 * Return: 0 or -ENOMEM.
 */
int kpol_aa_apply_denials(const char *file, struct kpol_aa_profile *profile,
			  struct kpol_diags *diags);

#endif /* KPOL_CONVERT_APPARMOR_DENY_H */
