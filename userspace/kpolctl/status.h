/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The answer to "is it well?", one row per part. */
#ifndef KPOL_KPOLCTL_STATUS_H
#define KPOL_KPOLCTL_STATUS_H

#include <stdbool.h>

#include <json-c/json.h>

/**
 * kpolctl_status_rows() - rows {"part", "state": "ok" or "bad", "text"} from a Status object
 * @status: docs/control.md; parts that are missing ("daemon", "module") are bad.
 *
 * Return: a new array.
 */
struct json_object *kpolctl_status_rows(struct json_object *status);

/** kpolctl_status_good() - is no row bad? */
bool kpolctl_status_good(struct json_object *rows);

#endif /* KPOL_KPOLCTL_STATUS_H */
