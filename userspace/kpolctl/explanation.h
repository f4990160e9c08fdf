/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of "explain": whom it is about, and how the answer is shown. */
#ifndef KPOL_KPOLCTL_EXPLANATION_H
#define KPOL_KPOLCTL_EXPLANATION_H

#include <json-c/json.h>

#include "compile/compile.h"
#include "kpolctl/access.h"
#include "kpolctl/args.h"

/**
 * kpolctl_workload_read() - the workload that --unit, --cgroup, --container, --namespace and
 * --label describe; none of them: the host itself
 * @ret: to be cleared by the caller, also on failure.
 *
 * Return: 0, KPOLCTL_USAGE or KPOLCTL_TROUBLE after saying why.
 */
int kpolctl_workload_read(const struct kpolctl_args *args, struct kpol_workload *ret);

/**
 * kpolctl_peer_read() - the pod at the other end that --peer-label and --peer-namespace describe
 * @ret: to be cleared by the caller, also on failure. @ret_given: there was one of them.
 *
 * Return: 0, KPOLCTL_USAGE or KPOLCTL_TROUBLE after saying why.
 */
int kpolctl_peer_read(const struct kpolctl_args *args, struct kpol_workload *ret, bool *ret_given);

/**
 * kpolctl_explanation_print() - the answer for people, or as JSON
 * @answer: as the daemon answers Explain; NULL: no policy is for the workload.
 *
 * Return: KPOLCTL_OK if the access is allowed, KPOLCTL_NO if it is denied.
 */
int kpolctl_explanation_print(const struct kpolctl_asked *asked, struct json_object *answer);

#endif /* KPOL_KPOLCTL_EXPLANATION_H */
