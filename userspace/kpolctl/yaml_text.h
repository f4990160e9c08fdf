/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A JSON value as YAML, one key or entry a line. */
#ifndef KPOL_KPOLCTL_YAML_TEXT_H
#define KPOL_KPOLCTL_YAML_TEXT_H

#include <stdio.h>

#include <json-c/json.h>

/**
 * kpolctl_yaml_print() - to @out, without "---"
 *
 * Return: 0, -ENOMEM, -EIO.
 */
int kpolctl_yaml_print(FILE *out, struct json_object *value);

#endif /* KPOL_KPOLCTL_YAML_TEXT_H */
