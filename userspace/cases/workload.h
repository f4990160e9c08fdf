/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is meant by a workload of which a person says only the one thing that matters. */
#ifndef KPOL_CASES_WORKLOAD_H
#define KPOL_CASES_WORKLOAD_H

#include "compile/compile.h"

/**
 * kpol_workload_complete() - fill in what is left out
 * @workload: its strings come from malloc().
 *
 * A unit is where systemd puts it; labels without a namespace are those of a pod in "default";
 * nothing at all is the host itself. Return: 0 or -ENOMEM.
 */
int kpol_workload_complete(struct kpol_workload *workload);

#endif /* KPOL_CASES_WORKLOAD_H */
