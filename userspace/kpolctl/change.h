/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a load, a rollback or a diff changes, rule by rule. */
#ifndef KPOL_KPOLCTL_CHANGE_H
#define KPOL_KPOLCTL_CHANGE_H

#include <json-c/json.h>

/**
 * kpolctl_change_print() - "+ ~ -" lines of a reply to Load, Rollback or Diff
 *
 * With -o json the reply's other members stand beside "items". Return: 0 or -ENOMEM.
 */
int kpolctl_change_print(struct json_object *reply);

/**
 * kpolctl_change_report() - the lines, the warnings, and "generation N" or "unchanged"
 *
 * Return: an exit code.
 */
int kpolctl_change_report(struct json_object *reply);

#endif /* KPOL_KPOLCTL_CHANGE_H */
