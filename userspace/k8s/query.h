/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Paths with their parameters. */
#ifndef KPOL_K8S_QUERY_H
#define KPOL_K8S_QUERY_H

#include "k8s/resource.h"

/* Objects per page, client-go's figure. */
#define KPOL_K8S_PAGE 500

/**
 * kpol_k8s_query_list() - path of a list, or of its next page
 * @selector: fieldSelector, "spec.nodeName=node-1"; NULL: all.
 * @version: "0": what the server's cache has, however old; another: at least as new; "": newest.
 * @limited: in pages.
 * @next: metadata.continue of the page before, NULL: the first. It knows its version itself.
 *
 * Return: to free(), or NULL.
 */
char *kpol_k8s_query_list(const struct kpol_k8s_resource *resource, const char *selector,
			  const char *version, bool limited, const char *next);

/** kpol_k8s_query_watch() - path of a watch from @version on that the server ends after @seconds. */
char *kpol_k8s_query_watch(const struct kpol_k8s_resource *resource, const char *selector,
			   const char *version, unsigned int seconds);

#endif /* KPOL_K8S_QUERY_H */
