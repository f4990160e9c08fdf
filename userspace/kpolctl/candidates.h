/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The candidates of "explain": every rule that the access meets, with its rank and its say. */
#ifndef KPOL_KPOLCTL_CANDIDATES_H
#define KPOL_KPOLCTL_CANDIDATES_H

#include "compile/candidate.h"
#include "kpolctl/offline.h"

/**
 * kpolctl_candidates() - as the daemon lists them (docs/control.md): rule objects, strongest first,
 * with mode, rank, decides ("yes", "would", "reports") and why
 *
 * Return: an array that the caller puts; NULL without memory.
 */
struct json_object *kpolctl_candidates(const struct kpolctl_offline *offline,
				       const struct kpol_table *table,
				       const struct kpol_access *access);

/** kpolctl_candidates_print() - as a table for people. Return: 0 or -ENOMEM. */
int kpolctl_candidates_print(struct json_object *candidates);

#endif /* KPOL_KPOLCTL_CANDIDATES_H */
