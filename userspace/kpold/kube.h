/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Kubernetes: what the API server says of this node, followed and remembered. */
#ifndef KPOLD_KUBE_H
#define KPOLD_KUBE_H

#include "base/jsonw.h"
#include "format/event.h"
#include "kpold/daemon.h"

/**
 * kpold_kube_new() - begin to follow the API server that the settings name
 *
 * What an earlier daemon had seen is known at once; the rest comes with the loop.
 * Return: 0, also if the settings name none; -EINVAL: the way to it is wrong (logged); -ENOMEM.
 */
int kpold_kube_new(struct kpold_daemon *d);

void kpold_kube_free(struct kpold_kube *kube);

/**
 * kpold_kube_renew() - the module has come: give it the policies of the cluster
 *
 * If they are not known, and no earlier ruleset is there, what is in force is what pods may do that nothing is known of.
 * @kube may be NULL.
 */
void kpold_kube_renew(struct kpold_kube *kube);

/** kpold_kube_pods_known() - has the API server told of all pods of this node? */
bool kpold_kube_pods_known(const struct kpold_kube *kube);

/** kpold_kube_annotations() - give a bundle what the annotations of namespaces say. @kube may be NULL. Return: 0 or -ENOMEM. */
int kpold_kube_annotations(const struct kpold_kube *kube, struct kpol_bundle *bundle);

/**
 * kpold_kube_addresses() - give a compiled ruleset the addresses that its label peers have
 *
 * While the pods of the cluster are not known, those that the live ruleset has.
 * Return: 0; -E2BIG: too many; -ENOMEM.
 */
int kpold_kube_addresses(struct kpold_daemon *d, struct kpol_ruleset *ruleset);

/** kpold_addresses_sync() - bring the kernel's addresses from those of the live ruleset to these. Return: 0; a negative errno. */
int kpold_addresses_sync(struct kpold_daemon *d, const struct kpol_address_rows *wanted);

/** kpold_kube_settle() - the cgroups have been looked at: forget pods whose last is gone. @kube may be NULL. */
void kpold_kube_settle(struct kpold_kube *kube);

/** kpold_kube_note_bound() - the live ruleset's bindings have changed: pods may be in other scopes. */
void kpold_kube_note_bound(struct kpold_daemon *d);

/** kpold_kube_note_violation() - an access of a pod was denied, or would have been. */
void kpold_kube_note_violation(struct kpold_daemon *d, const struct kpol_event *event);

/** kpold_kube_json() - "kubernetes": how fresh the view is. Nothing without Kubernetes. */
void kpold_kube_json(struct kpol_jsonw *w, const struct kpold_kube *kube);

/** kpold_kube_problems() - strings of what is wrong with it. @kube may be NULL. */
void kpold_kube_problems(struct kpol_jsonw *w, const struct kpold_kube *kube);

#endif /* KPOLD_KUBE_H */
