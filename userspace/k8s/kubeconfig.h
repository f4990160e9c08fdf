/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading a kubeconfig: the cluster and the user of one of its contexts. */
#ifndef KPOL_K8S_KUBECONFIG_H
#define KPOL_K8S_KUBECONFIG_H

#include "k8s/endpoint.h"

/**
 * kpol_k8s_kubeconfig_load() - the endpoint that a kubeconfig names
 * @path: files it names are relative to its directory.
 * @context: NULL: its current-context.
 *
 * Refused, with a sentence: insecure-skip-tls-verify, credential plugins (exec, auth-provider),
 * passwords, http. Format: https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/
 *
 * Return: 0; -EINVAL with errors reported; -ENOMEM.
 */
int kpol_k8s_kubeconfig_load(const char *path, const char *context, struct kpol_diags *diags,
			     struct kpol_k8s_endpoint *endpoint);

#endif /* KPOL_K8S_KUBECONFIG_H */
