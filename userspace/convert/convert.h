/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Policies of one kind as policies of another. */
#ifndef KPOL_CONVERT_CONVERT_H
#define KPOL_CONVERT_CONVERT_H

#include "base/diag.h"
#include "canon/canon.h"

/* What could not be taken over; docs/testing.md. */
#define KPOL_CODE_CONVERT "KPOL051"

enum kpol_convert_to { KPOL_CONVERT_TO_RUNTIME = 1, KPOL_CONVERT_TO_KUBEARMOR };

/**
 * kpol_convert_yaml() - turn the documents of a stream into RuntimePolicy or KubeArmor documents
 * @diags: gets a warning for everything that has no counterpart, with its place.
 * @ret: canonical text, to free(); comments are kept.
 * @ret_left: documents that were not converted. To RuntimePolicy such a document stays as it is,
 *	since a bundle may have both; to KubeArmor it is left out.
 *
 * Only text that loads is converted, and none with slips that the loader takes as they were meant: those are
 * errors here. A section is taken over whole or not at all: a rule without its condition would be another rule.
 * Return: 0; -EINVAL with errors in @diags; -ENOMEM; -EBADE as kpol_canon_format().
 */
int kpol_convert_yaml(const char *file, const char *text, size_t len, enum kpol_convert_to to,
		      struct kpol_diags *diags, char **ret, size_t *ret_left);

/**
 * kpol_convert_apparmor() - turn the profiles of an AppArmor file into RuntimePolicy documents
 * @unit: the systemd unit that the policies select; NULL: guessed from the program's name.
 * @diags: gets a warning for every rule, or part of one, that has no counterpart.
 *
 * Return: 0; -EINVAL: the text is no profile, with errors in @diags; -ENOMEM.
 */
int kpol_convert_apparmor(const char *file, const char *text, size_t len, const char *unit,
			  struct kpol_diags *diags, char **ret);

#endif /* KPOL_CONVERT_CONVERT_H */
