/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The answer to "is it ready?", for probes. */
#ifndef KPOL_KPOLCTL_READY_H
#define KPOL_KPOLCTL_READY_H

#include <json-c/json.h>

/**
 * kpolctl_ready_reasons() - why the node does not do what it should, one sentence each
 * @status: parameters of Status; see docs/control.md.
 *
 * An empty array: ready. It is no verdict on how things are: what somebody chose, such as the mode observe, and what
 * others have to mend, such as a SIEM, keeps nobody from being ready. Return: to json_object_put().
 */
struct json_object *kpolctl_ready_reasons(struct json_object *status);

#endif /* KPOL_KPOLCTL_READY_H */
