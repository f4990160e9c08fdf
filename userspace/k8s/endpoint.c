// SPDX-License-Identifier: GPL-2.0-or-later
/* The API server. */
#include "k8s/endpoint.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

DEFINE_CLEANUP(CURLU *, curl_url_cleanup)

static void free_part(char **part)
{
	curl_free(*part);
}

#define _cleanup_part_ _cleanup_(free_part)

static bool has_part(CURLU *url, CURLUPart what)
{
	_cleanup_part_ char *part = NULL;

	return curl_url_get(url, what, &part, 0) == CURLUE_OK;
}

/* NULL: nothing is wrong with it. */
static const char *find_fault(CURLU *url, const char *text)
{
	_cleanup_part_ char *scheme = NULL;

	if (curl_url_set(url, CURLUPART_URL, text, 0) != CURLUE_OK)
		return "it is no URL like https://10.0.0.1:6443";
	if (curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK || strcmp(scheme, "https"))
		return "only https is spoken: nothing else proves who answers";
	if (has_part(url, CURLUPART_USER) || has_part(url, CURLUPART_PASSWORD))
		return "it must not contain a user or a password";
	if (has_part(url, CURLUPART_QUERY) || has_part(url, CURLUPART_FRAGMENT))
		return "it must not contain a query or a fragment";
	return NULL;
}

/* The URL is given the certificate's name, and curl told where that one is. */
static int redirect_name(CURLU *url, const char *name, char **ret)
{
	_cleanup_part_ char *host = NULL, *port = NULL;

	if (curl_url_get(url, CURLUPART_HOST, &host, 0) != CURLUE_OK ||
	    curl_url_get(url, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) != CURLUE_OK)
		return -ENOMEM;
	if (curl_url_set(url, CURLUPART_HOST, name, 0) != CURLUE_OK)
		return -EINVAL;
	return asprintf(ret, "%s:%s:%s:%s", name, port, host, port) < 0 ? -ENOMEM : 0;
}

static int take_url(CURLU *url, char **ret)
{
	_cleanup_part_ char *text = NULL;
	char *copy;
	size_t len;

	if (curl_url_get(url, CURLUPART_URL, &text, 0) != CURLUE_OK)
		return -ENOMEM;
	for (len = strlen(text); len > 0 && text[len - 1] == '/'; len--)
		;
	copy = strndup(text, len);
	if (!copy)
		return -ENOMEM;
	*ret = copy;
	return 0;
}

int kpol_k8s_endpoint_set_url(struct kpol_k8s_endpoint *endpoint, const char *text,
			      const char *server_name, const char **ret_why)
{
	_cleanup_(curl_url_cleanupp) CURLU *url = curl_url();
	_cleanup_free_ char *connect_to = NULL, *kept = NULL;
	const char *why;
	int r;

	if (!url)
		return -ENOMEM;
	why = find_fault(url, text);
	r = why ? -EINVAL : 0;
	if (r == 0 && server_name)
		r = redirect_name(url, server_name, &connect_to);
	if (r == -EINVAL)
		*ret_why = why ? why : "tls-server-name is no name";
	if (r == 0)
		r = take_url(url, &kept);
	if (r < 0)
		return r;
	free(endpoint->url);
	free(endpoint->connect_to);
	endpoint->url = TAKE_PTR(kept);
	endpoint->connect_to = TAKE_PTR(connect_to);
	return 0;
}

static int set_service(struct kpol_k8s_endpoint *endpoint, const char *host, const char *port,
		       const char **ret_why)
{
	_cleanup_free_ char *url = NULL;
	const char *format = strchr(host, ':') ? "https://[%s]:%s" : "https://%s:%s";

	if (asprintf(&url, format, host, port) < 0)
		return -ENOMEM;
	return kpol_k8s_endpoint_set_url(endpoint, url, NULL, ret_why);
}

static int set_files(struct kpol_k8s_endpoint *endpoint, const char *dir)
{
	if (asprintf(&endpoint->token.path, "%s/token", dir) < 0) {
		endpoint->token.path = NULL;
		return -ENOMEM;
	}
	if (asprintf(&endpoint->ca.path, "%s/ca.crt", dir) < 0) {
		endpoint->ca.path = NULL;
		return -ENOMEM;
	}
	return 0;
}

#define refuse(diags, ...) \
	kpol_diag_add(diags, KPOL_ERROR, KPOL_K8S_CODE_ENDPOINT, "environment", 0, 0, __VA_ARGS__)

static int check_files(struct kpol_k8s_endpoint *endpoint, struct kpol_diags *diags)
{
	const char *path = NULL;
	int r = kpol_k8s_endpoint_refresh(endpoint, &path);

	if (r == 0 || r == -ENOMEM)
		return r;
	return refuse(diags, "cannot read %s: %s", path, strerror(-r));
}

int kpol_k8s_endpoint_in_cluster(const char *dir, struct kpol_diags *diags,
				 struct kpol_k8s_endpoint *endpoint)
{
	const char *host = getenv("KUBERNETES_SERVICE_HOST");
	const char *port = getenv("KUBERNETES_SERVICE_PORT");
	const char *why = NULL;
	int r;

	if (!host || !host[0] || !port || !port[0])
		return refuse(diags, "KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not "
				     "set: this is no pod of a cluster, so name a kubeconfig");
	r = set_service(endpoint, host, port, &why);
	if (r == -EINVAL)
		return refuse(diags, "KUBERNETES_SERVICE_HOST \"%s\": %s", host, why);
	if (r == 0)
		r = set_files(endpoint, dir ? dir : KPOL_K8S_ACCOUNT_DIR);
	return r == 0 ? check_files(endpoint, diags) : r;
}

int kpol_k8s_endpoint_refresh(struct kpol_k8s_endpoint *endpoint, const char **ret_path)
{
	struct kpol_blob *const blobs[] = { &endpoint->ca, &endpoint->token, &endpoint->cert,
					    &endpoint->key };

	for (size_t i = 0; i < sizeof(blobs) / sizeof(blobs[0]); i++) {
		int r = kpol_blob_refresh(blobs[i]);

		if (r < 0) {
			*ret_path = blobs[i]->path;
			return r;
		}
	}
	return 0;
}

void kpol_k8s_endpoint_clear(struct kpol_k8s_endpoint *endpoint)
{
	free(endpoint->url);
	free(endpoint->connect_to);
	free(endpoint->proxy);
	kpol_blob_clear(&endpoint->ca);
	kpol_blob_clear(&endpoint->token);
	kpol_blob_clear(&endpoint->cert);
	kpol_blob_clear(&endpoint->key);
	memset(endpoint, 0, sizeof(*endpoint));
}
