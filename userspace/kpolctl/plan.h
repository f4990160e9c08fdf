/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a change of bundles changes for the workloads, shown with its risk. */
#ifndef KPOL_KPOLCTL_PLAN_H
#define KPOL_KPOLCTL_PLAN_H

#include <stdbool.h>

#include <json-c/json.h>

#include "kpolctl/args.h"

/** kpolctl_plan_fail_on() - is --fail-on high given? Return: 0 or KPOLCTL_USAGE after saying why. */
int kpolctl_plan_fail_on(const struct kpolctl_args *args, bool *ret);

/**
 * kpolctl_plan_report() - print the changes
 * @reply: as the daemon answers Plan.
 *
 * Return: an exit code.
 */
int kpolctl_plan_report(struct json_object *reply, bool fail_on_high);

#endif /* KPOL_KPOLCTL_PLAN_H */
