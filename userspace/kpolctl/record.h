/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A record of the Events stream: a verdict, a loss, or somebody's doing. */
#ifndef KPOL_KPOLCTL_RECORD_H
#define KPOL_KPOLCTL_RECORD_H

#include <json-c/json.h>

/**
 * kpolctl_record_read() - which record a reply carries
 * @parameters: of the reply: one member "event", "lost" or "control".
 * @ret_kind: "Event", "Lost" or "Control", for JSON; constant.
 *
 * Return: the record, borrowed; NULL if there is none that we know.
 */
struct json_object *kpolctl_record_read(struct json_object *parameters, const char **ret_kind);

/**
 * kpolctl_record_line() - "TIME denied exec …: payments.yaml:21 policy …", without a newline
 *
 * Return: a string to free(), safe for a terminal; NULL without memory.
 */
char *kpolctl_record_line(struct json_object *parameters);

#endif /* KPOL_KPOLCTL_RECORD_H */
