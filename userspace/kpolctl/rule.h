/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A rule object of docs/control.md, shown in cells. */
#ifndef KPOL_KPOLCTL_RULE_H
#define KPOL_KPOLCTL_RULE_H

#include <json-c/json.h>

/**
 * kpolctl_rule_object() - what the rule is about: a path, a directory with its slash,
 * "tcp 10.0.0.0/8 443", "*"
 *
 * Return: a string to free(), NULL if there is nothing to say.
 */
char *kpolctl_rule_object(struct json_object *rule);

/** kpolctl_rule_access() - "process exec": class and operations. Return: a string to free() or
 * NULL. */
char *kpolctl_rule_access(struct json_object *rule);

#endif /* KPOL_KPOLCTL_RULE_H */
