/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A list being received, page by page and item by item. */
#ifndef KPOL_K8S_LIST_H
#define KPOL_K8S_LIST_H

#include "k8s/resource.h"
#include "k8s/stream.h"
#include "k8s/table.h"

/**
 * struct kpol_k8s_list - begin with kpol_k8s_list_begin(), end with kpol_k8s_list_clear()
 * @objects: so far.
 * @next: metadata.continue, for the next page; NULL: there is none.
 * @version: metadata.resourceVersion, of the whole list.
 * @n_unreadable: items that could not be understood; the others are not held up by them.
 */
struct kpol_k8s_list {
	const struct kpol_k8s_resource *resource;
	struct kpol_k8s_stream stream;
	struct kpol_k8s_table objects;
	char *next;
	char *version;
	size_t n_unreadable;
};

void kpol_k8s_list_begin(struct kpol_k8s_list *list, const struct kpol_k8s_resource *resource);

/** kpol_k8s_list_feed() - bytes of a page. Return: as kpol_k8s_stream_feed(). */
int kpol_k8s_list_feed(struct kpol_k8s_list *list, const char *bytes, size_t len);

/**
 * kpol_k8s_list_page() - the page is over
 * Return: 1: there is another one, @next says which; 0: that was the last; -EBADMSG: it was not
 * whole, or no list.
 */
int kpol_k8s_list_page(struct kpol_k8s_list *list);

void kpol_k8s_list_clear(struct kpol_k8s_list *list);

#endif /* KPOL_K8S_LIST_H */
