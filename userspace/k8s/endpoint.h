/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The API server: where it is, how it is known to be the one, and who we are to it. */
#ifndef KPOL_K8S_ENDPOINT_H
#define KPOL_K8S_ENDPOINT_H

#include "base/diag.h"
#include "net/blob.h"

/* Code of every finding about an endpoint; the file is the kubeconfig, or "environment". */
#define KPOL_K8S_CODE_ENDPOINT "KPOLD002"

/* Where every pod finds the credentials of its service account. */
#define KPOL_K8S_ACCOUNT_DIR "/var/run/secrets/kubernetes.io/serviceaccount"

/**
 * struct kpol_k8s_endpoint - zero-initialise, end with kpol_k8s_endpoint_clear()
 * @url: "https://10.0.0.1:6443", maybe with a path, without a slash at its end.
 * @connect_to: for CURLOPT_CONNECT_TO, when the certificate is for another name than the
 * address; NULL: as @url says.
 * @proxy: URL, NULL: none. The environment's are never used.
 * @ca: who may have signed the server's certificate; empty: the system's authorities.
 * @token, @cert, @key: empty: none.
 */
struct kpol_k8s_endpoint {
	char *url;
	char *connect_to;
	char *proxy;
	struct kpol_blob ca;
	struct kpol_blob token;
	struct kpol_blob cert;
	struct kpol_blob key;
};

/**
 * kpol_k8s_endpoint_in_cluster() - what a pod is told: KUBERNETES_SERVICE_HOST and _PORT
 * @dir: of the service account's files; NULL: KPOL_K8S_ACCOUNT_DIR.
 *
 * Return: 0; -EINVAL with an error reported: not in a cluster, or told nonsense; -ENOMEM.
 */
int kpol_k8s_endpoint_in_cluster(const char *dir, struct kpol_diags *diags,
				 struct kpol_k8s_endpoint *endpoint);

/**
 * kpol_k8s_endpoint_set_url() - take a server's address
 * @server_name: whose certificate it has, NULL: that of the address.
 * @ret_why: a constant sentence when it is refused.
 *
 * Only https is taken, without a user, a query or a fragment.
 * Return: 0, -EINVAL, -ENOMEM.
 */
int kpol_k8s_endpoint_set_url(struct kpol_k8s_endpoint *endpoint, const char *url,
			      const char *server_name, const char **ret_why);

/**
 * kpol_k8s_endpoint_refresh() - read again what comes from files
 * @ret_path: the file that could not be read; belongs to the endpoint.
 *
 * Return: 0, or as kpol_blob_refresh().
 */
int kpol_k8s_endpoint_refresh(struct kpol_k8s_endpoint *endpoint, const char **ret_path);

void kpol_k8s_endpoint_clear(struct kpol_k8s_endpoint *endpoint);

#endif /* KPOL_K8S_ENDPOINT_H */
